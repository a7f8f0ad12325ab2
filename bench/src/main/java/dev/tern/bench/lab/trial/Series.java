package dev.tern.bench.lab.trial;

import java.util.List;

/**
 * What happened when.
 *
 * @param binMillis how long a bin is
 * @param attempts that began in each bin
 * @param retries those of them that were not the first of their call
 * @param succeeded calls that ended well in each bin
 */
public record Series(
    int binMillis, List<Integer> attempts, List<Integer> retries, List<Integer> succeeded) {
  private static final long NANOS_PER_MILLI = 1_000_000;

  static Series of(List<Ended> calls, int binMillis) {
    long binNanos = binMillis * NANOS_PER_MILLI;
    long last =
        calls.stream().mapToLong(call -> call.began() + call.took()).max().orElse(0) / binNanos;
    int[] attempts = new int[Math.toIntExact(last + 1)];
    int[] retries = new int[attempts.length];
    int[] succeeded = new int[attempts.length];
    for (Ended call : calls) {
      for (int i = 0; i < call.attempts().size(); i++) {
        int bin = bin(call.attempts().get(i), binNanos, attempts.length);
        attempts[bin]++;
        retries[bin] += i > 0 ? 1 : 0;
      }
      if (call.isGood()) {
        succeeded[bin(call.began() + call.took(), binNanos, succeeded.length)]++;
      }
    }
    return new Series(binMillis, listOf(attempts), listOf(retries), listOf(succeeded));
  }

  private static int bin(long nanos, long binNanos, int bins) {
    return Math.clamp(nanos / binNanos, 0, bins - 1);
  }

  private static List<Integer> listOf(int[] counts) {
    return java.util.Arrays.stream(counts).boxed().toList();
  }

  /** The most retries in a bin. */
  public int mostRetries() {
    return retries.stream().mapToInt(Integer::intValue).max().orElse(0);
  }

  /** Attempts a second between two times. */
  public double attemptsPerSecond(int fromMillis, int untilMillis) {
    return perSecond(attempts, fromMillis, untilMillis);
  }

  /** Calls that ended well between two times, a second. */
  public double successesPerSecond(int fromMillis, int untilMillis) {
    return perSecond(succeeded, fromMillis, untilMillis);
  }

  private double perSecond(List<Integer> bins, int fromMillis, int untilMillis) {
    int sum =
        bins.stream()
            .skip(fromMillis / binMillis)
            .limit((untilMillis - fromMillis) / binMillis)
            .mapToInt(Integer::intValue)
            .sum();
    return sum * 1_000.0 / (untilMillis - fromMillis);
  }

  /**
   * How long it takes until calls succeed again as often as they come: until the first second with
   * at least 95 % of them begins.
   *
   * @param fromMillis when the trouble ends
   * @param untilMillis when the load ends
   * @param perSecond how many calls come
   * @return in seconds; infinite if that is not seen
   */
  public double secondsToRecover(int fromMillis, int untilMillis, double perSecond) {
    int window = 1_000 / binMillis;
    for (int bin = fromMillis / binMillis; bin + window <= untilMillis / binMillis; bin++) {
      int good = succeeded.stream().skip(bin).limit(window).mapToInt(Integer::intValue).sum();
      if (good >= 0.95 * perSecond) {
        return (bin * binMillis - fromMillis) / 1_000.0;
      }
    }
    return Double.POSITIVE_INFINITY;
  }
}
