package dev.tern.races;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * All races for a moment; {@code .build/races} runs them for longer, and in all ways of compiling.
 */
@Tag("slow")
final class RacesTest {
  private static final long PATIENCE_SECONDS = 300;

  /** Of each race: one JVM that compiles as usual, one iteration. */
  private static final List<String> BRIEFLY =
      List.of("-f", "1", "-iter", "1", "-time", "50", "-sc", "false", "-jvmArgs", "-Xmx256m");

  @Test
  void noneEndsInAWayThatMustNotBe(@TempDir Path folder) throws Exception {
    assumeTrue(Runtime.getRuntime().availableProcessors() > 1, "on one processor nobody races");
    File log = folder.resolve("log").toFile();
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add("org.openjdk.jcstress.Main");
    command.addAll(BRIEFLY);
    Process process =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log)
            .start();
    boolean ended = process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
    process.destroyForcibly();
    String said = Files.readString(log.toPath(), StandardCharsets.UTF_8);

    assertThat(ended).as(said).isTrue();
    assertThat(process.exitValue()).as(said).isZero();
    assertThat(said)
        .contains("Failed tests: No matches.", "Error tests: No matches.")
        .containsPattern("All remaining tests: [1-9][0-9] matching");
  }
}
