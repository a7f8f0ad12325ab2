package dev.tern.core.limit;

/**
 * How many calls run at once, of a server or of a method, and how many wait until one of them has
 * left. What does not fit is refused at once as SERVER_BUSY, "not executed", with {@code
 * retry_after_ms}. Immutable.
 *
 * <p>Whoever came first goes first, unless the queue has not been empty for a tenth of a second:
 * then whoever came last does, as those who have waited long have mostly given up.
 *
 * @param least the running calls that are always allowed; at least 1
 * @param most the running calls that are never exceeded; the same as {@code least} for a fixed
 *     limit
 * @param queue the calls that wait; 0 or more
 * @param fairShare the share of the running calls, and of the queue, that one caller may hold; more
 *     than 0, and 1 for all. At least one call always may run, and one wait
 */
public record ConcurrencyLimit(int least, int most, int queue, double fairShare) {
  /** More than any machine runs or remembers. */
  private static final int LARGEST = 1_000_000;

  /** Leaves a place for whoever comes beside the one that takes all it gets. */
  private static final double FAIR_SHARE = 0.9;

  /** Checks the ranges. */
  public ConcurrencyLimit {
    if (least < 1 || most < least || most > LARGEST) {
      throw new IllegalArgumentException(
          "running calls: %s to %s (expected: 1 to %s, the least first)"
              .formatted(least, most, LARGEST));
    }
    if (queue < 0 || queue > LARGEST) {
      throw new IllegalArgumentException("queue: " + queue + " (expected: 0 to " + LARGEST + ")");
    }
    if (!(fairShare > 0 && fairShare <= 1)) {
      throw new IllegalArgumentException(
          "fairShare: " + fairShare + " (expected: more than 0, at most 1)");
    }
  }

  /** So many calls run, and as many wait: for about as long as one runs. */
  public static ConcurrencyLimit fixed(int running) {
    return new ConcurrencyLimit(running, running, running, FAIR_SHARE);
  }

  /**
   * As many calls run as do so without taking longer: found out from how long they take, between
   * these two. As many wait as at most run.
   */
  public static ConcurrencyLimit adaptive(int least, int most) {
    return new ConcurrencyLimit(least, most, most, FAIR_SHARE);
  }

  /** With a queue of so many calls; 0 for none. */
  public ConcurrencyLimit queue(int calls) {
    return new ConcurrencyLimit(least, most, calls, fairShare);
  }

  /** With so much of all for one caller, who is told by his address; 1 for no bound. */
  public ConcurrencyLimit fairShare(double share) {
    return new ConcurrencyLimit(least, most, queue, share);
  }

  /** Whether it changes with how long calls take. */
  public boolean isAdaptive() {
    return most > least;
  }

  /** How many of so many one caller may hold. */
  public int shareOf(int calls) {
    return Math.max(1, (int) (calls * fairShare));
  }
}
