package dev.tern.core.server.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.core.limit.ConcurrencyLimit;
import dev.tern.core.observe.Tally;
import dev.tern.core.server.admission.Ticket.Answer;
import dev.tern.protocol.WireError;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Places that come and go: one thread, and many at once. */
@Timeout(60)
final class PlacesTest {
  private static final int THREADS = 4;
  private static final int ROUNDS = 20_000;
  private static final int MOST = 5;

  private final Tally tally = new Tally();
  private final Gates gates = new Gates(100_000, new ByteBudget(1 << 20), tally);

  private Ticket ticket(List<Places> way, String from, Ticket.Holder holder) {
    return Calls.connectionFrom(gates, from).ticket(way, Calls.call(), holder);
  }

  @Test
  void whatIsFullRefusesBeforeATicketIsMade() {
    Places places = new Places(ConcurrencyLimit.fixed(1).queue(1).fairShare(1), "a test", tally, 0);
    assertThat(places.refuseIfFull(0)).as("a place is free").isNull();
    Ticket runs = ticket(List.of(places), "192.0.2.1", () -> {});
    assertThat(runs.enter(0)).isEqualTo(Answer.ADMITTED);
    assertThat(places.refuseIfFull(0)).as("there is room in the queue").isNull();
    Ticket waits = ticket(List.of(places), "192.0.2.1", () -> {});
    assertThat(waits.enter(0)).isEqualTo(Answer.WAITS);

    WireError refusal = places.refuseIfFull(0);
    assertThat(refusal).isNotNull();
    assertThat(refusal.code()).isEqualTo("SERVER_BUSY");
    assertThat(places.refuseIfFull(0)).as("the same is told again").isSameAs(refusal);
    runs.leave(0);
    assertThat(places.refuseIfFull(0)).isNull();
  }

  @Test
  void leavingTwiceGivesBackOnce() {
    Places places = new Places(ConcurrencyLimit.fixed(2), "a test", tally, 0);
    Ticket ticket = ticket(List.of(places), "192.0.2.1", () -> {});
    assertThat(ticket.enter(0)).isEqualTo(Answer.ADMITTED);
    ticket.leave(0);
    ticket.leave(0);
    assertThat(places.running()).isZero();
  }

  @Test
  void whoHasSteppedAsideCountsAgainWhenItBegins() {
    Places places = new Places(ConcurrencyLimit.fixed(2), "a test", tally, 0);
    Ticket ticket = ticket(List.of(places), "192.0.2.1", () -> {});
    assertThat(ticket.enter(0)).isEqualTo(Answer.ADMITTED);
    ticket.stepAside(0);
    assertThat(places.running()).isZero();
    ticket.begins(0);
    assertThat(places.running()).isEqualTo(1);
  }

  @Test
  void whoHasLeftBeginsNoMore() {
    Places places = new Places(ConcurrencyLimit.fixed(2), "a test", tally, 0);
    Ticket ticket = ticket(List.of(places), "192.0.2.1", () -> {});
    assertThat(ticket.enter(0)).isEqualTo(Answer.ADMITTED);
    ticket.leave(0);
    ticket.begins(0);
    assertThat(places.running()).isZero();
  }

  @Test
  void whoIsRefusedByTheServerGivesItsMethodsPlaceBack() {
    Places own = new Places(ConcurrencyLimit.fixed(2).fairShare(1), "a method", tally, 0);
    Places all = new Places(ConcurrencyLimit.fixed(1).queue(0), "a server", tally, 0);
    assertThat(ticket(List.of(all), "192.0.2.1", () -> {}).enter(0)).isEqualTo(Answer.ADMITTED);
    assertThat(ticket(List.of(own, all), "192.0.2.1", () -> {}).enter(0)).isEqualTo(Answer.REFUSED);
    assertThat(own.running()).isZero();
  }

  /** Threads enter, leave and quit at random: no place is lost, none is given twice. */
  @Test
  void noPlaceIsLostAndNoneIsGivenTwice() throws Exception {
    long seed = Long.getLong("tern.fuzz.seed", System.nanoTime());
    System.out.println("PlacesTest -Dtern.fuzz.seed=" + seed);
    Places own = new Places(ConcurrencyLimit.fixed(MOST).queue(7), "a method", tally, 0);
    Places all = new Places(ConcurrencyLimit.fixed(MOST).queue(3), "a server", tally, 0);
    AtomicInteger running = new AtomicInteger();
    AtomicInteger mostRunning = new AtomicInteger();
    AtomicInteger unsettled = new AtomicInteger();
    ConcurrentLinkedQueue<Ticket> begun = new ConcurrentLinkedQueue<>();
    CountDownLatch go = new CountDownLatch(1);
    List<Future<?>> ends = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
      for (int i = 0; i < THREADS; i++) {
        Random random = new Random(seed + i);
        ends.add(
            threads.submit(
                () -> {
                  go.await();
                  for (int round = 0; round < ROUNDS; round++) {
                    Ticket[] made = new Ticket[1];
                    Runnable begin =
                        () -> {
                          mostRunning.accumulateAndGet(running.incrementAndGet(), Math::max);
                          begun.add(made[0]);
                        };
                    unsettled.incrementAndGet();
                    made[0] =
                        ticket(
                            random.nextBoolean() ? List.of(own, all) : List.of(all),
                            "192.0.2." + random.nextInt(3),
                            begin::run);
                    switch (made[0].enter(round)) {
                      case ADMITTED -> begin.run();
                      case REFUSED -> unsettled.decrementAndGet();
                      case WAITS -> {
                        if (random.nextInt(4) == 0 && made[0].quit()) {
                          made[0].leave(round);
                          unsettled.decrementAndGet();
                        }
                      }
                    }
                    if (random.nextInt(3) > 0) {
                      leaveOne(begun, running, unsettled, round);
                    }
                  }
                  return null;
                }));
      }
      go.countDown();
      for (Future<?> end : ends) {
        end.get(40, TimeUnit.SECONDS);
      }
    } catch (ExecutionException e) {
      throw new AssertionError("seed " + seed, e);
    }
    while (leaveOne(begun, running, unsettled, ROUNDS)) {}
    assertThat(unsettled).as("calls that nobody let go on").hasValue(0);
    assertThat(own.running() + own.waiting() + all.running() + all.waiting()).isZero();
    assertThat(mostRunning.get()).isLessThanOrEqualTo(MOST);
  }

  private static boolean leaveOne(
      ConcurrentLinkedQueue<Ticket> begun,
      AtomicInteger running,
      AtomicInteger unsettled,
      long now) {
    Ticket one = begun.poll();
    if (one == null) {
      return false;
    }
    running.decrementAndGet();
    unsettled.decrementAndGet();
    one.leave(now);
    return true;
  }
}
