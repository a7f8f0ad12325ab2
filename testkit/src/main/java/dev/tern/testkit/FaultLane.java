package dev.tern.testkit;

import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** What is wrong with one direction of a {@link FaultProxy}. Thread-safe. */
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

  /** When bytes that have come now may pass. */
  long dueNanos() {
    lock.lock();
    try {
      return System.nanoTime() + delayNanos;
    } finally {
      lock.unlock();
    }
  }

  /** Waits until a time and the end of a stall. */
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
