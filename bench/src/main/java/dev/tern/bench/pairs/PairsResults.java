package dev.tern.bench.pairs;

import dev.tern.bench.draw.Machine;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * All that a comparison of two builds measured; the JSON is this, and what follows from it.
 *
 * @param started when, in ISO 8601
 * @param settings how it was measured, in words
 * @param before the build that was there before
 * @param after the build that it is compared with
 * @param atMostPercent the bar for the first figure of each row; null if none was asked for
 */
public record PairsResults(
    String started,
    Machine machine,
    String settings,
    String before,
    String after,
    Rule rule,
    @Nullable Double atMostPercent,
    List<Row> rows) {

  /**
   * One workload.
   *
   * @param id stable, for choosing it on the command line
   * @param title for the reader
   * @param failure why it ended early; null if it did not
   * @param figures the first is the one that the rule and the bar look at
   */
  public record Row(String id, String title, @Nullable String failure, List<Measured> figures) {}

  /**
   * One figure of a workload.
   *
   * @param starts the pairs of each start of the processes
   */
  public record Measured(Figure figure, List<List<Twice>> starts) {
    /** What the pairs say. */
    public Estimate estimate() {
      return Estimate.of(starts);
    }

    /** The figure of the build before, averaged as the ratio is. */
    double before() {
      return mean(Twice::before);
    }

    /** The figure of the build after, likewise: so it is the other times the ratio. */
    double after() {
      return mean(Twice::after);
    }

    private double mean(ToDoubleFunction<Twice> side) {
      double logarithm =
          starts.stream()
              .filter(start -> !start.isEmpty())
              .mapToDouble(start -> mean(start, side))
              .average()
              .orElse(Double.NaN);
      return Math.exp(logarithm);
    }

    private static double mean(List<Twice> start, ToDoubleFunction<Twice> side) {
      return start.stream()
          .mapToDouble(pair -> Math.log(side.applyAsDouble(pair)))
          .average()
          .orElseThrow();
    }
  }
}
