package dev.tern.core.observe;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.core.log.LogQueue;
import dev.tern.testkit.ManualTimers;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class LogLimitTest {
  private static final Duration SECOND = Duration.ofSeconds(1);

  private final ManualTimers clock = new ManualTimers();
  private final List<Long> told = new CopyOnWriteArrayList<>();
  private final LogLimit limit = new LogLimit(clock, told::add);

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(30, SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError("interrupted", e);
    }
  }

  /** Waits until the log has what it was told so far. */
  private static void awaitLog() {
    CountDownLatch written = new CountDownLatch(1);
    LogQueue.SHARED.add(written::countDown);
    await(written);
  }

  private int admitted(int lines) {
    int admitted = 0;
    for (int i = 0; i < lines; i++) {
      admitted += limit.admit() ? 1 : 0;
    }
    return admitted;
  }

  @Test
  void aBurstIsAdmittedAndThenSoManyASecond() {
    assertThat(admitted(100)).isEqualTo(LogLimit.BURST);
    for (int i = 0; i < 3; i++) {
      clock.advance(SECOND.dividedBy(LogLimit.PER_SECOND));
      assertThat(admitted(100)).isEqualTo(1);
    }
    clock.advance(SECOND);
    assertThat(admitted(100)).isEqualTo(LogLimit.PER_SECOND);
    clock.advance(SECOND.multipliedBy(60));
    assertThat(admitted(100)).isEqualTo(LogLimit.BURST);
  }

  @Test
  void whatIsHeldBackIsToldASecondLater() {
    admitted(LogLimit.BURST + 5);
    clock.advance(SECOND.minusNanos(1));
    awaitLog();
    assertThat(told).isEmpty();

    clock.advance(Duration.ofNanos(1));

    awaitLog();
    assertThat(told).containsExactly(5L);
  }

  @Test
  void itIsToldAtOnceToWhoEndsAndNotOnceMore() {
    admitted(LogLimit.BURST + 5);

    limit.tellNow();

    awaitLog();
    assertThat(told).containsExactly(5L);
    clock.advance(SECOND.multipliedBy(10));
    awaitLog();
    assertThat(told).containsExactly(5L);
  }

  @Test
  void whoEndsAndHasHeldNothingBackSaysNothing() {
    admitted(LogLimit.BURST);

    limit.tellNow();

    awaitLog();
    assertThat(told).isEmpty();
  }

  /** A log that is stuck loses a line, as any other; what comes later is told again. */
  @Test
  void aQueueThatIsFullLosesOneReportAndNotTheNext() {
    CountDownLatch stuck = new CountDownLatch(1);
    LogQueue.SHARED.add(() -> await(stuck));
    long before = LogQueue.SHARED.dropped();
    while (LogQueue.SHARED.dropped() == before) {
      LogQueue.SHARED.add(() -> {});
    }
    admitted(LogLimit.BURST + 5);
    clock.advance(SECOND);
    stuck.countDown();
    awaitDrained();

    admitted(LogLimit.PER_SECOND + 3);
    clock.advance(SECOND);

    awaitLog();
    assertThat(told).containsExactly(3L);
  }

  /** The queue is full: what would say that it is empty may be dropped. */
  private static void awaitDrained() {
    CountDownLatch written = new CountDownLatch(1);
    for (long before = -1; before != LogQueue.SHARED.dropped(); ) {
      before = LogQueue.SHARED.dropped();
      LogQueue.SHARED.add(written::countDown);
    }
    await(written);
  }
}
