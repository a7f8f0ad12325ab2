package dev.tern.bench.report;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import org.junit.jupiter.api.Test;

class RenderingTest {
  private static String terminal() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    Terminal terminal = new Terminal(new PrintStream(bytes, true, UTF_8));
    terminal.print(Fixture.results());
    terminal.print(Bars.of(Fixture.results()));
    return bytes.toString(UTF_8);
  }

  @Test
  void theTableHasMediansAndSpreads() {
    assertThat(terminal())
        .containsPattern(
            "netty-inline +500,000 +\\(400,000-600,000\\) +0\\.55 \\(0\\.50-0\\.60\\)");
  }

  @Test
  void theTableHasBothSidesCosts() {
    // Server and client: CPU µs, MiB, bytes a call.
    assertThat(terminal()).containsPattern("netty-inline .* 1\\.0 +2\\.0 +100 +200 +700 +1,300");
  }

  @Test
  void aFailureStandsInItsRow() {
    assertThat(terminal()).containsPattern("bolt +failed: no answer within 60 s");
  }

  @Test
  void theTableHasIdleConnections() {
    assertThat(terminal())
        .containsPattern(
            "netty-inline +10,000 +3,000 +100 +0\\.00 +1\\.50 +4,000 +200 +0\\.00 +2\\.50");
  }

  @Test
  void theBarsStandBelow() {
    assertThat(terminal())
        .containsPattern(
            "512 callers ÷ echo +at least 0\\.500.* 0\\.550 \\(0\\.500–0\\.600\\) +yes");
  }

  @Test
  void jsonIsReadBackAsItWas() {
    assertThat(Json.read(Json.of(Fixture.results()))).isEqualTo(Fixture.results());
  }

  @Test
  void jsonHasTheBars() {
    assertThat(Json.of(Fixture.results())).contains("\"figure\" : \"./tern call, wall time\"");
  }

  @Test
  void thePageNeedsNothingBesideItself() {
    assertThat(Page.of(Fixture.results()))
        .doesNotContain("http://", "https://", "url(", "@import", "<script", "<link", "<img");
  }

  @Test
  void thePageEscapesWhatItQuotes() {
    assertThat(Page.of(Fixture.results()))
        .contains("A &lt;fast&gt; one", "hessian &amp; more")
        .doesNotContain("A <fast> one");
  }

  @Test
  void thePageLeavesOutPlotsOfWhatWasNotRun() {
    assertThat(Page.of(Fixture.results("add-64"))).doesNotContain("Cost as work grows");
  }

  @Test
  void thePageHasAPlotOfEachKind() {
    assertThat(Page.of(Fixture.results()))
        .contains("<h2>Throughput</h2>", "<h2>Cost as work grows</h2>", "calls in flight")
        .doesNotContain("NaN", "Infinity");
  }

  @Test
  void aRivalsFlagsStandBesideItsConfiguration() {
    assertThat(Page.of(Fixture.results())).contains("direct; needs --add-opens");
  }
}
