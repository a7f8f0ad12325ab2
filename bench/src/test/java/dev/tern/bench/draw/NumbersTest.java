package dev.tern.bench.draw;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NumbersTest {
  @ParameterizedTest
  @CsvSource({"0.5234, 0.523", "6, 6.00", "14.26, 14.3", "1234.5, '1,235'", "-20.04, -20.0"})
  void aboutThreeDigits(double number, String text) {
    assertThat(Numbers.short3(number)).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({"0.5, 0.5", "10, 10", "100, 100", "1500, 1.5 k", "1000000, 1 M", "250000, 250 k"})
  void roundedForAnAxis(double number, String text) {
    assertThat(Numbers.rounded(number)).isEqualTo(text);
  }
}
