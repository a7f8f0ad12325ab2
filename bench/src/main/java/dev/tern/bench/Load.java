package dev.tern.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.HdrHistogram.Histogram;

/**
 * Callers in a closed loop: each makes its next call when the last one is answered.
 *
 * @param calls how many were answered
 * @param nanos how long it took
 * @param latency of each call, in nanoseconds
 */
record Load(long calls, long nanos, Histogram latency) {
  private static final long LONGEST_NANOS = Duration.ofMinutes(1).toNanos();

  /** Two digits: a percentile is off by less than 1 %, and 512 histograms stay small. */
  private static final int DIGITS = 2;

  /** Runs so many callers, each on a virtual thread, for so long. */
  static Load run(Contender.Caller caller, int callers, Duration time) throws Exception {
    CountDownLatch start = new CountDownLatch(1);
    CountDownLatch ready = new CountDownLatch(callers);
    AtomicReference<Throwable> failure = new AtomicReference<>();
    List<Histogram> histograms = new ArrayList<>();
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < callers; i++) {
      Histogram latency = new Histogram(LONGEST_NANOS, DIGITS);
      histograms.add(latency);
      threads.add(
          Thread.startVirtualThread(
              () -> {
                try {
                  ready.countDown();
                  start.await();
                  callUntil(caller, latency, System.nanoTime() + time.toNanos(), failure);
                } catch (Throwable e) {
                  failure.set(e);
                }
              }));
    }
    ready.await();
    long began = System.nanoTime();
    start.countDown();
    for (Thread thread : threads) {
      thread.join();
    }
    long nanos = System.nanoTime() - began;
    Throwable failed = failure.get();
    if (failed != null) {
      throw new IllegalStateException("a call failed", failed);
    }
    Histogram all = new Histogram(LONGEST_NANOS, DIGITS);
    histograms.forEach(all::add);
    return new Load(all.getTotalCount(), nanos, all);
  }

  private static void callUntil(
      Contender.Caller caller, Histogram latency, long end, AtomicReference<Throwable> failure)
      throws Exception {
    long before = System.nanoTime();
    while (before - end < 0 && failure.get() == null) {
      caller.call();
      long after = System.nanoTime();
      latency.recordValue(Math.min(after - before, LONGEST_NANOS));
      before = after;
    }
  }
}
