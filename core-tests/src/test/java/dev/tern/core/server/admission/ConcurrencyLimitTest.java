package dev.tern.core.server.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tern.core.Caller;
import dev.tern.core.Effect;
import dev.tern.core.Lane;
import dev.tern.core.Method;
import dev.tern.core.RawPeer;
import dev.tern.core.RpcFixture;
import dev.tern.core.limit.ConcurrencyLimit;
import dev.tern.core.runtime.Environment;
import dev.tern.core.server.Server;
import dev.tern.core.server.ServerBuilder;
import dev.tern.protocol.Meta;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Limits of running calls, from the peer's side, on the manual clock. */
final class ConcurrencyLimitTest extends RpcFixture {
  private static final Method<Pair, Integer> HOLD = Method.of("hold", Pair.class, Integer.class);
  private static final Method<Pair, Integer> ONCE =
      Method.of("once", Pair.class, Integer.class).effect(Effect.ONCE);
  private static final String KEY = "0123456789-abcdef";
  private static final String ANOTHER_KEY = "another-0123456789";
  private static final ConcurrencyLimit ONE = ConcurrencyLimit.fixed(1).fairShare(1);

  /** The first numbers of the calls in the order in which their code began. */
  private final List<Integer> begun = Collections.synchronizedList(new ArrayList<>());

  private final Semaphore entered = new Semaphore(0);
  private final Semaphore leave = new Semaphore(0);
  private final AtomicInteger threads = new AtomicInteger();

  private int hold(Pair params) {
    begun.add(params.a());
    entered.release();
    leave.acquireUninterruptibly();
    if (params.b() < 0) {
      throw new IllegalStateException("as the test has it");
    }
    return params.a();
  }

  private ServerBuilder server() {
    return Server.builder(transport)
        .timers(clock)
        .pool("pool", 4, 100)
        .serve(HOLD, this::hold)
        .serve(ADD, p -> p.a() + p.b());
  }

  @AfterEach
  void letAllGo() {
    leave.release(1_000);
  }

  private static String call(int id, String method, String meta) {
    return "{\"id\":%d,\"method\":\"%s\",\"params\":[%d,0],\"meta\":{%s}}"
        .formatted(id, method, id, meta);
  }

  /** An attempt at an operation. */
  private static String once(int id, int params, String key) {
    return "{\"id\":%d,\"method\":\"once\",\"params\":[%d,0],\"meta\":{\"key\":\"%s\"}}"
        .formatted(id, params, key);
  }

  private static String hold(int id) {
    return call(id, "hold", "");
  }

  /** The peer is answered, so all that it has sent before has been looked at. */
  private static void settle(RawPeer peer) {
    peer.send("{\"id\":\"settle\",\"method\":\"rpc.ping\",\"meta\":{}}");
    JsonNode reply = peer.read();
    assertThat(reply.get("id").asString()).as("of %s", reply).isEqualTo("settle");
  }

  private static void assertBusy(JsonNode reply, int id) {
    assertThat(reply.get("id").asInt()).as("of %s", reply).isEqualTo(id);
    assertThat(reply.at("/error/code").asString()).isEqualTo("SERVER_BUSY");
    assertThat(reply.at("/error/executed").asString()).isEqualTo("no");
    assertThat(reply.at("/error/details/retry_after_ms").asInt()).isPositive();
  }

  private static void assertResult(JsonNode reply, int id) {
    assertThat(reply.get("id").asInt()).as("of %s", reply).isEqualTo(id);
    assertThat(reply.get("result").asInt()).as("of %s", reply).isEqualTo(id);
  }

  private void holdOne(RawPeer peer, int id) {
    peer.send(hold(id));
    entered.acquireUninterruptibly();
  }

  /** Whatever became of it, the place is there for another call. */
  private void assertPlaceIsBack(RawPeer peer) {
    peer.send(hold(99));
    entered.acquireUninterruptibly();
    assertThat(begun.getLast()).isEqualTo(99);
    leave.release();
    assertResult(peer.read(), 99);
  }

  @Test
  void whatExceedsTheLimitAndTheQueueIsRefusedAtOnce() {
    RawPeer peer = rawClient(start(server().limit(HOLD, ONE)));
    holdOne(peer, 1);
    peer.send(hold(2), hold(3));
    assertBusy(peer.read(), 3);
    assertThat(begun).containsExactly(1);
  }

