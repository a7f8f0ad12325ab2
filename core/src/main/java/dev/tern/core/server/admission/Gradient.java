package dev.tern.core.server.admission;

import dev.tern.core.limit.ConcurrencyLimit;

/**
 * A limit that follows how long calls take, as a pure function. While they take about as long as
 * the fastest do, it grows by the square root of itself: room for a queue, from which it is seen
 * whether more would do no harm. When they take longer, it shrinks in proportion, by at most half.
 * ("Gradient" of Netflix's concurrency-limits, after the idea of TCP Vegas that a growing delay,
 * before any loss, tells of a queue.)
 *
 * @param limit the running calls, with the part that is less than one
 * @param bestNanos what calls have taken in the best window since the last probe; 0 before the
 *     first
 * @param windows how many have been looked at since then
 */
record Gradient(double limit, double bestNanos, int windows) {
  /** What calls may take longer without being held to do so. */
  private static final double TOLERANCE = 1.5;

  /** The part of the way to the new limit that one window goes. */
  private static final double SMOOTHING = 0.2;

  private static final double STEEPEST = 0.5;

  /**
   * After so many windows, some 30 seconds, the limit is halved and the best is found out anew:
   * calls may have become slower for good, and what was the best may have had a queue in it.
   */
  static final int PROBE_WINDOWS = 300;

  private static final double PROBE = 0.5;

  /**
   * After a window.
   *
   * @param meanNanos what its calls took; more than 0
   * @param running the most that ran at once
   */
  Gradient after(double meanNanos, int running, ConcurrencyLimit bounds) {
    double best = bestNanos == 0 ? meanNanos : Math.min(bestNanos, meanNanos);
    if (running < limit / 2) { // not the limit has held them back: nothing was learnt of it
      return new Gradient(limit, best, windows);
    }
    if (windows >= PROBE_WINDOWS) {
      return new Gradient(Math.max(bounds.least(), limit * PROBE), 0, 0);
    }
    double gradient = Math.clamp(TOLERANCE * best / meanNanos, STEEPEST, 1);
    double target = limit * gradient + Math.sqrt(limit);
    double next = limit + (target - limit) * SMOOTHING;
    return new Gradient(Math.clamp(next, bounds.least(), bounds.most()), best, windows + 1);
  }
}
