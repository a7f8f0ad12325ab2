package dev.tern.bench.lab.study;

import dev.tern.bench.draw.Numbers;
import dev.tern.bench.lab.trial.Load;
import dev.tern.bench.lab.trial.Operation;
import dev.tern.bench.lab.trial.Plan;
import dev.tern.bench.lab.trial.Setting;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Up to ten times as many calls as a server can serve, with limits and without. */
final class CapacityStudy implements Study {
  private static final int TIMEOUT_MILLIS = 1_000;

  /** Until calls wait as long as they will. */
  private static final int SETTLE_BINS = 10;

  private static final List<String> HEADS =
      List.of(
          "trial",
          "calls",
          "served in time",
          "refused",
          "served a second",
          "p50",
          "p99",
          "p99 of a refusal");

  @Override
  public String name() {
    return "capacity";
  }

  @Override
  public String question() {
    return "What is left of a server at ten times what it can do?";
  }

  @Override
  public String how() {
    return "8 calls can be worked at, for 10 ms each: 800 a second is what the server can do; others wait in its code, first"
        + " come first served. Calls come by the clock, have 1 s, and are not made again. A fixed limit lets 8 run and 8"
        + " wait; an adaptive one finds out. Served a second: from the second second on, in time.";
  }

  @Override
  public List<Setting> settings(Size size) {
    List<Integer> loads = size.isCoarse() ? List.of(1, 2, 10) : List.of(1, 2, 5, 10);
    List<Setting> settings = new ArrayList<>();
    for (AdmissionKind kind : AdmissionKind.values()) {
      for (int load : loads) {
        settings.add(
            new Setting(
                kind.label() + ", load " + load * 100 + " %",
                Operation.GET,
                0,
                TIMEOUT_MILLIS,
                kind.service(),
                Plan.ONE,
                new Load.Open(load * AdmissionKind.capacity(), 2 * size.millis())));
      }
    }
    return settings;
  }

  @Override
  public int sideBySide() {
    return 1;
  }

  private static String kind(Cell cell) {
    String label = cell.setting().label();
    return label.substring(0, label.indexOf(','));
  }

  private static int millis(Cell cell) {
    return cell.setting().load() instanceof Load.Open open ? open.millis() : 0;
  }

  private static double load(Cell cell) {
    return cell.setting().load() instanceof Load.Open open
        ? (double) open.perSecond() / AdmissionKind.capacity()
        : 0;
  }

  private static double goodput(Cell cell) {
    int from = SETTLE_BINS * cell.figures().series().binMillis();
    return cell.figures().series().successesPerSecond(from, millis(cell));
  }

  @Override
  public Shown show(List<Cell> cells) {
    String below = "times what the server can do";
    return new Shown(
        answer(cells),
        List.of(
            Cells.lines(
                "Served in time",
                "calls a second",
                below,
                cells,
                CapacityStudy::kind,
                CapacityStudy::load,
                CapacityStudy::goodput),
            Cells.lines(
                "p99 of the served calls",
                "ms",
                below,
                cells,
                CapacityStudy::kind,
                CapacityStudy::load,
                cell -> cell.figures().p99Millis())),
        HEADS,
        cells.stream().map(CapacityStudy::row).toList());
  }

  private static List<String> row(Cell cell) {
    return List.of(
        cell.setting().label(),
        Say.count(cell.figures().calls()),
        Say.count(cell.figures().succeeded()),
        Say.count(cell.figures().refused()),
        Numbers.fixed(goodput(cell), 0),
        Say.millis(cell.figures().p50Millis()),
        Say.millis(cell.figures().p99Millis()),
        cell.figures().refused() == 0 ? "–" : Say.millis(cell.figures().refusedP99Millis()));
  }

  /** Goodput under the highest load, as a part of the highest goodput. */
  static double kept(List<Cell> cells, AdmissionKind kind) {
    List<Cell> own = of(cells, kind);
    double peak = own.stream().mapToDouble(CapacityStudy::goodput).max().orElse(0);
    return goodput(worst(own)) / peak;
  }

  private static List<Cell> of(List<Cell> cells, AdmissionKind kind) {
    return cells.stream().filter(cell -> AdmissionKind.is(cell, kind)).toList();
  }

  private static Cell worst(List<Cell> own) {
    return own.stream().max(Comparator.comparingDouble(CapacityStudy::load)).orElseThrow();
  }

  private static String answer(List<Cell> cells) {
    Cell fixed = worst(of(cells, AdmissionKind.FIXED));
    return "With a fixed limit %s of its best, with an adaptive one %s, without a limit %s: then calls wait so long that their callers have given up when they are worked at. With the fixed limit, served calls have a p99 of %s under ten times the load, and 99 of 100 refusals are told within %s."
        .formatted(
            Numbers.fixed(kept(cells, AdmissionKind.FIXED), 2),
            Numbers.fixed(kept(cells, AdmissionKind.ADAPTIVE), 2),
            Numbers.fixed(kept(cells, AdmissionKind.NONE), 2),
            Say.millis(fixed.figures().p99Millis()),
            Say.millis(fixed.figures().refusedP99Millis()));
  }
}
