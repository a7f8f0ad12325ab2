package dev.tern.protocol.session;

/**
 * Limits how often something may happen: a burst at once, then so many times a second, and once
 * more for each {@link #grant}. Not thread-safe.
 */
final class TokenBucket {
  private static final double NANOS_PER_SECOND = 1e9;

  private final int burst;
  private final double perNano;
  private double tokens;
  private long filledAt;
  private long granted;

  TokenBucket(int burst, int perSecond, long now) {
    this.burst = burst;
    this.perNano = perSecond / NANOS_PER_SECOND;
    this.tokens = burst;
    this.filledAt = now;
  }

  /** Allows one more, whenever it is taken. */
  void grant() {
    granted++;
  }

  /** Takes one if there is one. */
  boolean take(long now) {
    if (granted > 0) {
      granted--;
      return true;
    }
    tokens = Math.min(burst, tokens + (now - filledAt) * perNano);
    filledAt = now;
    if (tokens < 1) {
      return false;
    }
    tokens--;
    return true;
  }
}
