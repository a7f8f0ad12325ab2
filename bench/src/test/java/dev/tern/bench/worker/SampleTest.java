package dev.tern.bench.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

class SampleTest {
  private static Sample sample() {
    Histogram latency = new Histogram(Load.LONGEST_NANOS, Load.DIGITS);
    for (int i = 1; i <= 1_000; i++) {
      latency.recordValue(i * 1_000L);
    }
    String words = Load.of(500_000_000, List.of(latency)).toWords() + " 3000000 4000000 512";
    return Sample.ofWords(words.split(" ", -1), new Usage(2_000_000, 1_000_000, 256));
  }

  @Test
  void throughputCountsTheAnsweredCalls() {
    assertThat(sample().callsPerSecond()).isEqualTo(2_000);
  }

  @Test
  void percentilesAreInMicroseconds() {
    assertThat(sample().latencyMicros(50)).isBetween(500.0, 505.0);
    assertThat(sample().latencyMicros(99.9)).isBetween(995.0, 1_005.0);
  }

  @Test
  void costIsByTheCall() {
    assertThat(sample().serverCpuMicros()).isEqualTo(2);
    assertThat(sample().clientCpuMicros()).isEqualTo(3);
    assertThat(sample().serverBytesPerCall()).isEqualTo(1_000);
    assertThat(sample().clientBytesPerCall()).isEqualTo(4_000);
  }

  @Test
  void thePeakIsNoDifference() {
    assertThat(new Usage(5, 7, 100).since(new Usage(1, 2, 300))).isEqualTo(new Usage(4, 5, 100));
  }
}