  @Test
  void aLimitOfTheServerCountsAllMethodsButThoseOnTheThreadThatReads() {
    Method<Pair, Integer> inline = Method.of("inline", Pair.class, Integer.class);
    RawPeer peer =
        rawClient(start(server().serve(inline, Lane.INLINE, p -> p.a()).limit(ONE.queue(0))));
    holdOne(peer, 1);
    peer.send(call(2, "calc.add", ""));
    assertBusy(peer.read(), 2);
    peer.send(call(3, "inline", ""));
    assertResult(peer.read(), 3);
  }

  @Test
  void aMethodsLimitIsNoneOfAnotherMethods() {
    RawPeer peer = rawClient(start(server().limit(HOLD, ONE.queue(0))));
    holdOne(peer, 1);
    peer.send(call(2, "calc.add", ""));
    assertResult(peer.read(), 2);
  }

  @Test
  void aCallWaitsForItsMethodsPlaceAndThenForTheServers() {
    RawPeer peer =
        rawClient(start(server().limit(HOLD, ONE).limit(ConcurrencyLimit.fixed(1).fairShare(1))));
    holdOne(peer, 1);
    peer.send(hold(2));
    settle(peer);
    leave.release();
    assertResult(peer.read(), 1);
    entered.acquireUninterruptibly();
    leave.release();
    assertResult(peer.read(), 2);
    assertPlaceIsBack(peer);
  }

  @Test
  void thoseThatWaitGoInTheOrderInWhichTheyCame() {
    RawPeer peer = rawClient(start(server().limit(HOLD, ONE.queue(3))));
    holdOne(peer, 1);
    peer.send(hold(2), hold(3), hold(4));
    settle(peer);
    leave.release(4);
    for (int id = 1; id <= 4; id++) {
      assertResult(peer.read(), id);
    }
    assertThat(begun).containsExactly(1, 2, 3, 4);
  }

  @Test
  void theNewestGoesFirstWhenTheQueueHasNotEmptiedForATenthOfASecond() {
    RawPeer peer = rawClient(start(server().limit(HOLD, ONE.queue(3))));
    holdOne(peer, 1);
    peer.send(hold(2), hold(3), hold(4));
    settle(peer);
    clock.advance(Duration.ofNanos(WaitingLine.OVERLOAD_NANOS + 1));
    leave.release();
    assertResult(peer.read(), 1);
    entered.acquireUninterruptibly();
    assertThat(begun).containsExactly(1, 4);
  }

  @Test
  void whoseDeadlinePassesInTheQueueIsToldSoAndNeverBegins() {
    RawPeer peer = rawClient(start(server().limit(HOLD, ONE)));
    holdOne(peer, 1);
    peer.send(call(2, "hold", "\"timeout_ms\":500"));
    settle(peer);
    clock.advance(Duration.ofMillis(501));
    JsonNode reply = peer.read();
    assertThat(reply.at("/error/code").asString()).isEqualTo("TIMEOUT");
    assertThat(reply.at("/error/executed").asString()).isEqualTo("no");
    assertThat(reply.at("/error/details/stage").asString()).isEqualTo("server_queue");
    leave.release();
    assertResult(peer.read(), 1);
    assertPlaceIsBack(peer);
    assertThat(begun).containsExactly(1, 99);
  }

  @Test
  void whoWouldWaitPastItsDeadlineIsRefusedAtOnce() {
    RawPeer peer = rawClient(start(server().limit(HOLD, ONE.queue(10))));
    holdOne(peer, 1);
    clock.advance(Duration.ofMillis(400));
    leave.release();
    assertResult(peer.read(), 1);
    holdOne(peer, 2); // a call is known to take 400 ms
    peer.send(call(3, "hold", "\"timeout_ms\":399"));
    JsonNode reply = peer.read();
    assertBusy(reply, 3);
    assertThat(reply.at("/error/details/retry_after_ms").asInt()).isEqualTo(400);
  }

  @Test
  void aPlaceInTheQueueIsFreeOnceItsDeadlineHasPassed() {
    RawPeer peer = rawClient(start(server().limit(HOLD, ONE)));
    holdOne(peer, 1);
    peer.send(call(2, "hold", "\"timeout_ms\":500"));
    settle(peer);
    clock.advance(Duration.ofMillis(501));
    peer.read();
    peer.send(hold(3));
    settle(peer); // it was not refused
  }

  @Test
  void whoIsCancelledInTheQueueNeverBegins() {
    RawPeer peer = rawClient(start(server().limit(HOLD, ONE)));
    holdOne(peer, 1);
    peer.send(hold(2));
    peer.send("{\"method\":\"rpc.cancel\",\"params\":{\"id\":2},\"meta\":{}}");
    assertThat(peer.read().at("/error/code").asString()).isEqualTo("CANCELLED");
    leave.release();
    assertResult(peer.read(), 1);
    assertPlaceIsBack(peer);
    assertThat(begun).containsExactly(1, 99);
  }

