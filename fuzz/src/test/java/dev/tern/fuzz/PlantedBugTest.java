package dev.tern.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A fuzzer that finds nothing may be one that cannot. */
@Tag("slow")
final class PlantedBugTest {
  private static final long PATIENCE_SECONDS = 200;

  /** Printed by the fuzzer itself if it has not found anything until then. */
  private static final int FUZZ_SECONDS = 120;

  @Test
  void isFound(@TempDir Path folder) throws Exception {
    Path seeds = Files.createDirectory(folder.resolve("seeds"));
    Files.write(seeds.resolve("a"), new byte[] {0, 0, 0, 3, 'a', 'd', 'd'});
    File log = folder.resolve("log").toFile();
    Process process =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-XX:+EnableDynamicAgentLoading",
                    "-Xmx512m",
                    "-cp",
                    System.getProperty("java.class.path"),
                    "com.code_intelligence.jazzer.Jazzer",
                    "--target_class=dev.tern.fuzz.Planted",
                    "--instrumentation_includes=dev.tern.**",
                    "--reproducer_path=" + folder,
                    "-artifact_prefix=" + folder + "/",
                    "-seed=7",
                    "-max_len=16",
                    "-max_total_time=" + FUZZ_SECONDS,
                    seeds.toString()))
            .redirectErrorStream(true)
            .redirectOutput(log)
            .start();
    boolean ended = process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
    process.destroyForcibly();
    String said = Files.readString(log.toPath(), StandardCharsets.UTF_8);

    assertThat(ended).as(said).isTrue();
    assertThat(said).contains("the planted bug");
    assertThat(process.exitValue()).as(said).isNotZero();
  }
}
