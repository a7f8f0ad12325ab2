package dev.tern.bench.lab.study;

import dev.tern.bench.draw.Numbers;

/** Figures in sentences. */
final class Say {
  private Say() {}

  /** "99.8 %". A rate that is not 1 is never rounded to it, nor one that is not 0 to that. */
  static String percent(double rate) {
    double percent = rate * 100;
    if (rate >= 1 || rate <= 0) {
      return Numbers.fixed(percent, 0) + " %";
    }
    return Numbers.fixed(Math.clamp(percent, 0.1, 99.9), 1) + " %";
  }

  /** "317 ms". */
  static String millis(double millis) {
    return Numbers.short3(millis) + " ms";
  }

  /** "1.42". */
  static String times(double factor) {
    return Numbers.fixed(factor, 2);
  }

  /** "1,234". */
  static String count(long number) {
    return Numbers.whole((double) number);
  }

  /** "after 1.5 s", "at once", or "not within the run". */
  static String recovery(double seconds) {
    if (Double.isInfinite(seconds)) {
      return "not within the run";
    }
    return seconds == 0 ? "at once" : "after " + Numbers.fixed(seconds, 1) + " s";
  }
}
