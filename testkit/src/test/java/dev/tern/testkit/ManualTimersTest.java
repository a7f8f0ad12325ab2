package dev.tern.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tern.core.runtime.Timers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ManualTimersTest {

  private final ManualTimers timers = new ManualTimers();
  private final List<String> ran = new ArrayList<>();

  private Timers.Scheduled in(int millis, String name) {
    return timers.schedule(Duration.ofMillis(millis).toNanos(), () -> ran.add(name));
  }

  private void advance(int millis) {
    timers.advance(Duration.ofMillis(millis));
  }

  @Test
  void timeStandsStill() {
    long before = timers.nanoTime();

    assertThat(timers.nanoTime()).isEqualTo(before);
  }

  @Test
  void timeMovesByWhatItIsAdvanced() {
    long before = timers.nanoTime();

    advance(15_000);

    assertThat(timers.nanoTime() - before).isEqualTo(15_000_000_000L);
  }

  @Test
  void theClockOverflowsAfterTenSeconds() {
    long before = timers.nanoTime();

    advance(11_000);

    assertThat(timers.nanoTime()).isLessThan(before);
  }

  @Test
  void itSaysHowLongUntilTheNextTask() {
    assertThat(timers.untilNext()).isNull();

    in(10, "later");
    in(3, "sooner");
    advance(1);

    assertThat(timers.untilNext()).isEqualTo(Duration.ofMillis(2));
  }

  @Test
  void nothingRunsBeforeItsTime() {
    in(10, "a");

    advance(9);

    assertThat(ran).isEmpty();
    assertThat(timers.pending()).isEqualTo(1);
  }

  @Test
  void tasksRunInTheOrderOfTheirTimesThenOfTheirMaking() {
    in(20, "late");
    in(10, "first");
    in(10, "second");

    advance(20);

    assertThat(ran).containsExactly("first", "second", "late");
  }

  @Test
  void eachTaskSeesItsOwnTime() {
    long start = timers.nanoTime();
    List<Long> seen = new ArrayList<>();
    timers.schedule(5, () -> seen.add(timers.nanoTime() - start));
    timers.schedule(7, () -> seen.add(timers.nanoTime() - start));

    advance(1);

    assertThat(seen).containsExactly(5L, 7L);
  }

  @Test
  void aTaskMayScheduleAnotherInTheSameSpan() {
    timers.schedule(0, () -> in(5, "inner"));

    advance(5);

    assertThat(ran).containsExactly("inner");
  }

  @Test
  void aDelayOfZeroOrLessRunsAtTheNextAdvance() {
    in(0, "zero");
    in(-5, "negative");

    assertThat(ran).isEmpty();
    advance(0);

    assertThat(ran).containsExactly("zero", "negative");
  }

  @Test
  void aCancelledTaskDoesNotRun() {
    Timers.Scheduled scheduled = in(1, "a");

    scheduled.cancel();
    scheduled.cancel();
    advance(1);

    assertThat(ran).isEmpty();
  }

  @Test
  void cancellingOneOfTwoEqualTasksLeavesTheOther() {
    Runnable same = () -> ran.add("same");
    timers.schedule(1, same).cancel();
    timers.schedule(1, same);

    advance(1);

    assertThat(ran).containsExactly("same");
  }

  @Test
  void forEverIsNotSoon() {
    timers.schedule(Long.MAX_VALUE, () -> ran.add("never"));
    advance(1);
    timers.schedule(Long.MAX_VALUE, () -> ran.add("never"));

    advance(1_000_000);

    assertThat(ran).isEmpty();
  }

  @Test
  void aFailingTaskComesOutAndLeavesTheRest() {
    timers.schedule(
        0,
        () -> {
          throw new IllegalStateException("failed");
        });
    in(1, "next");

    assertThatThrownBy(() -> advance(1)).hasMessage("failed");
    advance(1);

    assertThat(ran).containsExactly("next");
  }

  @Test
  void timeDoesNotGoBack() {
    assertThatThrownBy(() -> advance(-1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("duration: PT-0.001S (expected: >= 0)");
  }
}
