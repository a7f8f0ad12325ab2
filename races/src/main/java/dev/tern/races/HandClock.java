package dev.tern.races;

import dev.tern.core.runtime.Timers;
import java.util.concurrent.atomic.AtomicReference;

/** A clock that stands still, and keeps the last task that was scheduled. Thread-safe. */
public final class HandClock implements Timers {
  private final AtomicReference<Runnable> scheduled = new AtomicReference<>(() -> {});
  private volatile long nanos;

  @Override
  public long nanoTime() {
    return nanos;
  }

  @Override
  public Scheduled schedule(long delayNanos, Runnable task) {
    scheduled.set(task);
    return () -> {};
  }

  /** Sets the time, and runs what was scheduled last, whenever that was to be. */
  public void moveTo(long time) {
    nanos = time;
    scheduled.getAndSet(() -> {}).run();
  }
}
