package dev.tern.core.retry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.tern.core.Effect;
import dev.tern.core.retry.Decision.Again;
import dev.tern.core.retry.Decision.Stop;
import dev.tern.protocol.Executed;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RetryPolicyTest {
  private static final long MILLI = 1_000_000;
  private static final long AMPLE = 3600_000 * MILLI;

  private static Decision decide(RetryPolicy policy, Failure failure, Effect effect, int made) {
    return policy.decide(failure, effect, made, AMPLE, false, 0.5);
  }

  private static Failure failure(Executed executed) {
    return new Failure(executed, true, false, -1);
  }

  private static String name(Decision decision) {
    return switch (decision) {
      case Again _ -> "AGAIN";
      case Stop stop -> stop.name();
    };
  }

  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          # verdict, transient, replayed, effect, only if not run, decision
          NO,    true,  false, READ,       false, AGAIN
          NO,    true,  false, IDEMPOTENT, false, AGAIN
          NO,    true,  false, ONCE,       false, AGAIN
          NO,    true,  false, UNSAFE,     false, AGAIN
          NO,    true,  false, UNSAFE,     true,  AGAIN
          MAYBE, true,  false, READ,       false, AGAIN
          MAYBE, true,  false, IDEMPOTENT, false, AGAIN
          MAYBE, true,  false, ONCE,       false, AGAIN
          MAYBE, true,  false, UNSAFE,     false, UNSAFE
          MAYBE, true,  false, READ,       true,  UNSAFE
          MAYBE, true,  false, IDEMPOTENT, true,  UNSAFE
          MAYBE, true,  false, ONCE,       true,  UNSAFE
          YES,   true,  false, READ,       false, UNSAFE
          YES,   true,  false, ONCE,       false, UNSAFE
          YES,   true,  false, UNSAFE,     false, UNSAFE
          NO,    false, false, READ,       false, USELESS
          MAYBE, false, false, ONCE,       false, USELESS
          YES,   false, false, READ,       false, USELESS
          NO,    true,  true,  READ,       false, USELESS
          MAYBE, true,  true,  ONCE,       false, USELESS
          """)
  void safeAndUseful(
      Executed executed,
      boolean isTransient,
      boolean isReplayed,
      Effect effect,
      boolean onlyIfNotRun,
      String expected) {
    Failure failure = new Failure(executed, isTransient, isReplayed, -1);

    Decision decision = RetryPolicy.DEFAULT.decide(failure, effect, 1, AMPLE, onlyIfNotRun, 0);

    assertThat(name(decision)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({"NO, AGAIN", "MAYBE, AGAIN", "YES, UNSAFE"})
  void whoeverWantsItRepeatsUnsafeMethods(Executed executed, String expected) {
    RetryPolicy policy = RetryPolicy.DEFAULT.withUnsafe();

    assertThat(name(decide(policy, failure(executed), Effect.UNSAFE, 1))).isEqualTo(expected);
  }

  @Test
  void whoeverWantsItRepeatsNothingUnsafeBelowAnotherAttempt() {
    RetryPolicy policy = RetryPolicy.DEFAULT.withUnsafe();

    assertThat(policy.decide(failure(Executed.MAYBE), Effect.UNSAFE, 1, AMPLE, true, 0))
        .isEqualTo(Stop.UNSAFE);
  }

  @ParameterizedTest
  @CsvSource({"3, 1, AGAIN", "3, 2, AGAIN", "3, 3, LAST", "3, 4, LAST", "1, 1, LAST"})
  void asManyAttemptsAsAllowed(int attempts, int made, String expected) {
    RetryPolicy policy = RetryPolicy.DEFAULT.withAttempts(attempts);

    assertThat(name(decide(policy, failure(Executed.NO), Effect.READ, made))).isEqualTo(expected);
  }

  @Test
  void noneIsOneAttempt() {
    assertThat(decide(RetryPolicy.NONE, failure(Executed.NO), Effect.READ, 1)).isEqualTo(Stop.LAST);
  }

  @ParameterizedTest
  @CsvSource({
    "1, 0, 0",
    "1, 0.5, 25",
    "1, 0.9999, 49",
    "2, 0.5, 50",
    "3, 0.5, 100",
    "6, 0.5, 800",
    "7, 0.5, 1000",
    "8, 0.5, 1000",
    "99, 0.5, 1000",
    "99, 0.9999, 1999"
  })
  void theWaitIsDrawnFromZeroToABoundThatDoubles(int made, double chance, long millis) {
    RetryPolicy policy = RetryPolicy.DEFAULT.withAttempts(100);

    Decision decision =
        policy.decide(failure(Executed.NO), Effect.READ, made, AMPLE, false, chance);

    assertThat(((Again) decision).waitNanos() / MILLI).isEqualTo(millis);
  }

  @ParameterizedTest
  @CsvSource({"200, 0, 200", "200, 0.5, 225", "0, 0.5, 25", "-1, 0.5, 25"})
  void whatTheServerAsksForIsTheLeast(long asked, double chance, long millis) {
    Failure busy = new Failure(Executed.NO, true, false, asked);

    Decision decision = RetryPolicy.DEFAULT.decide(busy, Effect.READ, 1, AMPLE, false, chance);

    assertThat(decision).isEqualTo(new Again(millis * MILLI));
  }

  @ParameterizedTest
  @CsvSource({"26, AGAIN", "25, NO_TIME", "1, NO_TIME", "0, NO_TIME", "-5, NO_TIME"})
  void noWaitBeyondTheDeadline(long leftMillis, String expected) {
    Decision decision =
        RetryPolicy.DEFAULT.decide(
            failure(Executed.NO), Effect.READ, 1, leftMillis * MILLI, false, 0.5);

    assertThat(name(decision)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({"3600001", "9223372036854", "9223372036855", "18446744073709", "9223372036854775807"})
  void whatIsAskedForMayBeAnyNumber(long asked) {
    Failure busy = new Failure(Executed.NO, true, false, asked);

    assertThat(RetryPolicy.DEFAULT.decide(busy, Effect.READ, 1, AMPLE, false, 0.5))
        .isEqualTo(Stop.NO_TIME);
  }

  @Test
  void waitsMayBeAsLongAsTheUserLikes() {
    Duration forEver = Duration.ofSeconds(Long.MAX_VALUE);
    RetryPolicy policy = RetryPolicy.DEFAULT.withBackoff(forEver, 100, forEver);

    assertThat(decide(policy, failure(Executed.NO), Effect.READ, 2)).isEqualTo(Stop.NO_TIME);
  }

  @Test
  void refusesWhatIsNoPolicy() {
    RetryPolicy policy = RetryPolicy.DEFAULT;
    Duration second = Duration.ofSeconds(1);

    assertThatIllegalArgumentException().isThrownBy(() -> policy.withAttempts(0));
    assertThatIllegalArgumentException().isThrownBy(() -> policy.withAttempts(101));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> policy.withBackoff(Duration.ZERO, 2, second));
    assertThatIllegalArgumentException().isThrownBy(() -> policy.withBackoff(second, 0.5, second));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> policy.withBackoff(second, Double.NaN, second));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> policy.withBackoff(second, 2, Duration.ofMillis(999)));
    assertThatIllegalArgumentException().isThrownBy(() -> policy.withBudget(-0.1, 1));
    assertThatIllegalArgumentException().isThrownBy(() -> policy.withBudget(Double.NaN, 1));
    assertThatIllegalArgumentException().isThrownBy(() -> policy.withBudget(1, -1));
    assertThatIllegalArgumentException().isThrownBy(() -> policy.withHedging(0));
    assertThatIllegalArgumentException().isThrownBy(() -> policy.withHedging(1));
    assertThatIllegalArgumentException().isThrownBy(() -> policy.withAttemptTimeout(Duration.ZERO));
  }
}
