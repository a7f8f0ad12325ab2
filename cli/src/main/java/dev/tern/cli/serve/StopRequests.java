package dev.tern.cli.serve;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Tells what each signal to stop means. Supervisors, and {@code timeout}, often signal twice within
 * some milliseconds: what comes within a second of the one before means nothing. Thread-safe.
 */
final class StopRequests {
  static final long ECHO_NANOS = TimeUnit.SECONDS.toNanos(1);

  enum Meaning {
    /** Stop with care. */
    STOP,
    /** Cut off what still runs. */
    HURRY,
    /** End the process. */
    AT_ONCE,
    NOTHING
  }

  private final ReentrantLock lock = new ReentrantLock();
  private int counted;
  private long lastNanos;

  /** What a signal means that comes now. */
  Meaning next(long now) {
    lock.lock();
    try {
      if (counted > 0 && now - lastNanos < ECHO_NANOS) {
        return Meaning.NOTHING;
      }
      lastNanos = now;
      return switch (counted++) {
        case 0 -> Meaning.STOP;
        case 1 -> Meaning.HURRY;
        default -> Meaning.AT_ONCE;
      };
    } finally {
      lock.unlock();
    }
  }
}
