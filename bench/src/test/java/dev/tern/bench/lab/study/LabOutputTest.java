package dev.tern.bench.lab.study;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.bench.draw.Machine;
import dev.tern.bench.lab.trial.Operation;
import java.util.List;
import org.junit.jupiter.api.Test;

class LabOutputTest {
  private static final Machine MACHINE =
      new Machine("A <fast> one", 2, 1_024, "Linux", "JVM", "", 0.5);

  private static final List<Result> RESULTS =
      Studies.RETRIES.stream()
          .filter(study -> !study.name().equals("storm") && !study.name().equals("jitter"))
          .map(
              study ->
                  new Result(
                      study,
                      Made.cells(
                          study.name(),
                          setting ->
                              Made.figures(
                                  setting.operation() == Operation.GET ? 990 : 1_000,
                                  250,
                                  1_300,
                                  1_200,
                                  1_000))))
          .toList();

  private static final String PAGE =
      LabPage.of("retries", RESULTS, "2026-11-28T10:00:00Z", MACHINE, 11, true);

  @Test
  void thePageNeedsNothingBesideItself() {
    assertThat(PAGE)
        .doesNotContain("http://", "https://", "url(", "@import", "<script", "<link", "<img");
  }

  @Test
  void thePageIsForLightAndDark() {
    assertThat(PAGE).contains("color-scheme: light dark", "prefers-color-scheme: dark");
  }

  @Test
  void thePageSaysWhereItWasMeasured() {
    assertThat(PAGE).contains("A &lt;fast&gt; one, 2 processors", "A quick run");
  }

  @Test
  void eachExperimentHasQuestionAnswerPlotsTableAndSeed() {
    for (Result result : RESULTS) {
      String part = PAGE.substring(PAGE.indexOf("<h2>" + result.study().question() + "</h2>"));
      String own =
          part.substring(
              0, Math.max(part.indexOf("<h2>", 4), part.indexOf("</body>") % part.length()));
      assertThat(own)
          .contains(
              "class=\"answer\"",
              "<svg ",
              "<table>",
              "Seed 11. Alone: ./tern lab retries --quick --only "
                  + result.study().name()
                  + " --seed 11");
    }
    assertThat(PAGE).doesNotContain("NaN", "Infinity");
  }

  @Test
  void theCsvHasALineForEachTrial() {
    List<String> lines = LabCsv.of(RESULTS, 11).lines().toList();
    int trials = RESULTS.stream().mapToInt(result -> result.cells().size()).sum();
    assertThat(lines).hasSize(1 + trials);
    assertThat(lines.getFirst()).startsWith("experiment,seed,trial,operation,drop,");
    assertThat(lines)
        .contains(
            "drop,11,\"3 attempts, drop 30 %\",get,0.3000,5,0.0000,0,,,,,,,3,100,3000,10,2.0000,full,,,,,500,"
                + "1000,990,0,0.9900,125.0000,250.0000,500.0000,0.0000,0,0.0000,0,1.3000,1.2000,1.2000,1000,2.0000");
  }

  @Test
  void theNamesAreAllDifferent() {
    assertThat(Studies.RETRIES).extracting(Study::name).doesNotHaveDuplicates();
  }
}
