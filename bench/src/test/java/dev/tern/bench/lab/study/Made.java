package dev.tern.bench.lab.study;

import dev.tern.bench.lab.trial.Figures;
import dev.tern.bench.lab.trial.Series;
import dev.tern.bench.lab.trial.Setting;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;

/** Figures made by hand. */
final class Made {
  private static final Series EMPTY = new Series(100, List.of(0), List.of(0), List.of(0));

  private Made() {}

  static Study study(String name) {
    return Stream.concat(Studies.RETRIES.stream(), Studies.OVERLOAD.stream())
        .filter(study -> study.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  static List<Cell> cells(String study, Function<Setting, Figures> figures) {
    return study(study).settings(Size.QUICK).stream()
        .map(setting -> new Cell(setting, figures.apply(setting)))
        .toList();
  }

  static String answer(String study, Function<Setting, Figures> figures) {
    return study(study).show(cells(study, figures)).answer();
  }

  /** Of 1,000 calls, within 2 s. */
  static Figures figures(int succeeded, double p99) {
    return figures(succeeded, p99, 1_000, 1_000, 0);
  }

  static Figures figures(int succeeded, double p99, long attempts, long runs, long counted) {
    return new Figures(
        1_000, succeeded, 0, p99 / 2, p99, 2 * p99, 0, 0, 0, 0, attempts, runs, runs, counted,
        2_000, EMPTY);
  }

  static Figures refused(int succeeded, int refused, double p99) {
    return new Figures(
        1_000, succeeded, refused, p99 / 2, p99, p99, 4, 0, 0, 0, 1_000, 1_000, succeeded, 0, 2_000,
        EMPTY);
  }

  static Figures late(int timedOut, double p999, long startedLate) {
    return new Figures(
        1_000,
        1_000 - timedOut,
        0,
        1,
        2,
        3,
        0,
        timedOut,
        p999,
        startedLate,
        1_000,
        1_000,
        1_000,
        0,
        2_000,
        EMPTY);
  }

  static Figures series(Series series) {
    return new Figures(1_000, 900, 100, 1, 2, 3, 4, 0, 0, 0, 1_000, 1_000, 1_000, 0, 2_000, series);
  }
}
