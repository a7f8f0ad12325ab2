package dev.tern.cli.serve;

import dev.tern.cli.options.Arguments;
import dev.tern.cli.options.LaneKind;
import dev.tern.cli.options.Seed;
import dev.tern.cli.terminal.WrongUsage;
import dev.tern.testkit.ServerFaults;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What goes wrong in the server, if somebody wants it to. */
@SuppressWarnings("FieldCanBeFinal") // picocli sets the options
final class ServeFaults {
  @Option(
      names = "--delay",
      paramLabel = "TIME",
      converter = Arguments.OfDuration.class,
      description = "waits in each call before the method: 500ms, 2s, 1m; for --lane virtual")
  private @Nullable Duration delay;

  @Option(
      names = "--drop",
      paramLabel = "SHARE",
      converter = Arguments.OfShare.class,
      description = "loses so many of the requests, from 0 to 1, before anything runs")
  private double drop;

  @Option(
      names = "--drop-replies",
      paramLabel = "SHARE",
      converter = Arguments.OfShare.class,
      description = "loses so many of the replies, after the method has run")
  private double dropReplies;

  @Mixin private final Seed seed = new Seed();

  boolean isAny() {
    return delay != null || drop > 0 || dropReplies > 0;
  }

  /**
   * Refuses what would hold up the thread that reads.
   *
   * @throws WrongUsage saying so
   */
  void refuseDelayOn(LaneKind lane) {
    if (delay != null && lane == LaneKind.INLINE) {
      throw new WrongUsage(
          "--delay with --lane inline (expected: --lane virtual; an inline method must not block)");
    }
  }

  /** The faults, which begin to count now. */
  ServerFaults chosen() {
    return ServerFaults.of(delay == null ? Duration.ZERO : delay, drop, dropReplies, seed.value());
  }

  /** In words, for who looks on. */
  @Override
  public String toString() {
    return "delay %d ms, dropped requests %s, dropped replies %s; seed %d"
        .formatted(delay == null ? 0 : delay.toMillis(), drop, dropReplies, seed.value());
  }
}
