package dev.tern.bench.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.bench.draw.Spread;
import dev.tern.bench.report.Bar.Verdict;
import org.junit.jupiter.api.Test;

class BarsTest {
  private static Bar bar(String figure) {
    return Bars.of(Fixture.results()).stream()
        .filter(one -> one.figure().equals(figure))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void comparesRoundByRound() {
    Bar bar = bar("inline lane, 512 callers ÷ echo");
    assertThat(bar.measured()).isEqualTo(new Spread(0.55, 0.5, 0.6));
    assertThat(bar.verdict()).isEqualTo(Verdict.MET);
  }

  @Test
  void theAimIsNoPartOfTheBar() {
    assertThat(bar("inline lane, 512 callers ÷ echo").boundInWords())
        .isEqualTo("at least 0.500; aim for 0.650");
  }

  @Test
  void whatFailedIsNotMeasured() {
    Bar bar = bar("inline lane, 512 callers ÷ bolt");
    assertThat(bar.verdict()).isEqualTo(Verdict.NOT_MEASURED);
    assertThat(bar.measuredInWords()).isEmpty();
  }

  @Test
  void moreThanAllowedIsNotMet() {
    Bar bar = bar("bytes allocated for a call, inline, client");
    assertThat(bar.measured()).isEqualTo(new Spread(1_300, 1_300, 1_300));
    assertThat(bar.verdict()).isEqualTo(Verdict.NOT_MET);
  }

  @Test
  void idleMemoryIsThatOfTheSideThatTakesMore() {
    assertThat(bar("heap and direct memory of an idle connection").measured())
        .isEqualTo(new Spread(4_200, 4_200, 4_200));
  }

  @Test
  void theCommandIsJudgedByItsMedian() {
    Bar bar = bar("./tern call, wall time");
    assertThat(bar.measuredInWords()).isEqualTo("0.300 s (0.200–0.400)");
    assertThat(bar.verdict()).isEqualTo(Verdict.MET);
  }

  @Test
  void ofSeveralOthersTheBestCounts() {
    Bar bar = Bars.of(Fixture.results("add-64", "echo-1m")).get(5);
    assertThat(bar.figure()).isEqualTo("inline lane, 64 callers ÷ the best rival");
    assertThat(bar.measured()).isEqualTo(new Spread(4, 4, 4));
  }
}
