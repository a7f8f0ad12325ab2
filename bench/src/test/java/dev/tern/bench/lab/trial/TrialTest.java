package dev.tern.bench.lab.trial;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.bench.lab.trial.Service.Outage;
import dev.tern.core.limit.ConcurrencyLimit;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/** Against a real server, so that nothing here depends on how fast it is. */
class TrialTest {
  private static final int PATIENT_MILLIS = 60_000;

  private static Figures run(
      Operation operation, double drop, Service service, Plan plan, Load load) throws Exception {
    return Trial.run(
        new Setting("test", operation, drop, PATIENT_MILLIS, service, plan, load), 7, 100);
  }

  @Test
  void bothWaysTogetherLoseWhatIsSaid() {
    Setting setting =
        new Setting(
            "test", Operation.GET, 0.3, 1, Service.taking(0), Plan.ONE, new Load.Closed(1, 1));
    double kept = 1 - setting.lossEachWay();
    assertThat(kept * kept).isCloseTo(0.7, Offset.offset(1e-12));
  }

  @Test
  void withoutFaultsEachCallRunsOnce() throws Exception {
    Figures figures = run(Operation.INC, 0, Service.taking(0), Plan.ONE, new Load.Closed(5, 40));
    assertThat(figures.calls()).isEqualTo(40);
    assertThat(figures.succeeded()).isEqualTo(40);
    assertThat(figures.attempts()).isEqualTo(40);
    assertThat(figures.runs()).isEqualTo(40);
    assertThat(figures.counted()).isEqualTo(40);
    assertThat(figures.received()).isEqualTo(40);
    assertThat(figures.p50Millis()).isPositive().isLessThanOrEqualTo(figures.p999Millis());
  }

  @Test
  void aCallByTheClockCounts() throws Exception {
    Figures figures = run(Operation.GET, 0, Service.taking(0), Plan.ONE, new Load.Open(1_000, 30));
    assertThat(figures.succeeded()).isEqualTo(30);
    assertThat(figures.counted()).isZero();
  }

  @Test
  void whatIsLostIsCalledAgainAndOnceOnlyCountsOnce() throws Exception {
    Figures figures =
        run(
            Operation.INC_ONCE,
            0.5,
            Service.taking(0),
            Plan.attempts(40, 100),
            new Load.Closed(10, 40));
    assertThat(figures.attempts()).isGreaterThan(40);
    assertThat(figures.counted()).isBetween((long) figures.succeeded(), 40L);
  }

  @Test
  void aFullQueueRefuses() throws Exception {
    Outage hanging = new Outage(true, 0, 500);
    Figures figures =
        run(
            Operation.GET,
            0,
            Service.taking(0).pool(1, 1).failing(hanging),
            Plan.ONE,
            new Load.Closed(20, 20));
    assertThat(figures.refused()).isPositive();
    assertThat(figures.succeeded() + figures.refused()).isEqualTo(20);
  }

  @Test
  void anOutageRefusesAsLongAsItLasts() throws Exception {
    Outage forever = new Outage(false, 0, Integer.MAX_VALUE);
    Plan twice = Plan.attempts(2, 0).backoff(1, 1, Jitter.NONE);
    Figures figures =
        run(Operation.GET, 0, Service.taking(0).failing(forever), twice, new Load.Closed(4, 4));
    assertThat(figures.succeeded()).isZero();
    assertThat(figures.attempts()).isEqualTo(8);
    assertThat(figures.series().retries().stream().mapToInt(Integer::intValue).sum()).isEqualTo(4);
  }

  @Test
  void moreCallsComeForAWhile() throws Exception {
    Load surge = new Load.Surge(1_000, 10, 10, 20, 30);
    Figures figures = run(Operation.GET, 0, Service.taking(0), Plan.ONE, surge);
    assertThat(figures.calls()).isEqualTo(10 + 100 + 10);
    assertThat(figures.succeeded()).isEqualTo(120);
  }

  @Test
  void aLimitRefusesWhatItHasNoRoomFor() throws Exception {
    Service service = Service.taking(50).working(1).limited(ConcurrencyLimit.fixed(1).fairShare(1));
    Figures figures = run(Operation.GET, 0, service, Plan.ONE, new Load.Closed(20, 20));
    assertThat(figures.refused()).isPositive();
    assertThat(figures.refusedP99Millis()).isPositive();
    assertThat(figures.succeeded() + figures.refused()).isEqualTo(20);
  }

  @Test
  void aFloodIsNoneOfTheCallsButRuns() throws Exception {
    Setting quiet =
        new Setting(
            "test", Operation.GET, 0, 5_000, Service.taking(0), Plan.ONE, new Load.Open(50, 400));
    Figures figures = Trial.run(quiet.beside(1_000), 7, 100);
    assertThat(figures.calls()).isEqualTo(20);
    assertThat(figures.runs()).isGreaterThan(20);
  }
}
