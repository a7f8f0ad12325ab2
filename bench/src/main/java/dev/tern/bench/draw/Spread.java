package dev.tern.bench.draw;

import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** A figure of several rounds. */
public record Spread(double median, double least, double most) {

  /**
   * Of these values.
   *
   * @param values at least one
   */
  public static Spread of(double... values) {
    if (values.length == 0) {
      throw new IllegalArgumentException("values: none (expected: at least one)");
    }
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int middle = sorted.length / 2;
    double median =
        sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    return new Spread(median, sorted[0], sorted[sorted.length - 1]);
  }

  /** Of one figure of each sample. */
  public static <T> Spread of(List<T> samples, ToDoubleFunction<T> figure) {
    return of(samples.stream().mapToDouble(figure).toArray());
  }

  /**
   * Of the ratios within each round, because a noisy minute hits all that is measured in it.
   *
   * @param above as many as {@code below}, or the rounds that only one has are left out
   */
  public static <T> Spread ratio(List<T> above, List<T> below, ToDoubleFunction<T> figure) {
    double[] ratios = new double[Math.min(above.size(), below.size())];
    for (int i = 0; i < ratios.length; i++) {
      ratios[i] = figure.applyAsDouble(above.get(i)) / figure.applyAsDouble(below.get(i));
    }
    return of(ratios);
  }
}
