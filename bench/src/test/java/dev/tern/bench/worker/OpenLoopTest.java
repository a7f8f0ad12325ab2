package dev.tern.bench.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

class OpenLoopTest {
  @Test
  void makesAsManyCallsAsTheRateAsksFor() throws Exception {
    AtomicInteger calls = new AtomicInteger();
    Load load = OpenLoop.run(calls::incrementAndGet, 1_000, Duration.ofMillis(50));
    assertThat(calls).hasValue(50);
    assertThat(load.calls()).isEqualTo(50);
  }

  @Test
  void latencyCountsFromTheIntendedStart() throws Exception {
    AtomicInteger calls = new AtomicInteger();
    long stall = Duration.ofMillis(20).toNanos();
    // The first call stops the clock of none of those that are meant to start meanwhile.
    Load load =
        OpenLoop.run(
            () -> {
              if (calls.getAndIncrement() == 0) {
                long end = System.nanoTime() + stall;
                while (System.nanoTime() - end < 0) {
                  LockSupport.parkNanos(stall);
                }
              }
            },
            1_000,
            Duration.ofMillis(10));
    assertThat(load.latency().getMaxValue()).isGreaterThanOrEqualTo(stall * 99 / 100);
  }

  @Test
  void aFailedCallFailsTheRun() {
    assertThatThrownBy(
            () ->
                OpenLoop.run(
                    () -> {
                      throw new IllegalStateException("wrong");
                    },
                    1_000,
                    Duration.ofMillis(10)))
        .hasMessageContaining("wrong");
  }
}
