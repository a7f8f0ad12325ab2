package dev.tern.core.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class InterruptWindowTest {
  private static final int RACES = 5_000;

  private final InterruptWindow window = new InterruptWindow();

  @AfterEach
  void leaveNoInterruptBehind() {
    Thread.interrupted();
  }

  @Test
  void interruptsTheThreadThatIsInside() {
    window.enter();
    window.interrupt();
    window.leave();
    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void interruptsNobodyBefore() {
    window.interrupt();
    window.enter();
    window.leave();
    assertThat(Thread.interrupted()).isFalse();
  }

  @Test
  void interruptsNobodyAfterwards() {
    window.enter();
    window.leave();
    window.interrupt();
    assertThat(Thread.interrupted()).isFalse();
  }

  @Test
  void canBeEnteredAgain() {
    window.enter();
    window.leave();
    window.enter();
    window.interrupt();
    window.leave();
    assertThat(Thread.interrupted()).isTrue();
  }

  /** However the two meet, what the thread sees when it is out is all that it will see. */
  @Test
  void noInterruptArrivesOnceTheThreadIsOut() throws Exception {
    CyclicBarrier barrier = new CyclicBarrier(2);
    try (ExecutorService other = Executors.newSingleThreadExecutor()) {
      for (int i = 0; i < RACES; i++) {
        window.enter();
        Future<?> interrupter =
            other.submit(
                () -> {
                  barrier.await();
                  window.interrupt();
                  return null;
                });
        barrier.await();
        window.leave();
        Thread.interrupted();
        while (!interrupter.isDone()) {
          Thread.onSpinWait();
        }
        assertThat(Thread.interrupted()).as("race %s", i).isFalse();
      }
    }
  }
}
