package dev.tern.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Programs of these tests in a JVM of their own. */
final class JavaProcess {
  /** Longer than any of them takes on a busy machine. */
  private static final long SECONDS = 50;

  private JavaProcess() {}

  /** What a program writes until it ends well, line by line. */
  static List<String> run(String option, Class<?> program, String argument)
      throws IOException, InterruptedException {
    return outputOf(command(option, program, argument));
  }

  static List<String> command(String option, Class<?> program, String argument) {
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        option,
        "-Xmx256m",
        "--enable-native-access=ALL-UNNAMED",
        "--sun-misc-unsafe-memory-access=allow",
        "-cp",
        System.getProperty("java.class.path"),
        program.getName(),
        argument);
  }

  /** What any command writes until it ends well, line by line. */
  static List<String> outputOf(List<String> command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    try {
      String output = new String(process.getInputStream().readAllBytes(), UTF_8);
      assertThat(process.waitFor(SECONDS, TimeUnit.SECONDS)).as("has ended").isTrue();
      assertThat(process.exitValue()).as(output).isZero();
      return output.lines().toList();
    } finally {
      process.destroyForcibly();
    }
  }
}
