package dev.tern.bench.lab.study;

import dev.tern.bench.draw.LineChart.Point;
import dev.tern.bench.lab.trial.Jitter;
import dev.tern.bench.lab.trial.Load;
import dev.tern.bench.lab.trial.Operation;
import dev.tern.bench.lab.trial.Plan;
import dev.tern.bench.lab.trial.Series;
import dev.tern.bench.lab.trial.Service;
import dev.tern.bench.lab.trial.Service.Outage;
import dev.tern.bench.lab.trial.Setting;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Callers that fail together, and whether they come back together. */
final class JitterStudy implements Study {
  private static final int DOWN_MILLIS = 1_000;
  private static final int BASE_MILLIS = 200;
  private static final int BIN_MILLIS = 10;

  @Override
  public String name() {
    return "jitter";
  }

  @Override
  public String question() {
    return "Do callers that fail together come back together?";
  }

  @Override
  public String how() {
    return "All callers call at the same moment a server that refuses all calls for a second. 8 attempts,"
        + " base 200 ms, factor 2, no budget, no loss. Counted: retries that begin within 10 ms.";
  }

  @Override
  public List<Setting> settings(Size size) {
    List<Setting> settings = new ArrayList<>();
    for (Jitter jitter : Jitter.values()) {
      settings.add(
          new Setting(
              "jitter " + jitter.inWords(),
              Operation.GET,
              0,
              10_000,
              Service.taking(2).failing(new Outage(false, 0, DOWN_MILLIS)),
              Plan.attempts(8, 0).backoff(BASE_MILLIS, 2, jitter),
              new Load.Closed(size.burst(), size.burst())));
    }
    return settings;
  }

  @Override
  public int sideBySide() {
    return 1;
  }

  @Override
  public int binMillis() {
    return BIN_MILLIS;
  }

  @Override
  public Shown show(List<Cell> cells) {
    Map<String, List<Point>> lines = new LinkedHashMap<>();
    for (Cell cell : cells) {
      Series series = cell.figures().series();
      List<Point> points = new ArrayList<>();
      for (int bin = 0; bin < series.retries().size(); bin++) {
        points.add(new Point(bin * series.binMillis(), series.retries().get(bin)));
      }
      lines.put(cell.setting().plan().jitter().inWords(), points);
    }
    return Cells.shown(
        answer(cells),
        List.of(
            Cells.lines("Retries", "retries in 10 ms", "ms since all callers have called", lines),
            Cells.bars(
                "Most retries at once",
                "retries in 10 ms",
                cells,
                cell -> cell.setting().plan().jitter().inWords(),
                JitterStudy::most)),
        cells);
  }

  private static double most(Cell cell) {
    return cell.figures().series().mostRetries();
  }

  private static Cell with(List<Cell> cells, Jitter jitter) {
    return Cells.one(cells, cell -> cell.setting().plan().jitter() == jitter);
  }

  private static String answer(List<Cell> cells) {
    Cell none = with(cells, Jitter.NONE);
    Cell full = with(cells, Jitter.FULL);
    String figures =
        "Of %s callers that fail at the same moment, up to %s come back within the same 10 ms without jitter, %s with half of it, %s with full jitter."
            .formatted(
                Say.count(none.figures().calls()),
                Say.count((long) most(none)),
                Say.count((long) most(with(cells, Jitter.HALF))),
                Say.count((long) most(full)));
    return figures
        + (most(full) < most(none)
            ? " The server's peak is %s times lower."
                .formatted(Say.times(most(none) / Math.max(1, most(full))))
            : " Here jitter made no difference.");
  }
}
