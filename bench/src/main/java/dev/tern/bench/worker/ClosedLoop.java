package dev.tern.bench.worker;

import dev.tern.bench.contender.Call;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.HdrHistogram.AbstractHistogram;
import org.HdrHistogram.AtomicHistogram;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/** Callers that each make their next call when their last one is answered. */
final class ClosedLoop {
  /** So many have a histogram each, which is the fastest; more than that share as many. */
  private static final int HISTOGRAMS = 1024;

  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

  private ClosedLoop() {}

  /**
   * Runs callers for so long, each on a virtual thread.
   *
   * @param calls one for each connection; the callers take them in turn
   */
  static Load run(List<Call> calls, int callers, Duration time) throws Exception {
    return new ClosedLoop().measure(calls, callers, time);
  }

  private Load measure(List<Call> calls, int callers, Duration time) throws Exception {
    CountDownLatch start = new CountDownLatch(1);
    CountDownLatch ready = new CountDownLatch(callers);
    List<AbstractHistogram> histograms = histograms(callers);
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < callers; i++) {
      AbstractHistogram latency = histograms.get(i % histograms.size());
      Call call = calls.get(i % calls.size());
      threads.add(
          Thread.startVirtualThread(
              () -> {
                try {
                  ready.countDown();
                  start.await();
                  callUntil(call, latency, System.nanoTime() + time.toNanos());
                } catch (Throwable e) {
                  failure.compareAndSet(null, e);
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
      throw new IllegalStateException("a call failed: " + failed, failed);
    }
    return Load.of(nanos, histograms);
  }

  private static List<AbstractHistogram> histograms(int callers) {
    List<AbstractHistogram> histograms = new ArrayList<>();
    for (int i = 0; i < Math.min(callers, HISTOGRAMS); i++) {
      histograms.add(
          callers <= HISTOGRAMS
              ? new Histogram(Load.LONGEST_NANOS, Load.DIGITS)
              : new AtomicHistogram(Load.LONGEST_NANOS, Load.DIGITS));
    }
    return histograms;
  }

  private void callUntil(Call call, AbstractHistogram latency, long end) throws Exception {
    long before = System.nanoTime();
    while (before - end < 0 && failure.get() == null) {
      call.run();
      long after = System.nanoTime();
      latency.recordValue(Math.min(after - before, Load.LONGEST_NANOS));
      before = after;
    }
  }
}
