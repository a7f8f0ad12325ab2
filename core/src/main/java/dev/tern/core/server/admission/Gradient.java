package dev.tern.core.server.admission;

import dev.tern.core.limit.ConcurrencyLimit;

/**
 * A limit that follows how long calls take, as a pure function. When they take as long as they long
 * since do, it grows by the square root of itself: room for a queue, from which it is seen whether
 * more would do no harm. When they take longer, it shrinks in proportion, by at most half.
 * ("Gradient2" of Netflix's concurrency-limits, after the idea of TCP Vegas that a growing delay,
 * before any loss, tells of a queue.)
 *
 * @param limit the running calls, with the part that is less than one
 * @param longNanos what calls have taken over many windows; 0 before the first
 */
record Gradient(double limit, double longNanos) {
  /** What calls may take longer without being held to do so. */
  private static final double TOLERANCE = 1.5;

  /** The part of the way to the new limit that one window goes. */
  private static final double SMOOTHING = 0.2;

  /** A window's part in the long mean: about 100 of them are remembered. */
  private static final double WINDOW_SHARE = 0.02;

  /** When calls have long since been faster than the mean says, it is led down to them. */
  private static final double DRIFT = 2;

  private static final double DRIFT_DOWN = 0.95;

  private static final double STEEPEST = 0.5;

  /**
   * After a window.
   *
   * @param meanNanos what its calls took; more than 0
   * @param running the most that ran at once
   */
  Gradient after(double meanNanos, int running, ConcurrencyLimit bounds) {
    double mean = longNanos == 0 ? meanNanos : longNanos + (meanNanos - longNanos) * WINDOW_SHARE;
    if (mean > meanNanos * DRIFT) {
      mean *= DRIFT_DOWN;
    }
    if (running < limit / 2) {
      return new Gradient(
          limit, mean); // not the limit has held them back: nothing was learnt of it
    }
    double gradient = Math.clamp(TOLERANCE * mean / meanNanos, STEEPEST, 1);
    double target = limit * gradient + Math.sqrt(limit);
    double next = limit + (target - limit) * SMOOTHING;
    return new Gradient(Math.clamp(next, bounds.least(), bounds.most()), mean);
  }
}
