package dev.tern.cli.options;

import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What decides at random, so that a run can be repeated: an option of all commands with faults. */
@SuppressWarnings("FieldCanBeFinal") // picocli sets the option
public final class Seed {
  /** Seeds that are drawn stay below this: a person may have to type one. */
  private static final int DRAWN_BELOW = 1_000_000;

  @Option(
      names = "--seed",
      paramLabel = "N",
      converter = Arguments.OfSeed.class,
      description =
          "decides what is hit; the same seed hits the same of calls that come one after the other"
              + " (default: one at random)")
  private @Nullable Long seed;

  /** The one that was given, or else one that is drawn now, once. */
  public long value() {
    Long known = seed;
    if (known == null) {
      known = (long) ThreadLocalRandom.current().nextInt(DRAWN_BELOW);
      seed = known;
    }
    return known;
  }
}