  @Test
  void whoIsDisconnectedInTheQueueNeverBegins() {
    Server server = start(server().limit(HOLD, ONE));
    RawPeer peer = rawClient(server);
    holdOne(peer, 1);
    RawPeer other = rawClient(server);
    other.send(hold(2));
    settle(other);
    other.abort();
    eventually(() -> server.stats().inFlight() == 1);
    leave.release();
    assertResult(peer.read(), 1);
    assertPlaceIsBack(peer);
    assertThat(begun).containsExactly(1, 99);
  }

  @Test
  void manyThatEndTogetherInTheQueueAreAllAnswered() {
    int many = 5_000;
    Server server = start(server().limit(HOLD, ONE.queue(many)));
    RawPeer peer = rawClient(server);
    holdOne(peer, 1);
    for (int id = 2; id < 2 + many; id++) {
      peer.send(call(id, "hold", "\"timeout_ms\":60000"));
    }
    settle(peer);
    clock.advance(Duration.ofMinutes(2));
    for (int i = 0; i < many; i++) {
      assertThat(peer.read().at("/error/code").asString()).isEqualTo("TIMEOUT");
    }
    eventually(() -> server.stats().inFlight() == 1);
  }

  @Test
  void aRefusalHasNoThread() {
    RawPeer peer =
        rawClient(
            start(
                server()
                    .environment(
                        new Environment(
                            clock,
                            this::counted,
                            Environment.SYSTEM.platformThreads(),
                            Environment.SYSTEM.random()))
                    .limit(HOLD, ONE.queue(0))));
    holdOne(peer, 1);
    for (int id = 2; id <= 20; id++) {
      peer.send(hold(id));
      assertBusy(peer.read(), id);
    }
    assertThat(threads).as("threads for 20 calls").hasValue(1);
  }

  private Thread counted(Runnable task) {
    threads.incrementAndGet();
    return Thread.ofVirtual().unstarted(task);
  }

  // Places come back.

  @Test
  void aPlaceComesBackAfterAReply() {
    RawPeer peer = rawClient(start(server().limit(HOLD, ONE.queue(0))));
    holdOne(peer, 1);
    leave.release();
    assertResult(peer.read(), 1);
    assertPlaceIsBack(peer);
  }

  @Test
  void aPlaceComesBackAfterAnError() {
    RawPeer peer = rawClient(start(server().limit(HOLD, ONE.queue(0))));
    peer.send("{\"id\":1,\"method\":\"hold\",\"params\":[1,-1],\"meta\":{}}");
    entered.acquireUninterruptibly();
    leave.release();
    assertThat(peer.read().at("/error/code").asString()).isEqualTo("INTERNAL");
    assertPlaceIsBack(peer);
  }

  @Test
  void aPlaceComesBackAfterParamsThatCannotBeRead() {
    RawPeer peer = rawClient(start(server().limit(HOLD, ONE.queue(0))));
    peer.send("{\"id\":1,\"method\":\"hold\",\"params\":[\"?\",0],\"meta\":{}}");
    assertThat(peer.read().at("/error/code").asString()).isEqualTo("INVALID_PARAMS");
    assertPlaceIsBack(peer);
  }

  @Test
  void aPlaceComesBackOnlyWhenTheHandlerReturnsThoughItsDeadlineHasPassed() {
    Server server = start(server().limit(HOLD, ONE.queue(0)));
    RawPeer peer = rawClient(server);
    peer.send(call(1, "hold", "\"timeout_ms\":500"));
    entered.acquireUninterruptibly();
    clock.advance(Duration.ofMillis(501));
    assertThat(peer.read().at("/error/code").asString()).isEqualTo("TIMEOUT");
    peer.send(hold(2));
    assertBusy(peer.read(), 2);
    leave.release();
    eventually(() -> server.stats().inFlight() == 0);
    assertPlaceIsBack(peer);
  }

  @Test
  void aPlaceComesBackAfterACancel() {
    Server server = start(server().limit(HOLD, ONE.queue(0)));
    RawPeer peer = rawClient(server);
    holdOne(peer, 1);
    peer.send("{\"method\":\"rpc.cancel\",\"params\":{\"id\":1},\"meta\":{}}", hold(2));
    assertBusy(peer.read(), 2);
    leave.release();
    peer.read();
    assertPlaceIsBack(peer);
  }

