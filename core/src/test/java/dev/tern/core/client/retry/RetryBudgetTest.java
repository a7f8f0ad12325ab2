package dev.tern.core.client.retry;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class RetryBudgetTest {
  private static final long MILLI = 1_000_000;

  /** So that a comparison of instants fails where a difference is meant. */
  private static final long START = Long.MAX_VALUE - 3_000 * MILLI;

  private static RetryBudget budget(double share, double perSecond) {
    return new RetryBudget(share, perSecond, START);
  }

  private static long at(long millis) {
    return START + millis * MILLI;
  }

  /** How many credits there are at that instant; takes them. */
  private static int takeAll(RetryBudget budget, long millis) {
    int taken = 0;
    while (taken < 100_000 && budget.take(at(millis))) {
      taken++;
    }
    return taken;
  }

  private static void call(RetryBudget budget, int calls, long millis) {
    for (int i = 0; i < calls; i++) {
      budget.called(at(millis));
    }
  }

  @Test
  void theFirstBucketIsOneSeconds() {
    assertThat(takeAll(budget(0.2, 10), 0)).isEqualTo(10);
  }

  @Test
  void aShareOfTheCallsComesOnTop() {
    RetryBudget budget = budget(0.2, 10);
    call(budget, 100, 0);

    assertThat(takeAll(budget, 0)).isEqualTo(30);
  }

  @Test
  void theShareAlone() {
    RetryBudget budget = budget(0.2, 0);
    call(budget, 4, 0);
    assertThat(takeAll(budget, 0)).isZero();

    call(budget, 1, 0);
    assertThat(takeAll(budget, 0)).isEqualTo(1);
  }

  @Test
  void withoutCreditThereIsNone() {
    RetryBudget budget = budget(0, 0);
    call(budget, 1_000, 0);

    assertThat(takeAll(budget, 0)).isZero();
  }

  @Test
  void creditsOfCallsLiveForASecond() {
    RetryBudget budget = budget(0.2, 0);
    call(budget, 100, 50);

    assertThat(budget.take(at(999))).isTrue();
    assertThat(budget.take(at(1_100))).isFalse();
  }

  @Test
  void anHourOfGoodCallsPaysForNoStorm() {
    RetryBudget budget = budget(0.2, 10);
    for (int second = 0; second < 3_600; second++) {
      call(budget, 100, second * 1_000L);
    }

    assertThat(takeAll(budget, 3_600_000)).isLessThanOrEqualTo(30);
  }

  @Test
  void whatWasTakenComesBackAfterASecond() {
    RetryBudget budget = budget(0, 10);
    assertThat(takeAll(budget, 0)).isEqualTo(10);
    assertThat(takeAll(budget, 900)).isZero();

    assertThat(takeAll(budget, 1_000)).isEqualTo(10);
  }

  /** The promise: 1.2 attempts a call and ten a second, the first bucket apart. */
  @Test
  void thirtySecondsOfTotalFailure() {
    RetryBudget budget = budget(0.2, 10);
    int retries = 0;
    for (int i = 0; i < 3_000; i++) {
      long millis = i * 10L;
      budget.called(at(millis));
      for (int attempt = 0; attempt < 2; attempt++) {
        retries += budget.take(at(millis)) ? 1 : 0;
      }
    }

    assertThat(retries).isBetween(600 + 250, 600 + 300 + 10);
  }

  @Test
  void noMoreInAnySecondThanItsCredits() {
    RetryBudget budget = budget(0, 10);
    int[] taken = new int[5_000];
    for (int millis = 0; millis < taken.length; millis++) {
      taken[millis] = takeAll(budget, millis);
    }
    for (int from = 0; from + 900 <= taken.length; from++) {
      int sum = 0;
      for (int i = from; i < from + 900; i++) {
        sum += taken[i];
      }
      assertThat(sum).as("from %d ms on", from).isLessThanOrEqualTo(10);
    }
  }

  @Test
  void aClockThatIsReadOutOfOrderHarmsNothing() {
    RetryBudget budget = budget(0.2, 10);
    call(budget, 10, 5_000);
    call(budget, 10, 200);

    assertThat(takeAll(budget, 100)).isBetween(10, 14);
  }

  @Test
  void withoutABudgetAllIsAllowed() {
    RetryBudget budget = budget(Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY);

    assertThat(takeAll(budget, 0)).isEqualTo(100_000);
  }

  @Test
  void manyThreadsTakeNoMoreThanThereIs() {
    RetryBudget budget = budget(0.2, 10);
    AtomicInteger taken = new AtomicInteger();
    AtomicLong instant = new AtomicLong();
    try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
      for (int thread = 0; thread < 8; thread++) {
        var _ =
            threads.submit(
                () -> {
                  for (int i = 0; i < 10_000; i++) {
                    long millis = instant.incrementAndGet() / 200; // 80,000 calls in 400 ms
                    budget.called(at(millis));
                    taken.addAndGet(budget.take(at(millis)) ? 1 : 0);
                  }
                });
      }
    }

    assertThat(taken.get()).isBetween(15_900, 16_010);
  }
}
