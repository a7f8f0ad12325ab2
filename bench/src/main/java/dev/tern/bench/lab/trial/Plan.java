package dev.tern.bench.lab.trial;

import dev.tern.core.retry.RetryPolicy;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How the client retries.
 *
 * @param attempts at most, the first included
 * @param attemptTimeoutMillis 0 for none of its own
 * @param baseMillis the longest wait before the second attempt
 * @param factor by which it grows
 * @param budget null for none
 * @param hedgeAt the percentile, as a part of 1; null for no hedging
 * @param unsafe whether UNSAFE methods are called again that may have run
 */
public record Plan(
    int attempts,
    int attemptTimeoutMillis,
    int baseMillis,
    double factor,
    Jitter jitter,
    @Nullable Budget budget,
    @Nullable Double hedgeAt,
    boolean unsafe) {

  /** One attempt with all the time of its call. */
  public static final Plan ONE = new Plan(1, 0, 10, 2, Jitter.FULL, null, null, false);

  private static final Duration LONGEST_WAIT = Duration.ofSeconds(2);

  /** Of all calls together: a share of them, and so many retries a second. */
  public record Budget(double share, double perSecond) {
    /** The client's own default. */
    public static final Budget DEFAULT =
        new Budget(RetryPolicy.DEFAULT.budgetShare(), RetryPolicy.DEFAULT.budgetPerSecond());

    /** So large that it is none; where the client wants one. */
    private static final Budget HUGE = new Budget(100, 1_000_000);
  }

  /** So many attempts, each with a timeout. */
  public static Plan attempts(int attempts, int attemptTimeoutMillis) {
    return new Plan(attempts, attemptTimeoutMillis, 10, 2, Jitter.FULL, null, null, false);
  }

  /** With other waits. */
  public Plan backoff(int base, double growth, Jitter spread) {
    return new Plan(attempts, attemptTimeoutMillis, base, growth, spread, budget, hedgeAt, unsafe);
  }

  /** With a budget. */
  public Plan within(@Nullable Budget bound) {
    return new Plan(
        attempts, attemptTimeoutMillis, baseMillis, factor, jitter, bound, hedgeAt, unsafe);
  }

  /** With hedging. */
  public Plan hedged(@Nullable Double percentile) {
    return new Plan(
        attempts, attemptTimeoutMillis, baseMillis, factor, jitter, budget, percentile, unsafe);
  }

  /** Also for what may have run and must not run twice. */
  public Plan alsoUnsafe() {
    return new Plan(
        attempts, attemptTimeoutMillis, baseMillis, factor, jitter, budget, hedgeAt, true);
  }

  RetryPolicy policy() {
    RetryPolicy policy =
        RetryPolicy.DEFAULT
            .withAttempts(attempts)
            .withBackoff(Duration.ofMillis(baseMillis), factor, LONGEST_WAIT);
    Budget bound = budget == null && unsafe ? Budget.HUGE : budget;
    policy =
        bound == null
            ? policy.withoutBudget()
            : policy.withBudget(bound.share(), bound.perSecond());
    if (attemptTimeoutMillis > 0) {
      policy = policy.withAttemptTimeout(Duration.ofMillis(attemptTimeoutMillis));
    }
    if (hedgeAt != null) {
      policy = policy.withHedging(hedgeAt);
    }
    return unsafe ? policy.withUnsafe() : policy;
  }
}
