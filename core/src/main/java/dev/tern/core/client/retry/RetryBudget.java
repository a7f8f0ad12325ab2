package dev.tern.core.client.retry;

import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Bounds what retries add to the load of a server that fails: to a share of the calls, and so many
 * a second. Credits live for a second, so that an hour of good calls pays for no storm; the bucket
 * begins with one second's. After Finagle's retry budgets (Twitter, 2016). Thread-safe.
 */
final class RetryBudget {
  private static final long SECOND_NANOS = 1_000_000_000;

  /** The second moves on in steps of a tenth. */
  private static final int SLOTS = 10;

  private static final long SLOT_NANOS = SECOND_NANOS / SLOTS;

  private final double share;
  private final double perSecond;
  private final long startNanos;

  /** Calls since the beginning; read where a slot begins. */
  private final LongAdder calls = new LongAdder();

  private final ReentrantLock lock = new ReentrantLock();

  // Under the lock, by slot of the last second:
  private final long[] callsAtStart = new long[SLOTS];
  private final long[] taken = new long[SLOTS];
  private long slot;

  /** The slot that is going on, for a look without the lock. */
  private volatile long current;

  RetryBudget(double share, double perSecond, long now) {
    this.share = share;
    this.perSecond = perSecond;
    this.startNanos = now;
  }

  /** A call begins. */
  void called(long now) {
    if ((now - startNanos) / SLOT_NANOS != current) {
      lock.lock();
      try {
        moveTo(now);
      } finally {
        lock.unlock();
      }
    }
    calls.increment();
  }

  /** Takes the credit for one retry; false if there is none. */
  boolean take(long now) {
    lock.lock();
    try {
      moveTo(now);
      int oldest = (int) ((slot + 1) % SLOTS);
      double credits = share * (calls.sum() - callsAtStart[oldest]) + perSecond;
      long used = 0;
      for (long one : taken) {
        used += one;
      }
      if (used + 1 > credits) {
        return false;
      }
      taken[(int) (slot % SLOTS)]++;
      return true;
    } finally {
      lock.unlock();
    }
  }

  private void moveTo(long now) {
    long next = Math.max(slot, (now - startNanos) / SLOT_NANOS);
    long sum = calls.sum();
    for (long one = Math.max(slot + 1, next - SLOTS + 1); one <= next; one++) {
      callsAtStart[(int) (one % SLOTS)] = sum;
      taken[(int) (one % SLOTS)] = 0;
    }
    slot = next;
    current = next;
  }
}
