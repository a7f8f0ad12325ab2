package dev.tern.bench.lab.trial;

import java.util.Arrays;

/** Percentiles of values that are all kept, by the nearest rank. */
final class Percentiles {
  private final long[] sorted;

  private Percentiles(long[] sorted) {
    this.sorted = sorted;
  }

  static Percentiles of(long... values) {
    long[] sorted = values.clone();
    Arrays.sort(sorted);
    return new Percentiles(sorted);
  }

  /**
   * The least value that at least so many percent do not exceed; 0 if there is none at all.
   *
   * @param percent more than 0, at most 100
   */
  long at(double percent) {
    if (sorted.length == 0) {
      return 0;
    }
    // 99.9 % of 1,000 are 999, also if a double says 999.0000000000001.
    int rank = (int) Math.ceil(percent / 100 * sorted.length - 1e-9);
    return sorted[Math.clamp(rank - 1, 0, sorted.length - 1)];
  }
}
