package dev.tern.races;

import static org.assertj.core.api.Assertions.assertThat;

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

/** All models for a moment, and that a bug of the kind that each looks for is found. */
@Tag("slow")
final class ModelsTest {
  private static final long PATIENCE_SECONDS = 300;

  /** Most of the time is that of changing classes: the second compiler would double it. */
  private static final List<String> SMALL = List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC");

  @TempDir Path folder;

  private record Run(int code, String said) {}

  private Run run(int scenarios, int times, Class<?>... models) throws Exception {
    File log = folder.resolve("log").toFile();
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(SMALL);
    command.addAll(Models.JVM_OPTIONS);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Models.class.getName()));
    command.addAll(List.of("brief", String.valueOf(scenarios), String.valueOf(times)));
    for (Class<?> model : models) {
      command.add(model.getName());
    }
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log).start();
    boolean ended = process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
    process.destroyForcibly();
    String said = Files.readString(log.toPath(), StandardCharsets.UTF_8);
    assertThat(ended).as(said).isTrue();
    return new Run(process.exitValue(), said);
  }

  @Test
  void anOrderOfTheirOperationsExplainsWhatTwoThreadsSee() throws Exception {
    Run run = run(4, 60);

    assertThat(run.code()).as(run.said()).isZero();
    assertThat(run.said().lines().filter(line -> line.endsWith("; found: nothing"))).hasSize(5);
  }

  @Test
  void theBugsThatWerePlantedAreFound() throws Exception {
    Class<?>[] planted = {
      PlantedLimiter.class,
      PlantedMailbox.class,
      PlantedStore.class,
      PlantedCall.class,
      PlantedQueue.class
    };

    Run run = run(10, 100, planted);

    assertThat(run.code()).as(run.said()).isEqualTo(1);
    for (Class<?> each : planted) {
      assertThat(run.said())
          .containsPattern(
              each.getSimpleName()
                  + ", model checking: \\d+ ms; found: \\s*= (Invalid execution results|Validation)");
    }
  }
}
