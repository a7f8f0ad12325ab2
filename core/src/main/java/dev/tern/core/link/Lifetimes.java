package dev.tern.core.link;

import dev.tern.core.access.Durations;
import dev.tern.protocol.peer.Heartbeat;
import dev.tern.protocol.peer.Lifetime;
import java.time.Duration;
import java.util.random.RandomGenerator;

/** How long connections live: what users say of it, checked, and what one of them has of it. */
public final class Lifetimes {
  /** By so great a part of their age at most connections live longer, or shorter. */
  private static final int AGE_SPREAD = 10;

  private static final Duration SHORTEST = Duration.ofMillis(1);

  /** Rarer is never: so peers read it, too. */
  private static final Duration RAREST = Duration.ofDays(1);

  private Lifetimes() {}

  /**
   * Of a connection that begins now. Those that begin together do not become old together.
   *
   * @param idleNanos 0 for ever
   * @param maxAgeNanos give or take a tenth; 0 for ever
   */
  public static Lifetime beginning(
      long now, Heartbeat heartbeat, long idleNanos, long maxAgeNanos, RandomGenerator random) {
    long spread = maxAgeNanos / AGE_SPREAD;
    long until =
        maxAgeNanos == 0 ? 0 : now + maxAgeNanos - spread + random.nextLong(2 * spread + 1);
    return new Lifetime(heartbeat, idleNanos, until, maxAgeNanos > 0);
  }

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
