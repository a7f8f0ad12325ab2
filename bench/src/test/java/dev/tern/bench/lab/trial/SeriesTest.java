package dev.tern.bench.lab.trial;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class SeriesTest {
  private static final long MILLI = 1_000_000;

  private static Ended call(long beganMillis, long tookMillis, String code, Long... attempts) {
    List<Long> nanos = new ArrayList<>();
    for (long millis : attempts) {
      nanos.add(millis * MILLI);
    }
    return new Ended(beganMillis * MILLI, tookMillis * MILLI, tookMillis * MILLI, code, nanos);
  }

  @Test
  void attemptsCountWhenTheyBeginAndSuccessWhenItIsThere() {
    Series series =
        Series.of(List.of(call(0, 250, "OK", 0L, 120L), call(110, 5, "TIMEOUT", 110L)), 100);
    assertThat(series.attempts()).containsExactly(1, 2, 0);
    assertThat(series.retries()).containsExactly(0, 1, 0);
    assertThat(series.succeeded()).containsExactly(0, 0, 1);
    assertThat(series.mostRetries()).isEqualTo(1);
  }

  @Test
  void ofNoCallsItHasOneEmptyBin() {
    assertThat(Series.of(List.of(), 100)).isEqualTo(series(0));
  }

  @Test
  void attemptsASecondAreOfTheTimeBetween() {
    Series series = new Series(100, List.of(5, 10, 20, 40), List.of(), List.of());
    assertThat(series.attemptsPerSecond(100, 300)).isEqualTo(150);
  }

  private static Series series(Integer... succeeded) {
    List<Integer> none = Collections.nCopies(succeeded.length, 0);
    return new Series(100, none, none, List.of(succeeded));
  }

  private static Series goodFrom(int bin) {
    List<Integer> good = new ArrayList<>(Collections.nCopies(50, 0));
    Collections.fill(good.subList(bin, 50), 10);
    return series(good.toArray(Integer[]::new));
  }

  @Test
  void itHasRecoveredWhereTheFirstGoodSecondBegins() {
    assertThat(goodFrom(20).secondsToRecover(1_500, 5_000, 100)).isEqualTo(0.5);
  }

  @Test
  void itHasRecoveredAtOnceIfItWasNeverDown() {
    assertThat(goodFrom(0).secondsToRecover(1_500, 5_000, 100)).isZero();
  }

  @Test
  void aGoodMomentIsNoRecovery() {
    Integer[] good = Collections.nCopies(50, 0).toArray(Integer[]::new);
    good[20] = 90;
    assertThat(series(good).secondsToRecover(1_500, 5_000, 100)).isInfinite();
  }

  @Test
  void lessThanAWholeSecondAtTheEndDoesNotCount() {
    assertThat(goodFrom(45).secondsToRecover(1_500, 5_000, 100)).isInfinite();
  }
}
