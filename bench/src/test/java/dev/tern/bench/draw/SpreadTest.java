package dev.tern.bench.draw;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class SpreadTest {
  @Test
  void theMedianOfAnOddNumberIsTheMiddleOne() {
    assertThat(Spread.of(9, 1, 5)).isEqualTo(new Spread(5, 1, 9));
  }

  @Test
  void theMedianOfAnEvenNumberLiesBetweenTheMiddleTwo() {
    assertThat(Spread.of(4, 1, 9, 2)).isEqualTo(new Spread(3, 1, 9));
  }

  @Test
  void nothingHasNoMedian() {
    assertThatThrownBy(Spread::of)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("values: none (expected: at least one)");
  }

  @Test
  void ratiosAreThoseWithinEachRound() {
    // The medians alone would give 4 / 2; round by round it is never more than 1.
    Spread ratio = Spread.ratio(List.of(1.0, 4.0, 9.0), List.of(2.0, 4.0, 9.0), value -> value);
    assertThat(ratio).isEqualTo(new Spread(1, 0.5, 1));
  }

  @Test
  void aRoundThatOnlyOneHasIsLeftOut() {
    Spread ratio = Spread.ratio(List.of(6.0, 100.0), List.of(2.0), value -> value);
    assertThat(ratio).isEqualTo(new Spread(3, 3, 3));
  }
}
