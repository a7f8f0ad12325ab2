package dev.tern.core.retry;

import dev.tern.core.Effect;
import dev.tern.core.access.Durations;
import dev.tern.core.retry.Decision.Again;
import dev.tern.core.retry.Decision.Stop;
import dev.tern.protocol.Executed;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * When a client makes a call again: if that is safe, useful, and not too late. Immutable.
 *
 * <ul>
 *   <li>Safe: the attempt has certainly not run, or running it again does no harm, as the method is
 *       READ, IDEMPOTENT, or ONCE at a server that remembers.
 *   <li>Useful: the error is transient, and not a remembered one.
 * </ul>
 *
 * <p>The wait before the next attempt is drawn from 0 to a bound that grows with each attempt
 * ("full jitter"), so that the clients of a server that was down do not come back in step: see
 * "Exponential Backoff And Jitter", AWS Architecture Blog, 2015. A budget for all calls of a client
 * together bounds what retries add to the load of a server that fails.
 */
public final class RetryPolicy {
  /** Three attempts; 50 ms, doubled, at most 2 s; a fifth of the calls and ten a second. */
  public static final RetryPolicy DEFAULT =
      new RetryPolicy(
          3,
          new Waits(Duration.ofMillis(50), 2, Duration.ofSeconds(2)),
          new Budget(0.2, 10),
          null,
          null,
          false);

  /** One attempt. */
  public static final RetryPolicy NONE = DEFAULT.withAttempts(1);

  /** A call that has failed so often is no matter of chance any more. */
  private static final int MOST_ATTEMPTS = 100;

  /** The most before the second attempt, by which it grows, and the most of all. */
  private record Waits(Duration first, double factor, Duration longest) {}

  /** What the calls bring, and what time brings. */
  private record Budget(double share, double perSecond) {}

  /** After which percentile, and after how long while that is not known. */
  private record Hedging(double percentile, @Nullable Duration atFirst) {}

  private final int attempts;
  private final Waits waits;
  private final Budget budget;
  private final @Nullable Duration attemptTimeout;
  private final @Nullable Hedging hedging;
  private final boolean unsafe;

  private RetryPolicy(
      int attempts,
      Waits waits,
      Budget budget,
      @Nullable Duration attemptTimeout,
      @Nullable Hedging hedging,
      boolean unsafe) {
    this.attempts = attempts;
    this.waits = waits;
    this.budget = budget;
    this.attemptTimeout = attemptTimeout;
    this.hedging = hedging;
    this.unsafe = unsafe;
  }

  /**
   * This policy with so many attempts, the first included.
   *
   * @throws IllegalArgumentException if it is not 1 to 100
   */
  public RetryPolicy withAttempts(int most) {
    require(most >= 1 && most <= MOST_ATTEMPTS, "attempts", most, "1 to " + MOST_ATTEMPTS);
    return new RetryPolicy(most, waits, budget, attemptTimeout, hedging, unsafe);
  }

  /**
   * This policy with other waits.
   *
   * @param first the most before the second attempt; positive
   * @param growth by which it grows with each attempt; 1 or more
   * @param longest the most of all; not below first
   * @throws IllegalArgumentException if one of them is something else
   */
  public RetryPolicy withBackoff(Duration first, double growth, Duration longest) {
    require(first.isPositive(), "first wait", first, "more than 0");
    require(growth >= 1 && growth <= MOST_ATTEMPTS, "factor", growth, "1 to " + MOST_ATTEMPTS);
    require(longest.compareTo(first) >= 0, "longest wait", longest, "at least " + first);
    return new RetryPolicy(
        attempts, new Waits(first, growth, longest), budget, attemptTimeout, hedging, unsafe);
  }

  /**
   * This policy with another budget, of all calls of a client together. What is not used within a
   * second is gone.
   *
   * @param share of the calls, each of which may be followed by so many retries; 0 or more
   * @param perSecond and so many each second; 0 or more
   * @throws IllegalArgumentException if one of them is something else
   */
  public RetryPolicy withBudget(double share, double perSecond) {
    require(share >= 0, "budget", share, "a share of 0 or more");
    require(perSecond >= 0, "budget", perSecond, "0 or more a second");
    return new RetryPolicy(
        attempts, waits, new Budget(share, perSecond), attemptTimeout, hedging, unsafe);
  }

  /** This policy without a budget: for experiments, and where something else bounds the load. */
  public RetryPolicy withoutBudget() {
    return withBudget(Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY);
  }

