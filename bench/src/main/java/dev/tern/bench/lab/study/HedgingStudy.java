package dev.tern.bench.lab.study;

import dev.tern.bench.draw.Numbers;
import dev.tern.bench.lab.trial.Operation;
import dev.tern.bench.lab.trial.Plan;
import dev.tern.bench.lab.trial.Plan.Budget;
import dev.tern.bench.lab.trial.Service;
import dev.tern.bench.lab.trial.Setting;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A second call beside one that takes long. */
final class HedgingStudy implements Study {
  /** So many attempts a call more than without hedging, at least, or none was sent. */
  private static final double SENT = 0.005;

  /** Less than that is no difference that a run tells from chance. */
  private static final double BETTER = 0.9;

  @Override
  public String name() {
    return "hedging";
  }

  @Override
  public String question() {
    return "What does a second call beside a slow one do to the tail?";
  }

  @Override
  public String how() {
    return "get, 5 ms of work, but 100 ms for 5 % of the calls, drawn anew for each attempt; no loss. Hedging"
        + " at 95 %: a call that takes longer than 95 % of those before is made once more beside itself, within"
        + " the default budget of 20 %; the first answer counts.";
  }

  @Override
  public List<Setting> settings(Size size) {
    List<@Nullable Double> percentiles =
        size.isCoarse()
            ? Arrays.asList(null, 0.9, 0.95)
            : Arrays.asList(null, 0.8, 0.9, 0.95, 0.99);
    List<Setting> settings = new ArrayList<>();
    for (Double percentile : percentiles) {
      settings.add(
          new Setting(
              inWords(percentile),
              Operation.GET,
              0,
              DropStudy.TIMEOUT_MILLIS,
              Service.taking(5).slow(0.05, 100),
              Plan.attempts(3, 0).within(Budget.DEFAULT).hedged(percentile),
              size.steady()));
    }
    return settings;
  }

  @Override
  public int sideBySide() {
    return 2;
  }

  private static String inWords(@Nullable Double percentile) {
    return percentile == null
        ? "no hedging"
        : "hedging at " + Numbers.rounded(percentile * 100) + " %";
  }

  private static String inWords(Cell cell) {
    return inWords(cell.setting().plan().hedgeAt());
  }

  @Override
  public Shown show(List<Cell> cells) {
    return Cells.shown(
        answer(cells),
        List.of(
            Cells.bars(
                "p99", "ms", cells, HedgingStudy::inWords, cell -> cell.figures().p99Millis()),
            Cells.bars(
                "p99.9", "ms", cells, HedgingStudy::inWords, cell -> cell.figures().p999Millis()),
            Cells.bars(
                "Load amplification",
                "calls at the server ÷ calls wanted",
                cells,
                HedgingStudy::inWords,
                cell -> cell.figures().loadAmplification())),
        cells);
  }

  private static String answer(List<Cell> cells) {
    Cell off = Cells.one(cells, cell -> cell.setting().plan().hedgeAt() == null);
    Cell best =
        cells.stream()
            .filter(cell -> Objects.nonNull(cell.setting().plan().hedgeAt()))
            .min(Comparator.comparingDouble(cell -> cell.figures().p99Millis()))
            .orElseThrow();
    if (best.figures().attemptsPerCall() < off.figures().attemptsPerCall() + SENT) {
      return "Hardly a hedge was sent in this run, so that it shows nothing but chance: p99 %s without, %s with %s."
          .formatted(
              Say.millis(off.figures().p99Millis()),
              Say.millis(best.figures().p99Millis()),
              inWords(best));
    }
    boolean isSame = best.figures().p99Millis() > BETTER * off.figures().p99Millis();
    return isSame
        ? "Hedging made no difference to the p99 here: %s without, %s with %s, at %s calls at the server for each that is wanted."
            .formatted(
                Say.millis(off.figures().p99Millis()),
                Say.millis(best.figures().p99Millis()),
                inWords(best),
                Say.times(best.figures().loadAmplification()))
        : "With %s the p99 is %s instead of %s, and the p99.9 %s instead of %s. The price is %s calls at the server for each that is wanted."
            .formatted(
                inWords(best),
                Say.millis(best.figures().p99Millis()),
                Say.millis(off.figures().p99Millis()),
                Say.millis(best.figures().p999Millis()),
                Say.millis(off.figures().p999Millis()),
                Say.times(best.figures().loadAmplification()));
  }
}
