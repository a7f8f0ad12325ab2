package dev.tern.bench.lab.study;

import dev.tern.bench.lab.trial.Figures;
import dev.tern.bench.lab.trial.Load;
import dev.tern.bench.lab.trial.Operation;
import dev.tern.bench.lab.trial.Plan;
import dev.tern.bench.lab.trial.Service;
import dev.tern.bench.lab.trial.Setting;
import dev.tern.core.limit.ConcurrencyLimit;
import java.util.List;

/** A caller that floods a server, and a quiet one beside it. */
final class FairnessStudy implements Study {
  private static final int TIMEOUT_MILLIS = 1_000;
  private static final int QUIET_PER_SECOND = 20;
  private static final int FLOOD = 5;
  private static final double SHARE = 0.9;
  private static final String ALONE = "alone";
  private static final String UNFAIR = "beside a flood, no shares";
  private static final String FAIR = "beside a flood, 90 % shares";

  @Override
  public String name() {
    return "fairness";
  }

  @Override
  public String question() {
    return "What does one caller's flood do to a quiet one?";
  }

  @Override
  public String how() {
    return "As above, with a fixed limit. 20 calls a second come from 127.0.0.1; from 127.0.0.2 five times what the server can"
        + " do, or nothing. With shares no caller has more than 90 % of the places and of the queue. All figures are of the"
        + " quiet caller, who makes no call again.";
  }

  @Override
  public List<Setting> settings(Size size) {
    return List.of(
        setting(ALONE, 1, size),
        setting(UNFAIR, 1, size).beside(FLOOD * AdmissionKind.capacity()),
        setting(FAIR, SHARE, size).beside(FLOOD * AdmissionKind.capacity()));
  }

  private static Setting setting(String label, double share, Size size) {
    Service service =
        AdmissionKind.NONE
            .service()
            .limited(ConcurrencyLimit.fixed(AdmissionKind.PLACES).fairShare(share));
    return new Setting(
        label,
        Operation.GET,
        0,
        TIMEOUT_MILLIS,
        service,
        Plan.ONE,
        new Load.Open(QUIET_PER_SECOND, 3 * size.millis()));
  }

  @Override
  public int sideBySide() {
    return 1;
  }

  @Override
  public Shown show(List<Cell> cells) {
    return Cells.shown(
        answer(cells),
        List.of(
            Cells.bars(
                "Calls of the quiet one that succeed",
                "%",
                cells,
                cell -> cell.setting().label(),
                Cells::successPercent),
            Cells.bars(
                "p99 of those",
                "ms",
                cells,
                cell -> cell.setting().label(),
                cell -> cell.figures().p99Millis())),
        cells);
  }

  private static Figures with(List<Cell> cells, String label) {
    return Cells.one(cells, cell -> cell.setting().label().equals(label)).figures();
  }

  private static String answer(List<Cell> cells) {
    Figures alone = with(cells, ALONE);
    Figures unfair = with(cells, UNFAIR);
    Figures fair = with(cells, FAIR);
    return "Without shares %s of the quiet one's calls succeed; with them %s, with a p99 of %s instead of the %s that it has alone."
        .formatted(
            Say.percent(unfair.successRate()),
            Say.percent(fair.successRate()),
            Say.millis(fair.p99Millis()),
            Say.millis(alone.p99Millis()));
  }
}
