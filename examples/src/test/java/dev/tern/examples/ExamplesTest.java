package dev.tern.examples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Each example is one file that {@code java} runs with nothing but the jars. */
@Timeout(180)
class ExamplesTest {
  private static final Pattern LISTENING = Pattern.compile("listening on port ([0-9]+)");

  @Test
  void addition() throws Exception {
    assertThat(outputWith("AddServer", "AddClient")).isEqualTo("1 + 2 = 3\n");
  }

  @Test
  void errorsDeadlinesAndManyCalls() throws Exception {
    assertThat(outputWith("ShopServer", "ShopClient").lines())
        .satisfiesExactly(
            line ->
                assertThat(line)
                    .startsWith("NO_SUCH_ITEM, executed: yes, {have={")
                    .contains("apple=30", "pear=45"),
            line -> assertThat(line).isEqualTo("TIMEOUT, executed: maybe"),
            line -> assertThat(line).isEqualTo("days: [5, 4, 3]"));
  }

  /** What the client prints on stdout. */
  private static String outputWith(String serverName, String clientName) throws Exception {
    Process server = java(serverName, "0");
    try {
      Matcher listening =
          LISTENING.matcher(String.valueOf(soon(server.inputReader(UTF_8)::readLine)));
      assertThat(listening.matches()).as("the server listens").isTrue();
      Process client = java(clientName, listening.group(1));
      try {
        String out = soon(() -> new String(client.getInputStream().readAllBytes(), UTF_8));
        assertThat(client.waitFor(60, SECONDS)).as("the client ends").isTrue();
        assertThat(client.exitValue()).isZero();
        return out;
      } finally {
        client.destroyForcibly();
      }
    } finally {
      server.destroyForcibly();
    }
  }

  private interface Reading {
    String read() throws IOException;
  }

  /** Reading from a process has no time limit of its own. */
  private static String soon(Reading reading) {
    CompletableFuture<String> read = new CompletableFuture<>();
    Thread.ofPlatform()
        .daemon()
        .start(
            () -> {
              try {
                read.complete(reading.read());
              } catch (IOException e) {
                read.completeExceptionally(new UncheckedIOException(e));
              }
            });
    return read.orTimeout(60, SECONDS).join();
  }

  private static Process java(String example, String... arguments) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                System.getProperty("java.home") + "/bin/java",
                "-cp",
                System.getProperty("java.class.path"),
                folder().resolve(example + ".java").toString()));
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command).redirectError(Redirect.INHERIT).start();
  }

  /** Maven runs tests in the module's folder, an editor often in the root. */
  private static Path folder() {
    Path here = Path.of("").toAbsolutePath();
    return Files.exists(here.resolve("AddServer.java")) ? here : here.resolve("examples");
  }
}
