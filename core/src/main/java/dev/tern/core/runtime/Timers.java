package dev.tern.core.runtime;

/**
 * Time and what happens later. The only clock of the framework, so that a manual one can drive the
 * real code. Thread-safe.
 */
public interface Timers {

  /**
   * The machine's clock. Its tasks run on one thread of the process, which nobody may block: it is
   * an {@link IoThread}, so client calls and closes on it are refused.
   */
  static Timers system() {
    return SystemTimers.INSTANCE;
  }

  /** A monotonic instant in nanoseconds, meaningful only against another one of this source. */
  long nanoTime();

  /**
   * Runs a short task that never blocks, once, after a delay.
   *
   * @param delayNanos 0 or less: soon
   */
  Scheduled schedule(long delayNanos, Runnable task);

  /** A task that has been scheduled. */
  @FunctionalInterface
  interface Scheduled {
    /** The task will not run if it has not begun. Idempotent. */
    void cancel();
  }
}
