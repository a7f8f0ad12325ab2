package dev.tern.core.server.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.core.runtime.Timers;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ByteBudgetTest {
  private static final long LIMIT = 100;
  private static final int SMALL = ByteBudget.SMALL_BYTES;
  private static final int LARGE = ByteBudget.LARGE_BYTES + 1;

  /** Keeps what is scheduled; the test runs it. */
  private static final class KeptTasks implements Timers {
    private final List<Runnable> tasks = new ArrayList<>();

    void runThoseOfNow() {
      List<Runnable> now = List.copyOf(tasks);
      tasks.clear();
      now.forEach(Runnable::run);
    }

    void runAll() {
      while (!tasks.isEmpty()) {
        runThoseOfNow();
      }
    }

    @Override
    public long nanoTime() {
      return 0;
    }

    @Override
    public Scheduled schedule(long delayNanos, Runnable task) {
      tasks.add(task);
      return () -> tasks.remove(task);
    }
  }

  private final KeptTasks timers = new KeptTasks();
  private final ByteBudget budget = new ByteBudget(LIMIT, timers);
  private final List<String> resumed = new ArrayList<>();

  @Test
  void isExceededByMoreThanItsLimit() {
    budget.add(LIMIT);
    assertThat(budget.isTooMuch(LARGE)).isFalse();
    budget.add(1);
    assertThat(budget.isTooMuch(LARGE)).isTrue();
  }

  @Test
  void aSmallShareIsNeverTooMuch() {
    budget.add(10 * LIMIT);
    assertThat(budget.isTooMuch(SMALL)).isFalse();
  }

  @Test
  void whatIsNeitherSmallNorLargeIsTooMuchAtMoreThanTwiceTheLimit() {
    budget.add(2 * LIMIT);
    assertThat(budget.isTooMuch(LARGE - 1)).isFalse();
    budget.add(2);
    assertThat(budget.isTooMuch(SMALL + 1)).isTrue();
  }

  @Test
  void aLargeCallHasRoomUpToTheLimit() {
    budget.add(LIMIT);
    assertThat(budget.hasRoomFor(ByteBudget.SMALL_CALL_BYTES)).isTrue();
    budget.add(1);
    assertThat(budget.hasRoomFor(ByteBudget.SMALL_CALL_BYTES)).isFalse();
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
  void whoeverWaitsIsWokenOnceThereIsRoom() {
    budget.add(LIMIT + 20);
    budget.whenRoom(() -> resumed.add("one"));
    budget.whenRoom(() -> resumed.add("two"));
    budget.add(-10);
    assertThat(timers.tasks).as("still 10 too many").isEmpty();

    budget.add(-10);
    timers.runAll();

    assertThat(resumed).containsExactly("one", "two");
  }

  @Test
  void aSmallCallHasRoomUpToTwiceTheLimit() {
    budget.add(2 * LIMIT);
    assertThat(budget.hasRoomFor(ByteBudget.SMALL_CALL_BYTES - 1)).isTrue();
    budget.add(2);
    assertThat(budget.hasRoomFor(ByteBudget.SMALL_CALL_BYTES - 1)).isFalse();
  }

  @Test
  void ofManyThatWaitOnlySomeGoOnAtOnceAndThenTheRest() {
    budget.add(LIMIT + 1);
    for (int i = 0; i < 200; i++) {
      budget.whenRoom(() -> resumed.add("another"));
    }
    budget.add(-1);

    timers.runThoseOfNow();
    timers.runThoseOfNow();
    assertThat(resumed).hasSizeBetween(1, 100);

    timers.runAll();
    assertThat(resumed).hasSize(200);
  }

  @Test
  void whoeverIsLeftWhenTheRoomIsTakenAgainIsWokenByTheNextThatGivesBack() {
    budget.add(LIMIT + 1);
    for (int i = 0; i < 200; i++) {
      budget.whenRoom(() -> resumed.add("another"));
    }
    budget.add(-1);
    timers.runThoseOfNow();
    budget.add(1);
    timers.runAll();
    assertThat(resumed).hasSizeBetween(1, 100);

    budget.add(-1);
    timers.runAll();

    assertThat(resumed).hasSize(200);
  }

  @Test
  void whoeverIsForgottenIsNotWoken() {
    Runnable gone = () -> resumed.add("gone");
    budget.add(LIMIT + 1);
    budget.whenRoom(gone);
    budget.whenRoom(() -> resumed.add("there"));
    budget.forget(gone);

    budget.add(-1);
    timers.runAll();

    assertThat(resumed).containsExactly("there");
  }

  @Test
  void whoeverGivesBackWakesNobodyItself() {
    budget.add(LIMIT + 1);
    budget.whenRoom(() -> resumed.add("one"));

    budget.add(-1);

    assertThat(resumed).as("not on this thread, which may hold a lock").isEmpty();
    assertThat(timers.tasks).hasSize(1);
  }

  @Test
  void whoeverWaitsWhenThereIsRoomAlreadyIsWokenAtOnce() {
    budget.whenRoom(() -> resumed.add("one"));

    assertThat(timers.tasks).hasSize(1);
  }

  @Test
  void whoeverWasWokenIsNotWokenAgain() {
    budget.add(LIMIT + 1);
    budget.whenRoom(() -> resumed.add("one"));
    budget.add(-1);
    budget.add(1);

    budget.add(-1);

    assertThat(timers.tasks).hasSize(1);
  }
}
