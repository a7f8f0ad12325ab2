package dev.tern.bench.lab.study;

import dev.tern.bench.lab.trial.Operation;
import dev.tern.bench.lab.trial.Plan;
import dev.tern.bench.lab.trial.Service;
import dev.tern.bench.lab.trial.Setting;
import java.util.ArrayList;
import java.util.List;

/** A server that takes its time, and clients that do not wait as long. */
final class DelayStudy implements Study {
  private static final double DROP = 0.1;
  private static final int TOO_LONG_MILLIS = 120;

  @Override
  public String name() {
    return "delay";
  }

  @Override
  public String question() {
    return "What does a slow server cost clients whose attempts do not wait for it?";
  }

  @Override
  public String how() {
    return "get, whose work takes as long as is said, attempt timeout 100 ms, waits from 0 to 10 ms"
        + " that double, no budget; 10 % of the attempts are lost.";
  }

  @Override
  public List<Setting> settings(Size size) {
    List<Integer> delays =
        size.isCoarse()
            ? List.of(5, 50, 90, TOO_LONG_MILLIS)
            : List.of(5, 20, 50, 80, 95, TOO_LONG_MILLIS, 200);
    List<Integer> attempts = size.isCoarse() ? List.of(1, 3) : List.of(1, 3, 6);
    List<Setting> settings = new ArrayList<>();
    for (int most : attempts) {
      for (int delay : delays) {
        settings.add(
            new Setting(
                label(most) + ", " + delay + " ms",
                Operation.GET,
                DROP,
                DropStudy.TIMEOUT_MILLIS,
                Service.taking(delay),
                Plan.attempts(most, DropStudy.ATTEMPT_TIMEOUT_MILLIS),
                size.steady()));
      }
    }
    return settings;
  }

  private static String label(int attempts) {
    return attempts == 1 ? "1 attempt" : attempts + " attempts";
  }

  private static String label(Cell cell) {
    return label(cell.setting().plan().attempts());
  }

  private static int delay(Cell cell) {
    return cell.setting().service().delayMillis();
  }

  @Override
  public Shown show(List<Cell> cells) {
    String delay = "ms that the work takes";
    return Cells.shown(
        answer(cells),
        List.of(
            Cells.lines(
                "Success",
                "% of the calls",
                delay,
                cells,
                DelayStudy::label,
                DelayStudy::delay,
                Cells::successPercent),
            Cells.lines(
                "p99",
                "ms",
                delay,
                cells,
                DelayStudy::label,
                DelayStudy::delay,
                cell -> cell.figures().p99Millis()),
            Cells.lines(
                "Load amplification",
                "calls at the server ÷ calls wanted",
                delay,
                cells,
                DelayStudy::label,
                DelayStudy::delay,
                cell -> cell.figures().loadAmplification())),
        cells);
  }

  private static String answer(List<Cell> cells) {
    int most =
        cells.stream().mapToInt(cell -> cell.setting().plan().attempts()).max().orElseThrow();
    List<Cell> tried =
        cells.stream().filter(cell -> cell.setting().plan().attempts() == most).toList();
    Cell quick = tried.getFirst();
    Cell slow = Cells.one(tried, cell -> delay(cell) == TOO_LONG_MILLIS);
    return "Of a server that takes %d ms, %s get %s of the calls answered, for %s calls that reach it each. Of one that takes %d ms, %s, as no attempt waits longer than %d ms; and it works %s times for each call. A timeout of an attempt must be longer than the server takes, or retries only add to its load."
        .formatted(
            delay(quick),
            label(most),
            Say.percent(quick.figures().successRate()),
            Say.times(quick.figures().loadAmplification()),
            delay(slow),
            Say.percent(slow.figures().successRate()),
            DropStudy.ATTEMPT_TIMEOUT_MILLIS,
            Say.times(slow.figures().loadAmplification()));
  }
}
