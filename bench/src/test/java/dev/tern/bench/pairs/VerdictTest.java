package dev.tern.bench.pairs;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VerdictTest {
  @ParameterizedTest
  @CsvSource({
    "0.99, 1.03, 3, holds",
    "0.99, 1.031, 3, not established",
    "1.029, 1.05, 3, not established",
    "1.031, 1.05, 3, broken",
    "1.031, 1.05, 5, holds",
    "0.93, 0.94, -5, holds",
    "0.93, 0.97, -5, not established"
  })
  void aBarHoldsForTheUnfavourableEnd(double low, double high, double atMost, String words) {
    Estimate estimate = new Estimate((low + high) / 2, low, high, 25, 5);
    assertThat(Verdict.of(estimate, atMost).inWords()).isEqualTo(words);
  }
}
