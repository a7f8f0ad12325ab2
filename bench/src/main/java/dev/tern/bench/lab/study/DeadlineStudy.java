package dev.tern.bench.lab.study;

import dev.tern.bench.draw.Numbers;
import dev.tern.bench.lab.trial.Figures;
import dev.tern.bench.lab.trial.Load;
import dev.tern.bench.lab.trial.Operation;
import dev.tern.bench.lab.trial.Plan;
import dev.tern.bench.lab.trial.Service;
import dev.tern.bench.lab.trial.Setting;
import java.util.ArrayList;
import java.util.List;

/** Calls whose time is too short: in the handler, on the way, in a queue. */
final class DeadlineStudy implements Study {
  private static final int TIMEOUT_MILLIS = 200;
  private static final int THREADS = 4;
  private static final int WORK_MILLIS = 10;

  private static final List<String> HEADS =
      List.of("trial", "calls", "in time", "out of time", "told of it, p99.9", "began too late");

  @Override
  public String name() {
    return "deadlines";
  }

  @Override
  public String question() {
    return "How late is a call told that its time is over, and does anything begin for it afterwards?";
  }

  @Override
  public String how() {
    return "Each call has 200 ms. A handler sleeps for five seconds; a network loses everything; a pool of 4 threads has"
        + " twice the calls that it can work at, and a queue without end. How late: from the deadline until the caller"
        + " knows. Began too late: the user's code began after the deadline.";
  }

  @Override
  public List<Setting> settings(Size size) {
    Service pool = Service.taking(WORK_MILLIS).pool(THREADS, Service.ENDLESS);
    int twice = (int) (2 * pool.capacity());
    return List.of(
        setting("a handler that sleeps", 0, Service.taking(25 * TIMEOUT_MILLIS), size.steady()),
        setting("a network that loses all", 1, Service.taking(0), size.steady()),
        setting("a long queue", 0, pool, new Load.Open(twice, 2 * size.millis())));
  }

  private static Setting setting(String label, double drop, Service service, Load load) {
    return new Setting(label, Operation.GET, drop, TIMEOUT_MILLIS, service, Plan.ONE, load);
  }

  @Override
  public int sideBySide() {
    return 1;
  }

  @Override
  public Shown show(List<Cell> cells) {
    return new Shown(
        answer(cells),
        List.of(
            Cells.bars(
                "After the deadline, p99.9",
                "ms",
                cells,
                cell -> cell.setting().label(),
                DeadlineStudy::overshootMillis)),
        HEADS,
        cells.stream().map(DeadlineStudy::row).toList());
  }

  /** How long after its deadline a call is told; 0 if the server tells it before. */
  static double overshootMillis(Cell cell) {
    return Math.max(0, cell.figures().timedOutP999Millis() - cell.setting().timeoutMillis());
  }

  private static List<String> row(Cell cell) {
    Figures figures = cell.figures();
    return List.of(
        cell.setting().label(),
        Say.count(figures.calls()),
        Say.count(figures.succeeded()),
        Say.count(figures.timedOut()),
        Say.millis(overshootMillis(cell)),
        Say.count(figures.startedLate()));
  }

  private static String answer(List<Cell> cells) {
    List<String> parts = new ArrayList<>();
    long late = 0;
    for (Cell cell : cells) {
      late += cell.figures().startedLate();
      parts.add(cell.setting().label() + ": " + Numbers.fixed(overshootMillis(cell), 1) + " ms");
    }
    return "999 of 1,000 calls that run out of time are told so within this time of their deadline: %s. For %s of them the user's code began afterwards."
        .formatted(String.join("; ", parts), late == 0 ? "none" : Say.count(late));
  }
}
