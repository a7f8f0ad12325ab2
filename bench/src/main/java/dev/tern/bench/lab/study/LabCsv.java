package dev.tern.bench.lab.study;

import dev.tern.bench.lab.trial.Figures;
import dev.tern.bench.lab.trial.Load;
import dev.tern.bench.lab.trial.Plan;
import dev.tern.bench.lab.trial.Plan.Budget;
import dev.tern.bench.lab.trial.Service;
import dev.tern.bench.lab.trial.Setting;
import dev.tern.core.limit.ConcurrencyLimit;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** All trials as comma-separated values, a line each, after RFC 4180. */
public final class LabCsv {
  private static final List<String> HEADS =
      List.of(
          "experiment",
          "seed",
          "trial",
          "operation",
          "drop",
          "work_ms",
          "slow_share",
          "slow_ms",
          "threads",
          "queue",
          "places",
          "limit",
          "fair_share",
          "flood_per_second",
          "attempts_at_most",
          "attempt_timeout_ms",
          "timeout_ms",
          "base_ms",
          "factor",
          "jitter",
          "budget_share",
          "budget_per_second",
          "hedge_at",
          "callers",
          "calls_per_second",
          "calls",
          "succeeded",
          "refused",
          "success_rate",
          "p50_ms",
          "p99_ms",
          "p999_ms",
          "refused_p99_ms",
          "timed_out",
          "timed_out_p999_ms",
          "started_late",
          "attempts_per_call",
          "load_amplification",
          "runs_per_call",
          "counted",
          "seconds");

  private LabCsv() {}

  /** The lines, heads first. What does not apply is empty. */
  public static String of(List<Result> results, long seed) {
    return Stream.concat(
            Stream.of(String.join(",", HEADS)),
            results.stream()
                .flatMap(
                    result ->
                        result.cells().stream()
                            .map(cell -> line(result.study().name(), seed, cell))))
        .collect(Collectors.joining("\r\n", "", "\r\n"));
  }

  private static String line(String experiment, long seed, Cell cell) {
    Setting setting = cell.setting();
    Service service = setting.service();
    Plan plan = setting.plan();
    Budget budget = plan.budget();
    Figures figures = cell.figures();
    ConcurrencyLimit limit = service.limit();
    boolean hasPool = service.threads() > 0;
    return Stream.of(
            experiment,
            seed,
            setting.label(),
            setting.operation().inWords(),
            setting.drop(),
            service.delayMillis(),
            service.slowShare(),
            service.slowMillis(),
            hasPool ? service.threads() : "",
            hasPool ? service.queue() : "",
            service.places() == 0 ? "" : service.places(),
            limit == null ? "" : limit.isAdaptive() ? "adaptive" : limit.least(),
            limit == null ? "" : limit.fairShare(),
            setting.floodPerSecond() == 0 ? "" : setting.floodPerSecond(),
            plan.attempts(),
            plan.attemptTimeoutMillis() == 0 ? "" : plan.attemptTimeoutMillis(),
            setting.timeoutMillis(),
            plan.baseMillis(),
            plan.factor(),
            plan.jitter().inWords(),
            budget == null ? "" : budget.share(),
            budget == null ? "" : budget.perSecond(),
            plan.hedgeAt() == null ? "" : plan.hedgeAt(),
            setting.load() instanceof Load.Closed closed ? closed.callers() : "",
            perSecond(setting.load()),
            figures.calls(),
            figures.succeeded(),
            figures.refused(),
            figures.successRate(),
            figures.p50Millis(),
            figures.p99Millis(),
            figures.p999Millis(),
            figures.refusedP99Millis(),
            figures.timedOut(),
            figures.timedOutP999Millis(),
            figures.startedLate(),
            figures.attemptsPerCall(),
            figures.loadAmplification(),
            figures.runsPerCall(),
            figures.counted(),
            figures.millis() / 1_000)
        .map(LabCsv::cell)
        .collect(Collectors.joining(","));
  }

  private static Object perSecond(Load load) {
    return switch (load) {
      case Load.Closed _ -> "";
      case Load.Open open -> open.perSecond();
      case Load.Surge surge -> surge.perSecond();
    };
  }

  private static String cell(Object value) {
    String text =
        value instanceof Double number
            ? String.format(Locale.ROOT, "%.4f", number)
            : String.valueOf(value);
    boolean isPlain = text.chars().noneMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
    return isPlain ? text : '"' + text.replace("\"", "\"\"") + '"';
  }
}
