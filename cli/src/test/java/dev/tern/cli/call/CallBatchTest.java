package dev.tern.cli.call;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.cli.Run;
import dev.tern.core.EncodedJson;
import dev.tern.core.Method;
import dev.tern.core.RpcException;
import dev.tern.core.server.Server;
import dev.tern.transport.threads.ThreadsTransport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The calls of a file, in one frame. */
@Timeout(60)
class CallBatchTest {
  record Add(int a, int b) {}

  private final ThreadsTransport transport = new ThreadsTransport();

  @TempDir private Path folder;

  @SuppressWarnings("NullAway.Init") // before each test
  private Server server;

  @BeforeEach
  void start() throws IOException {
    server =
        Server.builder(transport)
            .serve(Method.of("add", Add.class, Integer.class), p -> p.a() + p.b())
            .serve(Method.of("echo", EncodedJson.class, EncodedJson.class), json -> json)
            .serve(
                Method.of("sell", Add.class, Integer.class),
                _ -> {
                  throw new RpcException("SOLD_OUT", "none left", Map.of("left", 0));
                })
            .listen(0);
  }

  @AfterEach
  void stop() {
    server.close();
    transport.close();
  }

  private Run batch(String text, String... options) throws IOException {
    Path file = Files.writeString(folder.resolve("calls"), text);
    String[] arguments = new String[options.length + 4];
    arguments[0] = "call";
    arguments[1] = "--batch";
    arguments[2] = file.toString();
    System.arraycopy(options, 0, arguments, 3, options.length);
    arguments[arguments.length - 1] = "127.0.0.1:" + server.address().getPort();
    return Run.tern(arguments);
  }

  @Test
  void eachLineIsACallAndHasALine() throws IOException {
    Run run =
        batch(
            """
            # the first of them
            add a=1 b=2

              add   {"a": 3, "b": 4}
            add [5, 6]
            """);

    assertThat(run)
        .isEqualTo(
            new Run(
                0,
                "{\"ok\":true,\"result\":3}\n{\"ok\":true,\"result\":7}\n{\"ok\":true,\"result\":11}\n",
                ""));
  }

  @Test
  void whatFailsHasItsErrorAndTheOthersTheirResults() throws IOException {
    Run run = batch("add a=1 b=2\nsell a=1 b=1\nnobody\n");

    assertThat(run.code()).isEqualTo(64);
    assertThat(run.out().lines())
        .satisfiesExactly(
            line -> assertThat(line).isEqualTo("{\"ok\":true,\"result\":3}"),
            line ->
                assertThat(line)
                    .startsWith("{\"ok\":false,\"error\":{\"code\":\"SOLD_OUT\",")
                    .contains("none left", "\"executed\":\"yes\"", "\"details\":{\"left\":0}"),
            line -> assertThat(line).contains("METHOD_NOT_FOUND", "\"executed\":\"no\""));
    assertThat(run.err()).isEqualTo("2 of 3 calls have failed\n");
  }

  @Test
  void aResultOverLinesIsOne() throws IOException {
    assertThat(batch("echo {\"a\":  [1,   2]}").out())
        .isEqualTo("{\"ok\":true,\"result\":{\"a\":[1,2]}}\n");
  }

  @Test
  void itGoesInOneFrame() throws IOException {
    Run run = batch("add a=1 b=2\nadd a=3 b=4\n", "-v");

    assertThat(run.err()).contains("→ [{\"id\":").contains("← [{\"id\":");
  }

  @Test
  void alsoInOtherEncodings() throws IOException {
    assertThat(batch("add a=1 b=2\nadd a=3 b=4\n", "--encoding", "msgpack").out())
        .isEqualTo("{\"ok\":true,\"result\":3}\n{\"ok\":true,\"result\":7}\n");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "add a=1 b=2\\nadd a=1 b\\n | line 2: ",
        "add {\"a\":1,}\\n | line 1: params: ",
        "addé\\n | line 1: METHOD: ",
        "add @file\\n | line 1: params: \"@file\" (expected: JSON or name=value …, in the line itself)",
        "# nothing\\n | : no call (expected: METHOD PARAMS in each line)"
      })
  void aMistakeInALineSendsNothing(String text, String message) throws IOException {
    Run run = batch(text.replace("\\n", "\n"));

    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err()).contains(message);
    assertThat(server.stats().count("OK")).isZero();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--notify | --batch with --notify",
        "--dialect=bare | --batch with --dialect bare",
        "--key=k | --key without a METHOD"
      })
  void whatDoesNotGoWithIt(String option, String message) throws IOException {
    Run run = batch("add a=1 b=2\n", option);

    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err()).contains(message);
  }

  @Test
  void aFileThatIsNotThereIsNamed() {
    Run run = Run.tern("call", "--batch", folder.resolve("none").toString(), "127.0.0.1:1");

    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err()).contains("--batch: no file " + folder.resolve("none"));
  }
}