  /**
   * This policy with a deadline of its own for each attempt, which travels with it. Without one an
   * attempt has all the time of its call.
   *
   * @throws IllegalArgumentException if it is not positive
   */
  public RetryPolicy withAttemptTimeout(Duration each) {
    require(each.isPositive(), "attemptTimeout", each, "more than 0");
    return new RetryPolicy(attempts, waits, budget, each, hedging, unsafe);
  }

  /**
   * This policy with hedging: a call of a READ or IDEMPOTENT method that takes longer than most is
   * made once more beside itself, within the budget; the first result counts, and the other call is
   * cancelled.
   *
   * @param percentile of the latencies seen so far after which it is made; more than 0, less than 1
   * @throws IllegalArgumentException if it is something else
   */
  public RetryPolicy withHedging(double percentile) {
    return hedged(percentile, null);
  }

  /**
   * This policy with hedging, as {@link #withHedging(double)}, also while too few latencies were
   * seen to know the percentile.
   *
   * @param atFirst after so long a call is made once more until then; positive
   * @throws IllegalArgumentException if one of them is something else
   */
  public RetryPolicy withHedging(double percentile, Duration atFirst) {
    require(atFirst.isPositive(), "hedging at first", atFirst, "more than 0");
    return hedged(percentile, atFirst);
  }

  private RetryPolicy hedged(double percentile, @Nullable Duration atFirst) {
    require(percentile > 0 && percentile < 1, "hedging", percentile, "more than 0, less than 1");
    return new RetryPolicy(
        attempts, waits, budget, attemptTimeout, new Hedging(percentile, atFirst), unsafe);
  }

  /**
   * This policy also for UNSAFE methods that may have run: <strong>they may run more than
   * once.</strong>
   */
  public RetryPolicy withUnsafe() {
    return new RetryPolicy(attempts, waits, budget, attemptTimeout, hedging, true);
  }

  private static void require(boolean holds, String name, Object value, String expected) {
    if (!holds) {
      throw new IllegalArgumentException(name + ": " + value + " (expected: " + expected + ")");
    }
  }

  /**
   * Whether there is another attempt after one that has failed.
   *
   * @param effect of the method, as far as its server keeps it: ONCE is UNSAFE at one that
   *     remembers nothing
   * @param made attempts that were made, at least 1
   * @param leftNanos until the deadline
   * @param onlyIfNotRun whether the call is made for one that is itself made again, or is made for
   *     such a one, however far above: then only what has certainly not run is made again, so that
   *     retries do not multiply
   * @param chance from 0 to less than 1
   */
  public Decision decide(
      Failure failure,
      Effect effect,
      int made,
      long leftNanos,
      boolean onlyIfNotRun,
      double chance) {
    if (!failure.isTransient() || failure.isReplayed()) {
      return Stop.USELESS;
    }
    if (!isSafe(failure.executed(), effect, onlyIfNotRun)) {
      return Stop.UNSAFE;
    }
    if (made >= attempts) {
      return Stop.LAST;
    }
    long asked = Durations.nanos(Duration.ofMillis(Math.max(0, failure.retryAfterMillis())));
    long wait = asked + (long) (chance * longestWaitNanos(made));
    return wait < leftNanos ? new Again(wait) : Stop.NO_TIME;
  }

  private boolean isSafe(Executed executed, Effect effect, boolean onlyIfNotRun) {
    return switch (executed) {
      case NO -> true;
      case MAYBE -> !onlyIfNotRun && (effect != Effect.UNSAFE || unsafe);
      case YES -> false;
    };
  }

  private double longestWaitNanos(int made) {
    double grown = Durations.nanos(waits.first()) * Math.pow(waits.factor(), made - 1);
    return Math.min(grown, (double) Durations.nanos(waits.longest()));
  }

  /** How many attempts there are at most. */
  public int attempts() {
    return attempts;
  }

  /** The part of the budget that comes with the calls. */
  public double budgetShare() {
    return budget.share();
  }

  /** The part of the budget that comes with time. */
  public double budgetPerSecond() {
    return budget.perSecond();
  }

  /** The deadline of each attempt; null if it is the call's. */
  public @Nullable Duration attemptTimeout() {
    return attemptTimeout;
  }

  /** After which percentile of the latencies a call is made beside itself; null for never. */
  public @Nullable Double hedgeAt() {
    return hedging == null ? null : hedging.percentile();
  }

  /**
   * After how long a call is made beside itself while the percentile is not known; null for never.
   */
  public @Nullable Duration hedgeAtFirst() {
    return hedging == null ? null : hedging.atFirst();
  }

  /** Whether UNSAFE methods are called again that may have run. */
  public boolean isUnsafe() {
    return unsafe;
  }

  @Override
  public String toString() {
    return "retry, " + attempts + (attempts == 1 ? " attempt" : " attempts");
  }
}
