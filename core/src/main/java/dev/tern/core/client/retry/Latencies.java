package dev.tern.core.client.retry;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;

/** A percentile of the latencies seen last. Thread-safe; noting one costs a few nanoseconds. */
final class Latencies {
  /** Enough for a percentile of 99, and so few that a change shows soon. */
  private static final int KEPT = 512;

  /** The percentile is found anew after so many; before the first so many it is not known. */
  private static final int STEP = 64;

  private final double percentile;
  private final AtomicLongArray last = new AtomicLongArray(KEPT);
  private final AtomicInteger count = new AtomicInteger();
  private volatile long nanos;

  /**
   * @param atFirst what the percentile counts as while too few were seen; -1 for not known
   */
  Latencies(double percentile, long atFirst) {
    this.percentile = percentile;
    this.nanos = atFirst;
  }

  void add(long latency) {
    int number = count.getAndIncrement() & Integer.MAX_VALUE;
    last.set(number % KEPT, latency);
    if (number % STEP == STEP - 1) {
      long[] sorted = new long[Math.min(number + 1, KEPT)];
      for (int i = 0; i < sorted.length; i++) {
        sorted[i] = last.get(i);
      }
      Arrays.sort(sorted);
      nanos = sorted[(int) Math.min(sorted.length - 1, percentile * sorted.length)];
    }
  }

  /** The percentile; what it was told at first as long as too few were seen. */
  long nanos() {
    return nanos;
  }
}
