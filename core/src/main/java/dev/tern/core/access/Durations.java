package dev.tern.core.access;

import java.time.Duration;

/** Durations that users give, as nanoseconds that can be added to an instant. */
public final class Durations {
  /** A longer one counts as this one, so that no instant is more than half the clock away. */
  private static final Duration LONGEST = Duration.ofDays(36_500);

  private Durations() {}

  /** In nanoseconds; at most a hundred years. */
  public static long nanos(Duration duration) {
    return (duration.compareTo(LONGEST) < 0 ? duration : LONGEST).toNanos();
  }

  /**
   * What a close may be given, in nanoseconds.
   *
   * @throws IllegalArgumentException if it is negative
   */
  public static long graceNanos(Duration grace) {
    if (grace.isNegative()) {
      throw new IllegalArgumentException("grace: " + grace + " (expected: 0 or more)");
    }
    return nanos(grace);
  }
}
