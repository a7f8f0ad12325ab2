package dev.tern.core.server.admission;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class InFlightTest {
  private final InFlight inFlight = new InFlight();

  private long retryMillisAt(long millis) {
    return inFlight.retryMillis(TimeUnit.MILLISECONDS.toNanos(millis));
  }

  private void enter(int calls) {
    for (int i = 0; i < calls; i++) {
      assertThat(inFlight.enter(Integer.MAX_VALUE)).isTrue();
    }
  }

  @Test
  void noMoreEnterThanMay() {
    assertThat(inFlight.enter(2)).isTrue();
    assertThat(inFlight.enter(2)).isTrue();
    assertThat(inFlight.enter(2)).isFalse();
    assertThat(inFlight.count()).isEqualTo(2);
    inFlight.leave(2);
    assertThat(inFlight.count()).isZero();
    assertThat(inFlight.enter(1)).isTrue();
  }

  @Test
  void theTimeIsThatInWhichOneHasLeft() {
    enter(1_000);
    assertThat(retryMillisAt(0)).as("nothing is known").isEqualTo(100);
    inFlight.leave(10);
    assertThat(retryMillisAt(5)).as("too early to look again").isEqualTo(100);
    assertThat(retryMillisAt(200)).isEqualTo(20);
    inFlight.leave(900);
    assertThat(retryMillisAt(300)).as("never less than").isEqualTo(1);
  }

  @Test
  void whatWasLongAgoSaysNothing() {
    enter(1);
    assertThat(retryMillisAt(0)).isEqualTo(100);
    assertThat(retryMillisAt(3_600_000)).isEqualTo(100);
    assertThat(retryMillisAt(3_600_200)).isEqualTo(200);
  }

  @Test
  void whenNoneLeavesItIsAsLongAgain() {
    enter(1);
    assertThat(retryMillisAt(0)).isEqualTo(100);
    for (long millis = 500; millis <= 120_000; millis += 500) {
      assertThat(retryMillisAt(millis))
          .as("never more than a minute")
          .isEqualTo(Math.min(millis, 60_000));
    }
  }
}
