package dev.tern.bench.worker;

import dev.tern.bench.contender.Call;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.AtomicHistogram;
import org.jspecify.annotations.Nullable;

/**
 * Calls that start by the clock, whether or not the earlier ones are answered, each on a virtual
 * thread of its own. A call's latency counts from when it was meant to start: a server that stands
 * still pays for all the calls that should have been made meanwhile.
 */
final class OpenLoop {
  /** Calls in flight; a system that cannot keep the rate would else run out of memory. */
  private static final int MAX_IN_FLIGHT = 10_000;

  /** The run ends after so many times its length, however many calls it still owes. */
  private static final int PATIENCE = 3;

  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
  private final AtomicHistogram latency = new AtomicHistogram(Load.LONGEST_NANOS, Load.DIGITS);
  private final Semaphore room = new Semaphore(MAX_IN_FLIGHT);

  private OpenLoop() {}

  /**
   * Makes calls at a rate for so long.
   *
   * @param perSecond more than 0
   */
  static Load run(Call call, double perSecond, Duration time) throws Exception {
    return new OpenLoop().measure(call, perSecond, time);
  }

  private Load measure(Call call, double perSecond, Duration time) throws Exception {
    double everyNanos = 1e9 / perSecond;
    long calls = Math.max(1, Math.round(time.toNanos() / everyNanos));
    long began = System.nanoTime();
    long givenUp = began + PATIENCE * time.toNanos();
    for (long i = 0; i < calls && failure.get() == null; i++) {
      long intended = began + Math.round(i * everyNanos);
      for (long left; (left = intended - System.nanoTime()) > 0; ) {
        LockSupport.parkNanos(left);
      }
      if (System.nanoTime() - givenUp > 0) {
        break;
      }
      room.acquire();
      Thread.startVirtualThread(() -> call(call, intended));
    }
    room.acquire(MAX_IN_FLIGHT);
    long nanos = System.nanoTime() - began;
    Throwable failed = failure.get();
    if (failed != null) {
      throw new IllegalStateException("a call failed: " + failed, failed);
    }
    return Load.of(nanos, List.of(latency));
  }

  private void call(Call call, long intended) {
    try {
      call.run();
      latency.recordValue(Math.min(System.nanoTime() - intended, Load.LONGEST_NANOS));
    } catch (Throwable e) {
      failure.compareAndSet(null, e);
    } finally {
      room.release();
    }
  }
}
