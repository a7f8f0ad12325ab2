package dev.tern.bench.lab.study;

import dev.tern.bench.lab.trial.Operation;
import dev.tern.bench.lab.trial.Plan;
import dev.tern.bench.lab.trial.Service;
import dev.tern.bench.lab.trial.Setting;
import java.util.ArrayList;
import java.util.List;

/** Loss, and how many attempts it takes. */
final class DropStudy implements Study {
  static final int ATTEMPT_TIMEOUT_MILLIS = 100;
  static final int TIMEOUT_MILLIS = 3_000;
  static final double MEANT_DROP = 0.3;

  @Override
  public String name() {
    return "drop";
  }

  @Override
  public String question() {
    return "How many attempts does a lossy network need, and what do they cost?";
  }

  @Override
  public String how() {
    return "get, 5 ms of work, attempt timeout 100 ms, waits from 0 to 10 ms that double, no budget."
        + " A drop of 30 % loses 30 % of the attempts: half of them on the way to the server, half of"
        + " them on the way back.";
  }

  @Override
  public List<Setting> settings(Size size) {
    List<Double> drops =
        size.isCoarse() ? List.of(0.0, 0.1, 0.3, 0.5) : List.of(0.0, 0.1, 0.2, 0.3, 0.4, 0.5);
    List<Integer> attempts = size.isCoarse() ? List.of(1, 3, 6) : List.of(1, 2, 3, 4, 6, 8);
    List<Setting> settings = new ArrayList<>();
    for (int most : attempts) {
      for (double drop : drops) {
        settings.add(
            new Setting(
                label(most) + ", drop " + Math.round(drop * 100) + " %",
                Operation.GET,
                drop,
                TIMEOUT_MILLIS,
                Service.taking(5),
                Plan.attempts(most, ATTEMPT_TIMEOUT_MILLIS),
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

  @Override
  public Shown show(List<Cell> cells) {
    String drop = "drop in percent of the attempts";
    return Cells.shown(
        answer(cells),
        List.of(
            Cells.lines(
                "Success",
                "% of the calls",
                drop,
                cells,
                DropStudy::label,
                Cells::dropPercent,
                Cells::successPercent),
            Cells.lines(
                "p99",
                "ms",
                drop,
                cells,
                DropStudy::label,
                Cells::dropPercent,
                cell -> cell.figures().p99Millis()),
            Cells.lines(
                "Attempts a call",
                "",
                drop,
                cells,
                DropStudy::label,
                Cells::dropPercent,
                cell -> cell.figures().attemptsPerCall()),
            Cells.lines(
                "Load amplification",
                "calls at the server ÷ calls wanted",
                drop,
                cells,
                DropStudy::label,
                Cells::dropPercent,
                cell -> cell.figures().loadAmplification())),
        cells);
  }

  private static String answer(List<Cell> cells) {
    List<Cell> meant = cells.stream().filter(cell -> cell.setting().drop() == MEANT_DROP).toList();
    List<String> parts = new ArrayList<>();
    for (Cell cell : meant) {
      String succeeds =
          parts.isEmpty() ? (cell.setting().plan().attempts() == 1 ? " succeeds" : " succeed") : "";
      String calls = parts.isEmpty() ? " of the calls" : "";
      parts.add(
          label(cell) + succeeds + " in " + Say.percent(cell.figures().successRate()) + calls);
    }
    Cell enough =
        meant.stream()
            .filter(cell -> cell.figures().successRate() >= 0.99)
            .findFirst()
            .orElse(meant.getLast());
    return "At 30 %% loss %s. %s cost %s attempts a call, and the server gets %s calls for each that is wanted, as what is lost on the way there never comes. The p99 of %s is made of attempts that nobody answers: each costs its timeout of %d ms."
        .formatted(
            String.join(", ", parts),
            label(enough),
            Say.times(enough.figures().attemptsPerCall()),
            Say.times(enough.figures().loadAmplification()),
            Say.millis(enough.figures().p99Millis()),
            ATTEMPT_TIMEOUT_MILLIS);
  }
}
