package dev.tern.bench.lab.study;

import dev.tern.bench.draw.BarChart;
import dev.tern.bench.draw.Ink;
import dev.tern.bench.draw.LineChart;
import dev.tern.bench.draw.LineChart.Line;
import dev.tern.bench.draw.LineChart.Point;
import dev.tern.bench.draw.Scale;
import dev.tern.bench.draw.Spread;
import dev.tern.bench.lab.trial.Figures;
import dev.tern.bench.lab.trial.Series;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;
import java.util.function.ToIntFunction;

/** Cells as tables and plots. */
final class Cells {
  private static final List<String> HEADS =
      List.of(
          "trial",
          "calls",
          "success",
          "p50",
          "p99",
          "p99.9",
          "attempts a call",
          "load amplification",
          "runs a call");

  private Cells() {}

  /** With the columns that every experiment has. */
  static Shown shown(String answer, List<String> plots, List<Cell> cells) {
    return new Shown(answer, plots, HEADS, cells.stream().map(Cells::row).toList());
  }

  private static List<String> row(Cell cell) {
    Figures figures = cell.figures();
    return List.of(
        cell.setting().label(),
        Say.count(figures.calls()),
        Say.percent(figures.successRate()),
        time(figures, figures.p50Millis()),
        time(figures, figures.p99Millis()),
        time(figures, figures.p999Millis()),
        Say.times(figures.attemptsPerCall()),
        Say.times(figures.loadAmplification()),
        Say.times(figures.runsPerCall()));
  }

  private static String time(Figures figures, double millis) {
    return figures.succeeded() == 0 ? "–" : Say.millis(millis);
  }

  /** The one cell that is meant. */
  static Cell one(List<Cell> cells, Predicate<Cell> which) {
    return cells.stream().filter(which).findFirst().orElseThrow();
  }

  /** A line for each group of cells, in the order in which they come. */
  static String lines(
      String title,
      String unit,
      String below,
      List<Cell> cells,
      Function<Cell, String> group,
      ToDoubleFunction<Cell> across,
      ToDoubleFunction<Cell> up) {
    Map<String, List<Point>> groups = new LinkedHashMap<>();
    for (Cell cell : cells) {
      groups
          .computeIfAbsent(group.apply(cell), _ -> new ArrayList<>())
          .add(new Point(across.applyAsDouble(cell), up.applyAsDouble(cell)));
    }
    return lines(title, unit, below, groups);
  }

  /** Lines by their names, in their order. */
  static String lines(String title, String unit, String below, Map<String, List<Point>> groups) {
    List<Line> lines = new ArrayList<>();
    double right = 0;
    double top = 0;
    for (Map.Entry<String, List<Point>> one : groups.entrySet()) {
      lines.add(new Line(one.getKey(), Ink.nth(lines.size()), one.getValue()));
      for (Point point : one.getValue()) {
        right = Math.max(right, point.across());
        top = Math.max(top, point.up());
      }
    }
    Scale across = Scale.linear(right > 0 ? right : 1);
    Scale up = Scale.linear(top > 0 ? top : 1);
    return new LineChart(title, unit, below, across, up, lines).svg();
  }

  /** How often something happened, a second, over the time of each trial. */
  static String course(
      String title,
      String below,
      List<Cell> cells,
      Function<Series, List<Integer>> counts,
      ToIntFunction<Cell> endMillis) {
    Map<String, List<Point>> lines = new LinkedHashMap<>();
    for (Cell cell : cells) {
      Series series = cell.figures().series();
      List<Integer> bins = counts.apply(series);
      double aSecond = 1_000.0 / series.binMillis();
      int end = Math.min(bins.size(), endMillis.applyAsInt(cell) / series.binMillis());
      List<Point> points = new ArrayList<>();
      for (int bin = 0; bin < end; bin++) {
        points.add(new Point(bin / aSecond, bins.get(bin) * aSecond));
      }
      lines.put(cell.setting().label(), points);
    }
    return lines(title, "", below, lines);
  }

  /** A bar for each cell. */
  static String bars(
      String title,
      String unit,
      List<Cell> cells,
      Function<Cell, String> name,
      ToDoubleFunction<Cell> length) {
    List<BarChart.Entry> entries = new ArrayList<>();
    for (Cell cell : cells) {
      entries.add(
          new BarChart.Entry(
              name.apply(cell), Ink.nth(entries.size()), Spread.of(length.applyAsDouble(cell))));
    }
    return new BarChart(title, unit, entries).svg();
  }

  static double successPercent(Cell cell) {
    return cell.figures().successRate() * 100;
  }

  static double dropPercent(Cell cell) {
    return cell.setting().drop() * 100;
  }
}
