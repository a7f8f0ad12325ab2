package dev.tern.core.client.retry;

import static dev.tern.core.access.Access.CORE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.core.Caller;
import dev.tern.core.CancelToken;
import dev.tern.core.Counter;
import dev.tern.core.Effect;
import dev.tern.core.Request;
import dev.tern.core.Response;
import dev.tern.core.RpcFixture;
import dev.tern.core.observe.Counters;
import dev.tern.core.runtime.Environment;
import dev.tern.protocol.Bytes;
import dev.tern.protocol.Dialect;
import dev.tern.protocol.Meta;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Which calls are made once more beside themselves, when, and how many of them. */
final class HedgeFilterTest extends RpcFixture {
  private static final Duration PATIENCE = Duration.ofMillis(100);
  private static final Response ANSWER = new Response.Value(Bytes.of(new byte[] {'7'}));

  private final Counters counters = Counters.ofClient(clock);
  private final List<Request> made = new CopyOnWriteArrayList<>();
  private final CountDownLatch answered = new CountDownLatch(1);
  private final AtomicBoolean connected = new AtomicBoolean(true);

  private HedgeFilter filter(@Nullable Duration atFirst, RetryBudget budget) {
    return new HedgeFilter(
        0.95, atFirst, connected::get, budget, Environment.SYSTEM.withTimers(clock), counters);
  }

  private RetryBudget budget(double perSecond) {
    return new RetryBudget(0, perSecond, clock.nanoTime());
  }

  private Request request(Effect effect, Meta meta) {
    return CORE.request(
        new OutgoingContext(Dialect.V1, clock, false),
        "get",
        null,
        meta,
        effect,
        clock.nanoTime() + Duration.ofHours(1).toNanos(),
        CancelToken.NONE,
        Caller.ANONYMOUS);
  }

  /** Waits for {@link #answered}. */
  private Response slow(Request request) {
    made.add(request);
    awaitCount(answered);
    return ANSWER;
  }

  /** Begins a call that waits for its answer, and returns when its patience is measured. */
  private CompletableFuture<Response> begin(HedgeFilter filter) {
    int before = clock.pending();
    CompletableFuture<Response> call = new CompletableFuture<>();
    Request request = request(Effect.READ, Meta.NONE);
    Thread.startVirtualThread(() -> call.complete(filter.filter(request, this::slow)));
    eventually(() -> clock.pending() > before);
    return call;
  }

  private long hedged() {
    return counters.snapshot().count(Counter.HEDGED);
  }

  @ParameterizedTest
  @CsvSource({
    "READ, false, 2",
    "IDEMPOTENT, false, 2",
    "ONCE, false, 1",
    "UNSAFE, false, 1",
    "READ, true, 1",
    "IDEMPOTENT, true, 1",
    "ONCE, true, 1",
    "UNSAFE, true, 1"
  })
  void onlyWhatIsHarmlessAndNoRepetition(Effect effect, boolean isRepeated, int calls) {
    HedgeFilter filter = filter(PATIENCE, budget(10));
    Meta meta = isRepeated ? Meta.NONE.with(Meta.REPEATED, true) : Meta.NONE;
    Thread caller = Thread.currentThread();

    filter.filter(
        request(effect, meta),
        request -> {
          made.add(request);
          if (Thread.currentThread().equals(caller)) { // there is no race, and none can begin
            assertThat(clock.pending()).isZero();
          } else if (made.size() == 1) {
            eventually(() -> clock.pending() == 1);
            clock.advance(PATIENCE);
            eventually(() -> made.size() == 2);
          }
          return ANSWER;
        });

    assertThat(made).hasSize(calls);
    assertThat(hedged()).isEqualTo(calls - 1L);
  }

  /** The patience is with the server, so it begins with a connection. */
  @Test
  void waitingForAConnectionIsNoReasonForASecondCall() {
    connected.set(false);
    CompletableFuture<Response> call = begin(filter(PATIENCE, budget(10)));
    clock.advance(PATIENCE);
    clock.advance(PATIENCE);
    connected.set(true);
    clock.advance(PATIENCE);
    assertThat(hedged()).isZero();
    clock.advance(PATIENCE);
    eventually(() -> made.size() == 2);
    answered.countDown();
    result(call);

    assertThat(hedged()).isEqualTo(1);
    assertThat(clock.pending()).as("alarms that are left").isZero();
  }

  /** Nor is it a latency of the server's. */
  @Test
  void waitingForAConnectionCountsForNoPercentile() {
    HedgeFilter filter = filter(null, budget(10));
    connected.set(false);
    for (int i = 0; i < 64; i++) {
      filter.filter(request(Effect.READ, Meta.NONE), _ -> ANSWER);
    }
    connected.set(true);
    filter.filter(
        request(Effect.READ, Meta.NONE),
        _ -> {
          assertThat(clock.pending()).as("no percentile is known, and no alarm set").isZero();
          return ANSWER;
        });
  }

  @ParameterizedTest
  @EnumSource(names = {"READ", "IDEMPOTENT"})
  void theOneBesideSaysThatItIsARepetition(Effect effect) {
    HedgeFilter filter = filter(PATIENCE, budget(10));
    CompletableFuture<Response> call = new CompletableFuture<>();
    Request request = request(effect, Meta.NONE);
    Thread.startVirtualThread(() -> call.complete(filter.filter(request, this::slow)));
    eventually(() -> clock.pending() == 1 && made.size() == 1);
    clock.advance(PATIENCE);
    eventually(() -> made.size() == 2);
    answered.countDown();
    result(call);

    assertThat(made).extracting(one -> one.meta().get(Meta.REPEATED)).containsExactly(null, true);
  }

  /** Of latencies of 1 to 64 ms the 95th percentile is 61 ms: 60 of 64 are less. */
  @Test
  void atAPercentileOfTheLatenciesSeen() {
    HedgeFilter filter = filter(null, budget(10));
    for (int millis = 1; millis <= 64; millis++) {
      Duration latency = Duration.ofMillis(millis);
      filter.filter(
          request(Effect.READ, Meta.NONE),
          _ -> {
            assertThat(clock.pending()).as("not known yet").isZero();
            clock.advance(latency);
            return ANSWER;
          });
    }
    CompletableFuture<Response> call = begin(filter);

    clock.advance(Duration.ofMillis(60));
    assertThat(hedged()).isZero();
    clock.advance(Duration.ofMillis(1));
    assertThat(hedged()).isEqualTo(1);
    answered.countDown();
    result(call);
  }

  @Test
  void noMoreThanTheBudgetOfRetriesAllows() {
    HedgeFilter filter = filter(PATIENCE, budget(1));
    CompletableFuture<Response> first = begin(filter);
    CompletableFuture<Response> second = begin(filter);
    clock.advance(PATIENCE);
    assertThat(hedged()).isEqualTo(1);

    CompletableFuture<Response> soon = begin(filter);
    clock.advance(PATIENCE);
    assertThat(hedged()).isEqualTo(1);

    clock.advance(Duration.ofSeconds(1)); // in which what was taken comes back
    CompletableFuture<Response> later = begin(filter);
    clock.advance(PATIENCE);
    assertThat(hedged()).isEqualTo(2);
    answered.countDown();
    List.of(first, second, soon, later).forEach(RpcFixture::result);
  }
}
