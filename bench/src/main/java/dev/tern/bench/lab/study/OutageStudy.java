package dev.tern.bench.lab.study;

import dev.tern.bench.draw.Numbers;
import dev.tern.bench.lab.trial.Jitter;
import dev.tern.bench.lab.trial.Load;
import dev.tern.bench.lab.trial.Operation;
import dev.tern.bench.lab.trial.Plan;
import dev.tern.bench.lab.trial.Plan.Budget;
import dev.tern.bench.lab.trial.Series;
import dev.tern.bench.lab.trial.Service;
import dev.tern.bench.lab.trial.Service.Outage;
import dev.tern.bench.lab.trial.Setting;
import java.util.List;
import java.util.Objects;

/** A server that refuses every call for a while, and what the client's defaults make of it. */
final class OutageStudy implements Study {
  private static final int PER_SECOND = 100;

  /** A budget begins with one second's credits. */
  private static final int FIRST_BUCKET = 10;

  /** How much longer a full run lets the server fail than the other parts take: 30 s. */
  private static final double FULL_OUTAGE = 7.5;

  private static final String ONE = "no retries";
  private static final String FREE = "no budget";
  private static final String DEFAULT = "defaults";

  private static final List<String> HEADS =
      List.of("trial", "calls", "success", "attempts a call while it fails", "recovers");

  @Override
  public String name() {
    return "outage";
  }

  @Override
  public String question() {
    return "What do the client's defaults add to the load of a server that fails altogether?";
  }

  @Override
  public String how() {
    return "100 calls a second, by the clock. For a while the server refuses all of them at once. Three attempts, waits from"
        + " 0 to 50 ms that double, with the default budget (a fifth of the calls and ten a second), without one, and no"
        + " retries at all. The ten credits that a budget begins with are not counted. Recovered: from the first second on"
        + " in which 95 % of the calls succeed.";
  }

  @Override
  public List<Setting> settings(Size size) {
    Plan free = new Plan(3, 0, 50, 2, Jitter.FULL, null, null, false);
    return List.of(
        setting(ONE, Plan.ONE, size),
        setting(FREE, free, size),
        setting(DEFAULT, free.within(Budget.DEFAULT), size));
  }

  private static Setting setting(String label, Plan plan, Size size) {
    int part = size.millis();
    int until = part + (int) ((size.isCoarse() ? 1 : FULL_OUTAGE) * part);
    return new Setting(
        label,
        Operation.GET,
        0,
        10_000,
        Service.taking(1).failing(new Outage(false, part, until)),
        plan,
        new Load.Open(PER_SECOND, until + 2 * part));
  }

  @Override
  public Shown show(List<Cell> cells) {
    Outage outage = outage(cells.getFirst());
    String below =
        "seconds; it refuses from %s to %s"
            .formatted(
                Numbers.rounded(outage.fromMillis() / 1_000.0),
                Numbers.rounded(outage.untilMillis() / 1_000.0));
    return new Shown(
        answer(cells),
        List.of(
            Cells.course("Attempts a second", below, cells, Series::attempts, OutageStudy::end),
            Cells.course(
                "Calls that succeed, a second", below, cells, Series::succeeded, OutageStudy::end)),
        HEADS,
        cells.stream().map(OutageStudy::row).toList());
  }

  private static Outage outage(Cell cell) {
    return Objects.requireNonNull(cell.setting().service().outage());
  }

  private static int end(Cell cell) {
    return cell.setting().load() instanceof Load.Open open ? open.millis() : 0;
  }

  private static double seconds(Outage outage) {
    return (outage.untilMillis() - outage.fromMillis()) / 1_000.0;
  }

  /** Attempts a call while the server fails, without those that a budget begins with. */
  static double attemptsPerCall(Cell cell) {
    Outage outage = outage(cell);
    double aSecond =
        cell.figures().series().attemptsPerSecond(outage.fromMillis(), outage.untilMillis());
    double free = cell.setting().plan().budget() == null ? 0 : FIRST_BUCKET / seconds(outage);
    return (aSecond - free) / PER_SECOND;
  }

  static double secondsToRecover(Cell cell) {
    return cell.figures()
        .series()
        .secondsToRecover(outage(cell).untilMillis(), end(cell), PER_SECOND);
  }

  private static List<String> row(Cell cell) {
    return List.of(
        cell.setting().label(),
        Say.count(cell.figures().calls()),
        Say.percent(cell.figures().successRate()),
        Say.times(attemptsPerCall(cell)),
        Say.recovery(secondsToRecover(cell)));
  }

  private static Cell with(List<Cell> cells, String label) {
    return Cells.one(cells, cell -> cell.setting().label().equals(label));
  }

  private static String answer(List<Cell> cells) {
    Cell bound = with(cells, DEFAULT);
    Cell free = with(cells, FREE);
    return "In %s s in which all of 100 calls a second fail, the defaults make %s attempts a call: one, a fifth, and ten a second, which is another tenth here. Without a budget there are %s. Afterwards 95 %% of the calls succeed again: with the defaults %s, without a budget %s, without retries %s."
        .formatted(
            Numbers.rounded(seconds(outage(bound))),
            Say.times(attemptsPerCall(bound)),
            Say.times(attemptsPerCall(free)),
            Say.recovery(secondsToRecover(bound)),
            Say.recovery(secondsToRecover(free)),
            Say.recovery(secondsToRecover(with(cells, ONE))));
  }
}
