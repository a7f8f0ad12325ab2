package dev.tern.core.server.admission;

import java.util.concurrent.atomic.AtomicLong;

/** How fast places get free, for an honest answer to who comes too early. Thread-safe. */
public final class Pace {
  /** Nothing is known yet. */
  private static final long UNKNOWN_NANOS = 100_000_000;

  private static final long NANOS_PER_MILLI = 1_000_000;

  /** Who is told to stay away for longer than that would rather ask. */
  private static final long LONGEST_MILLIS = 60_000;

  /** The newest call has an eighth of the say. */
  private static final int WEIGHT = 8;

  /** Mean time that a call runs. Written without care: two at once lose one sample. */
  private final AtomicLong meanNanos = new AtomicLong(UNKNOWN_NANOS);

  private volatile boolean isKnown;

  /** When a place was last taken or left. */
  private final AtomicLong movedNanos;

  /** Of places of which nothing is known yet. */
  public Pace(long now) {
    movedNanos = new AtomicLong(now);
  }

  /** A place was taken or left. */
  public void moved(long now) {
    movedNanos.setOpaque(now);
  }

  /** A call has run for so long. */
  public void took(long nanos) {
    long mean = meanNanos.getOpaque();
    meanNanos.setOpaque(isKnown ? mean + (nanos - mean) / WEIGHT : nanos);
    if (!isKnown) {
      isKnown = true;
    }
  }

  /**
   * How long until whoever comes now has a place: each that waits before it, and itself, needs one
   * of the running calls to leave. When none has left for longer than that, as long again.
   */
  public long waitNanos(int running, int waiting, long now) {
    double each = (double) meanNanos.getOpaque() / Math.max(1, running);
    return Math.max((long) (each * (waiting + 1L)), now - movedNanos.getOpaque());
  }

  /** Whether who comes now can know already that it waits for longer than that. */
  boolean isTooSlow(int running, int waiting, long now, long nanos) {
    return isKnown && waitNanos(running, waiting, now) >= nanos;
  }

  /** In whole milliseconds, as a peer is told. */
  public static long millis(long waitNanos) {
    long up = (waitNanos + NANOS_PER_MILLI - 1) / NANOS_PER_MILLI;
    return Math.clamp(up, 1, LONGEST_MILLIS);
  }
}
