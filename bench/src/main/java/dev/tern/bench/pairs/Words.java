package dev.tern.bench.pairs;

import dev.tern.bench.draw.Numbers;
import java.util.Locale;

/** Estimates for a reader. */
public final class Words {
  private Words() {}

  /** "0.985 to 1.011"; of one start "unknown". */
  public static String interval(Estimate estimate) {
    return estimate.starts() < 2
        ? "unknown"
        : String.format(Locale.ROOT, "%.3f to %.3f", estimate.low(), estimate.high());
  }

  /** "at most 3 % more: holds". */
  static String verdict(Estimate estimate, double atMostPercent) {
    return "at most "
        + trimmed(atMostPercent)
        + " % more: "
        + Verdict.of(estimate, atMostPercent).inWords();
  }

  /** A share as percent: 0.02 is "2". */
  static String percent(double share) {
    return trimmed(share * 100);
  }

  private static String trimmed(double number) {
    return Numbers.fixed(number, 2).replaceAll("\\.?0+$", "");
  }
}
