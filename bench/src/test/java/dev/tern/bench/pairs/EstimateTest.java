package dev.tern.bench.pairs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.DoubleStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class EstimateTest {
  private static final Offset<Double> EXACT = Offset.offset(1e-9);

  /** A start whose pairs have these ratios. */
  private static List<Twice> start(double... ratios) {
    return DoubleStream.of(ratios).mapToObj(ratio -> new Twice(2, 2 * ratio)).toList();
  }

  @Test
  void twiceAsMuchAndHalfAsMuchCancelOut() {
    assertThat(Estimate.of(List.of(start(2, 0.5), start(1, 1))).ratio()).isCloseTo(1, EXACT);
  }

  @Test
  void theIntervalIsStudentsOfTheStartsMeans() {
    // The logarithms of the means are -a, 0 and a: their standard deviation is a, and their
    // standard error a / √3; the quantile of two degrees of freedom is 4.30265.
    double a = Math.log(1.01);
    Estimate estimate = Estimate.of(List.of(start(1 / 1.01), start(1), start(1.01)));
    assertThat(Math.log(estimate.high()))
        .isCloseTo(4.30265 * a / Math.sqrt(3), Offset.offset(1e-6));
    assertThat(estimate.low()).isCloseTo(1 / estimate.high(), EXACT);
  }

  @Test
  void morePairsOfTheSameStartsAreNoMoreIndependentValues() {
    Estimate few = Estimate.of(List.of(start(0.99), start(1.01)));
    Estimate many = Estimate.of(List.of(start(0.99, 0.99, 0.99), start(1.01, 1.01, 1.01)));
    assertThat(many.high()).isCloseTo(few.high(), EXACT);
    assertThat(many.pairs()).isEqualTo(6);
  }

  @Test
  void whatDiffersWithinAStartOnlyDoesNotWidenTheInterval() {
    Estimate estimate = Estimate.of(List.of(start(0.5, 2), start(2, 0.5)));
    assertThat(estimate.halfWidth()).isCloseTo(0, EXACT);
  }

  @Test
  void ofOneStartNothingIsKnownOfHowStartsDiffer() {
    Estimate estimate = Estimate.of(List.of(start(1.1, 1.1, 1.1)));
    assertThat(estimate)
        .isEqualTo(new Estimate(estimate.ratio(), 0, Double.POSITIVE_INFINITY, 3, 1));
    assertThat(estimate.halfWidth()).isInfinite();
  }

  @Test
  void aStartWithoutPairsDoesNotCount() {
    Estimate estimate = Estimate.of(List.of(start(1.01), start(1.03), List.of()));
    assertThat(estimate.starts()).isEqualTo(2);
  }

  @Test
  void ofNothingThereIsNone() {
    assertThat(Estimate.of(List.of())).isEqualTo(Estimate.NONE);
  }

  @Test
  void halfTheWidthIsAShareOfTheRatio() {
    assertThat(new Estimate(2, 2 / 1.02, 2 * 1.02, 10, 2).halfWidth()).isCloseTo(0.02, EXACT);
  }

  @Test
  void aFigureThatIsNothingHasNoRatio() {
    assertThatThrownBy(() -> new Twice(0, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("before: 0.0, after: 1.0 (expected: more than 0)");
  }
}
