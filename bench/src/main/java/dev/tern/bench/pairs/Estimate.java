package dev.tern.bench.pairs;

import java.util.List;

/**
 * A figure of the build after, divided by that of the build before, and how far it can be trusted.
 *
 * <p>Ratios are averaged as logarithms, so that twice as much and half as much cancel out. Pairs
 * that were measured in the same processes are not independent of each other: what the compiler
 * made of the code, and where memory came to lie, is the same for all of them. So the mean of each
 * start is one value, and the interval is Student's t of those. More pairs of the same start make
 * that start's mean better; only more starts tell how starts differ.
 *
 * @param ratio the geometric mean over the starts
 * @param low the lower end of the 95 % interval
 * @param high its upper end; of one start nothing is known of how starts differ: 0 to infinity
 * @param pairs that it rests on
 * @param starts of the processes that these were measured in
 */
public record Estimate(double ratio, double low, double high, int pairs, int starts) {

  /** Of nothing yet. */
  static final Estimate NONE = new Estimate(Double.NaN, 0, Double.POSITIVE_INFINITY, 0, 0);

  /**
   * Of these pairs.
   *
   * @param starts the pairs of each start; a start without any does not count
   */
  public static Estimate of(List<List<Twice>> starts) {
    double[] means =
        starts.stream().filter(start -> !start.isEmpty()).mapToDouble(Estimate::mean).toArray();
    int pairs = starts.stream().mapToInt(List::size).sum();
    if (means.length == 0) {
      return NONE;
    }
    double sum = 0;
    for (double mean : means) {
      sum += mean;
    }
    double mean = sum / means.length;
    if (means.length == 1) {
      return new Estimate(Math.exp(mean), 0, Double.POSITIVE_INFINITY, pairs, 1);
    }
    double squares = 0;
    for (double one : means) {
      squares += (one - mean) * (one - mean);
    }
    double standardError = Math.sqrt(squares / (means.length - 1) / means.length);
    double half = StudentT.quantile(means.length - 1) * standardError;
    return new Estimate(
        Math.exp(mean), Math.exp(mean - half), Math.exp(mean + half), pairs, means.length);
  }

  private static double mean(List<Twice> start) {
    return start.stream().mapToDouble(Twice::logarithm).average().orElseThrow();
  }

  /** Half the width of the interval, as a share of the ratio: 0.02 is ± 2 %. */
  public double halfWidth() {
    return Math.sqrt(high / low) - 1;
  }
}
