package dev.tern.bench.pairs;

/** Whether "at most so many percent more" holds. */
public enum Verdict {
  /** Even the upper end of the interval is within the bar. */
  HOLDS("holds"),
  /** Even the lower end is beyond it. */
  BROKEN("broken"),
  /** The bar lies within the interval. */
  NOT_ESTABLISHED("not established");

  private final String words;

  Verdict(String words) {
    this.words = words;
  }

  /**
   * Of a figure of which less is better.
   *
   * @param atMostPercent how much more the build after may have; less than 0 if it must have less
   */
  public static Verdict of(Estimate estimate, double atMostPercent) {
    double bar = 1 + atMostPercent / 100;
    if (estimate.high() <= bar) {
      return HOLDS;
    }
    return estimate.low() > bar ? BROKEN : NOT_ESTABLISHED;
  }

  /** For a reader. */
  public String inWords() {
    return words;
  }
}
