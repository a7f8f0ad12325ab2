package dev.tern.core.client.retry;

import dev.tern.core.Filter;
import dev.tern.core.observe.Counters;
import dev.tern.core.retry.RetryPolicy;
import dev.tern.core.runtime.Environment;
import java.util.List;
import java.util.function.BooleanSupplier;

/** What makes the calls of a client more than once, within one budget. */
public final class Retries {
  private final RetryFilter retry;
  private final List<Filter> filters;

  /**
   * @param endpoint whom it calls, as HOST:PORT
   * @param hasConnection whether a call can leave at once
   */
  public Retries(
      RetryPolicy policy,
      String endpoint,
      BooleanSupplier hasConnection,
      Environment environment,
      Counters counters) {
    long now = environment.timers().nanoTime();
    RetryBudget budget = new RetryBudget(policy.budgetShare(), policy.budgetPerSecond(), now);
    this.retry = new RetryFilter(policy, budget, endpoint, environment, counters);
    Double percentile = policy.hedgeAt();
    this.filters =
        percentile == null
            ? List.of(retry)
            : List.of( // a call and the one beside it are one attempt
                retry,
                new HedgeFilter(
                    percentile,
                    policy.hedgeAtFirst(),
                    hasConnection,
                    budget,
                    environment,
                    counters));
  }

  /** Whether the first attempt at a call is the call as it is, and nothing is made beside it. */
  public boolean leavesFirst() {
    return retry.leavesFirst() && filters.size() == 1;
  }

  /** In the direction that a request travels. */
  public List<Filter> filters() {
    return filters;
  }

  /** The calls that wait for their next attempt make it now: their client is closed. */
  public void close() {
    retry.close();
  }
}
