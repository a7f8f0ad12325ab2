package dev.tern.core.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.core.runtime.Backoff;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class ReconnectsTest {
  private static final long MILLI = 1_000_000;

  /** Just before a long overflows. */
  private static final long START = Long.MAX_VALUE - 5 * MILLI;

  private final Reconnects reconnects =
      new Reconnects(new Backoff(Duration.ofMillis(100), Duration.ofMillis(1_000)), new Random(7));

  private long waitMillis(long atMillis) {
    return reconnects.waitNanos(START + atMillis * MILLI) / MILLI;
  }

  private void failed(long atMillis) {
    reconnects.failed(START + atMillis * MILLI);
  }

  private void endedUnheard(long openedMillis, long atMillis) {
    reconnects.endedUnheard(START + openedMillis * MILLI, START + atMillis * MILLI);
  }

  @Test
  void theFirstAttemptNeverWaits() {
    assertThat(waitMillis(0)).isZero();
  }

  @Test
  void attemptsThatFailWaitEverLonger() {
    failed(0);
    assertThat(waitMillis(0)).isBetween(50L, 100L);

    failed(100);
    assertThat(waitMillis(100)).isBetween(100L, 200L);
  }

  @Test
  void aWaitPasses() {
    failed(0);

    assertThat(waitMillis(100)).isLessThanOrEqualTo(0);
  }

  @Test
  void oneConnectionThatEndsUnheardIsForgiven() {
    endedUnheard(0, 10);

    assertThat(waitMillis(10)).isZero();
  }

  @Test
  void aServerThatAcceptsAndClosesIsAsOneThatRefuses() {
    endedUnheard(0, 1);
    endedUnheard(1, 2);
    assertThat(waitMillis(2)).isBetween(50L, 100L);

    endedUnheard(102, 103);
    assertThat(waitMillis(103)).isBetween(100L, 200L);
  }

  @Test
  void nothingIsForgivenAfterAnAttemptThatFailed() {
    failed(0);
    endedUnheard(100, 101);

    assertThat(waitMillis(101)).isBetween(100L, 200L);
  }

  @Test
  void aByteOfTheServersMakesUpForAll() {
    endedUnheard(0, 1);
    failed(2);
    reconnects.succeeded();
    assertThat(waitMillis(2)).isZero();

    endedUnheard(2, 3);
    assertThat(waitMillis(3)).as("forgiven again").isZero();
  }

  @Test
  void connectionsThatEndTogetherFailOnce() {
    for (int i = 0; i < 50; i++) {
      endedUnheard(i, 60 + i);
    }

    assertThat(waitMillis(110)).isZero();
  }

  @Test
  void aConnectionThatLastedIsNoFailure() {
    failed(0);
    endedUnheard(100, 1_100);

    assertThat(waitMillis(1_100)).isZero();
  }
}
