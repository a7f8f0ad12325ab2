package dev.tern.bench.worker;

import java.time.Duration;
import java.util.List;
import java.util.StringJoiner;
import org.HdrHistogram.AbstractHistogram;
import org.HdrHistogram.Histogram;

/**
 * Calls that were made.
 *
 * @param calls how many were answered
 * @param nanos how long it took
 * @param latency of each call, in nanoseconds
 */
record Load(long calls, long nanos, AbstractHistogram latency) {
  static final long LONGEST_NANOS = Duration.ofMinutes(1).toNanos();

  /** Two digits: a percentile is off by less than 1 %, and 512 histograms stay small. */
  static final int DIGITS = 2;

  /** Adds up. */
  static Load of(long nanos, List<? extends AbstractHistogram> histograms) {
    Histogram all = new Histogram(LONGEST_NANOS, DIGITS);
    histograms.forEach(all::add);
    return new Load(all.getTotalCount(), nanos, all);
  }

  String toWords() {
    StringJoiner words = new StringJoiner(" ").add(calls + " " + nanos);
    for (double percentile : Sample.PERCENTILES) {
      words.add(String.valueOf(latency.getValueAtPercentile(percentile)));
    }
    return words.toString();
  }
}
