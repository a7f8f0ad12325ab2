package dev.tern.core.server.admission;

import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Counts the calls that are in flight at a server, and how fast they leave, for an honest answer to
 * who is refused. Thread-safe.
 */
final class InFlight {
  /** In {@link #counts} above the calls in flight: one that has left. */
  private static final long LEFT = 1L << Integer.SIZE;

  /** So long everybody is told the same. */
  private static final long LOOK_NANOS = 10_000_000;

  /** When nobody was refused for so long, what was known is of another time. */
  private static final long FORGOTTEN_NANOS = 1_000_000_000;

  private static final long UNKNOWN_MILLIS = 100;

  private final AtomicLong counts = new AtomicLong();

  /**
   * @param left calls that had left then
   */
  private record Look(int left, long nanos, long retryMillis) {}

  private volatile @Nullable Look last;

  /** When somebody was refused last. Written without care: two at once are at the same time. */
  private volatile long refusedNanos;

  int count() {
    return (int) counts.get();
  }

  /** One more, if there are fewer than that. */
  boolean enter(int most) {
    if ((int) counts.incrementAndGet() <= most) {
      return true;
    }
    counts.decrementAndGet();
    return false;
  }

  void leave(int calls) {
    counts.addAndGet(calls * (LEFT - 1));
  }

  /**
   * How long until a call has left, for one who is refused: going by those that have left since
   * others were. When none has for longer than that, as long again.
   */
  long retryMillis(long now) {
    int left = (int) (counts.get() >> Integer.SIZE);
    Look before = last;
    long quiet = now - refusedNanos;
    refusedNanos = now;
    if (before == null || quiet > FORGOTTEN_NANOS) {
      last = new Look(left, now, UNKNOWN_MILLIS);
      return UNKNOWN_MILLIS;
    }
    long nanos = now - before.nanos();
    if (nanos < LOOK_NANOS) {
      return before.retryMillis();
    }
    long millis = Pace.millis(nanos / Math.max(1, left - before.left()));
    if (left != before.left()) { // else it goes on counting from where the last one has left
      last = new Look(left, now, millis);
    }
    return millis;
  }
}
