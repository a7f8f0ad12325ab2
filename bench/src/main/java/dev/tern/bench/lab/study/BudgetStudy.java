package dev.tern.bench.lab.study;

import dev.tern.bench.draw.Numbers;
import dev.tern.bench.lab.trial.Operation;
import dev.tern.bench.lab.trial.Plan;
import dev.tern.bench.lab.trial.Plan.Budget;
import dev.tern.bench.lab.trial.Service;
import dev.tern.bench.lab.trial.Setting;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a budget of retries saves, and what it costs. */
final class BudgetStudy implements Study {
  @Override
  public String name() {
    return "budget";
  }

  @Override
  public String question() {
    return "What does a budget of retries save, and what does it cost?";
  }

  @Override
  public String how() {
    return "get, 5 ms of work, 5 attempts of at most 100 ms each, waits from 0 to 10 ms that double. A budget"
        + " of 20 % allows one retry for five calls of the last second, and ten a second besides; it is the"
        + " client's default.";
  }

  @Override
  public List<Setting> settings(Size size) {
    List<Double> drops =
        size.isCoarse() ? List.of(0.0, 0.1, 0.3, 0.5) : List.of(0.0, 0.1, 0.2, 0.3, 0.4, 0.5);
    List<@Nullable Budget> budgets =
        size.isCoarse()
            ? Arrays.asList(null, Budget.DEFAULT)
            : Arrays.asList(null, new Budget(0.5, 10), Budget.DEFAULT, new Budget(0.1, 0));
    List<Setting> settings = new ArrayList<>();
    for (Budget budget : budgets) {
      for (double drop : drops) {
        settings.add(
            new Setting(
                inWords(budget) + ", drop " + Math.round(drop * 100) + " %",
                Operation.GET,
                drop,
                DropStudy.TIMEOUT_MILLIS,
                Service.taking(5),
                Plan.attempts(5, DropStudy.ATTEMPT_TIMEOUT_MILLIS).within(budget),
                size.steady()));
      }
    }
    return settings;
  }

  static String inWords(@Nullable Budget budget) {
    return budget == null
        ? "no budget"
        : "%s %%%s"
            .formatted(
                Numbers.rounded(budget.share() * 100),
                budget.perSecond() == 0 ? "" : " + " + Numbers.rounded(budget.perSecond()) + "/s");
  }

  private static String inWords(Cell cell) {
    return inWords(cell.setting().plan().budget());
  }

  @Override
  public Shown show(List<Cell> cells) {
    String drop = "drop in percent of the attempts";
    return Cells.shown(
        answer(cells),
        List.of(
            Cells.lines(
                "Attempts a call",
                "",
                drop,
                cells,
                BudgetStudy::inWords,
                Cells::dropPercent,
                cell -> cell.figures().attemptsPerCall()),
            Cells.lines(
                "Success",
                "% of the calls",
                drop,
                cells,
                BudgetStudy::inWords,
                Cells::dropPercent,
                Cells::successPercent)),
        cells);
  }

  private static Cell with(List<Cell> cells, @Nullable Budget budget, double drop) {
    return Cells.one(
        cells,
        cell ->
            java.util.Objects.equals(cell.setting().plan().budget(), budget)
                && cell.setting().drop() == drop);
  }

  private static String answer(List<Cell> cells) {
    Cell few = with(cells, Budget.DEFAULT, 0.1);
    Cell free = with(cells, null, 0.5);
    Cell bound = with(cells, Budget.DEFAULT, 0.5);
    return "At 50 %% loss %s attempts a call go out without a budget, %s with the default one, and %s of the calls succeed instead of %s. At 10 %% loss, which is already a bad day, the budget is enough: %s succeed. So it costs nothing until a fifth of all calls fails, and then it keeps retries from adding to the trouble: where a service fails as a whole, they would help nobody."
        .formatted(
            Say.times(free.figures().attemptsPerCall()),
            Say.times(bound.figures().attemptsPerCall()),
            Say.percent(bound.figures().successRate()),
            Say.percent(free.figures().successRate()),
            Say.percent(few.figures().successRate()));
  }
}
