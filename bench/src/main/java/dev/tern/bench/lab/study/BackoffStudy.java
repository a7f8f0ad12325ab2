package dev.tern.bench.lab.study;

import dev.tern.bench.draw.Numbers;
import dev.tern.bench.lab.trial.Jitter;
import dev.tern.bench.lab.trial.Load;
import dev.tern.bench.lab.trial.Operation;
import dev.tern.bench.lab.trial.Plan;
import dev.tern.bench.lab.trial.Service;
import dev.tern.bench.lab.trial.Service.Outage;
import dev.tern.bench.lab.trial.Setting;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** How long to wait: where the network loses, and where the server is down for a moment. */
final class BackoffStudy implements Study {
  private static final int ATTEMPTS = 5;
  private static final int DOWN_MILLIS = 300;

  /** As good as the best: what a thousand calls cannot tell apart. */
  private static final double SAME_SUCCESS = 0.005;

  @Override
  public String name() {
    return "backoff";
  }

  @Override
  public String question() {
    return "Which backoff parameters do best at 30 % loss?";
  }

  @Override
  public String how() {
    return "get, 5 ms of work, 5 attempts of at most 100 ms each, no budget. Base: the longest wait before"
        + " the second attempt; the factor: by which it grows with each attempt; jitter full: from 0 to"
        + " that wait, half: from half of it, none: all of it. Beside it, the same waits against a server without"
        + " loss that refuses all calls for 300 ms, to which all callers come at its beginning. Best is the"
        + " least p99 among those whose success is within half a percent of the most.";
  }

  @Override
  public List<Setting> settings(Size size) {
    List<Integer> bases = size.isCoarse() ? List.of(10, 50, 200) : List.of(5, 10, 30, 50, 100, 200);
    List<Double> factors = size.isCoarse() ? List.of(1.0, 2.0) : List.of(1.0, 1.5, 2.0, 3.0);
    List<Setting> settings = new ArrayList<>();
    for (double factor : factors) {
      for (int base : bases) {
        settings.add(lossy(size, base, factor, Jitter.FULL));
      }
    }
    for (Jitter jitter : List.of(Jitter.NONE, Jitter.HALF)) {
      settings.add(lossy(size, 50, 2.0, jitter));
    }
    for (double factor : factors) {
      for (int base : bases) {
        settings.add(down(size, base, factor));
      }
    }
    return settings;
  }

  private static Setting lossy(Size size, int base, double factor, Jitter jitter) {
    return new Setting(
        "30 % lost: " + inWords(base, factor, jitter),
        Operation.GET,
        DropStudy.MEANT_DROP,
        DropStudy.TIMEOUT_MILLIS,
        Service.taking(5),
        plan(base, factor, jitter),
        size.steady());
  }

  private static Setting down(Size size, int base, double factor) {
    return new Setting(
        "300 ms down: " + inWords(base, factor, Jitter.FULL),
        Operation.GET,
        0,
        DropStudy.TIMEOUT_MILLIS,
        Service.taking(5).failing(new Outage(false, 0, DOWN_MILLIS)),
        plan(base, factor, Jitter.FULL),
        new Load.Closed(size.burst(), size.burst()));
  }

  private static Plan plan(int base, double factor, Jitter jitter) {
    return Plan.attempts(ATTEMPTS, DropStudy.ATTEMPT_TIMEOUT_MILLIS).backoff(base, factor, jitter);
  }

  private static String inWords(int base, double factor, Jitter jitter) {
    return "base %d ms, factor %s, jitter %s"
        .formatted(base, Numbers.rounded(factor), jitter.inWords());
  }

  private static String inWords(Cell cell) {
    Plan plan = cell.setting().plan();
    return inWords(plan.baseMillis(), plan.factor(), plan.jitter());
  }

  private static boolean isLossy(Cell cell) {
    return cell.setting().drop() > 0;
  }

  private static String factor(Cell cell) {
    return "factor " + Numbers.rounded(cell.setting().plan().factor());
  }

  @Override
  public Shown show(List<Cell> cells) {
    List<Cell> grid =
        cells.stream()
            .filter(cell -> isLossy(cell) && cell.setting().plan().jitter() == Jitter.FULL)
            .toList();
    List<Cell> down = cells.stream().filter(cell -> !isLossy(cell)).toList();
    return Cells.shown(
        answer(cells),
        List.of(
            Cells.lines(
                "p99 at 30 % loss",
                "ms",
                "base in ms",
                grid,
                BackoffStudy::factor,
                BackoffStudy::base,
                cell -> cell.figures().p99Millis()),
            Cells.lines(
                "p50 at 30 % loss",
                "ms",
                "base in ms",
                grid,
                BackoffStudy::factor,
                BackoffStudy::base,
                cell -> cell.figures().p50Millis()),
            Cells.lines(
                "Success at 30 % loss",
                "% of the calls",
                "base in ms",
                grid,
                BackoffStudy::factor,
                BackoffStudy::base,
                Cells::successPercent),
            Cells.lines(
                "Success with a server that is down for 300 ms",
                "% of the calls",
                "base in ms",
                down,
                BackoffStudy::factor,
                BackoffStudy::base,
                Cells::successPercent)),
        cells);
  }

  private static double base(Cell cell) {
    return cell.setting().plan().baseMillis();
  }

  /** The best of these, by the rule that the page tells. */
  static Cell best(List<Cell> cells) {
    double most = cells.stream().mapToDouble(cell -> cell.figures().successRate()).max().orElse(0);
    return cells.stream()
        .filter(cell -> cell.figures().successRate() >= most - SAME_SUCCESS)
        .min(Comparator.comparingDouble(cell -> cell.figures().p99Millis()))
        .orElseThrow();
  }

  private static String answer(List<Cell> cells) {
    List<Cell> lossy = cells.stream().filter(BackoffStudy::isLossy).toList();
    List<Cell> down = cells.stream().filter(cell -> !isLossy(cell)).toList();
    Cell best = best(lossy);
    Cell worst =
        lossy.stream()
            .max(Comparator.comparingDouble(cell -> cell.figures().p99Millis()))
            .orElseThrow();
    Cell same =
        Cells.one(
            down,
            cell ->
                base(cell) == base(best)
                    && cell.setting().plan().factor() == best.setting().plan().factor());
    Cell survivor =
        down.stream()
            .max(Comparator.comparingDouble(cell -> cell.figures().successRate()))
            .orElseThrow();
    String lost =
        "At 30 %% loss %s does best: %s succeed, p50 %s, p99 %s, against a p99 of %s with %s."
            .formatted(
                inWords(best),
                Say.percent(best.figures().successRate()),
                Say.millis(best.figures().p50Millis()),
                Say.millis(best.figures().p99Millis()),
                Say.millis(worst.figures().p99Millis()),
                inWords(worst));
    String why =
        base(best) < base(worst)
            ? " Loss that does not depend on the load does not go away by waiting, so that short waits win."
            : "";
    String but =
        same.figures().successRate() < survivor.figures().successRate() - SAME_SUCCESS
            ? " A server that is down for %d ms is another matter: the same waits outlast it in %s of the calls, %s in %s. What waits are for is trouble that passes."
                .formatted(
                    DOWN_MILLIS,
                    Say.percent(same.figures().successRate()),
                    inWords(survivor),
                    Say.percent(survivor.figures().successRate()))
            : " The same waits also do best with a server that is down for %d ms: %s succeed."
                .formatted(DOWN_MILLIS, Say.percent(same.figures().successRate()));
    return lost + why + but;
  }
}
