package dev.tern.bench.soak;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

final class SoakTest {
  private static final long PATIENCE_SECONDS = 120;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String... args) {
    return new CommandLine(new SoakCommand())
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(args);
  }

  private static SoakSample sample(double seconds, long heap, long timers, long descriptors) {
    return new SoakSample(seconds, heap, 0, descriptors, 20, timers, 0, 1_000);
  }

  @Test
  @Tag("slow")
  void aShortOneLeavesNothing(@TempDir Path folder) throws Exception {
    Path page = folder.resolve("soak.html");
    // What is counted is the process, and what it has compiled is no matter of other tests.
    Path log = folder.resolve("log");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                "dev.tern.bench.Main",
                "soak",
                "--minutes",
                "0.1",
                "--visitors",
                "4",
                "--out",
                page.toString())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    boolean ended = process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
    process.destroyForcibly();
    assertThat(ended).as(Files.readString(log)).isTrue();
    assertThat(process.exitValue()).as(Files.readString(log)).isZero();
    assertThat(page).content().contains("<svg", "Timers that wait");
    assertThat(Files.readAllLines(folder.resolve("soak.html.csv"))).hasSizeGreaterThan(8);
  }

  @Test
  void whatIsLeftIsNamed() {
    assertThat(SoakReport.leaks(sample(0, 1, 0, 50), sample(60, 1, 3, 90)))
        .containsExactly("timers: 0 before, 3 after", "descriptors: 50 before, 90 after");
    assertThat(SoakReport.leaks(sample(0, 1, 0, 50), sample(60, 1, 0, 51))).isEmpty();
  }

  @Test
  void aHeapThatGrowsShows() {
    List<SoakSample> grows =
        List.of(
            sample(0, 1, 0, 1),
            sample(1, 100, 0, 1),
            sample(2, 200, 0, 1),
            sample(3, 300, 0, 1),
            sample(4, 400, 0, 1),
            sample(5, 1, 0, 1));
    assertThat(SoakReport.heapGrowth(grows)).isEqualTo(2);
    assertThat(SoakReport.grows(grows)).isTrue();
    assertThat(SoakReport.words(grows, 0)).endsWith("THE HEAP GREW.");
  }

  @Test
  void noTimeIsRefused() {
    assertThat(run("--minutes", "0")).isEqualTo(2);
    assertThat(err.toString())
        .contains("--minutes: 0.0, --visitors: 16 (expected: more than 0 each)");
  }
}
