package dev.tern.core.link;

import dev.tern.core.access.Durations;
import dev.tern.protocol.peer.Heartbeat;
import java.time.Duration;

/** What users say of how long connections live, checked. */
public final class Lifetimes {
  private static final Duration SHORTEST = Duration.ofMillis(1);

  /** Rarer is never: so peers read it, too. */
  private static final Duration RAREST = Duration.ofDays(1);

  private Lifetimes() {}

  /**
   * A heartbeat.
   *
   * @throws IllegalArgumentException if a peer would not understand it
   */
  public static Heartbeat heartbeat(Duration interval, Duration timeout, boolean isWarm) {
    if (interval.compareTo(SHORTEST) < 0 || interval.compareTo(RAREST) > 0) {
      throw new IllegalArgumentException(
          "interval: " + interval + " (expected: " + SHORTEST + " to " + RAREST + ")");
    }
    return new Heartbeat(Durations.nanos(interval), positive("timeout", timeout), isWarm);
  }

  /**
   * A time in nanoseconds.
   *
   * @throws IllegalArgumentException if it is not positive
   */
  public static long positive(String name, Duration limit) {
    if (!limit.isPositive()) {
      throw new IllegalArgumentException(name + ": " + limit + " (expected: more than 0)");
    }
    return Durations.nanos(limit);
  }
}
