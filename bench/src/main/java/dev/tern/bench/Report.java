package dev.tern.bench;

import java.io.PrintStream;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** The table of a run: medians over the rounds, and ratios to the echo within each round. */
final class Report {
  private Report() {}

  static void print(Map<Integer, Map<String, List<Sample>>> samples, PrintStream out) {
    samples.forEach(
        (callers, byContender) -> {
          out.printf(
              Locale.ROOT,
              "%n%d caller%s, one connection%n%-16s %12s %16s %9s %9s %9s %8s %9s %9s%n",
              callers,
              callers == 1 ? "" : "s",
              "",
              "calls/s",
              "÷ echo (spread)",
              "p50 µs",
              "p99 µs",
              "p99.9 µs",
              "CPU µs",
              "B server",
              "B client");
          List<Sample> echo = byContender.get(Contenders.ECHO);
          byContender.forEach((name, runs) -> line(name, runs, echo, out));
        });
  }

  private static void line(
      String name, List<Sample> runs, @Nullable List<Sample> echo, PrintStream out) {
    out.printf(
        Locale.ROOT,
        "%-16s %,12.0f %16s %9.0f %9.0f %9.0f %8.2f %9.0f %9.0f%n",
        name,
        median(runs, Sample::callsPerSecond),
        echo == null ? "" : ratio(runs, echo),
        median(runs, Sample::p50) / 1e3,
        median(runs, Sample::p99) / 1e3,
        median(runs, Sample::p999) / 1e3,
        median(runs, Sample::cpuMicrosPerCall),
        median(runs, Sample::serverBytesPerCall),
        median(runs, Sample::clientBytesPerCall));
  }

  /** The median of the rounds' ratios, with the lowest and the highest. */
  private static String ratio(List<Sample> runs, List<Sample> echo) {
    double[] ratios = new double[runs.size()];
    for (int i = 0; i < ratios.length; i++) {
      ratios[i] = runs.get(i).callsPerSecond() / echo.get(i).callsPerSecond();
    }
    Arrays.sort(ratios);
    return String.format(
        Locale.ROOT, "%.2f (%.2f-%.2f)", median(ratios), ratios[0], ratios[ratios.length - 1]);
  }

  static double median(List<Sample> runs, ToDoubleFunction<Sample> figure) {
    return median(runs.stream().mapToDouble(figure).sorted().toArray());
  }

  private static double median(double[] sorted) {
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }
}
