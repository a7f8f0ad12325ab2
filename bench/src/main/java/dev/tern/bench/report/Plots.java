package dev.tern.bench.report;

import dev.tern.bench.draw.BarChart;
import dev.tern.bench.draw.LineChart;
import dev.tern.bench.draw.LineChart.Line;
import dev.tern.bench.draw.LineChart.Point;
import dev.tern.bench.draw.Scale;
import dev.tern.bench.draw.Spread;
import dev.tern.bench.report.Results.Row;
import dev.tern.bench.report.Results.Section;
import dev.tern.bench.worker.Sample;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;

/** Which plots a page has; those whose workloads were not run are left out. */
final class Plots {
  private static final String IN_FLIGHT = "in-flight-";

  private Plots() {}

  static List<String> throughput(Results results) {
    return Stream.of(
            "add-1",
            "add-64",
            "add-512",
            "order-64",
            "connections-16",
            "echo-64k",
            "echo-1m",
            "server-alone")
        .flatMap(id -> results.section(id).stream())
        .flatMap(section -> bars(section, section.title(), "calls/s", Sample::callsPerSecond))
        .toList();
  }

  static List<String> latency(Results results) {
    return Stream.of("add-1", "add-64", "add-512", "rate-25", "rate-50", "rate-75")
        .flatMap(id -> results.section(id).stream())
        .flatMap(Plots::percentiles)
        .toList();
  }

  private static Stream<String> percentiles(Section section) {
    List<Line> lines = new ArrayList<>();
    for (Row row : measured(section)) {
      List<Point> points = new ArrayList<>();
      for (double percentile : Sample.PERCENTILES) {
        if (percentile < 100) { // the longest call of all is one accident
          double micros =
              Spread.of(row.samples(), sample -> sample.latencyMicros(percentile)).median();
          points.add(new Point(percentile, micros));
        }
      }
      lines.add(new Line(row.name(), Palette.of(row.name()), points));
    }
    return chart(section.title(), "µs", "percentile of the calls", Scale.percentiles(), lines);
  }

  static List<String> growth(Results results) {
    return Stream.of(
            growth(results, "Throughput", "calls/s", Sample::callsPerSecond),
            growth(results, "Median latency", "µs", sample -> sample.latencyMicros(50)),
            growth(
                results,
                "Processor time, both sides",
                "µs a call",
                sample -> sample.serverCpuMicros() + sample.clientCpuMicros()),
            growth(
                results,
                "Peak memory, both sides",
                "MiB",
                sample -> (sample.server().peakKib() + sample.client().peakKib()) / 1024.0))
        .flatMap(plots -> plots)
        .toList();
  }

  private static Stream<String> growth(
      Results results, String title, String unit, ToDoubleFunction<Sample> figure) {
    List<Section> sections =
        results.sections().stream().filter(one -> one.id().startsWith(IN_FLIGHT)).toList();
    if (sections.size() < 2) {
      return Stream.of();
    }
    List<Line> lines = new ArrayList<>();
    for (Row first : sections.getFirst().rows()) {
      List<Point> points = new ArrayList<>();
      for (Section section : sections) {
        Optional<Row> row = section.row(first.name());
        double inFlight = Double.parseDouble(section.id().substring(IN_FLIGHT.length()));
        row.ifPresent(
            found -> points.add(new Point(inFlight, Spread.of(found.samples(), figure).median())));
      }
      lines.add(new Line(first.name(), Palette.of(first.name()), points));
    }
    double most = Double.parseDouble(sections.getLast().id().substring(IN_FLIGHT.length()));
    return chart(title, unit, "calls in flight", Scale.logarithmic(1, most), lines);
  }

  static List<String> cost(Results results) {
    Stream<String> calls =
        results.section("add-512").stream()
            .flatMap(
                section ->
                    Stream.of(
                            bars(
                                section,
                                "Processor time, server, add with 512 callers",
                                "s a million calls",
                                Sample::serverCpuMicros),
                            bars(
                                section,
                                "Processor time, client",
                                "s a million calls",
                                Sample::clientCpuMicros),
                            bars(
                                section,
                                "Allocated, server",
                                "bytes a call",
                                Sample::serverBytesPerCall),
                            bars(
                                section,
                                "Allocated, client",
                                "bytes a call",
                                Sample::clientBytesPerCall))
                        .flatMap(plots -> plots));
    Stream<String> idle =
        results.section("idle").stream()
            .flatMap(
                section ->
                    Stream.of(
                        idle(section, "Idle connection, server", true),
                        idle(section, "Idle connection, client", false)));
    return Stream.concat(calls, idle).toList();
  }

  private static String idle(Section section, String title, boolean server) {
    List<BarChart.Entry> entries =
        measured(section).stream()
            .map(
                row ->
                    new BarChart.Entry(
                        row.name(),
                        Palette.of(row.name()),
                        Spread.of(
                            row.idle(),
                            sample -> (server ? sample.server() : sample.client()).bytes())))
            .toList();
    return BarChart.longestFirst(title, "bytes of heap and direct memory", entries).svg();
  }

  private static Stream<String> bars(
      Section section, String title, String unit, ToDoubleFunction<Sample> figure) {
    List<BarChart.Entry> entries =
        measured(section).stream()
            .map(
                row ->
                    new BarChart.Entry(
                        row.name(), Palette.of(row.name()), Spread.of(row.samples(), figure)))
            .toList();
    return entries.isEmpty()
        ? Stream.of()
        : Stream.of(BarChart.longestFirst(title, unit, entries).svg());
  }

  private static Stream<String> chart(
      String title, String unit, String below, Scale across, List<Line> lines) {
    double[] values =
        lines.stream()
            .flatMapToDouble(line -> line.points().stream().mapToDouble(Point::up))
            .filter(value -> value > 0)
            .toArray();
    if (values.length == 0) {
      return Stream.of();
    }
    Scale up =
        Scale.logarithmic(
            DoubleStream.of(values).min().orElse(1), DoubleStream.of(values).max().orElse(1));
    return Stream.of(new LineChart(title, unit, below, across, up, lines).svg());
  }

  private static List<Row> measured(Section section) {
    return section.rows().stream().filter(Row::hasFigures).toList();
  }
}
