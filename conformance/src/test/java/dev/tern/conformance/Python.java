package dev.tern.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Programs in Python: those of clients/python by name, others by their whole path. */
final class Python {
  /** Longer than any of them takes on a busy machine. */
  private static final long SECONDS = 120;

  /** What a program wrote, and its status. */
  record Run(int status, String output) {
    String lastLine() {
      return output.lines().reduce("", (_, line) -> line);
    }
  }

  private Python() {}

  /** Runs a program to its end. */
  static Run run(String... arguments) throws IOException, InterruptedException {
    Process process = start(arguments);
    try {
      String output = new String(process.getInputStream().readAllBytes(), UTF_8);
      assertThat(process.waitFor(SECONDS, TimeUnit.SECONDS))
          .as("%s ends", List.of(arguments))
          .isTrue();
      return new Run(process.exitValue(), output);
    } finally {
      process.destroyForcibly();
    }
  }

  /** Starts a program; its first line can be read with {@link #firstLine}. */
  static Process start(String... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of("python3"));
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command)
        .directory(folder().toFile())
        .redirectErrorStream(true)
        .start();
  }

  /** The first line that it writes. */
  static String firstLine(Process process) throws IOException {
    BufferedReader output = process.inputReader(UTF_8);
    String line = output.readLine();
    assertThat(line).as("a first line").isNotNull();
    return line;
  }

  /** Above the folder that the tests run in, whichever that is. */
  private static Path folder() {
    for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
      Path found = at.resolve("clients").resolve("python");
      if (Files.isDirectory(found)) {
        return found;
      }
    }
    throw new AssertionError("no folder clients/python above " + Path.of("").toAbsolutePath());
  }
}
