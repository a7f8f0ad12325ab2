package dev.tern.cli.certs;

import static java.nio.file.attribute.PosixFilePermission.OWNER_READ;
import static java.nio.file.attribute.PosixFilePermission.OWNER_WRITE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.cli.Program;
import dev.tern.cli.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code tern certs} makes, and what {@code serve} and {@code call} do with it. */
@Timeout(120)
class TlsCommandsTest {
  @TempDir static Path folder;
  private static Run made = new Run(-1, "", "");

  @BeforeAll
  static void makeCertificates() {
    made = Run.tern("certs", folder.resolve("certs").toString(), "--client", "Ann.example");
  }

  private static String file(String name) {
    return folder.resolve("certs").resolve(name).toString();
  }

  private static Program serve(String... more) throws IOException {
    List<String> all =
        new ArrayList<>(
            List.of("serve", "--port", "0", "--log", "error", "--tls-cert", file("server.pem")));
    all.addAll(List.of("--tls-key", file("server-key.pem")));
    all.addAll(List.of(more));
    return Program.start(all.toArray(String[]::new));
  }

  @Test
  void printsWhatToRunNext() {
    assertThat(made.code()).isZero();
    assertThat(made.out())
        .contains("tern serve --tls-cert " + file("server.pem") + " --tls-key ")
        .contains("tern call --ca " + file("ca.pem") + " localhost:7070")
        .contains("a call of tls:Ann.example");
  }

  @Test
  void itsFilesAreItsOwnersAlone() throws IOException {
    for (String name :
        List.of("ca.pem", "server.pem", "server-key.pem", "client.pem", "client-key.pem")) {
      assertThat(Files.getPosixFilePermissions(Path.of(file(name))))
          .containsExactlyInAnyOrder(OWNER_READ, OWNER_WRITE);
    }
    try (var all = Files.list(folder.resolve("certs"))) {
      assertThat(all).as("no key of the authority").hasSize(5);
    }
  }

  @Test
  void overwritesNothing() throws IOException {
    String before = Files.readString(Path.of(file("ca.pem")));

    Run again = Run.tern("certs", folder.resolve("certs").toString());

    assertThat(again.code()).isEqualTo(1);
    assertThat(again.err()).contains("ca.pem is there already");
    assertThat(Files.readString(Path.of(file("ca.pem")))).isEqualTo(before);
  }

