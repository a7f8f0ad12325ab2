package dev.tern.cli.serve;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class LatencyHistogramTest {

  private static List<String> lines(long... millis) {
    return LatencyHistogram.lines(LongStream.of(millis).mapToObj(Duration::ofMillis).toList());
  }

  @Test
  void eachLineHasItsCountAndItsBar() {
    assertThat(lines(0, 49, 120))
        .containsExactly(
            "   0 – 50   ms    2 " + "█".repeat(40),
            "  50 – 100  ms    0",
            " 100 – 150  ms    1 " + "█".repeat(20));
  }

  @Test
  void theLastLineTakesTheRest() {
    assertThat(lines(450, 9_999)).hasSize(10).last().asString().startsWith(" 450 – …    ms    2 █");
  }

  @Test
  void oneOfManyShows() {
    long[] many = new long[1_000];
    many[0] = 60;
    assertThat(lines(many)).last().isEqualTo("  50 – 100  ms    1 █");
  }

  @Test
  void ofNothingThereIsNoBar() {
    assertThat(lines()).containsExactly("   0 – 50   ms    0");
  }
}
