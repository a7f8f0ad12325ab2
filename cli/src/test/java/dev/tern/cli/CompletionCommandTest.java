package dev.tern.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
@DisabledOnOs(OS.WINDOWS) // for bash
class CompletionCommandTest {
  @TempDir private Path folder;

  /** What bash offers for the last word of a line, which may be empty. */
  private List<String> complete(String line) throws Exception {
    Path script = Files.writeString(folder.resolve("script"), Run.tern("completion", "bash").out());
    String program =
        """
        compopt() { :; } # works while bash completes, and not here
        . "$1"
        function=$(complete -p tern | sed 's/.*-F \\([^ ]*\\).*/\\1/')
        IFS=' ' read -r -a COMP_WORDS <<<"$2"
        case "$2" in *' ') COMP_WORDS+=('') ;; esac
        COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
        $function tern "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
        printf '%s\\n' "${COMPREPLY[@]}"
        """;
    return bash(program, script.toString(), line).lines().map(String::strip).toList();
  }

  private static String bash(String program, String... arguments)
      throws IOException, InterruptedException {
    ProcessBuilder bash = new ProcessBuilder("bash", "-c", program, "bash");
    bash.command().addAll(List.of(arguments));
    Process process = bash.redirectErrorStream(true).start();
    try {
      String said = new String(process.getInputStream().readAllBytes(), UTF_8);
      assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).as(said).isZero();
      return said;
    } finally {
      process.destroyForcibly();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'tern '                  | demo serve call describe outcome faults bench lab completion",
        "'tern completion '       | bash zsh",
        "'tern d'                 | demo describe",
        "'tern call --d'          | --dialect",
        "'tern call --dialect '   | v1 jsonrpc bare",
        "'tern call --dialect j'  | jsonrpc",
        "'tern serve --transport '| netty threads",
        "'tern serve --lane '     | virtual inline",
        "'tern serve --log '      | error warn info debug",
        "'tern faults --lo'       | --loss --loss-replies --lose-connections",
        "'tern call --a'          | --auth-file",
        "'tern describe --m'      | --meta",
        "'tern call --effect '    | read idempotent once unsafe",
        "'tern call --re'         | --retries --resume",
        "'tern outcome --f'       | --fence",
        "'tern serve --w'         | --window",
        "'tern serve --me'        | --memory-entries",
      })
  void bashCompletes(String line, String expected) throws Exception {
    assertThat(complete(line)).contains(expected.split(" "));
  }

  @Test
  void bashCompletesWhatFitsAlone() throws Exception {
    assertThat(complete("tern call --dialect j")).containsExactly("jsonrpc");
  }

  @Test
  void theScriptForZshBringsWhatItNeeds() {
    String bash = Run.tern("completion", "bash").out();
    assertThat(Run.tern("completion", "zsh").out())
        .startsWith("autoload -U +X compinit && compinit\n")
        .endsWith(bash.lines().skip(10).reduce("", (all, line) -> all + line + "\n"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "completion      | Missing required parameter: 'bash!zsh'",
        "completion fish | \"fish\" (expected: one of bash, zsh)",
      })
  void anotherShellIsWrongUsage(String line, String words) {
    Run run = Run.tern(line.split(" "));
    assertThat(run.err()).contains(words.replace("!", "|"));
    assertThat(run.code()).isEqualTo(1);
  }
}