  @Test
  void aPlaceComesBackAfterADisconnectWhenTheHandlerReturns() {
    Server server = start(server().limit(HOLD, ONE.queue(0)));
    RawPeer peer = rawClient(server);
    RawPeer other = rawClient(server);
    holdOne(other, 1);
    other.abort();
    eventually(() -> server.stats().connections() == 1);
    peer.send(hold(2));
    assertBusy(peer.read(), 2);
    leave.release();
    eventually(() -> server.stats().inFlight() == 0);
    assertPlaceIsBack(peer);
  }

  @Test
  void aPlaceComesBackFromAPoolThatIsFull() {
    Method<Pair, Integer> pooled = Method.of("pooled", Pair.class, Integer.class);
    Server server =
        start(
            server()
                .pool("small", 1, 1)
                .serve(pooled, Lane.pool("small"), this::hold)
                .limit(pooled, ConcurrencyLimit.fixed(3).queue(0).fairShare(1)));
    RawPeer peer = rawClient(server);
    peer.send(call(1, "pooled", ""));
    entered.acquireUninterruptibly();
    peer.send(call(2, "pooled", "")); // waits in the pool
    for (int id = 3; id <= 10; id++) {
      peer.send(call(id, "pooled", ""));
      assertThat(peer.read().at("/error/message").asString()).contains("threads take no more");
    }
    leave.release(2);
    peer.read();
    peer.read();
    eventually(() -> server.stats().inFlight() == 0);
  }

  // Joiners of a run.

  @Test
  void whoJoinsARunHoldsNoPlace() {
    Server server = start(server().serve(ONCE, this::hold).limit(ONCE, two()));
    RawPeer peer = rawClient(server);
    peer.send(once(1, 1, KEY));
    entered.acquireUninterruptibly();
    for (int id = 2; id <= 6; id++) {
      peer.send(once(id, 1, KEY));
      settle(peer);
    }
    peer.send(once(7, 7, ANOTHER_KEY));
    entered.acquireUninterruptibly(); // beside the one that runs
    assertThat(begun).containsExactly(1, 7);
  }

  private static ConcurrencyLimit two() {
    return ConcurrencyLimit.fixed(2).queue(10).fairShare(1);
  }

  @Test
  void whoJoinsARunOnAPoolHoldsNoPlace() {
    Server server =
        start(server().serve(ONCE, Lane.pool("pool"), this::hold).limit(ONCE, two().queue(0)));
    RawPeer peer = rawClient(server);
    peer.send(once(1, 1, KEY));
    entered.acquireUninterruptibly();
    for (int id = 2; id <= 6; id++) {
      peer.send(once(id, 1, KEY));
    }
    settle(peer);
    peer.send(once(7, 7, ANOTHER_KEY));
    entered.acquireUninterruptibly();
    assertThat(begun).containsExactly(1, 7);
  }

  private static Lane lane(String name) {
    return switch (name) {
      case "pool" -> Lane.pool("pool");
      case "threads" -> Lane.of(Thread::startVirtualThread);
      default -> Lane.VIRTUAL;
    };
  }

  /** A limit that one call of one caller reaches. */
  private static ServerBuilder limited(ServerBuilder server, Method<?, ?> method, String how) {
    return switch (how) {
      case "its method" -> server.limit(method, ONE.queue(0));
      case "its caller's share" -> server.limit(method, ConcurrencyLimit.fixed(2).queue(0));
      default -> server.limit(ONE.queue(0));
    };
  }

