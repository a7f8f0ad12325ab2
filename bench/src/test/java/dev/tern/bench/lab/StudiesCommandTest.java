package dev.tern.bench.lab;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.bench.lab.study.Size;
import dev.tern.bench.lab.study.Studies;
import dev.tern.bench.lab.study.Study;
import dev.tern.cli.terminal.Program;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class StudiesCommandTest {
  private static final Size TINY = new Size(20, 100, 5, 100, true);

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @TempDir Path folder;

  private int run(String... args) {
    CommandLine commands = new CommandLine(new Main());
    commands.addSubcommand(new RetriesCommand(TINY, TINY));
    commands.addSubcommand(new OverloadCommand(TINY, TINY));
    commands.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
    return Program.run(commands, args);
  }

  @Test
  void anExperimentIsRunAlone() throws Exception {
    Path page = folder.resolve("new/page.html");
    assertThat(run("retries", "--only", "once", "--seed", "3", "--out", page.toString())).isZero();
    assertThat(page).content().contains("<h2>Why is get naturally idempotent", "Seed 3. Alone:");
    assertThat(Files.readAllLines(folder.resolve("new/page.csv")))
        .hasSize(5)
        .anyMatch(line -> line.startsWith("once,3,\"inc, once-only\","));
    assertThat(out.toString())
        .contains("once: Why is get naturally idempotent", "wrote " + page)
        .doesNotContain("WRONG");
  }

  @Test
  void anUnknownExperimentIsRefusedWithTheKnownOnes() {
    assertThat(run("retries", "--only", "drop,nothing")).isEqualTo(1);
    assertThat(err.toString())
        .contains("--only: nothing (expected: of drop,delay,backoff,jitter,budget,outage,storm,");
  }

  @Test
  void theHelpNamesAllExperiments() {
    assertThat(run("retries", "--help")).isZero();
    String words = out.toString().replaceAll("\\s+", " ");
    assertThat(words)
        .contains(String.join(", ", Studies.RETRIES.stream().map(Study::name).toList()));
  }

  @Test
  void theHelpOfOverloadNamesItsExperiments() {
    assertThat(run("overload", "--help")).isZero();
    String words = out.toString().replaceAll("\\s+", " ");
    assertThat(words)
        .contains(String.join(", ", Studies.OVERLOAD.stream().map(Study::name).toList()));
  }

  @Test
  void anExperimentWithOverloadIsRunAlone() throws Exception {
    Path page = folder.resolve("page.html");
    assertThat(run("overload", "--only", "recovery", "--out", page.toString())).isZero();
    assertThat(page).content().contains("The laboratory: overload", "tern lab overload");
    assertThat(Files.readAllLines(folder.resolve("page.csv"))).hasSize(4);
  }

  @Test
  void withoutACommandTheKnownOnesAreTold() {
    assertThat(run()).isEqualTo(1);
    assertThat(err.toString()).contains("no command (expected: one of retries, overload)");
  }

  @Test
  void aTrialHasChancesOfItsOwn() {
    Study drop = Studies.RETRIES.getFirst();
    Study backoff = Studies.RETRIES.get(1);
    assertThat(
            new long[] {
              Laboratory.seedOf(7, drop, 0),
              Laboratory.seedOf(7, drop, 1),
              Laboratory.seedOf(8, drop, 0),
              Laboratory.seedOf(7, backoff, 0)
            })
        .doesNotHaveDuplicates();
  }
}
