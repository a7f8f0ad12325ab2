package dev.tern.core.observe;

import dev.tern.core.log.LogQueue;
import dev.tern.core.runtime.Timers;
import java.util.concurrent.atomic.AtomicBoolean;
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

  private final AtomicLong heldBack = new AtomicLong();
  private final AtomicBoolean reporting = new AtomicBoolean();

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
    while (true) {
      long now = timers.nanoTime();
      long paid = paidAt.get();
      long from = paid - now < 0 ? now : paid;
      if (from - now > (BURST - 1) * INTERVAL_NANOS) {
        holdBack();
        return false;
      }
      if (paidAt.compareAndSet(paid, from + INTERVAL_NANOS)) {
        return true;
      }
    }
  }

  private void holdBack() {
    heldBack.incrementAndGet();
    if (!reporting.get() && reporting.compareAndSet(false, true)) {
      var _ = timers.schedule(SECOND_NANOS, () -> LogQueue.SHARED.add(this::report));
    }
  }

  private void report() {
    reporting.set(false);
    report.accept(heldBack.getAndSet(0));
  }
}