  @ParameterizedTest
  @CsvSource({
    "virtual, its method",
    "virtual, its caller's share",
    "virtual, the server",
    "pool, its method",
    "pool, its caller's share",
    "pool, the server",
    "threads, its method",
    "threads, the server"
  })
  void whoJoinsARunNeedsNoPlace(String lane, String how) {
    ServerBuilder builder = server().serve(ONCE, lane(lane), this::hold);
    RawPeer peer = rawClient(start(limited(builder, ONCE, how)));
    peer.send(once(1, 1, KEY));
    entered.acquireUninterruptibly();
    peer.send(once(2, 1, KEY), once(3, 3, ANOTHER_KEY));
    assertBusy(peer.read(), 3);
    leave.release();
    assertThat(List.of(peer.read(), peer.read()))
        .allSatisfy(reply -> assertThat(reply.get("result").asInt()).as("%s", reply).isEqualTo(1))
        .extracting(reply -> reply.get("id").asInt())
        .containsExactlyInAnyOrder(1, 2);
    assertThat(begun).containsExactly(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"its method", "its caller's share", "the server"})
  void noMoreDoesABareCallThatIsRepeated(String how) {
    Server server = start(limited(server(), HOLD, how));
    String bare =
        "{\"id\":\"6f0c1a52-93b4-4d6e-8a70-0123456789ab\",\"method\":\"hold\",\"params\":[1,0]}";
    RawPeer first = rawClient(server);
    RawPeer second = rawClient(server);
    first.send(bare);
    entered.acquireUninterruptibly();
    second.send(bare);
    eventually(() -> server.stats().inFlight() == 2);
    leave.release();
    assertThat(first.read().get("result").asInt()).isEqualTo(1);
    assertThat(second.read().get("result").asInt()).isEqualTo(1);
    assertThat(begun).containsExactly(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"virtual", "pool", "threads"})
  void anAttemptBesideOneThatWaitsTakesNoPlaceOfTheQueue(String lane) {
    Server server = start(server().serve(ONCE, lane(lane), this::hold).limit(ONCE, ONE));
    RawPeer peer = rawClient(server);
    peer.send(once(1, 1, ANOTHER_KEY));
    entered.acquireUninterruptibly();
    peer.send(once(2, 2, KEY), once(3, 2, KEY), once(4, 4, "a-third-key-0123456"));
    assertBusy(peer.read(), 4);
    leave.release(2);
    assertResult(peer.read(), 1);
    for (int i = 0; i < 2; i++) {
      assertThat(peer.read().get("result").asInt()).isEqualTo(2);
    }
    assertThat(begun).containsExactly(1, 2);
    eventually(() -> server.stats().inFlight() == 0);
  }

  /** Keys are told apart by their callers, who may all count from 1. */
  @ParameterizedTest
  @ValueSource(strings = {"virtual", "pool", "threads"})
  void anotherCallersOperationWithTheSameKeyNeedsAPlace(String lane) {
    Server server =
        start(
            server()
                .filter(
                    (request, next) ->
                        next.handle(
                            request.withCaller(
                                new Caller(String.valueOf(request.meta().get(Meta.AUTH))))))
                .serve(ONCE, lane(lane), this::hold)
                .limit(ONCE, ONE.queue(0)));
    RawPeer peer = rawClient(server);
    String key = "\"key\":\"1\",\"auth\":";
    peer.send(call(1, "once", key + "\"ann\""));
    entered.acquireUninterruptibly();
    peer.send(call(2, "once", key + "\"bob\""));
    assertBusy(peer.read(), 2);
    leave.release();
    assertResult(peer.read(), 1);
    eventually(() -> server.stats().inFlight() == 0);
    peer.send(call(3, "once", key + "\"bob\""));
    entered.acquireUninterruptibly();
    leave.release();
    assertResult(peer.read(), 3);
    assertThat(begun).containsExactly(1, 3);
  }

  @Test
  void whoTakesThePlaceOfAFirstAttemptThatEndedInTheQueueWaitsItself() {
    Server server = start(server().serve(ONCE, Lane.pool("pool"), this::hold).limit(ONCE, ONE));
    RawPeer peer = rawClient(server);
    String key = "\"key\":\"" + KEY + "\"";
    peer.send(once(1, 1, ANOTHER_KEY));
    entered.acquireUninterruptibly();
    peer.send(call(2, "once", key + ",\"timeout_ms\":500"), call(3, "once", key));
    settle(peer);
    clock.advance(Duration.ofMillis(501));
    assertThat(peer.read().at("/error/code").asString()).isEqualTo("TIMEOUT");
    leave.release();
    assertResult(peer.read(), 1);
    entered.acquireUninterruptibly();
    assertThat(begun).containsExactly(1, 3);
    leave.release();
    assertResult(peer.read(), 3);
    eventually(() -> server.stats().inFlight() == 0);
  }

  // What cannot be.

  @Test
  void aLimitOfAMethodOnTheThreadThatReadsIsRefused() {
    ServerBuilder builder = Server.builder(transport).serve(ADD, Lane.INLINE, p -> p.a());
    assertThatThrownBy(() -> builder.limit(ADD, ONE).listen(0))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "limit of calc.add, which is on the INLINE lane"
                + " (expected: a method on another lane than INLINE)");
  }

  @Test
  void aLimitOfAMethodThatIsNotServedIsRefused() {
    assertThatThrownBy(() -> Server.builder(transport).limit(ADD, ONE).listen(0))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("calc.add, which is not served");
  }
}
