package dev.tern.bench.lab.study;

import dev.tern.bench.draw.Numbers;
import dev.tern.bench.lab.trial.Figures;
import dev.tern.bench.lab.trial.Load;
import dev.tern.bench.lab.trial.Operation;
import dev.tern.bench.lab.trial.Plan;
import dev.tern.bench.lab.trial.Service;
import dev.tern.bench.lab.trial.Setting;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** More calls than a server can serve, with a short queue and with one that never refuses. */
final class OverloadStudy implements Study {
  private static final int THREADS = 4;
  private static final int WORK_MILLIS = 10;
  private static final int SHORT = 8;

  private static final List<String> HEADS =
      List.of("trial", "calls", "served", "refused", "served a second", "p50", "p99", "p99.9");

  @Override
  public String name() {
    return "overload";
  }

  @Override
  public String question() {
    return "What does a bounded queue that refuses do to latency under overload?";
  }

  @Override
  public String how() {
    return "A pool of 4 threads, 10 ms of work: 400 calls a second is what it can do. Calls come by the clock, no"
        + " retries, no loss, 10 s of time for each call. The bounded queue holds 8 calls and refuses more with SERVER_BUSY;"
        + " the other one never refuses. Latency is of the calls that were served, from when they were meant to begin.";
  }

  @Override
  public List<Setting> settings(Size size) {
    List<Double> loads =
        size.isCoarse() ? List.of(0.5, 1.0, 2.0) : List.of(0.25, 0.5, 0.8, 1.0, 1.2, 1.5, 2.0);
    List<Setting> settings = new ArrayList<>();
    for (int queue : List.of(SHORT, Service.ENDLESS)) {
      for (double load : loads) {
        Service service = Service.taking(WORK_MILLIS).pool(THREADS, queue);
        settings.add(
            new Setting(
                label(queue) + ", load " + Math.round(load * 100) + " %",
                Operation.GET,
                0,
                10_000,
                service,
                Plan.ONE,
                new Load.Open((int) Math.round(load * service.capacity()), size.millis())));
      }
    }
    return settings;
  }

  @Override
  public int sideBySide() {
    return 2;
  }

  private static String label(int queue) {
    return queue == SHORT ? "bounded" : "endless";
  }

  private static String label(Cell cell) {
    return label(cell.setting().service().queue());
  }

  private static double load(Cell cell) {
    return cell.setting().load() instanceof Load.Open open
        ? Math.round(100 * open.perSecond() / cell.setting().service().capacity())
        : 0;
  }

  @Override
  public Shown show(List<Cell> cells) {
    String below = "load in percent of what the server can do";
    return new Shown(
        answer(cells),
        List.of(
            Cells.lines(
                "p99 of the served calls",
                "ms",
                below,
                cells,
                OverloadStudy::label,
                OverloadStudy::load,
                cell -> cell.figures().p99Millis()),
            Cells.lines(
                "p50 of the served calls",
                "ms",
                below,
                cells,
                OverloadStudy::label,
                OverloadStudy::load,
                cell -> cell.figures().p50Millis()),
            Cells.lines(
                "Served",
                "calls a second",
                below,
                cells,
                OverloadStudy::label,
                OverloadStudy::load,
                cell -> cell.figures().goodput()),
            Cells.lines(
                "Refused",
                "% of the calls",
                below,
                cells,
                OverloadStudy::label,
                OverloadStudy::load,
                cell -> 100.0 * cell.figures().refused() / cell.figures().calls())),
        HEADS,
        cells.stream().map(OverloadStudy::row).toList());
  }

  private static List<String> row(Cell cell) {
    Figures figures = cell.figures();
    return List.of(
        cell.setting().label(),
        Say.count(figures.calls()),
        Say.count(figures.succeeded()),
        Say.count(figures.refused()),
        Numbers.fixed(figures.goodput(), 0),
        Say.millis(figures.p50Millis()),
        Say.millis(figures.p99Millis()),
        Say.millis(figures.p999Millis()));
  }

  /** Under the highest load. */
  private static Figures worst(List<Cell> cells, String label) {
    return cells.stream()
        .filter(cell -> label(cell).equals(label))
        .max(Comparator.comparingDouble(OverloadStudy::load))
        .orElseThrow()
        .figures();
  }

  private static String answer(List<Cell> cells) {
    double load = cells.stream().mapToDouble(OverloadStudy::load).max().orElse(0);
    Figures bounded = worst(cells, label(SHORT));
    Figures endless = worst(cells, label(Service.ENDLESS));
    return "At %s %% of what the server can do, the bounded queue serves %s calls a second with a p99 of %s, and refuses %s of the calls at once, not executed. The endless queue refuses %s, serves %s a second, and makes everybody wait: p99 %s, p50 %s, and the longer the overload lasts, the longer. A queue does not make a server faster, it only decides who waits."
        .formatted(
            Numbers.fixed(load, 0),
            Numbers.fixed(bounded.goodput(), 0),
            Say.millis(bounded.p99Millis()),
            Say.percent((double) bounded.refused() / bounded.calls()),
            endless.refused() == 0 ? "none" : Say.count(endless.refused()),
            Numbers.fixed(endless.goodput(), 0),
            Say.millis(endless.p99Millis()),
            Say.millis(endless.p50Millis()));
  }
}
