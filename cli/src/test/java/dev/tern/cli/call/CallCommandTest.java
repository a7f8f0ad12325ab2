package dev.tern.cli.call;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.cli.Run;
import dev.tern.cli.ScriptedServer;
import dev.tern.cli.serve.DemoService;
import dev.tern.core.Lane;
import dev.tern.core.server.Server;
import dev.tern.core.transport.Transport;
import dev.tern.transport.threads.ThreadsTransport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class CallCommandTest {
  private static final Transport TRANSPORT = new ThreadsTransport();
  private static Server server;
  private static String address;

  @BeforeAll
  static void serve() throws IOException {
    server = DemoService.offer(Server.builder(TRANSPORT), Lane.VIRTUAL).listen(0);
    address = "127.0.0.1:" + server.port();
  }

  @AfterAll
  static void stop() {
    server.close();
    TRANSPORT.close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "add    | {'a': 1, 'b': 2}                     | 3",
        "add    | [1, 2]                               | 3",
        "add    | [9223372036854775806, 1]             | 9223372036854775807",
        "divide | {'a': 1, 'b': 4}                     | 0.25",
        "get    | {'key': 'nobody'}                    | {'key':'nobody','value':0}",
        "echo   | {'value': 12345678901234567890123}   | 12345678901234567890123",
        "echo   | {'value': [null, true, 0.5, 'ż🦜']}  | [null, true, 0.5, 'ż🦜']",
        "echo   | {'value': null}                      | null",
        "echo   | {'value': [1.10, {'b':1e2, 'a':'\\u0041'}]} | [1.10, {'b':1e2, 'a':'\\u0041'}]",
        "echo   | {}                                   | null",
        "sleep  | [1]                                  | 1",
      })
  void printsTheResult(String method, String params, String expected) {
    Run run = Run.tern("call", address, method, params.replace('\'', '"'));
    assertThat(run).isEqualTo(new Run(0, expected.replace('\'', '"') + "\n", ""));
  }

  @Test
  void aResultThatCannotBeWrittenIsNoSuccess() {
    Run run = Run.ternOnAFullDisk("call", address, "add", "a=1", "b=2");
    assertThat(run)
        .isEqualTo(new Run(3, "", "tern: stdout could not be written; output was lost\n"));
  }

  @Test
  void aFailureIsAFailureWhateverStdoutTakes() {
    assertThat(Run.ternOnAFullDisk("call", address, "divide", "a=1", "b=0").code()).isEqualTo(64);
  }

  @ParameterizedTest
  @ValueSource(strings = {"v1", "jsonrpc", "bare"})
  void speaksEachDialect(String dialect) {
    Run run = Run.tern("call", "--dialect", dialect, address, "add", "a=1", "b=2");
    assertThat(run).isEqualTo(new Run(0, "3\n", ""));
  }

  @Test
  void aPersonGetsItSpacedOut() {
    Run run = Run.tern("", true, "call", address, "get", "key=nobody");
    assertThat(run.out()).isEqualTo("{\n  \"key\": \"nobody\",\n  \"value\": 0\n}\n");
  }

  @Test
  void paramsFromStdin() {
    Run run = Run.tern("[1,2]", false, "call", address, "add", "-");
    assertThat(run.out()).isEqualTo("3\n");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "divide | [1, 0]          | 64 | DIVISION_BY_ZERO: division by zero~it was executed",
        "add    | [9223372036854775807, 1] | 64 | OUT_OF_RANGE",
        "nosuch | []              | 67 | METHOD_NOT_FOUND: no such method: nosuch~it was not executed",
        "inc    | {'key': 5}      | 68 | INVALID_PARAMS: key: 5 (expected: a string)~it was not",
        "inc    | {'key': ''}     | 68 | INVALID_PARAMS",
        "echo   | {'a': 1}        | 68 | INVALID_PARAMS: a: unknown field (expected: one of value)",
        "sleep  | [-1]            | 68 | INVALID_PARAMS",
        "sleep  | [3600001]       | 68 | INVALID_PARAMS",
      })
  void aFailureHasItsCodeAndItsWords(String method, String params, int code, String words) {
    Run run = Run.tern("call", address, method, params.replace('\'', '"'));
    assertThat(run.err()).startsWith(words.replace('~', '\n'));
    assertThat(run.code()).isEqualTo(code);
  }

  @Test
  void theTimeoutHolds() {
    Run run = Run.tern("call", "--timeout", "200ms", address, "sleep", "ms=30000");
    assertThat(run.code()).isEqualTo(70);
  }

  @Test
  void aTimeoutNamesTheServersStage() {
    String err = "";
    for (int i = 0; i < 5 && !err.contains("handler"); i++) { // a machine may stand still
      err = Run.tern("call", "--timeout", "1s", address, "sleep", "ms=5000").err();
    }
    assertThat(err).contains("\"stage\":\"handler\"");
  }

  @Test
  void verboseShowsBothMessages() {
    Run run = Run.tern("call", "-v", address, "add", "a=1", "b=2");
    assertThat(run.err())
        .containsPattern("→ \\{\"id\":1,\"method\":\"add\",\"params\":\\{\"a\":1,\"b\":2},\"meta\"")
        .containsPattern("← \\{\"id\":1,\"ok\":true,\"result\":3,\"meta\":");
  }

  @Test
  void verboseShowsWhereTheTimeWent() {
    Run run = Run.tern("call", "-v", address, "add", "a=1", "b=2");
    assertThat(run.err())
        .containsPattern(
            "(?m)^time: connect [0-9.]+ ms, round trip [0-9.]+ ms \\(of it server queue [0-9.]+ ms,"
                + " handler [0-9.]+ ms\\)$");
  }

  @Test
  void verboseShowsWhereTheTimeOfAFailureWent() {
    Run run = Run.tern("call", "-v", address, "divide", "a=1", "b=0");
    assertThat(run.err())
        .containsPattern(
            "(?m)^time: connect [0-9.]+ ms, round trip [0-9.]+ ms \\(of it server queue [0-9.]+ ms,"
                + " handler [0-9.]+ ms\\)$");
  }

  @Test
  void verboseLeavesStdoutAlone() {
    assertThat(Run.tern("call", "-v", address, "add", "a=1", "b=2").out()).isEqualTo("3\n");
  }

  @Test
  void verboseShowsWhatIsNoFrame() throws IOException {
    try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Thread.ofPlatform()
          .daemon()
          .start(
              () -> {
                try (var socket = listener.accept()) {
                  socket
                      .getOutputStream()
                      .write("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(US_ASCII));
                  socket.getInputStream().readAllBytes();
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              });
      Run run = Run.tern("call", "-v", "127.0.0.1:" + listener.getLocalPort(), "add");
      assertThat(run.err()).contains("← not a frame:").contains("bytes: 48 54 54 50");
    }
  }

  @Test
  void aNotificationArrives() {
    Run run = Run.tern("call", "--notify", address, "inc", "key=notified");
    Run get = Run.tern("call", address, "get", "key=notified");
    assertThat(run).isEqualTo(new Run(0, "", ""));
    assertThat(get.out()).isEqualTo("{\"key\":\"notified\",\"value\":1}\n");
  }

  @Test
  void aNotificationHasNoId() throws IOException {
    try (ScriptedServer peer = new ScriptedServer("{}")) {
      String params = "{\"x\":1.10}";
      Run.tern(
          "call",
          "--notify",
          "--timeout",
          "300ms",
          "--dialect",
          "jsonrpc",
          peer.address(),
          "m",
          params);
      assertThat(peer.request())
          .isEqualTo("{\"jsonrpc\":\"2.0\",\"method\":\"m\",\"params\":{\"x\":1.10}}");
    }
  }

  @Test
  void withoutAMethodItLists() {
    Run run = Run.tern("call", address);
    assertThat(run.out())
        .containsPattern("(?m)^METHOD +PARAMS +RESULT +EFFECT +DESCRIPTION$")
        .containsPattern("(?m)^add +a: integer, b: integer +integer +READ +The sum")
        .containsPattern("(?m)^inc +key: string, delta\\?: integer +Counter +ONCE ");
  }

  @Test
  void aServerThatDoesNotListIsSaid() throws IOException {
    try (ScriptedServer peer =
        new ScriptedServer(
            "{\"id\":1,\"ok\":false,\"error\":{\"code\":\"METHOD_NOT_FOUND\",\"message\":\"m\"}}")) {
      Run run = Run.tern("call", peer.address());
      assertThat(run.err()).endsWith("the server does not say what it offers; name a METHOD\n");
    }
  }

  @Test
  void connectionRefusedIsSaidWithoutAStackTrace() throws IOException {
    int port;
    try (ServerSocket unused = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = unused.getLocalPort();
    }
    Run run = Run.tern("call", "127.0.0.1:" + port, "add");
    assertThat(run.code()).isEqualTo(74);
    assertThat(run.err()).contains("127.0.0.1:" + port, "refused").doesNotContain("\tat ");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "call                                          | HOST:PORT",
        "call localhost add                            | \"localhost\" (expected: HOST:PORT",
        "call --timeout 5 localhost:1 add              | \"5\" (expected: a time",
        "call --dialect v2 localhost:1 add             | \"v2\" (expected: one of v1, jsonrpc,"
            + " bare)",
        "call --bogus localhost:1 add                  | unknown option '--bogus' (expected: one of"
            + " --allow-plain-token, --attempt-timeout, --auth-file, --batch, --ca, --cert, --compress, --dialect, --effect",
        "call localhost:1 add --bogus                  | unknown option '--bogus' (expected",
        "call localhost:1 add --bogus=1 a=1            | unknown option '--bogus' (expected",
        "call --bogus                                  | unknown option '--bogus' (expected",
        "call -q localhost:1 add                       | unknown option '-q' (expected",
        "call --timout 2s localhost:1 add              | unknown option '--timout': did you mean"
            + " --timeout? (expected",
        "call --timout=2s localhost:1 add              | unknown option '--timout': did you mean"
            + " --timeout? (expected",
        "serve --prot 1                                | unknown option '--prot': did you mean"
            + " --port or --drop? (expected",
        "serve 7070                                    | unexpected argument '7070' (expected",
        "serve --host=                                 | \"\" (expected: a name or an address",
        "call --notify localhost:1                     | --notify without a METHOD",
        "call --notify --dialect bare localhost:1 add  | --notify with --dialect bare",
        "call localhost:1 ä                            | METHOD: \"ä\" (expected: 1 to 256 visible",
        "call localhost:1 add {} {}                    | 2 arguments",
        "call localhost:1 add {\"a\":1,}               | not strict JSON at byte 7",
        "serve --memory-entries 3                      | \"3\" (expected: a number of operations from 4",
        "serve --window 0s                             | \"0s\" (expected: a time from 1ms",
        "serve --port 65536                            | \"65536\" (expected: a port",
        "serve --transport udp                         | \"udp\" (expected: one of netty, threads)",
        "serve --lane fast                             | \"fast\" (expected: one of virtual,"
            + " inline)",
        "serve --log all                               | \"all\" (expected: one of error, warn",
        "nonsense                                      | unknown command 'nonsense' (expected: one of"
            + " demo, serve, call, describe, outcome, health, top, decode, encode, token, certs, faults, bench, lab,"
            + " completion)",
        "cal localhost:1 add                           | unknown command 'cal': did you mean call?"
            + " (expected",
        "--nonsense                                    | unknown option '--nonsense' (expected: one of"
            + " --help, --version)",
        "--timeout 2s call localhost:1 add             | unknown option '--timeout' (expected",
        "bench                                         | ./tern bench",
        "lab retries                                   | ./tern lab",
        "`                                            `| expected: one of demo, serve, call,"
            + " describe",
      })
  void wrongUsageIsExitCode1(String line, String words) {
    String[] arguments = line == null || line.isBlank() ? new String[0] : line.strip().split(" +");
    Run run = Run.tern(arguments);
    assertThat(run.err()).contains(words);
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.out()).isEmpty();
  }

  /** Without options a call is read without picocli: it makes no difference but to its start. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "ADDRESS",
        "ADDRESS add",
        "ADDRESS add a=1 b=2",
        "ADDRESS add [1,2]",
        "ADDRESS add [1,2] [3]",
        "ADDRESS ä",
        "ADDRESS nosuch",
        "ADDRESS inc kye=1",
        "ADDRESS echo -",
        "ADDRESS echo {\"value\":1,}",
        "localhost add",
      })
  void aCallWithoutOptionsIsTheSame(String line) {
    String arguments = line.replace("ADDRESS", address);
    Run plain = Run.tern("[7]", false, ("call " + arguments).split(" "));
    Run read = Run.tern("[7]", false, ("call --timeout 10s " + arguments).split(" "));
    assertThat(plain).isEqualTo(read);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--help",
        "call --help",
        "describe --help",
        "outcome --help",
        "serve --help",
        "demo --help",
        "bench --help",
        "lab --help",
        "completion --help"
      })
  void helpIsForAsking(String line) {
    Run run = Run.tern(line.split(" "));
    assertThat(run.out()).startsWith("Usage: tern");
    assertThat(run.code()).isZero();
  }

  @Test
  void theHelpNamesTheCommands() {
    assertThat(Run.tern("--help").out())
        .contains("demo ", "serve ", "call ", "describe ", "outcome ", "bench ", "completion ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"--version", "call --version"})
  void theVersionIsThatOfTheBuild(String line) {
    assertThat(Run.tern(line.split(" ")).out()).matches("tern [0-9]+\\.[0-9]+.* \\(Java .*\\)\n");
  }
}
