package dev.tern.cli.token;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.cli.Program;
import dev.tern.cli.Run;
import dev.tern.core.auth.TokenFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(120)
class TokenCommandTest {
  @TempDir Path folder;

  @Test
  void printsATokenAndItsLine() {
    List<String> lines = Run.tern("token", "ann", "--methods", "add,calc.*").out().lines().toList();

    assertThat(lines).hasSize(2);
    assertThat(lines.getFirst()).matches("[\\w-]{43}");
    assertThat(lines.getLast())
        .isEqualTo(TokenFile.lineOf("ann", lines.getFirst(), List.of("add", "calc.*")));
  }

  @Test
  void saysWhichLineIsWhat() {
    assertThat(Run.tern("token", "ann").err())
        .isEqualTo("the token, for who calls; then its line, for serve --auth-tokens:\n");
    assertThat(Run.tern("token", "--help").out()).contains("--methods=METHOD[,METHOD...]\n");
  }

  @Test
  void makesAnotherOneEachTime() {
    assertThat(Run.tern("token", "ann").out()).isNotEqualTo(Run.tern("token", "ann").out());
  }

  @Test
  void writesTheTokenForItsOwnerAlone() throws IOException {
    Path file = folder.resolve("ann.token");
    Run run = Run.tern("token", "ann", "--out", file.toString());

    String token = Files.readString(file).strip();
    assertThat(run.out().strip()).isEqualTo(TokenFile.lineOf("ann", token, List.of()));
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
  }

  @Test
  void overwritesNoFile() throws IOException {
    Path file = Files.writeString(folder.resolve("ann.token"), "precious");
    Run run = Run.tern("token", "ann", "--out", file.toString());

    assertThat(run.code()).isEqualTo(1);
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).contains("is there already (expected: a new file)");
    assertThat(file).hasContent("precious");
  }

  @Test
  void saysWhyAFileCannotBeWritten() {
    Path file = folder.resolve("none").resolve("ann.token");
    Run run = Run.tern("token", "ann", "--out", file.toString());

    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err())
        .contains(
            "--out: cannot write " + file + ": its folder is not there (expected: a new file");
  }

  @Test
  void aServerRefusesAFolderOfTokens() {
    Run run = Run.tern("serve", "--auth-tokens", folder.toString());

    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err()).contains(folder + ": Is a directory (expected: a file with the lines");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a b", "a\nb", "ann/x"})
  void refusesANameThatIsNone(String name) {
    Run run = Run.tern("token", name);

    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err()).contains("expected: a name of 1 to 64 letters");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a b", "*.add", "a,,b"})
  void refusesMethodsThatAreNone(String methods) {
    Run run = Run.tern("token", "ann", "--methods", methods);

    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err()).contains("a * only at the end of one");
  }

  @Test
  void aServerAsksForIt() throws Exception {
    Path token = folder.resolve("ann.token");
    String line = Run.tern("token", "ann", "--methods", "add", "--out", token.toString()).out();
    Path tokens = Files.writeString(folder.resolve("server.tokens"), line);
    try (Program served =
        Program.start(
            "serve", "--port", "0", "--log", "error", "--auth-tokens", tokens.toString())) {
      String address =
          served.line("listening on (\\S+) .*; callers need a token; Ctrl-C stops").group(1);
      String known = token.toString();

      assertThat(Run.tern("call", address, "add", "{\"a\":1,\"b\":2}").err())
          .contains("UNAUTHORIZED")
          .contains("--auth-file FILE holds the token to send, or TERN_AUTH is it");
      assertThat(Run.tern("call", address, "add", "{\"a\":1,\"b\":2}", "--auth-file", known).out())
          .isEqualTo("3\n");
      assertThat(Run.tern("describe", address, "add", "--auth-file", known).out())
          .endsWith("tern call --auth-file " + known + " " + address + " add a=1 b=1\n");
      Run forbidden = Run.tern("call", address, "divide", "{}", "--auth-file", known, "-v");
      assertThat(forbidden.err())
          .contains("FORBIDDEN")
          .doesNotContain(Files.readString(token).strip());
    }
  }

  @Test
  void aServerRefusesAFileThatIsMissing() {
    Run run = Run.tern("serve", "--auth-tokens", folder.resolve("none").toString());

    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err()).contains("--auth-tokens: no file");
  }

  @Test
  void aServerRefusesAFileThatIsMalformed() throws IOException {
    Path file = Files.writeString(folder.resolve("tokens"), "ann hunter2\n");
    Run run = Run.tern("serve", "--auth-tokens", file.toString());

    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err()).contains("line 1: 11 characters").doesNotContain("hunter2");
  }
}
