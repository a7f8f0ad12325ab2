package dev.tern.core.server.admission;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

final class ByteBudgetTest {
  private static final long LIMIT = 100;
  private static final int SMALL = ByteBudget.SMALL_BYTES;
  private static final int LARGE = ByteBudget.LARGE_BYTES + 1;

  private final ByteBudget budget = new ByteBudget(LIMIT);

  @Test
  void aLargeShareIsTooMuchOverTheLimit() {
    budget.add(LIMIT);
    assertThat(budget.isTooMuch(LARGE)).isFalse();
    budget.add(1);
    assertThat(budget.isTooMuch(LARGE)).isTrue();
  }

  @Test
  void aMiddlingShareIsTooMuchOverTwiceTheLimit() {
    budget.add(2 * LIMIT);
    assertThat(budget.isTooMuch(LARGE - 1)).isFalse();
    budget.add(2);
    assertThat(budget.isTooMuch(SMALL + 1)).isTrue();
  }

  @Test
  void aSmallShareIsNeverTooMuch() {
    budget.add(10 * LIMIT);
    assertThat(budget.isTooMuch(SMALL)).isFalse();
  }

  @Test
  void whatIsGivenBackIsRoomAgain() {
    budget.add(LIMIT + 1);
    budget.add(-1);
    assertThat(budget.isTooMuch(LARGE)).isFalse();
  }

  @Test
  void aLargeCallHasRoomUpToTheLimit() {
    budget.add(LIMIT);
    assertThat(budget.hasRoomFor(ByteBudget.SMALL_CALL_BYTES)).isTrue();
    budget.add(1);
    assertThat(budget.hasRoomFor(ByteBudget.SMALL_CALL_BYTES)).isFalse();
  }

  @Test
  void aSmallCallHasRoomUpToTwiceTheLimit() {
    budget.add(2 * LIMIT);
    assertThat(budget.hasRoomFor(ByteBudget.SMALL_CALL_BYTES - 1)).isTrue();
    budget.add(2);
    assertThat(budget.hasRoomFor(ByteBudget.SMALL_CALL_BYTES - 1)).isFalse();
  }

  @Test
  void whatIsYetToComeMayTakeHalf() {
    budget.add(LIMIT / 2 - 10);
    assertThat(budget.tryAdd(11)).isFalse();
    assertThat(budget.tryAdd(10)).isTrue();
    assertThat(budget.tryAdd(1)).as("once half is used").isFalse();
    budget.add(LIMIT / 2);
    assertThat(budget.isTooMuch(LARGE)).as("by what is there").isFalse();
  }

  @Test
  void whoWaitsAloneLooksAgainSoon() {
    budget.waits(true);
    assertThat(Duration.ofNanos(budget.lookAgainNanos())).isLessThan(Duration.ofMillis(11));
  }

  @Test
  void allThatWaitLookTenThousandTimesASecondAtMost() {
    for (int waiters = 1; waiters <= 100_000; waiters++) {
      budget.waits(true);
      assertThat(waiters * 1e9 / budget.lookAgainNanos()).isLessThan(10_000);
    }
  }

  @Test
  void whoHasGoneOnWaitsNoMore() {
    budget.waits(true);
    budget.waits(false);
    assertThat(budget.waiters()).isZero();
  }
}
