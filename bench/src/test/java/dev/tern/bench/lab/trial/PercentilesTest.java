package dev.tern.bench.lab.trial;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PercentilesTest {
  @ParameterizedTest
  @CsvSource({"50,500", "99,990", "99.9,999", "99.99,1000", "100,1000", "0.01,1"})
  void itIsTheNearestRank(double percent, long expected) {
    long[] backwards = LongStream.rangeClosed(1, 1_000).map(value -> 1_001 - value).toArray();
    assertThat(Percentiles.of(backwards).at(percent)).isEqualTo(expected);
  }

  @Test
  void oneValueIsAllOfThem() {
    assertThat(Percentiles.of(7).at(99.9)).isEqualTo(7);
  }

  @Test
  void ofNothingItIsNothing() {
    assertThat(Percentiles.of().at(50)).isZero();
  }
}
