package dev.tern.bench.report;

import dev.tern.bench.draw.Numbers;
import dev.tern.bench.draw.Spread;
import org.jspecify.annotations.Nullable;

/**
 * A bar that Tern sets itself, and whether a run passes it.
 *
 * @param figure what is compared
 * @param atLeast true if more is better, false if less is
 * @param bound the bar, in {@code unit}
 * @param aim a better value to strive for; null if there is none
 * @param unit empty for a ratio
 * @param measured what the run measured; null if it did not
 */
public record Bar(
    String figure,
    boolean atLeast,
    double bound,
    @Nullable Double aim,
    String unit,
    @Nullable Spread measured) {

  /** Whether the bar is met. */
  public enum Verdict {
    MET,
    NOT_MET,
    NOT_MEASURED
  }

  /** By the median. */
  public Verdict verdict() {
    if (measured == null) {
      return Verdict.NOT_MEASURED;
    }
    boolean met = atLeast ? measured.median() >= bound : measured.median() <= bound;
    return met ? Verdict.MET : Verdict.NOT_MET;
  }

  /** The verdict for a reader. */
  public String verdictInWords() {
    return switch (verdict()) {
      case MET -> "yes";
      case NOT_MET -> "no";
      case NOT_MEASURED -> "not measured";
    };
  }

  /** The bar for a reader: "at least 0.50; aim for 0.65". */
  public String boundInWords() {
    return (atLeast ? "at least " : "at most ")
        + Numbers.short3(bound)
        + unitInWords()
        + (aim == null ? "" : "; aim for " + Numbers.short3(aim));
  }

  /** The measured value for a reader, with its spread. */
  public String measuredInWords() {
    return measured == null
        ? ""
        : Numbers.short3(measured.median())
            + unitInWords()
            + " ("
            + Numbers.short3(measured.least())
            + "–"
            + Numbers.short3(measured.most())
            + ")";
  }

  private String unitInWords() {
    return unit.isEmpty() ? "" : " " + unit;
  }
}
