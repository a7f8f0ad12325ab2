package dev.tern.bench.pairs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RuleTest {
  private static final Rule RULE = new Rule(100, 0.02);

  /** With this half width. */
  private static Estimate estimate(int pairs, int starts, double halfWidth) {
    return new Estimate(1, 1 / (1 + halfWidth), 1 + halfWidth, pairs, starts);
  }

  @ParameterizedTest
  @CsvSource({
    "25, 5, 0.0199, true",
    "25, 5, 0.0201, false",
    "20, 4, 0.0001, false",
    "100, 20, 0.5, true",
    "100, 1, 0.5, true",
    "99, 20, 0.5, false"
  })
  void endsWithANarrowIntervalOfEnoughStartsOrWithAllPairs(
      int pairs, int starts, double halfWidth, boolean enough) {
    assertThat(RULE.isEnough(estimate(pairs, starts, halfWidth))).isEqualTo(enough);
  }

  @Test
  void nothingIsNotEnough() {
    assertThat(RULE.isEnough(Estimate.NONE)).isFalse();
  }

  /**
   * An interval that is looked at after each start covers the truth a little less often than one of
   * a number of starts that was fixed before.
   */
  @ParameterizedTest
  @ValueSource(doubles = {0.005, 0.02, 0.04})
  void theIntervalOfAnEndedRunCoversTheTruth(double deviationOfStarts) {
    long seed = 20_261_128;
    RandomGenerator random = new Random(seed);
    int runs = 2_000;
    int covered = 0;
    for (int run = 0; run < runs; run++) {
      List<List<Twice>> starts = new ArrayList<>();
      Estimate estimate;
      do {
        Twice pair = new Twice(1, Math.exp(deviationOfStarts * random.nextGaussian()));
        starts.add(List.of(pair, pair, pair, pair, pair));
        estimate = Estimate.of(starts);
      } while (!RULE.isEnough(estimate));
      covered += estimate.low() <= 1 && estimate.high() >= 1 ? 1 : 0;
    }
    assertThat(covered).as("seed %d", seed).isGreaterThan(runs * 90 / 100);
  }
}
