package dev.tern.core.server.admission;

import dev.tern.core.limit.ConcurrencyLimit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Gathers how long calls take, a window at a time, and has a {@link Gradient} follow. Thread-safe.
 */
final class Adaptation {
  /** Long enough for a mean, short enough to follow a change of load within seconds. */
  static final long WINDOW_NANOS = 100_000_000;

  /** Fewer calls say nothing: the window goes on. */
  static final int WINDOW_CALLS = 16;

  private final ConcurrencyLimit bounds;
  private final ReentrantLock lock = new ReentrantLock();

  // Guarded by lock, but for the limit:
  private Gradient gradient;
  private long beganNanos;
  private int calls;
  private double sumNanos;
  private int mostRunning;
  private volatile int limit;

  Adaptation(ConcurrencyLimit bounds, long now) {
    this.bounds = bounds;
    this.gradient = new Gradient(bounds.least(), 0, 0);
    this.limit = bounds.least();
    this.beganNanos = now;
  }

  /** The limit after one more call. A call that finds another one here is not looked at. */
  int after(long nanos, int running, long now) {
    if (lock.tryLock()) {
      try {
        calls++;
        sumNanos += Math.max(1, nanos);
        mostRunning = Math.max(mostRunning, running);
        if (calls >= WINDOW_CALLS && now - beganNanos >= WINDOW_NANOS) {
          gradient = gradient.after(sumNanos / calls, mostRunning, bounds);
          limit = (int) gradient.limit();
          beganNanos = now;
          calls = 0;
          sumNanos = 0;
          mostRunning = 0;
        }
      } finally {
        lock.unlock();
      }
    }
    return limit;
  }
}
