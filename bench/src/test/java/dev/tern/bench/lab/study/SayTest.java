package dev.tern.bench.lab.study;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SayTest {
  @ParameterizedTest
  @CsvSource({"1, 100 %", "0.99999, 99.9 %", "0.5, 50.0 %", "0.00001, 0.1 %", "0, 0 %"})
  void aShareIsNotRoundedToAllOrNothing(double rate, String expected) {
    assertThat(Say.percent(rate)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({"0, at once", "1.25, after 1.3 s", "Infinity, not within the run"})
  void aRecoveryIsToldAsItIs(double seconds, String expected) {
    assertThat(Say.recovery(seconds)).isEqualTo(expected);
  }
}