  @Test
  void aFolderThatCannotBeMadeIsNamedWithWhatWasExpected() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "");

    Run run = Run.tern("certs", file.resolve("certs").toString());

    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err())
        .startsWith("tern certs: " + file)
        .contains(" (expected: a folder to write to)");
  }

  @ParameterizedTest
  @ValueSource(strings = {"netty", "threads"})
  void aCallOverTlsAndWhatIsSaidWithoutIt(String transport) throws IOException {
    try (Program served = serve("--transport", transport)) {
      String port = served.line("listening on 127.0.0.1:(\\d+) .*; TLS; Ctrl-C stops").group(1);
      String address = "localhost:" + port;

      Run call = Run.tern("call", "--ca", file("ca.pem"), address, "add", "a=1", "b=2");
      assertThat(call.out()).as(call.err()).isEqualTo("3\n");

      Run plain = Run.tern("call", address, "add", "a=1", "b=2");
      assertThat(plain.code()).isEqualTo(79);
      assertThat(plain.err())
          .contains("this port speaks TLS")
          .contains("it was not executed")
          .contains("--tls speaks it");

      Run unknown = Run.tern("call", "--tls", address, "add", "a=1", "b=2");
      assertThat(unknown.code()).isEqualTo(74);
      assertThat(unknown.err())
          .contains("the certificate is of an unknown authority (CN=Tern development)")
          .contains("it was not executed")
          .contains("--ca FILE names an authority to trust");
    }
  }

  @Test
  void openSslEncryptsIfAskedFor() throws IOException {
    try (Program served = serve("--tls-engine", "openssl", "--tls-client-ca", file("ca.pem"))) {
      String address =
          served
              .line(
                  "listening on (\\S+) .*; TLS by openssl, callers need a certificate; Ctrl-C stops")
              .group(1);
      List<String> known =
          List.of(
              "call",
              "--ca",
              file("ca.pem"),
              "--cert",
              file("client.pem"),
              "--key-file",
              file("client-key.pem"),
              address);

      assertThat(Run.tern(with(known, "rpc.hello")).out())
          .contains("\"caller\":\"tls:ann.example\"");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"describe", "health", "top"})
  void eachCommandThatAsksAServerSpeaksTls(String command) throws IOException {
    try (Program served = serve("--stats")) {
      String port = served.line("listening on 127.0.0.1:(\\d+) .*; TLS; Ctrl-C stops").group(1);
      List<String> asked = new ArrayList<>(List.of(command, "localhost:" + port));
      if (command.equals("top")) {
        asked.addAll(List.of("--count", "1", "--interval", "1ms"));
      }
      asked.addAll(List.of("--ca", file("ca.pem")));

      Run run = Run.tern(asked.toArray(String[]::new));

      assertThat(run.code()).as(run.err()).isZero();
    }
  }

  @Test
  void aServerThatAsksForCertificates() throws IOException {
    try (Program served = serve("--tls-client-ca", file("ca.pem"))) {
      String address =
          served
              .line("listening on (\\S+) .*; TLS, callers need a certificate; Ctrl-C stops")
              .group(1);
      List<String> known =
          List.of(
              "call",
              "-v",
              "--ca",
              file("ca.pem"),
              "--cert",
              file("client.pem"),
              "--key-file",
              file("client-key.pem"),
              address);

      Run hello = Run.tern(with(known, "rpc.hello"));
      assertThat(hello.out()).contains("\"caller\":\"tls:ann.example\"");
      assertThat(hello.err()).contains("rpc.hello"); // -v shows what travels inside

      Run stranger = Run.tern("call", "--ca", file("ca.pem"), address, "add", "a=1", "b=2");
      assertThat(stranger.code()).isEqualTo(74);
      assertThat(stranger.err())
          .contains("the server wants a certificate of this client")
          .contains("--cert FILE and --key-file FILE show one");
    }
  }

  private static String[] with(List<String> arguments, String more) {
    List<String> all = new ArrayList<>(arguments);
    all.add(more);
    return all.toArray(String[]::new);
  }

  @Test
  void aClientWithTlsAtAPlainPort() throws IOException {
    try (Program served = Program.start("serve", "--port", "0", "--log", "error")) {
      String address = served.line("listening on (\\S+) .*").group(1);

      Run call = Run.tern("call", "--tls", address, "add", "a=1", "b=2");

      assertThat(call.code()).isEqualTo(74);
      assertThat(call.err()).contains("it answers without TLS (is this port TLS?)");
    }
  }

  @Test
  void wrongFilesAreSaidBeforeAnythingBegins() {
    String none = file("none.pem");
    String ca = file("ca.pem");
    for (Run run :
        List.of(
            Run.tern("serve", "--tls-cert", none, "--tls-key", none),
            Run.tern("call", "--ca", none, "127.0.0.1:1", "add"),
            Run.tern("serve", "--tls-cert", ca),
            Run.tern("serve", "--tls-client-ca", ca),
            Run.tern("call", "--cert", ca, "127.0.0.1:1", "add"),
            Run.tern("serve", "--tls-cert", ca, "--tls-key", ca),
            Run.tern("serve", "--tls-cert", ca, "--tls-key", file("server-key.pem")))) {
      assertThat(run.code()).as(run.err()).isEqualTo(1);
      assertThat(run.err()).contains("(").doesNotContain("bug in tern");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          serve --tls-cert CA                    | --tls-cert without --tls-key (expected:
          serve --tls-key CA                     | --tls-key without --tls-cert (expected:
          serve --tls-client-ca CA               | --tls-client-ca without --tls-cert and --tls-key (
          serve --tls-engine openssl             | --tls-engine openssl without --tls-cert and --tls
          serve --tls-cert / --tls-key CA        | cannot read /: Is a directory (expected: a PEM
          call --ca / 127.0.0.1:1 add            | cannot read /: Is a directory (expected: a PEM
          call --cert CA 127.0.0.1:1 add         | --cert without --key-file (expected:
          call --key-file CA 127.0.0.1:1 add     | --key-file without --cert (expected:
          """)
  void whatIsHalfOrNoFileIsNamed(String command, String words) {
    Run run = Run.tern(command.replace("CA", file("ca.pem")).split(" "));

    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err()).contains(words);
  }

  @Test
  void whoShowsACertificateIsNotSaidToNeedAToken() throws IOException {
    Path tokens = folder.resolve("some.tokens");
    Files.writeString(tokens, "# nobody\n");

    try (Program served =
        serve("--tls-client-ca", file("ca.pem"), "--auth-tokens", tokens.toString())) {
      String address =
          served
              .line("listening on (\\S+) .*, callers need a certificate; a token says who calls .*")
              .group(1);
      Run call =
          Run.tern(
              "call",
              "--ca",
              file("ca.pem"),
              "--cert",
              file("client.pem"),
              "--key-file",
              file("client-key.pem"),
              address,
              "add",
              "a=1",
              "b=2");

      assertThat(call.out()).as(call.err()).isEqualTo("3\n");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--days 0",
        "--days x",
        "--days 36501",
        "--client a,b",
        "--host a,b",
        "--client ''"
      })
  void refusesWhatNoCertificateHolds(String option) {
    String[] words = option.split(" ", 2);
    Path empty = folder.resolve("refused" + option.hashCode());

    Run run = Run.tern("certs", empty.toString(), words[0], words[1]);

    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err()).contains("expected");
    assertThat(empty.resolve("server-key.pem")).doesNotExist();
  }
}
