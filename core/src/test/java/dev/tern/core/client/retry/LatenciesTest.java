package dev.tern.core.client.retry;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class LatenciesTest {
  private static void add(Latencies latencies, long from, long to) {
    for (long latency = from; latency <= to; latency++) {
      latencies.add(latency);
    }
  }

  @Test
  void isNotKnownBefore64WereSeen() {
    Latencies latencies = new Latencies(0.5, -1);
    add(latencies, 1, 63);
    assertThat(latencies.nanos()).isEqualTo(-1);
    latencies.add(64);
    assertThat(latencies.nanos()).isEqualTo(33);
  }

  @Test
  void isWhatItWasToldUntilThen() {
    Latencies latencies = new Latencies(0.5, 1_000);
    add(latencies, 1, 63);
    assertThat(latencies.nanos()).isEqualTo(1_000);
  }

  /** So many of 512 are less, in whatever order they came. */
  @ParameterizedTest
  @CsvSource({"0.5, 257", "0.9, 461", "0.95, 487", "0.99, 507", "0.999, 512", "0.001, 1"})
  void isThePercentile(double percentile, long expected) {
    Latencies latencies = new Latencies(percentile, -1);
    for (long i = 0; i < 512; i++) {
      latencies.add(i * 37 % 512 + 1);
    }
    assertThat(latencies.nanos()).isEqualTo(expected);
  }

  @Test
  void ofTheLast512() {
    Latencies latencies = new Latencies(0.5, -1);
    add(latencies, 1_000_001, 1_000_512);
    add(latencies, 1, 512);
    assertThat(latencies.nanos()).isEqualTo(257);
  }
}
