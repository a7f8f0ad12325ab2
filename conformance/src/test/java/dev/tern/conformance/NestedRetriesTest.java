package dev.tern.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.core.Counter;
import dev.tern.core.Effect;
import dev.tern.core.Filter;
import dev.tern.core.Method;
import dev.tern.core.Request;
import dev.tern.core.RpcException;
import dev.tern.core.client.Client;
import dev.tern.core.retry.RetryPolicy;
import dev.tern.core.runtime.Environment;
import dev.tern.core.server.Server;
import dev.tern.protocol.ErrorCode;
import dev.tern.protocol.Meta;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Servers that call servers, each of which tries again: what they do adds up. */
final class NestedRetriesTest extends EveryTransport {
  private static final Duration PATIENCE = Duration.ofMillis(100);
  private static final Method<Void, String> WORK =
      Method.<Void, String>of("work", Void.class, String.class).effect(Effect.READ);

  /** Whatever went wrong may have had its effect, and may go well a little later. */
  private static final Filter UNAVAILABLE_MAYBE =
      (request, next) -> {
        try {
          return next.handle(request);
        } catch (RpcException _) {
          throw RpcException.refusal(ErrorCode.UNAVAILABLE, "down");
        }
      };

  private Client retrying(Server server, RetryPolicy policy) {
    return client(
        server.address(),
        b -> b.environment(Environment.SYSTEM.withTimers(clock).withRandom(() -> 0)).retry(policy));
  }

  /** A server that counts its calls, and fails. */
  private Server failing(Effect effect, AtomicInteger calls, Supplier<String> work) {
    return start(
        Server.builder(transport)
            .timers(clock)
            .filter(UNAVAILABLE_MAYBE)
            .serve(
                WORK.effect(effect),
                _ -> {
                  calls.incrementAndGet();
                  try {
                    return work.get();
                  } catch (RpcException e) {
                    throw new RpcException("DOWN", e.code());
                  }
                }));
  }

  @ParameterizedTest
  @EnumSource(names = {"READ", "IDEMPOTENT", "UNSAFE"})
  void threeAttemptsAtEachOfThreeHopsAreNotTwentySeven(Effect effect) {
    RetryPolicy policy = RetryPolicy.DEFAULT.withBudget(100, 1_000).withUnsafe();
    AtomicInteger near = new AtomicInteger();
    AtomicInteger middle = new AtomicInteger();
    AtomicInteger far = new AtomicInteger();
    Server third =
        failing(
            effect,
            far,
            () -> {
              throw new RpcException("DOWN", "down");
            });
    Client toThird = retrying(third, policy);
    Server second = failing(effect, middle, () -> toThird.call(WORK.effect(effect), null));
    Client toSecond = retrying(second, policy);
    Server first = failing(effect, near, () -> toSecond.call(WORK.effect(effect), null));
    Client client = retrying(first, policy);

    RpcException e = failure(client.callAsync(WORK.effect(effect), null));

    assertThat(e.attempts()).hasSize(3);
    assertThat(List.of(near.get(), middle.get(), far.get())).containsExactly(3, 5, 7);
  }

  /** The call below the first is made beside itself, the one below the hedge is not. */
  @Test
  void belowAHedgeThereIsNone() {
    RetryPolicy policy = RetryPolicy.DEFAULT.withHedging(0.95, PATIENCE).withAttempts(1);
    List<Boolean> repeated = new CopyOnWriteArrayList<>();
    Server second =
        start(
            Server.builder(transport)
                .timers(clock)
                .serve(
                    WORK,
                    _ -> {
                      Meta meta = Request.current().meta();
                      repeated.add(Boolean.TRUE.equals(meta.get(Meta.REPEATED)));
                      gate.pass();
                      return "done";
                    }));
    Client toSecond = retrying(second, policy);
    Server first =
        start(Server.builder(transport).timers(clock).serve(WORK, _ -> toSecond.call(WORK, null)));
    Client client = retrying(first, policy);
    CompletableFuture<String> call = client.callAsync(WORK, null);
    gate.awaitEntered(1);

    CompletableFuture<Void> both =
        CompletableFuture.runAsync(() -> gate.awaitEntered(2)); // the hedges of the two clients
    advanceUntilDone(PATIENCE.dividedBy(10), both);
    clock.advance(PATIENCE.multipliedBy(3));
    gate.open();

    assertThat(result(call)).isEqualTo("done");
    assertThat(repeated).containsExactlyInAnyOrder(false, true, true);
    assertThat(client.stats().count(Counter.HEDGED)).isEqualTo(1);
    assertThat(toSecond.stats().count(Counter.HEDGED)).isEqualTo(1);
  }

  /** The other call's handler is told, and interrupted, as a READ may be. */
  @Test
  void theServerSeesThatTheLoserIsCancelled() {
    AtomicInteger calls = new AtomicInteger();
    CompletableFuture<Void> told = new CompletableFuture<>();
    CompletableFuture<Void> interrupted = new CompletableFuture<>();
    Server server =
        start(
            Server.builder(transport)
                .timers(clock)
                .serve(
                    WORK,
                    _ -> {
                      if (calls.incrementAndGet() > 1) {
                        return "the one beside";
                      }
                      Request.current().cancelToken().onCancel(() -> told.complete(null));
                      try {
                        gate.pass();
                      } catch (InterruptedException e) {
                        interrupted.complete(null);
                        throw e;
                      }
                      return "the first";
                    }));
    Client client =
        retrying(server, RetryPolicy.DEFAULT.withHedging(0.95, PATIENCE).withAttempts(1));
    CompletableFuture<String> call = client.callAsync(WORK, null);
    gate.awaitEntered(1);
    advanceUntilDone(PATIENCE, call);

    assertThat(result(call)).isEqualTo("the one beside");
    result(told);
    result(interrupted);
    assertThat(calls).hasValue(2);
  }
}
