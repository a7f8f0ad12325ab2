package dev.tern.bench.pairs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StudentTTest {
  /** As printed in tables of the distribution, two-sided, 95 %. */
  @ParameterizedTest
  @CsvSource({
    "1, 12.706",
    "2, 4.303",
    "3, 3.182",
    "4, 2.776",
    "9, 2.262",
    "10, 2.228",
    "19, 2.093",
    "30, 2.042",
    "99, 1.984"
  })
  void isThatOfTheTables(int degrees, double expected) {
    assertThat(StudentT.quantile(degrees)).isCloseTo(expected, Offset.offset(0.0005));
  }

  @Test
  void ofOneValueThereIsNone() {
    assertThatThrownBy(() -> StudentT.quantile(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("degrees: 0 (expected: at least 1)");
  }
}
