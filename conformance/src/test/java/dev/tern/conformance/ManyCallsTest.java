package dev.tern.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Ten thousand calls that are all in flight at once on one connection, in a small heap. */
@Tag("slow")
final class ManyCallsTest {
  private static final int CALLS = 10_000;
  private static final String HEAP = "-Xmx128m";

  @ParameterizedTest
  @ValueSource(strings = {"threads", "netty"})
  @Timeout(180)
  void tenThousandCallsInFlightFitIn128Megabytes(String transport, @TempDir Path logs)
      throws Exception {
    Path serverLog = logs.resolve("server.log");
    Path clientLog = logs.resolve("client.log");
    Process server = java(serverLog, "server", transport, "" + CALLS);
    try (var output = server.inputReader()) {
      String port = output.readLine();
      assertThat(port).as(() -> "the server's port; its log:\n" + text(serverLog)).isNotNull();
      Thread.startVirtualThread(() -> drain(output)); // a full pipe would stop the server
      Process client = java(clientLog, "client", transport, "" + CALLS, port);
      try {
        assertExitsWell(client, clientLog);
      } finally {
        client.destroyForcibly();
      }
      server.outputWriter().close(); // the end of its input ends it
      assertExitsWell(server, serverLog);
    } finally {
      server.destroyForcibly();
    }
  }

  private static void assertExitsWell(Process process, Path log) throws InterruptedException {
    assertThat(process.waitFor(120, TimeUnit.SECONDS)).as("has ended").isTrue();
    assertThat(process.exitValue()).as(() -> "exit code; its log:\n" + text(log)).isZero();
  }

  private static Process java(Path log, String... args) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            HEAP,
            "-XX:+ExitOnOutOfMemoryError",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-cp",
            System.getProperty("java.class.path"),
            ManyCalls.class.getName()));
    command.addAll(List.of(args));
    ProcessBuilder builder = new ProcessBuilder(command).redirectError(log.toFile());
    if (args[0].equals("client")) {
      builder.redirectOutput(ProcessBuilder.Redirect.DISCARD);
    }
    return builder.start();
  }

  private static void drain(Reader output) {
    try {
      output.transferTo(Writer.nullWriter());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String text(Path log) {
    try {
      return Files.readString(log, UTF_8);
    } catch (IOException e) {
      return "unreadable: " + e;
    }
  }
}
