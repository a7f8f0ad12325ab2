package dev.tern.bench.pairs;

import java.util.Locale;

/**
 * How long pairs are added: until the interval is narrow enough, whatever it says. A look at the
 * verdict would end at the first moment that chance makes it please.
 *
 * @param pairs at most so many
 * @param width the interval is narrow enough within ± this share of the ratio
 */
public record Rule(int pairs, double width) {
  /**
   * Fewer starts that happen to be alike would end a run by luck. With five, an interval of 95 %
   * that is looked at after each start still covers the truth in 92 to 95 of 100 runs, with three
   * in 90.
   */
  static final int LEAST_STARTS = 5;

  /**
   * Whether nothing is to be added. To be asked when a start is complete, so that all starts weigh
   * the same.
   */
  public boolean isEnough(Estimate estimate) {
    boolean isNarrow = estimate.starts() >= LEAST_STARTS && estimate.halfWidth() <= width;
    return isNarrow || estimate.pairs() >= pairs;
  }

  /** For a reader. */
  String inWords() {
    return String.format(
        Locale.ROOT,
        "pairs until the 95 %% interval is within ± %s %% (at least %d starts, at most %d pairs)",
        Words.percent(width),
        LEAST_STARTS,
        pairs);
  }
}
