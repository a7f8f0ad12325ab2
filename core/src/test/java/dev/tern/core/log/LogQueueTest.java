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
