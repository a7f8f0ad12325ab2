package dev.tern.bench.lab.study;

import dev.tern.bench.lab.trial.Operation;
import dev.tern.bench.lab.trial.Plan;
import dev.tern.bench.lab.trial.Service;
import dev.tern.bench.lab.trial.Setting;
import java.util.ArrayList;
import java.util.List;

/** Work that takes about as long as an attempt may, with remembered results and without. */
final class ReplayStudy implements Study {
  @Override
  public String name() {
    return "replays";
  }

  @Override
  public String question() {
    return "What do replays save?";
  }

  @Override
  public String how() {
    return "30 % loss, 6 attempts of at most 100 ms each, no budget; work of growing length. Plain: each"
        + " attempt of get does the work anew. Once-only: an attempt joins the run of an earlier one that is"
        + " still going on, or gets its remembered result.";
  }

  @Override
  public List<Setting> settings(Size size) {
    List<Integer> delays =
        size.isCoarse() ? List.of(0, 40, 80, 120) : List.of(0, 20, 40, 60, 80, 90, 120, 150);
    List<Setting> settings = new ArrayList<>();
    for (Operation operation : List.of(Operation.GET, Operation.INC_ONCE)) {
      for (int delay : delays) {
        settings.add(
            new Setting(
                label(operation) + ", " + delay + " ms of work",
                operation,
                DropStudy.MEANT_DROP,
                DropStudy.TIMEOUT_MILLIS,
                Service.taking(delay),
                Plan.attempts(6, DropStudy.ATTEMPT_TIMEOUT_MILLIS),
                size.steady()));
      }
    }
    return settings;
  }

  private static String label(Operation operation) {
    return operation == Operation.INC_ONCE ? "once-only" : "plain";
  }

  private static String label(Cell cell) {
    return label(cell.setting().operation());
  }

  private static double delay(Cell cell) {
    return cell.setting().service().delayMillis();
  }

  @Override
  public Shown show(List<Cell> cells) {
    String work = "ms of work";
    return Cells.shown(
        answer(cells),
        List.of(
            Cells.lines(
                "Success",
                "% of the calls",
                work,
                cells,
                ReplayStudy::label,
                ReplayStudy::delay,
                Cells::successPercent),
            Cells.lines(
                "Runs of the work a call",
                "",
                work,
                cells,
                ReplayStudy::label,
                ReplayStudy::delay,
                cell -> cell.figures().runsPerCall()),
            Cells.lines(
                "p99",
                "ms",
                work,
                cells,
                ReplayStudy::label,
                ReplayStudy::delay,
                cell -> cell.figures().p99Millis())),
        cells);
  }

  private static Cell with(List<Cell> cells, Operation operation, int delay) {
    return Cells.one(
        cells, cell -> cell.setting().operation() == operation && delay(cell) == delay);
  }

  private static String answer(List<Cell> cells) {
    Cell plain = with(cells, Operation.GET, 80);
    Cell once = with(cells, Operation.INC_ONCE, 80);
    Cell plainLong = with(cells, Operation.GET, 120);
    Cell onceLong = with(cells, Operation.INC_ONCE, 120);
    return "With 80 ms of work and 30 %% loss the server does the work %s times a call, with replays %s times: %s of it is saved. Work of 120 ms, longer than an attempt may take, succeeds in %s of the plain calls, as each attempt begins it anew, and in %s of the once-only ones, p50 %s: a later attempt finds it running, or done."
        .formatted(
            Say.times(plain.figures().runsPerCall()),
            Say.times(once.figures().runsPerCall()),
            Say.percent(saved(plain, once)),
            Say.percent(plainLong.figures().successRate()),
            Say.percent(onceLong.figures().successRate()),
            Say.millis(onceLong.figures().p50Millis()));
  }

  private static double saved(Cell plain, Cell once) {
    double all = plain.figures().runsPerCall();
    return all == 0 ? 0 : Math.max(0, 1 - once.figures().runsPerCall() / all);
  }
}
