package dev.tern.bench.report;

import dev.tern.bench.draw.Numbers;
import dev.tern.bench.draw.Spread;
import dev.tern.bench.report.Results.Row;
import dev.tern.bench.report.Results.Section;
import dev.tern.bench.worker.Sample;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The tables on the terminal: medians over the rounds, with the spread of what matters most. */
public final class Terminal {
  private static final String CALLS = "%-16s %11s %23s %16s %9s %9s %9s %7s %7s %7s %7s %8s %8s%n";

  private final PrintStream out;

  public Terminal(PrintStream out) {
    this.out = out;
  }

  /** Prints all of it. */
  public void print(Results results) {
    for (Section section : results.sections()) {
      out.printf("%n%s%n", section.title());
      if (section.rows().stream().anyMatch(row -> !row.idle().isEmpty())) {
        idle(section);
      } else {
        calls(section);
      }
    }
    commands(results);
  }

  /** Prints where and how it was measured. */
  public void printSetting(Results results) {
    out.printf("%n%s%n%s%n", results.machine().inWords(), results.settings());
  }

  private void commands(Results results) {
    for (Results.CommandTime command : results.commands()) {
      out.printf("%n%s: ", command.command());
      if (command.seconds().isEmpty()) {
        out.println("failed");
      } else {
        Spread seconds = Spread.of(command.seconds(), Double::doubleValue);
        out.printf(
            Locale.ROOT, "%.3f s (%.3f-%.3f)%n", seconds.median(), seconds.least(), seconds.most());
      }
    }
    if (results.commands().size() == 2) {
      ratio(results.commands().getFirst().seconds(), results.commands().getLast().seconds());
    }
  }

  /** Of times that were taken in turns. */
  private void ratio(List<Double> with, List<Double> without) {
    List<Double> ratios = new ArrayList<>();
    for (int i = 0; i < Math.min(with.size(), without.size()); i++) {
      ratios.add(with.get(i) / without.get(i));
    }
    if (!ratios.isEmpty()) {
      Spread ratio = Spread.of(ratios, Double::doubleValue);
      out.printf(
          Locale.ROOT,
          "%nthe first ÷ the second: %.2f (%.2f-%.2f)%n",
          ratio.median(),
          ratio.least(),
          ratio.most());
    }
  }

  /** Prints the bars. */
  public void print(List<Bar> bars) {
    out.printf("%n%-55s %-32s %-28s %s%n", "bar", "", "measured (spread)", "met?");
    for (Bar bar : bars) {
      out.printf(
          "%-55s %-32s %-28s %s%n",
          bar.figure(), bar.boundInWords(), bar.measuredInWords(), bar.verdictInWords());
    }
  }

  private void calls(Section section) {
    out.printf(
        CALLS,
        "",
        "calls/s",
        "(spread)",
        "÷ echo (spread)",
        "p50 µs",
        "p99 µs",
        "p99.9 µs",
        "CPU µs",
        "client",
        "MiB",
        "client",
        "B/call",
        "client");
    Optional<Row> echo = section.row("echo").or(() -> section.row("echo-frames"));
    for (Row row : section.rows()) {
      if (!row.hasFigures()) {
        failed(row);
        continue;
      }
      Spread calls = Spread.of(row.samples(), Sample::callsPerSecond);
      out.printf(
          Locale.ROOT,
          CALLS,
          row.name(),
          whole(calls.median()),
          "(" + whole(calls.least()) + "-" + whole(calls.most()) + ")",
          echo.map(limit -> ratio(row, limit)).orElse(""),
          latency(row, 50),
          latency(row, 99),
          latency(row, 99.9),
          tenth(Spread.of(row.samples(), Sample::serverCpuMicros)),
          tenth(Spread.of(row.samples(), Sample::clientCpuMicros)),
          whole(Spread.of(row.samples(), s -> s.server().peakKib() / 1024.0).median()),
          whole(Spread.of(row.samples(), s -> s.client().peakKib() / 1024.0).median()),
          whole(Spread.of(row.samples(), Sample::serverBytesPerCall).median()),
          whole(Spread.of(row.samples(), Sample::clientBytesPerCall).median()));
    }
  }

  private void idle(Section section) {
    String format = "%-16s %11s %13s %11s %12s %12s %13s %13s %13s %12s%n";
    out.printf(
        format,
        "each connection",
        "connections",
        "server heap B",
        "direct B",
        "threads",
        "all: CPU %",
        "client heap B",
        "direct B",
        "threads",
        "all: CPU %");
    for (Row row : section.rows()) {
      if (!row.hasFigures()) {
        failed(row);
        continue;
      }
      out.printf(
          Locale.ROOT,
          format,
          row.name(),
          whole(row.idle().getFirst().connections()),
          whole(Spread.of(row.idle(), s -> s.server().heapBytes()).median()),
          whole(Spread.of(row.idle(), s -> s.server().directBytes()).median()),
          hundredth(Spread.of(row.idle(), s -> s.server().threads())),
          hundredth(Spread.of(row.idle(), s -> s.server().processorPercent())),
          whole(Spread.of(row.idle(), s -> s.client().heapBytes()).median()),
          whole(Spread.of(row.idle(), s -> s.client().directBytes()).median()),
          hundredth(Spread.of(row.idle(), s -> s.client().threads())),
          hundredth(Spread.of(row.idle(), s -> s.client().processorPercent())));
    }
  }

  private void failed(Row row) {
    out.printf("%-16s failed: %s%n", row.name(), row.failure());
  }

  private static String ratio(Row row, Row echo) {
    Spread ratio = Spread.ratio(row.samples(), echo.samples(), Sample::callsPerSecond);
    return String.format(
        Locale.ROOT, "%.2f (%.2f-%.2f)", ratio.median(), ratio.least(), ratio.most());
  }

  private static String latency(Row row, double percentile) {
    return whole(Spread.of(row.samples(), s -> s.latencyMicros(percentile)).median());
  }

  private static String whole(double figure) {
    return Numbers.whole(figure);
  }

  private static String tenth(Spread figure) {
    return Numbers.fixed(figure.median(), 1);
  }

  private static String hundredth(Spread figure) {
    return Numbers.fixed(figure.median(), 2);
  }
}
