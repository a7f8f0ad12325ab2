package dev.tern.core.runtime;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How long to wait after the n-th failure in a row: it doubles up to a ceiling, and half of it is
 * drawn by chance, so that many clients do not come back in step.
 *
 * @param first after the first failure; positive
 * @param ceiling at most this; not below first
 */
public record Backoff(Duration first, Duration ceiling) {
  /** For reconnecting: quick after a restart, gentle to a server that is down. */
  public static final Backoff RECONNECT = new Backoff(Duration.ofMillis(50), Duration.ofSeconds(5));

  /** Beyond this the ceiling has long been reached; shifting further would overflow. */
  private static final int MAX_DOUBLINGS = 30;

  /**
   * Checks them.
   *
   * @throws IllegalArgumentException if they are not positive and rising
   */
  public Backoff {
    if (!first.isPositive() || ceiling.compareTo(first) < 0) {
      throw new IllegalArgumentException(
          "backoff: " + first + " to " + ceiling + " (expected: positive and rising)");
    }
  }

  /**
   * The wait in nanoseconds.
   *
   * @param failures in a row, at least 1
   */
  public long nanos(int failures, RandomGenerator random) {
    long doubled = first.toNanos() << Math.min(failures - 1, MAX_DOUBLINGS);
    long whole = doubled <= 0 ? ceiling.toNanos() : Math.min(doubled, ceiling.toNanos());
    return whole / 2 + random.nextLong(whole / 2 + 1);
  }
}
