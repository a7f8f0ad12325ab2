package dev.tern.bench.soak;

import dev.tern.bench.draw.Document;
import dev.tern.bench.draw.Ink;
import dev.tern.bench.draw.LineChart;
import dev.tern.bench.draw.LineChart.Line;
import dev.tern.bench.draw.LineChart.Point;
import dev.tern.bench.draw.Machine;
import dev.tern.bench.draw.Numbers;
import dev.tern.bench.draw.Scale;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** What a soak says: in words, as a page, as comma-separated values. */
final class SoakReport {
  private static final double MIB = 1 << 20;

  /** The JVM opens and closes some of its own. */
  private static final long OWN_DESCRIPTORS = 4;

  /** Compilers and carriers of virtual threads come and go. */
  private static final int OWN_THREADS = 4;

  /** Samples of a heap that does not grow differ by some tenths. */
  private static final double MOST_GROWTH = 1.5;

  private SoakReport() {}

  /** What is left when all is closed that was not there before; empty if nothing is. */
  static List<String> leaks(SoakSample before, SoakSample after) {
    List<String> leaks = new ArrayList<>();
    if (after.timers() > before.timers()) {
      leaks.add("timers: " + before.timers() + " before, " + after.timers() + " after");
    }
    if (after.descriptors() > before.descriptors() + OWN_DESCRIPTORS) {
      leaks.add(
          "descriptors: " + before.descriptors() + " before, " + after.descriptors() + " after");
    }
    if (after.threads() > before.threads() + OWN_THREADS) {
      leaks.add("threads: " + before.threads() + " before, " + after.threads() + " after");
    }
    return leaks;
  }

  /** The heap of the last quarter of the run by that of the second one: 1 for no growth. */
  static double heapGrowth(List<SoakSample> samples) {
    List<SoakSample> meanwhile = samples.subList(1, samples.size() - 1);
    int quarter = Math.max(1, meanwhile.size() / 4);
    double early =
        mean(
            meanwhile.subList(
                Math.min(quarter, meanwhile.size() - 1), Math.min(2 * quarter, meanwhile.size())));
    double late = mean(meanwhile.subList(meanwhile.size() - quarter, meanwhile.size()));
    return early == 0 ? 1 : late / early;
  }

  private static double mean(List<SoakSample> samples) {
    return samples.stream().mapToLong(SoakSample::heapBytes).average().orElse(0);
  }

  /** Whether something is kept of what comes and goes, though all of it is freed in the end. */
  static boolean grows(List<SoakSample> samples) {
    return heapGrowth(samples) > MOST_GROWTH;
  }

  /** In some sentences. */
  static String words(List<SoakSample> samples, long wrong) {
    SoakSample first = samples.getFirst();
    SoakSample last = samples.getLast();
    List<String> leaks = leaks(first, last);
    return "%s calls in %s minutes, %s of them unexpected. Heap of the last quarter ÷ the second: %s. When all was closed: descriptors %s (%s before), threads %s (%s), timers that wait %s (%s), heap %s MiB (%s), direct memory %s MiB (%s). %s"
        .formatted(
            Numbers.whole((double) last.calls()),
            Numbers.fixed(last.seconds() / 60, 1),
            Numbers.whole((double) wrong),
            Numbers.fixed(heapGrowth(samples), 2),
            last.descriptors(),
            first.descriptors(),
            last.threads(),
            first.threads(),
            last.timers(),
            first.timers(),
            mib(last.heapBytes()),
            mib(first.heapBytes()),
            mib(last.directBytes()),
            mib(first.directBytes()),
            grows(samples)
                ? "THE HEAP GREW."
                : leaks.isEmpty() ? "Nothing is left." : "LEFT: " + String.join("; ", leaks) + ".");
  }

  private static String mib(long bytes) {
    return Numbers.fixed(bytes / MIB, 1);
  }

  static String page(
      List<SoakSample> samples, long wrong, String started, Machine machine, long seed) {
    Document page = new Document("A soak");
    page.paragraph("Begun " + started + ". " + machine.inWords() + ". Seed " + seed + ".");
    page.answer(words(samples, wrong));
    page.plots(
        List.of(
            chart("Heap after a collection", "MiB", samples, s -> s.heapBytes() / MIB),
            chart("Direct memory", "MiB", samples, s -> s.directBytes() / MIB),
            chart("Open descriptors", "", samples, SoakSample::descriptors),
            chart("Platform threads", "", samples, SoakSample::threads),
            chart("Timers that wait", "", samples, SoakSample::timers),
            chart("Open connections", "", samples, SoakSample::connections)));
    page.paragraph(
        "The first point is before the first connection, the last when all was closed. Visitors come with connections of their"
            + " own over both transports, in all dialects, and go; one in twenty sends what is no frame. Calls succeed, fail,"
            + " run out of time, are cancelled, happen once, or get no answer.");
    return page.html();
  }

  private static String chart(
      String title, String unit, List<SoakSample> samples, ToDoubleFunction<SoakSample> figure) {
    List<Point> points = new ArrayList<>();
    double top = 1;
    for (SoakSample sample : samples) {
      double value = figure.applyAsDouble(sample);
      points.add(new Point(sample.seconds() / 60, value));
      top = Math.max(top, value);
    }
    double end = Math.max(0.1, samples.getLast().seconds() / 60);
    return new LineChart(
            title,
            unit,
            "minutes",
            Scale.linear(end),
            Scale.linear(top),
            List.of(new Line("", Ink.nth(0), points)))
        .svg();
  }

  static String csv(List<SoakSample> samples) {
    StringBuilder csv =
        new StringBuilder(
            "seconds,heap_bytes,direct_bytes,descriptors,threads,timers,connections,calls\r\n");
    for (SoakSample one : samples) {
      csv.append(
          String.format(
              Locale.ROOT,
              "%.1f,%d,%d,%d,%d,%d,%d,%d\r\n",
              one.seconds(),
              one.heapBytes(),
              one.directBytes(),
              one.descriptors(),
              one.threads(),
              one.timers(),
              one.connections(),
              one.calls()));
    }
    return csv.toString();
  }
}
