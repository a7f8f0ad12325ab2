package dev.tern.bench.soak;

import dev.tern.core.runtime.Timers;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/** The machine's clock, which knows how many tasks wait. */
final class CountingTimers implements Timers {
  private final Timers system = Timers.system();
  private final AtomicLong waiting = new AtomicLong();

  /** Tasks that were scheduled, and have neither begun nor been cancelled. */
  long waiting() {
    return waiting.get();
  }

  @Override
  public long nanoTime() {
    return system.nanoTime();
  }

  @Override
  public Scheduled schedule(long delayNanos, Runnable task) {
    AtomicBoolean waits = new AtomicBoolean(true);
    waiting.incrementAndGet();
    Scheduled scheduled =
        system.schedule(
            delayNanos,
            () -> {
              leave(waits);
              task.run();
            });
    return () -> {
      leave(waits);
      scheduled.cancel();
    };
  }

  private void leave(AtomicBoolean waits) {
    if (waits.getAndSet(false)) {
      waiting.decrementAndGet();
    }
  }
}
