package dev.tern.bench.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tern.bench.driver.MicroBenchmarks.Listed;
import dev.tern.bench.driver.MicroBenchmarks.Score;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MicroBenchmarksTest {
  private static final Map<String, List<String>> SHAPES = Map.of("shape", List.of("PLAIN", "FULL"));

  private static List<String> ids(
      Map<String, List<String>> before,
      Map<String, List<String>> after,
      Map<String, String> fixed,
      Map<String, String> fixedBefore) {
    return PairedBenchmark.of(
            new Listed("a.B.call", before), new Listed("a.B.call", after), fixed, fixedBefore)
        .stream()
        .map(one -> one.id() + " / " + ((PairedBenchmark) one).before())
        .toList();
  }

  @Test
  void readsTheListWithParameters() {
    List<String> lines =
        List.of(
            "Benchmarks: ",
            "dev.tern.bench.EnvelopeBenchmark.decodeRequest",
            "  param \"shape\" = {PLAIN, FULL}",
            "dev.tern.bench.ServerBenchmark.inlineCall");
    assertThat(MicroBenchmarks.listed(lines))
        .containsExactly(
            new Listed("dev.tern.bench.EnvelopeBenchmark.decodeRequest", SHAPES),
            new Listed("dev.tern.bench.ServerBenchmark.inlineCall", Map.of()));
  }

  @Test
  void theFigureIsTheMedianOfTheIterations() throws FailedException {
    String json =
        """
        [{"primaryMetric": {"score": 300, "rawData": [[100, 101, 102, 103, 1000]]},
          "secondaryMetrics": {
            "cpu.norm": {"score": 120, "rawData": [[99, 98, 500, 97, 96]]},
            "gc.alloc.rate.norm": {"score": 96.5, "rawData": [[96, 96, 97, 96.5, 98]]}}}]
        """;
    assertThat(MicroBenchmarks.score(json)).isEqualTo(new Score(98, 102, 96.5));
  }

  @Test
  void moreThanOneResultIsNotGuessedFrom() {
    assertThatThrownBy(() -> MicroBenchmarks.score("[{}, {}]"))
        .hasMessage("2 results (expected: 1)");
  }

  @Test
  void aParameterOfBothBuildsTakesEachValue() {
    assertThat(ids(SHAPES, SHAPES, Map.of(), Map.of()))
        .containsExactly(
            "B.call{shape=PLAIN} / {shape=PLAIN}", "B.call{shape=FULL} / {shape=FULL}");
  }

  @Test
  void aParameterOfTheBuildAfterAloneStaysAtItsFirstValue() {
    assertThat(ids(Map.of(), SHAPES, Map.of(), Map.of()))
        .containsExactly("B.call{shape=PLAIN} / {}");
  }

  @Test
  void aParameterOfTheBuildBeforeAloneStaysAtItsFirstValue() {
    assertThat(ids(SHAPES, Map.of(), Map.of(), Map.of())).containsExactly("B.call / {shape=PLAIN}");
  }

  @Test
  void aFixedParameterHasOneValue() {
    assertThat(ids(SHAPES, SHAPES, Map.of("shape", "FULL"), Map.of()))
        .containsExactly("B.call{shape=FULL} / {shape=FULL}");
  }

  @Test
  void oneValueCanBeComparedWithAnother() {
    assertThat(ids(SHAPES, SHAPES, Map.of("shape", "FULL"), Map.of("shape", "PLAIN")))
        .containsExactly("B.call{shape=FULL} / {shape=PLAIN}");
  }

  @Test
  void theTitleSaysWhatTheBuildBeforeDoesOtherwise() {
    PairedBenchmark benchmark =
        new PairedBenchmark("a.B.call", Map.of("shape", "PLAIN"), Map.of("shape", "FULL"));
    assertThat(benchmark.title()).isEqualTo("a.B.call, before with {shape=PLAIN}");
  }
}
