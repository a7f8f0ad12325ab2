package dev.tern.core.log;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class LogQueueTest {
  private final LogQueue queue = new LogQueue();

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(30, SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError("interrupted", e);
    }
  }

  @Test
  void linesAreWrittenInTheirOrderByAnotherThread() {
    List<Integer> written = new ArrayList<>(); // by one thread, and read after the latch
    List<Thread> by = new ArrayList<>();
    CountDownLatch done = new CountDownLatch(100);
    for (int i = 0; i < 100; i++) {
      int line = i;
      queue.add(
          () -> {
            written.add(line);
            by.add(Thread.currentThread());
            done.countDown();
          });
    }

    await(done);

    assertThat(written).isSorted().hasSize(100);
    assertThat(by).doesNotContain(Thread.currentThread());
  }

  @Test
  void aLogThatBlocksHoldsNobodyUpAndCostsNoMoreThanTheBound() {
    CountDownLatch blocked = new CountDownLatch(1);
    CountDownLatch let = new CountDownLatch(1);
    CountDownLatch written = new CountDownLatch(LogQueue.CAPACITY);
    queue.add(
        () -> {
          blocked.countDown();
          await(let);
        });
    await(blocked);
    for (int i = 0; i < LogQueue.CAPACITY + 5; i++) {
      queue.add(written::countDown);
    }

    assertThat(queue.dropped()).isEqualTo(5);
    let.countDown();
    await(written);
    assertThat(queue.dropped())
        .as("whoever counts has them also when the log goes on")
        .isEqualTo(5);
  }

  /** Blocks the log; the queue is empty then. Count it down to let the log go on. */
  private CountDownLatch blocked() {
    CountDownLatch blocked = new CountDownLatch(1);
    CountDownLatch let = new CountDownLatch(1);
    queue.add(
        () -> {
          blocked.countDown();
          await(let);
        });
    await(blocked);
    return let;
  }

  @Test
  void longLinesAreHeldToTheSameBytesAsManyShortOnes() {
    CountDownLatch let = blocked();
    int held = 0;
    for (int i = 0; i < LogQueue.CAPACITY; i++) {
      queue.add(new IllegalStateException("x".repeat(100_000)), _ -> {});
      held += queue.dropped() == 0 ? 1 : 0;
    }

    assertThat(held).isBetween(100, LogQueue.CAPACITY / 3);
    assertThat(queue.dropped()).as("each is counted").isEqualTo(LogQueue.CAPACITY - held);
    let.countDown();
  }

  @Test
  void whatALongLineTookIsFreeWhenItIsWritten() {
    int all = (LogQueue.CAPACITY - 1) * LogQueue.LINE_BYTES;
    for (int round = 1; round <= 2; round++) {
      CountDownLatch let = blocked();
      CountDownLatch written = new CountDownLatch(1);
      queue.add(all, written::countDown);
      queue.add(() -> {});
      assertThat(queue.dropped()).as("in round %s", round).isEqualTo(round);
      let.countDown();
      await(written);
    }
  }

  @Test
  void oneThatIsLongerThanAllMayBeIsWrittenIfTheQueueIsEmpty() {
    CountDownLatch let = blocked();
    CountDownLatch written = new CountDownLatch(1);
    queue.add(Integer.MAX_VALUE, written::countDown);
    let.countDown();
    await(written);
  }

  @Test
  void whatWasThrownIsHeldNoLongerThanItIsWritten() {
    CountDownLatch written = new CountDownLatch(1);
    List<Throwable> given = new ArrayList<>();
    queue.add(
        new IllegalStateException("x".repeat(1_000_000)),
        thrown -> {
          given.add(thrown);
          written.countDown();
        });
    await(written);
    assertThat(given.getFirst().getMessage()).hasSizeLessThan(2 * LogText.MAX_CHARS);
  }

  @Test
  void aLineThatFailsTakesNoOtherWithIt() {
    CountDownLatch done = new CountDownLatch(1);
    queue.add(
        () -> {
          throw new AssertionError("no room on the disk");
        });
    queue.add(done::countDown);

    await(done);
  }
}
