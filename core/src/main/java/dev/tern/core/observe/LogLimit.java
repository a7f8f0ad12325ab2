package dev.tern.core.observe;

import dev.tern.core.log.LogQueue;
import dev.tern.core.runtime.Timers;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;

/**
 * Keeps a flood of failures from becoming a flood of lines: allows a burst, then so many a second.
 * How many it held back is told a second after the first of them. Thread-safe, never blocks.
 */
public final class LogLimit {
  /** What is logged at once. */
  static final int BURST = 20;

  /** Enough to see what goes wrong; the counters tell how often. */
  static final int PER_SECOND = 10;

  private static final long SECOND_NANOS = 1_000_000_000L;
  private static final long INTERVAL_NANOS = SECOND_NANOS / PER_SECOND;

  private final Timers timers;
  private final LongConsumer report;

  /** When the lines allowed so far will have been paid for. */
  private final AtomicLong paidAt;

  /** Until the next line is allowed: a flood must not read the clock for each of its lines. */
  private volatile boolean shut;

  /** Since it was told last. */
  private final AtomicLong heldBack = new AtomicLong();

  /**
   * @param report logs how many lines were held back
   */
  public LogLimit(Timers timers, LongConsumer report) {
    this.timers = timers;
    this.report = report;
    this.paidAt = new AtomicLong(timers.nanoTime());
  }

  /** Whether one more line may be written now. */
  public boolean admit() {
    while (!shut) {
      long now = timers.nanoTime();
      long paid = paidAt.get();
      long from = paid - now < 0 ? now : paid;
      long wait = from - now - (BURST - 1) * INTERVAL_NANOS;
      if (wait > 0) {
        shut = true;
        var _ = timers.schedule(wait, () -> shut = false);
      } else if (paidAt.compareAndSet(paid, from + INTERVAL_NANOS)) {
        return true;
      }
    }
    if (heldBack.getAndIncrement() == 0) {
      var _ = timers.schedule(SECOND_NANOS, this::tellNow);
    }
    return false;
  }

  /** Tells what it has held back until now, if anything: also for who ends, and says no more. */
  public void tellNow() {
    long count = heldBack.getAndSet(0);
    if (count > 0) {
      LogQueue.SHARED.add(() -> report.accept(count));
    }
  }
}
