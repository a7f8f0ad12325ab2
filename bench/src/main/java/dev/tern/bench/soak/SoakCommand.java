package dev.tern.bench.soak;

import dev.tern.bench.draw.Machine;
import dev.tern.bench.draw.Progress;
import io.netty.util.ResourceLeakDetector;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code tern bench soak}: what is held after a long time. */
@Command(
    name = "soak",
    description = {
      "Lets visitors come and go for a long time: connections over both transports, with TLS and without, calls of all",
      "kinds in all encodings, bad frames; one of two servers asks for tokens, and is drained and started again every 5 s.",
      "Writes a page with what the process held meanwhile, and a CSV beside it.",
      "Exit code: 0 if nothing was left, the heap did not grow and nothing unexpected happened, else 3."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false)
public final class SoakCommand implements Callable<Integer> {
  private static final int SOMETHING_LEFT = 3;
  private static final int MOST_SAMPLES = 240;
  private static final int LEAST_SAMPLES = 8;

  /** A collection each time is what that costs. */
  private static final int SECONDS_A_SAMPLE = 5;

  @SuppressWarnings("NullAway") // picocli sets it before it calls
  @Spec
  private CommandSpec spec;

  @Option(
      names = "--minutes",
      defaultValue = "60",
      description = "how long, parts of minutes too (default: ${DEFAULT-VALUE})")
  private double minutes;

  @Option(
      names = "--visitors",
      defaultValue = "16",
      description = "how many come and go at once (default: ${DEFAULT-VALUE})")
  private int visitors;

  @Option(
      names = "--seed",
      defaultValue = "7",
      description = "decides what they do (default: ${DEFAULT-VALUE})")
  private long seed;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description = "the page; the CSV is FILE.csv (default: target/bench/soak.html)")
  private @Nullable Path out;

  @Override
  public Integer call() throws Exception {
    if (!(minutes > 0) || visitors < 1) {
      throw new ParameterException(
          spec.commandLine(),
          "--minutes: %s, --visitors: %s (expected: more than 0 each)"
              .formatted(minutes, visitors));
    }
    ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.PARANOID);
    Machine machine = Machine.describe();
    String started = Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
    Duration length = Duration.ofMillis(Math.round(minutes * 60_000));
    int samples = Math.clamp(length.toSeconds() / SECONDS_A_SAMPLE, LEAST_SAMPLES, MOST_SAMPLES);
    Progress progress = Progress.onStderr(samples + 2);
    Soak soak = new Soak(visitors, seed);
    List<SoakSample> seen = soak.run(length, samples, progress);
    progress.end();
    var words = spec.commandLine().getOut();
    words.println(SoakReport.words(seen, soak.wrong()));
    soak.unexpected().forEach(what -> words.println("unexpected: " + what));
    Path page =
        out == null
            ? Path.of(System.getProperty("tern.root", "."), "target", "bench", "soak.html")
            : out;
    Path folder = page.toAbsolutePath().normalize().getParent();
    if (folder != null) {
      Files.createDirectories(folder);
    }
    Path table = page.resolveSibling(page.getFileName() + ".csv");
    Files.writeString(page, SoakReport.page(seen, soak.wrong(), started, machine, seed));
    Files.writeString(table, SoakReport.csv(seen));
    words.printf("wrote %s%nwrote %s%n", page, table);
    words.flush();
    boolean isClean =
        soak.wrong() == 0
            && !SoakReport.grows(seen)
            && SoakReport.leaks(seen.getFirst(), seen.getLast()).isEmpty();
    return isClean ? 0 : SOMETHING_LEFT;
  }
}
