package dev.tern.bench.lab.study;

import dev.tern.bench.lab.trial.Figures;
import dev.tern.bench.lab.trial.Operation;
import dev.tern.bench.lab.trial.Plan;
import dev.tern.bench.lab.trial.Service;
import dev.tern.bench.lab.trial.Setting;
import java.util.List;

/** What clients wanted, what they know, and what the server counted. */
final class OnceStudy implements Study {
  private static final String GET = "get, retried";
  private static final String NEVER = "inc, never retried";
  private static final String RETRIED = "inc, retried";
  private static final String ONCE = "inc, once-only";

  private static final List<String> HEADS =
      List.of("trial", "wanted", "known to be done", "runs at the server", "counted", "off by");

  @Override
  public String name() {
    return "once";
  }

  @Override
  public String question() {
    return "Why is get naturally idempotent, and inc is not?";
  }

  @Override
  public String how() {
    return "30 % loss, 5 ms of work, 8 attempts of at most 100 ms each, waits from 0 to 10 ms that double."
        + " get reads the counter, inc adds 1 to it. Wanted: calls that were made. Counted: how far the server's counter has"
        + " come. Off by: counted less wanted, which should be 0.";
  }

  @Override
  public List<Setting> settings(Size size) {
    Plan plan = Plan.attempts(8, DropStudy.ATTEMPT_TIMEOUT_MILLIS);
    return List.of(
        setting(GET, Operation.GET, plan, size),
        setting(NEVER, Operation.INC, Plan.attempts(1, DropStudy.ATTEMPT_TIMEOUT_MILLIS), size),
        setting(RETRIED, Operation.INC, plan.alsoUnsafe(), size),
        setting(ONCE, Operation.INC_ONCE, plan, size));
  }

  private static Setting setting(String label, Operation operation, Plan plan, Size size) {
    return new Setting(
        label,
        operation,
        DropStudy.MEANT_DROP,
        DropStudy.TIMEOUT_MILLIS,
        Service.taking(5),
        plan,
        size.steady());
  }

  @Override
  public Shown show(List<Cell> cells) {
    return new Shown(
        answer(cells),
        List.of(
            Cells.bars(
                "Counted by the server",
                "of " + Say.count(cells.getFirst().figures().calls()) + " wanted",
                cells.stream().filter(cell -> cell.setting().operation() != Operation.GET).toList(),
                cell -> cell.setting().label(),
                cell -> (double) cell.figures().counted()),
            Cells.bars(
                "Runs of the user's code",
                "",
                cells,
                cell -> cell.setting().label(),
                cell -> (double) cell.figures().runs())),
        HEADS,
        cells.stream().map(OnceStudy::row).toList());
  }

  private static List<String> row(Cell cell) {
    Figures figures = cell.figures();
    boolean isGet = cell.setting().operation() == Operation.GET;
    return List.of(
        cell.setting().label(),
        Say.count(figures.calls()),
        Say.count(figures.succeeded()),
        Say.count(figures.runs()),
        isGet ? "–" : Say.count(figures.counted()),
        isGet ? "–" : signed(offBy(figures)));
  }

  private static long offBy(Figures figures) {
    return figures.counted() - figures.calls();
  }

  private static String signed(long number) {
    return (number > 0 ? "+" : "") + Say.count(number);
  }

  private static Figures of(List<Cell> cells, String label) {
    return Cells.one(cells, cell -> cell.setting().label().equals(label)).figures();
  }

  private static String answer(List<Cell> cells) {
    Figures get = of(cells, GET);
    Figures never = of(cells, NEVER);
    Figures retried = of(cells, RETRIED);
    Figures once = of(cells, ONCE);
    String reading =
        "%s calls of get ran %s times, and nobody can tell: reading twice changes nothing."
            .formatted(Say.count(get.calls()), Say.count(get.runs()));
    String lost =
        " inc without retries: the clients know of %s of %s, the server counted %s; the rest of these had its effect, and its reply was lost."
            .formatted(
                Say.count(never.succeeded()), Say.count(never.calls()), Say.count(never.counted()));
    String twice =
        offBy(retried) > 0
            ? " inc with plain retries counted %s, %s too many: each is a retry of what had run already."
                .formatted(Say.count(retried.counted()), Say.count(offBy(retried)))
            : " inc with plain retries counted %s.".formatted(Say.count(retried.counted()));
    String exactly =
        " inc with once-only and the same retries counted " + Say.count(once.counted());
    if (once.counted() == once.calls()) {
      exactly += ": exactly what was wanted.";
    } else if (once.counted() < once.succeeded() || offBy(once) > 0) {
      exactly +=
          ", which is WRONG (expected: from %s to %s)."
              .formatted(Say.count(once.succeeded()), Say.count(once.calls()));
    } else {
      exactly += ": none twice, and %s never got through.".formatted(Say.count(-offBy(once)));
    }
    return reading + lost + twice + exactly;
  }
}
