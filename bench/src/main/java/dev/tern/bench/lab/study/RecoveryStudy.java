package dev.tern.bench.lab.study;

import dev.tern.bench.draw.Numbers;
import dev.tern.bench.lab.trial.Load;
import dev.tern.bench.lab.trial.Operation;
import dev.tern.bench.lab.trial.Plan;
import dev.tern.bench.lab.trial.Series;
import dev.tern.bench.lab.trial.Service.Outage;
import dev.tern.bench.lab.trial.Setting;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Ten times the load, and a server that stands still meanwhile; then neither. */
final class RecoveryStudy implements Study {
  private static final int TIMEOUT_MILLIS = 1_000;
  private static final double USUAL = 0.8;
  private static final int FACTOR = 10;

  /** How much longer a full run lets the server stand still than the other parts take. */
  private static final double FULL_STALL = 7.5;

  private static final List<String> HEADS =
      List.of("trial", "calls", "served a second before", "meanwhile", "afterwards", "recovers");

  @Override
  public String name() {
    return "recovery";
  }

  @Override
  public String question() {
    return "How soon is a server well again after an overload in which it also stood still?";
  }

  @Override
  public String how() {
    return "As above; usually 640 calls a second come, 0.8 of what the server can do. For a while there are ten times as many,"
        + " and all that is worked at stands still until that is over. Recovered: from the first second on in which 95 % of"
        + " the calls succeed, counted from the end of both.";
  }

  @Override
  public List<Setting> settings(Size size) {
    int part = size.millis();
    int until = part + stallMillis(size);
    Load load = new Load.Surge(usual(), FACTOR, part, until, until + 2 * part);
    return Stream.of(AdmissionKind.values())
        .map(
            kind ->
                new Setting(
                    kind.label(),
                    Operation.GET,
                    0,
                    TIMEOUT_MILLIS,
                    kind.service().failing(new Outage(true, part, until)),
                    Plan.ONE,
                    load))
        .toList();
  }

  private static int stallMillis(Size size) {
    return size.isCoarse() ? size.millis() : (int) (FULL_STALL * size.millis());
  }

  private static int usual() {
    return (int) (USUAL * AdmissionKind.capacity());
  }

  @Override
  public int sideBySide() {
    return 1;
  }

  private static Load.Surge load(Cell cell) {
    return cell.setting().load() instanceof Load.Surge surge
        ? surge
        : new Load.Surge(1, 1, 0, 0, 0);
  }

  @Override
  public Shown show(List<Cell> cells) {
    return new Shown(
        answer(cells),
        List.of(lines(cells)),
        HEADS,
        cells.stream().map(RecoveryStudy::row).toList());
  }

  private static String lines(List<Cell> cells) {
    Load.Surge load = load(cells.getFirst());
    String below =
        "seconds; overload and standstill from %s to %s"
            .formatted(
                Numbers.rounded(load.fromMillis() / 1_000.0),
                Numbers.rounded(load.untilMillis() / 1_000.0));
    return Cells.course(
        "Served in time, a second", below, cells, Series::succeeded, cell -> load(cell).millis());
  }

  static double secondsToRecover(Cell cell) {
    Load.Surge load = load(cell);
    return cell.figures()
        .series()
        .secondsToRecover(load.untilMillis(), load.millis(), load.perSecond());
  }

  private static List<String> row(Cell cell) {
    Load.Surge load = load(cell);
    Series series = cell.figures().series();
    return List.of(
        cell.setting().label(),
        Say.count(cell.figures().calls()),
        Numbers.fixed(series.successesPerSecond(0, load.fromMillis()), 0),
        Numbers.fixed(series.successesPerSecond(load.fromMillis(), load.untilMillis()), 0),
        Numbers.fixed(series.successesPerSecond(load.untilMillis(), load.millis()), 0),
        Say.recovery(secondsToRecover(cell)));
  }

  private static String answer(List<Cell> cells) {
    List<String> parts = new ArrayList<>();
    for (Cell cell : cells) {
      parts.add(cell.setting().label() + ": " + Say.recovery(secondsToRecover(cell)));
    }
    Load.Surge load = load(cells.getFirst());
    return "After %s s of ten times the load, in which nothing was finished, calls succeed again: %s."
        .formatted(
            Numbers.rounded((load.untilMillis() - load.fromMillis()) / 1_000.0),
            String.join("; ", parts));
  }
}
