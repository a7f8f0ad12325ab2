package dev.tern.bench.pairs;

import dev.tern.bench.draw.Numbers;
import dev.tern.bench.pairs.PairsResults.Measured;
import dev.tern.bench.pairs.PairsResults.Row;
import java.io.PrintStream;
import org.jspecify.annotations.Nullable;

/** The results as a table on the terminal. */
public final class PairsTable {
  private final PrintStream out;

  public PairsTable(PrintStream out) {
    this.out = out;
  }

  /** Prints all of it. */
  public void print(PairsResults results) {
    out.printf("%n%s%n%s%n", results.machine().inWords(), results.settings());
    out.printf("%s%n", results.rule().inWords());
    out.printf("before: %s%nafter:  %s%n", results.before(), results.after());
    for (Row row : results.rows()) {
      print(row, results.rule(), results.atMostPercent());
    }
  }

  private void print(Row row, Rule rule, @Nullable Double atMostPercent) {
    Estimate decides = row.figures().getFirst().estimate();
    out.printf("%n%s: %s%n", row.id(), row.title());
    if (row.failure() != null) {
      out.printf("failed: %s%n", row.failure());
    }
    if (decides.pairs() == 0) {
      return;
    }
    line(
        number(decides.pairs(), "pair") + ", " + number(decides.starts(), "start"),
        "before",
        "after",
        "ratio",
        "95 % interval",
        "");
    for (Measured measured : row.figures()) {
      Estimate estimate = measured.estimate();
      line(
          measured.figure().inWords(),
          Numbers.short3(measured.before()),
          Numbers.short3(measured.after()),
          Numbers.fixed(estimate.ratio(), 3),
          Words.interval(estimate),
          measured.equals(row.figures().getFirst()) ? remark(estimate, rule, atMostPercent) : "");
    }
  }

  private void line(String... cells) {
    out.println(String.format("%-26s %11s %11s %7s  %-17s %s", (Object[]) cells).stripTrailing());
  }

  private static String remark(Estimate estimate, Rule rule, @Nullable Double atMostPercent) {
    String wide =
        estimate.halfWidth() <= rule.width()
            ? ""
            : "wider than ± " + Words.percent(rule.width()) + " %";
    if (atMostPercent == null) {
      return wide;
    }
    return Words.verdict(estimate, atMostPercent) + (wide.isEmpty() ? "" : "; " + wide);
  }

  private static String number(int count, String what) {
    return count + " " + what + (count == 1 ? "" : "s");
  }
}
