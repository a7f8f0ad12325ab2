package dev.tern.core.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.tern.core.CallAttempt;
import dev.tern.core.Counter;
import dev.tern.core.Effect;
import dev.tern.core.Method;
import dev.tern.core.RawPeer;
import dev.tern.core.RpcException;
import dev.tern.core.RpcFixture;
import dev.tern.core.retry.RetryPolicy;
import dev.tern.protocol.Executed;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A call that takes long is made once more beside itself. */
final class HedgeTest extends RpcFixture {
  private static final Method<Void, Integer> GET =
      Method.of("get", Void.class, Integer.class).effect(Effect.READ);
  private static final Method<Void, Integer> ADD_ONE = Method.of("inc", Void.class, Integer.class);
  private static final Duration PATIENCE = Duration.ofMillis(100);

  @SuppressWarnings("NullAway.Init") // before each test
  private RawPeer.Listening server;

  @SuppressWarnings("NullAway.Init") // before each test
  private Client client;

  @BeforeEach
  void start() {
    server = rawServer();
    RetryPolicy hedging = RetryPolicy.DEFAULT.withHedging(0.95, PATIENCE).withAttempts(1);
    client = client(server.address(), builder -> builder.timers(clock).retry(hedging));
  }

  private CompletableFuture<Reply<Integer>> exchange(Method<Void, Integer> method) {
    CompletableFuture<Reply<Integer>> reply = new CompletableFuture<>();
    Thread.startVirtualThread(
        () -> {
          try {
            reply.complete(client.exchange(method, null));
          } catch (RpcException e) {
            reply.completeExceptionally(e);
          }
        });
    return reply;
  }

  /** The ids of the first call, and of the one that is made when it takes too long. */
  private Object[] twice(RawPeer peer) {
    Object first = peer.read().get("id");
    CompletableFuture<Object> second = new CompletableFuture<>();
    Thread.startVirtualThread(() -> second.complete(peer.read().get("id")));
    advanceUntilDone(PATIENCE, second);
    return new Object[] {first, result(second)};
  }

  private static String ok(Object id) {
    return "{\"id\":" + id + ",\"ok\":true,\"result\":3}";
  }

  private static String busy(Object id) {
    return "{\"id\":"
        + id
        + ",\"ok\":false,\"error\":{\"code\":\"SERVER_BUSY\",\"message\":\"full\","
        + "\"details\":{},\"executed\":\"no\"}}";
  }

  @Test
  void theResultOfTheOneBesideCountsAndTheFirstIsCancelled() {
    CompletableFuture<Reply<Integer>> call = exchange(GET);
    RawPeer peer = server.accept();
    Object[] ids = twice(peer);
    peer.send(ok(ids[1]));

    assertThat(result(call).value()).isEqualTo(3);
    assertThat(result(call).attempts())
        .extracting(CallAttempt::code, CallAttempt::executed, CallAttempt::isHedge)
        .containsExactly(
            tuple("CANCELLED", Executed.MAYBE, false), tuple("OK", Executed.YES, true));
    assertThat(client.stats().count(Counter.HEDGED)).isEqualTo(1);
    assertThat(peer.read().at("/params/id").toString()).isEqualTo(ids[0].toString());
  }

  @Test
  void theResultOfTheFirstCountsAndTheOneBesideIsCancelled() {
    CompletableFuture<Reply<Integer>> call = exchange(GET);
    RawPeer peer = server.accept();
    Object[] ids = twice(peer);
    peer.send(ok(ids[0]));

    assertThat(result(call).attempts())
        .extracting(CallAttempt::code, CallAttempt::executed, CallAttempt::isHedge)
        .containsExactly(
            tuple("OK", Executed.YES, false), tuple("CANCELLED", Executed.MAYBE, true));
    assertThat(peer.read().at("/params/id").toString()).isEqualTo(ids[1].toString());
  }

  @Test
  void anErrorCountsWhenNoOtherIsLeft() {
    CompletableFuture<Reply<Integer>> call = exchange(GET);
    RawPeer peer = server.accept();
    Object[] ids = twice(peer);
    peer.send(busy(ids[1]));
    peer.send(ok(ids[0]));

    assertThat(result(call).value()).isEqualTo(3);
    assertThat(result(call).attempts())
        .extracting(CallAttempt::number, CallAttempt::isHedge)
        .containsExactly(tuple(1, false), tuple(2, true));
  }

  @Test
  void aFailureTellsOfBoth() {
    CompletableFuture<Reply<Integer>> call = exchange(GET);
    RawPeer peer = server.accept();
    Object[] ids = twice(peer);
    peer.send(busy(ids[1]), busy(ids[0]));

    RpcException failure = failure(call);
    assertThat(failure.executed()).isEqualTo(Executed.NO);
    assertThat(failure.attempts())
        .extracting(CallAttempt::code, CallAttempt::isHedge)
        .containsExactly(tuple("SERVER_BUSY", false), tuple("SERVER_BUSY", true));
  }

  @Test
  void whatIsNotSafeTwiceIsMadeOnce() {
    CompletableFuture<Reply<Integer>> call = exchange(ADD_ONE);
    RawPeer peer = server.accept();
    Object id = peer.read().get("id");
    clock.advance(PATIENCE.multipliedBy(5));
    peer.send(ok(id));

    assertThat(result(call).attempts()).hasSize(1);
    assertThat(client.stats().count(Counter.HEDGED)).isZero();
  }
}
