package dev.tern.bench.lab.study;

import dev.tern.bench.draw.Numbers;
import dev.tern.bench.lab.trial.Load;
import dev.tern.bench.lab.trial.Operation;
import dev.tern.bench.lab.trial.Plan;
import dev.tern.bench.lab.trial.Plan.Budget;
import dev.tern.bench.lab.trial.Series;
import dev.tern.bench.lab.trial.Service;
import dev.tern.bench.lab.trial.Service.Outage;
import dev.tern.bench.lab.trial.Setting;
import java.util.List;
import java.util.function.Function;

/** A server that hangs for a while, and how long the retries keep it down afterwards. */
final class StormStudy implements Study {
  private static final int PER_SECOND = 250;
  private static final int ATTEMPT_TIMEOUT_MILLIS = 150;
  private static final String ONE = "no retries";
  private static final String FREE = "no budget";
  private static final String BOUND = "budget";
  private static final String SHORT = "short queue";

  private static final List<String> HEADS =
      List.of(
          "trial",
          "calls",
          "success",
          "attempts a second before",
          "while it hangs",
          "afterwards",
          "recovers");

  @Override
  public String name() {
    return "storm";
  }

  @Override
  public String question() {
    return "What is a retry storm, and what ends it?";
  }

  @Override
  public String how() {
    return "A pool of 4 threads, 10 ms of work: 400 calls a second is what it can do, and 250 come, by the clock. For a"
        + " while all its threads hang. Attempts time out after 150 ms; 6 of them, waits from 0 to 10 ms that double; a call"
        + " has 2 s. The queue never refuses, but with \"short queue\", which holds 16 calls, without a budget."
        + " Recovered: from the first second on in which 95 % of the calls succeed.";
  }

  @Override
  public List<Setting> settings(Size size) {
    Plan free = Plan.attempts(6, ATTEMPT_TIMEOUT_MILLIS);
    return List.of(
        setting(ONE, Plan.attempts(1, ATTEMPT_TIMEOUT_MILLIS), Service.ENDLESS, size),
        setting(FREE, free, Service.ENDLESS, size),
        setting(BOUND, free.within(Budget.DEFAULT), Service.ENDLESS, size),
        setting(SHORT, free, 16, size));
  }

  private static Setting setting(String label, Plan plan, int queue, Size size) {
    int part = size.millis();
    Outage outage = new Outage(true, part, 2 * part);
    return new Setting(
        label,
        Operation.GET,
        0,
        2_000,
        Service.taking(10).pool(4, queue).failing(outage),
        plan,
        new Load.Open(PER_SECOND, 5 * part));
  }

  @Override
  public Shown show(List<Cell> cells) {
    return new Shown(
        answer(cells),
        List.of(
            lines("Attempts a second", cells, Series::attempts),
            lines("Calls that succeed, a second", cells, Series::succeeded)),
        HEADS,
        cells.stream().map(StormStudy::row).toList());
  }

  private static String lines(
      String title, List<Cell> cells, Function<Series, List<Integer>> counts) {
    Outage outage = outage(cells.getFirst());
    String below =
        "seconds; it hangs from %s to %s"
            .formatted(
                Numbers.rounded(outage.fromMillis() / 1_000.0),
                Numbers.rounded(outage.untilMillis() / 1_000.0));
    return Cells.course(title, below, cells, counts, StormStudy::end);
  }

  private static Outage outage(Cell cell) {
    return java.util.Objects.requireNonNull(cell.setting().service().outage());
  }

  private static int end(Cell cell) {
    return cell.setting().load() instanceof Load.Open open ? open.millis() : 0;
  }

  private static double during(Cell cell) {
    Outage outage = outage(cell);
    return cell.figures().series().attemptsPerSecond(outage.fromMillis(), outage.untilMillis());
  }

  private static double afterwards(Cell cell) {
    return cell.figures().series().attemptsPerSecond(outage(cell).untilMillis(), end(cell));
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
        Numbers.fixed(cell.figures().series().attemptsPerSecond(0, outage(cell).fromMillis()), 0),
        Numbers.fixed(during(cell), 0),
        Numbers.fixed(afterwards(cell), 0),
        Say.recovery(secondsToRecover(cell)));
  }

  private static Cell with(List<Cell> cells, String label) {
    return Cells.one(cells, cell -> cell.setting().label().equals(label));
  }

  private static String answer(List<Cell> cells) {
    Cell free = with(cells, FREE);
    Cell bound = with(cells, BOUND);
    double seconds = (end(free) - outage(free).untilMillis()) / 1_000.0;
    String storm =
        "%d calls a second become %s attempts a second while the server hangs, without a budget; with one, %s."
            .formatted(PER_SECOND, Numbers.fixed(during(free), 0), Numbers.fixed(during(bound), 0));
    double freed = secondsToRecover(free);
    String without =
        Double.isInfinite(freed)
            ? " Without a budget the storm feeds itself: %s s after the server is well again it still gets %s attempts a second, more than it can do, works for callers that have given up, and has not recovered."
                .formatted(Numbers.fixed(seconds, 1), Numbers.fixed(afterwards(free), 0))
            : " Without a budget calls succeed again %s.".formatted(Say.recovery(freed));
    double bounded = secondsToRecover(bound);
    String with =
        Double.isInfinite(bounded)
            ? " With the budget it has not recovered within the run either."
            : " With the budget calls succeed again %s.".formatted(Say.recovery(bounded));
    return storm
        + without
        + with
        + " Without retries at all: %s; without a budget, but with a short queue that refuses: %s."
            .formatted(
                Say.recovery(secondsToRecover(with(cells, ONE))),
                Say.recovery(secondsToRecover(with(cells, SHORT))));
  }
}
