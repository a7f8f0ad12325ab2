package dev.tern.testkit;

import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** The faults of one direction of a {@link FaultProxy}: delay, stall and cut. Thread-safe. */
final class FaultLane {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  // Guarded by lock:
  private long delayNanos;
  private boolean stalled;
  private long cutAfterBytes = Long.MAX_VALUE;

  void delay(long nanos) {
    change(() -> delayNanos = nanos);
  }

  void stall(boolean stalled) {
    change(() -> this.stalled = stalled);
  }

  void cutAfter(long bytes) {
    change(() -> cutAfterBytes = bytes);
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

  /** When bytes that arrive now may be passed on, as an instant of {@link System#nanoTime}. */
  long dueNanos() {
    lock.lock();
    try {
      return System.nanoTime() + delayNanos;
    } finally {
      lock.unlock();
    }
  }

  /** Waits until an instant has come and the direction is not stalled. */
  void awaitPassage(long dueNanos) throws InterruptedException {
    lock.lock();
    try {
      long left = dueNanos - System.nanoTime();
      while (stalled || left > 0) {
        if (stalled) {
          changed.await();
        } else {
          changed.awaitNanos(left);
        }
        left = dueNanos - System.nanoTime();
      }
    } finally {
      lock.unlock();
    }
  }
}
