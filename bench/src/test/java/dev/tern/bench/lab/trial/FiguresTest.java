package dev.tern.bench.lab.trial;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class FiguresTest {
  private static final long MILLI = 1_000_000;

  private static final Figures FIGURES =
      Figures.of(
          List.of(
              new Ended(0, 10 * MILLI, 9 * MILLI, "OK", List.of(0L)),
              new Ended(0, 30 * MILLI, 30 * MILLI, "OK", List.of(0L, 1L, 2L)),
              new Ended(0, 900 * MILLI, 850 * MILLI, "TIMEOUT", List.of(0L, 1L)),
              new Ended(0, MILLI, MILLI, "SERVER_BUSY", List.of(0L))),
          new Site.Seen(6, 5, 4, 3),
          2_000,
          100);

  @Test
  void timesAreOfTheCallsThatSucceeded() {
    assertThat(FIGURES.p50Millis()).isEqualTo(10);
    assertThat(FIGURES.p999Millis()).isEqualTo(30);
  }

  @Test
  void lateCallsAreMeasuredFromWhenTheyReallyBegan() {
    assertThat(FIGURES.timedOut()).isEqualTo(1);
    assertThat(FIGURES.timedOutP999Millis()).isEqualTo(850);
    assertThat(FIGURES.startedLate()).isEqualTo(3);
  }

  @Test
  void attemptsAreOfAllCalls() {
    assertThat(FIGURES.attemptsPerCall()).isEqualTo(7 / 4.0);
  }

  @Test
  void theAmplificationIsWhatTheServerGetsForEachCall() {
    assertThat(FIGURES.loadAmplification()).isEqualTo(1.5);
    assertThat(FIGURES.runsPerCall()).isEqualTo(1.25);
  }

  @Test
  void callsAreCountedByTheirEnd() {
    assertThat(FIGURES.successRate()).isEqualTo(0.5);
    assertThat(FIGURES.refused()).isEqualTo(1);
    assertThat(FIGURES.goodput()).isEqualTo(1);
    assertThat(FIGURES.counted()).isEqualTo(4);
  }
}
