package dev.tern.bench.pairs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.bench.draw.Machine;
import dev.tern.bench.pairs.PairsResults.Measured;
import dev.tern.bench.pairs.PairsResults.Row;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PairsTableTest {
  /** Three starts of two pairs: 0.5 % more each, and 1 % less, as little as that differs. */
  private static final Measured CPU =
      new Measured(
          Figure.CPU_MICROS,
          List.of(
              List.of(new Twice(4, 4.02), new Twice(4, 4.02)),
              List.of(new Twice(4, 4.021), new Twice(4, 4.021)),
              List.of(new Twice(4, 4.019), new Twice(4, 4.019))));

  private static final Measured CALLS =
      new Measured(Figure.CALLS_A_SECOND, List.of(List.of(new Twice(200_000, 190_000))));

  private static PairsResults results(@Nullable Double atMost, Row... rows) {
    return new PairsResults(
        "2026-01-02T03:04:05Z",
        new Machine("A fast one", 2, 4_096, "Linux 6", "OpenJDK 25", "-Xmx256m", 0.25),
        "slices of 1000 ms",
        "1234567",
        "89abcde-dirty",
        new Rule(100, 0.02),
        atMost,
        List.of(rows));
  }

  private static Row row(@Nullable String failure, Measured... figures) {
    return new Row("add-64", "add, 64 callers", failure, List.of(figures));
  }

  private static String table(PairsResults results) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    new PairsTable(new PrintStream(bytes, true, UTF_8)).print(results);
    return bytes.toString(UTF_8);
  }

  @Test
  void eachFigureHasItsRatioAndInterval() {
    assertThat(table(results(null, row(null, CPU))))
        .containsPattern("CPU µs a call, both ends +4\\.00 +4\\.02 +1\\.005 +1\\.004 to 1\\.006\n");
  }

  @Test
  void aFigureOfOneStartHasNoInterval() {
    assertThat(table(results(null, row(null, CPU, CALLS))))
        .containsPattern("calls a second +200,000 +190,000 +0\\.950 +unknown\n");
  }

  @Test
  void theHeadSaysWhatTheFiguresRestOn() {
    assertThat(table(results(null, row(null, CPU)))).contains("6 pairs, 3 starts");
  }

  @Test
  void theBarStandsBesideTheFigureThatDecides() {
    assertThat(table(results(3.0, row(null, CPU, CALLS))))
        .containsPattern("1\\.004 to 1\\.006 +at most 3 % more: holds\n")
        .containsPattern("unknown\n");
  }

  @Test
  void aBarThatIsBrokenIsCalledSo() {
    assertThat(table(results(0.2, row(null, CPU)))).contains("at most 0.2 % more: broken");
  }

  @Test
  void anIntervalThatIsTooWideIsCalledSo() {
    assertThat(table(results(3.0, row(null, CALLS))))
        .contains("at most 3 % more: not established; wider than ± 2 %");
  }

  @Test
  void theRuleAndBothBuildsAreNamed() {
    assertThat(table(results(null)))
        .contains(
            "pairs until the 95 % interval is within ± 2 % (at least 5 starts, at most 100 pairs)\n",
            "before: 1234567\n", "after:  89abcde-dirty\n");
  }

  @Test
  void aFailureStandsAboveWhatWasMeasuredBefore() {
    assertThat(table(results(null, row("after (89abcde): gone", CPU))))
        .containsPattern("failed: after \\(89abcde\\): gone\n6 pairs, 3 starts");
  }

  @Test
  void withoutAPairThereIsNoTable() {
    assertThat(table(results(null, row("gone", new Measured(Figure.NANOS, List.of())))))
        .endsWith("failed: gone\n");
  }

  @Test
  void jsonIsReadBackAsItWas() {
    PairsResults results = results(3.0, row("gone", CPU, CALLS));
    assertThat(PairsJson.read(PairsJson.of(results))).isEqualTo(results);
  }

  @Test
  void jsonHasTheVerdictAndNoInfinity() {
    assertThat(PairsJson.of(results(3.0, row(null, CPU, CALLS))))
        .contains("\"verdict\" : \"HOLDS\"")
        .doesNotContain("Infinity", "NaN");
  }
}
