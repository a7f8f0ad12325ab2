package dev.tern.testkit;

import dev.tern.testkit.FrameFaults.Fate;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The faults of one direction of a {@link FaultProxy}, and what they have done. All connections
 * share it. Instants are those of {@link System#nanoTime}. Thread-safe.
 */
final class FaultLane {
  private static final long NANOS_PER_SECOND = 1_000_000_000;

  /** So often a second something passes when the bandwidth is bounded: a flow, not gushes. */
  private static final int PIECES_PER_SECOND = 20;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  // Guarded by lock:
  private long delayNanos;
  private long jitterNanos;
  private SplittableRandom jitter = new SplittableRandom(0);
  private long slowCloseNanos;
  private boolean stalled;
  private long cutAfterBytes = Long.MAX_VALUE;
  private long bytesPerSecond = Long.MAX_VALUE;
  private long busyUntilNanos;
  private int dripBytes = Integer.MAX_VALUE;
  private long dripPauseNanos;

  private volatile Chance loss = Chance.NEVER;
  private volatile Chance repetition = Chance.NEVER;

  private final LongAdder bytes = new LongAdder();
  private final LongAdder frames = new LongAdder();
  private final LongAdder lostFrames = new LongAdder();
  private final LongAdder repeatedFrames = new LongAdder();

  void delay(long nanos) {
    change(() -> delayNanos = nanos);
  }

  void jitter(long mostNanos, long seed) {
    change(
        () -> {
          jitterNanos = mostNanos;
          jitter = new SplittableRandom(seed);
        });
  }

  void slowClose(long nanos) {
    change(() -> slowCloseNanos = nanos);
  }

  void stall(boolean stalled) {
    change(() -> this.stalled = stalled);
  }

  void cutAfter(long bytes) {
    change(() -> cutAfterBytes = bytes);
  }

  void bandwidth(long bytesPerSecond) {
    change(
        () -> {
          this.bytesPerSecond = bytesPerSecond;
          busyUntilNanos = System.nanoTime();
        });
  }

  void drip(int bytes, long pauseNanos) {
    change(
        () -> {
          dripBytes = bytes;
          dripPauseNanos = pauseNanos;
        });
  }

  void lose(Chance chance) {
    loss = chance;
  }

  void repeat(Chance chance) {
    repetition = chance;
  }

  private void change(Runnable change) {
    lock.lock();
    try {
      change.run();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  long cutAfterBytes() {
    lock.lock();
    try {
      return cutAfterBytes;
    } finally {
      lock.unlock();
    }
  }

  /** What happens to the frame that begins now. Both chances are asked about each frame. */
  Fate nextFate() {
    boolean repeated = repetition.next();
    return loss.next() ? Fate.LOST : repeated ? Fate.REPEATED : Fate.PASSED;
  }

  /** A frame has come whole. */
  void ended(Fate fate) {
    switch (fate) {
      case PASSED -> frames.increment();
      case LOST -> lostFrames.increment();
      case REPEATED -> {
        frames.increment();
        repeatedFrames.increment();
      }
    }
  }

  /** Bytes have been passed on. */
  void passed(int count) {
    bytes.add(count);
  }

  FaultCounts.Way counts() {
    return new FaultCounts.Way(bytes.sum(), frames.sum(), lostFrames.sum(), repeatedFrames.sum());
  }

  /** When bytes that arrive now may be passed on. */
  long dueNanos() {
    lock.lock();
    try {
      long more = jitterNanos == 0 ? 0 : jitter.nextLong(jitterNanos + 1);
      return System.nanoTime() + delayNanos + more;
    } finally {
      lock.unlock();
    }
  }

  /** When an end that arrives now may be passed on. */
  long closeDueNanos() {
    lock.lock();
    try {
      return System.nanoTime() + delayNanos + slowCloseNanos;
    } finally {
      lock.unlock();
    }
  }

  /** The most bytes that may be passed on together. */
  int pieceBytes() {
    lock.lock();
    try {
      long flowing = Math.max(1, bytesPerSecond / PIECES_PER_SECOND);
      return (int) Math.min(dripBytes, flowing);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits until a piece may be passed on, after those that the other connections have announced.
   */
  void awaitTurn(int count) throws InterruptedException {
    lock.lock();
    try {
      long now = System.nanoTime();
      long due = now + dripPauseNanos;
      if (bytesPerSecond < Long.MAX_VALUE) {
        long from = Math.max(0, busyUntilNanos - now);
        busyUntilNanos = now + from + count * NANOS_PER_SECOND / bytesPerSecond;
        due = now + Math.max(dripPauseNanos, busyUntilNanos - now);
      }
      awaitUnderLock(due);
    } finally {
      lock.unlock();
    }
  }

  /** Waits until an instant has come and the direction is not stalled. */
  void awaitPassage(long dueNanos) throws InterruptedException {
    lock.lock();
    try {
      awaitUnderLock(dueNanos);
    } finally {
      lock.unlock();
    }
  }

  private void awaitUnderLock(long dueNanos) throws InterruptedException {
    long left = dueNanos - System.nanoTime();
    while (stalled || left > 0) {
      if (stalled) {
        changed.await();
      } else {
        changed.awaitNanos(left);
      }
      left = dueNanos - System.nanoTime();
    }
  }
}
