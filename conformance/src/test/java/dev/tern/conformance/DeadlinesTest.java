package dev.tern.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.core.Lane;
import dev.tern.core.Method;
import dev.tern.core.RawPeer;
import dev.tern.core.Request;
import dev.tern.core.RpcException;
import dev.tern.core.client.CallOptions;
import dev.tern.core.client.Client;
import dev.tern.core.server.Server;
import dev.tern.protocol.Executed;
import dev.tern.protocol.Limits;
import dev.tern.protocol.Limits.Bound;
import dev.tern.protocol.Oddity;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Every call has a deadline, everybody on its way knows it, and its caller is freed then. */
final class DeadlinesTest extends EveryTransport {

  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final CallOptions ONE_SECOND = CallOptions.timeout(SECOND);

  /** What the first call of a connection keeps back, besides the time that connecting took. */
  private static final int FIRST_MARGIN_MILLIS = 100;

  private static final Method<Void, Long> REMAINING =
      Method.of("test.remaining", Void.class, Long.class);

  /** Answers with the milliseconds that are left of its call's deadline. */
  private Server remainingServer() {
    return start(
        usualServer()
            .timers(clock)
            .serve(REMAINING, _ -> Request.current().remaining().toMillis()));
  }

  private static void assertTimeout(RpcException e, String stage, Executed executed) {
    assertThat(e.code()).isEqualTo("TIMEOUT");
    assertThat(e.details()).containsEntry("stage", stage);
    assertThat(e.executed()).isEqualTo(executed);
  }

  private static String reply(JsonNode request) {
    return "{\"id\":" + request.get("id") + ",\"ok\":true,\"result\":null}";
  }

  private static long timeoutMillis(JsonNode request) {
    return request.get("meta").get("timeout_ms").asLong();
  }

  @Test
  void aCallWithoutADeadlineHasTenSeconds() {
    RawPeer.Listening server = rawServer();
    var _ = clockedClient(server.address()).callAsync(WAIT, null);

    assertThat(timeoutMillis(server.accept().read())).isEqualTo(10_000 - FIRST_MARGIN_MILLIS);
  }

  @Test
  void theDefaultDeadlineCanBeSet() {
    RawPeer.Listening server = rawServer();
    Client client = client(server.address(), b -> b.timers(clock).timeout(SECOND));
    var _ = client.callAsync(WAIT, null);

    assertThat(timeoutMillis(server.accept().read())).isEqualTo(1_000 - FIRST_MARGIN_MILLIS);
  }

  @ParameterizedTest
  @ValueSource(ints = {50, 500})
  void theServerIsToldWhatIsLeftLessTheLastRoundTripOrATenth(int roundTripMillis) {
    RawPeer.Listening server = rawServer();
    Client client = clockedClient(server.address());
    CompletableFuture<String> first = client.callAsync(WAIT, null, ONE_SECOND);
    RawPeer peer = server.accept();
    JsonNode request = peer.read();
    clock.advance(Duration.ofMillis(roundTripMillis));
    peer.send(reply(request));
    result(first);

    var _ = client.callAsync(WAIT, null, ONE_SECOND);

    assertThat(timeoutMillis(peer.read())).isEqualTo(1_000 - Math.min(roundTripMillis, 100));
  }

  @Test
  void beforeTheFirstReplyTheRoundTripIsThatOfConnectingAndMore() {
    RawPeer.Listening server = rawServer();
    StuckTransport slow = new StuckTransport(transport);
    Client client = client(slow, server.address(), b -> b.timers(clock));
    var _ = client.callAsync(WAIT, null);
    slow.awaitAttempt();
    clock.advance(Duration.ofMillis(300));
    slow.letGo();

    assertThat(timeoutMillis(server.accept().read()))
        .isEqualTo(10_000 - 300 - (300 + FIRST_MARGIN_MILLIS));
  }

  @Test
  void aDeadlineThatIsAlmostThereIsStillToldAsAMillisecond() {
    RawPeer.Listening server = rawServer();
    var _ =
        clockedClient(server.address())
            .callAsync(WAIT, null, CallOptions.timeout(Duration.ofNanos(1_000)));

    assertThat(timeoutMillis(server.accept().read())).isEqualTo(1);
  }

  @Test
  void aDeadlineWithoutAnEndIsAVeryLongOne() {
    Client client = client(start(usualServer()));

    assertThat(
            client.call(ADD, new Pair(1, 2), CallOptions.timeout(ChronoUnit.FOREVER.getDuration())))
        .isEqualTo(3);
  }

  @Test
  void aDeadlineOfNothingHasPassedAtOnce() {
    Client client = client(start(usualServer()));

    RpcException e =
        failure(() -> client.call(ADD, new Pair(1, 2), CallOptions.timeout(Duration.ZERO)));

    assertTimeout(e, "caller", Executed.NO);
  }

  @Test
  void aHandlerSeesTheDeadline() {
    Client client = clockedClient(remainingServer().address());

    assertThat(client.call(REMAINING, null, ONE_SECOND)).isEqualTo(1_000 - FIRST_MARGIN_MILLIS);
  }

  @Test
  void theServersAnswerComesBeforeTheClientsOwnTimer() {
    Server server = start(usualServer().timers(clock));
    CompletableFuture<String> call =
        clockedClient(server.address()).callAsync(WAIT, null, ONE_SECOND);
    gate.awaitEntered(1);

    clock.advance(Duration.ofMillis(1_000 - FIRST_MARGIN_MILLIS));
    RpcException e = failure(call);

    assertTimeout(e, "handler", Executed.MAYBE);
    assertThat(e.isRemote()).isTrue();
  }

  /** A pool of one thread: a call waits for another one's, and then runs out of time. */
  @Test
  void whoeverIsToldSoHearsWhereTheTimeWent() {
    Method<Void, String> first = Method.of("test.first", Void.class, String.class);
    Method<Void, String> second = Method.of("test.second", Void.class, String.class);
    CountDownLatch begun = new CountDownLatch(1);
    CompletableFuture<String> ends = new CompletableFuture<>();
    Server server =
        start(
            usualServer()
                .timers(clock)
                .pool("one", 1, 8)
                .serve(
                    first,
                    Lane.pool("one"),
                    _ -> {
                      begun.countDown();
                      return ends.get();
                    })
                .serve(
                    second,
                    Lane.pool("one"),
                    _ -> {
                      gate.pass();
                      return "late";
                    }));
    Client client = clockedClient(server.address());
    CompletableFuture<String> before =
        client.callAsync(first, null, CallOptions.timeout(Duration.ofHours(1)));
    awaitCount(begun);
    CompletableFuture<String> call = client.callAsync(second, null, ONE_SECOND);
    eventually(() -> server.stats().inFlight() == 2);

    clock.advance(Duration.ofMillis(300));
    ends.complete("done");
    result(before);
    gate.awaitEntered(1);
    clock.advance(Duration.ofMillis(600));
    RpcException e = failure(call);

    assertTimeout(e, "handler", Executed.MAYBE);
    assertThat(e.details())
        .containsEntry("server_ms", 900L)
        .containsEntry("server_queue_ms", 300L)
        .containsEntry("handler_ms", 600L)
        .containsEntry("queued_ms", 0L)
        .containsEntry("answered_ms", 900L);
    assertThat(e)
        .hasMessageEndingWith(
            ": the deadline passed in the handler; 300 ms in the server's queue,"
                + " 600 ms in the handler, answered after 900 ms");
  }

  /** The handler gives up by itself, before the server's timer: the times are there, too. */
  @Test
  void soDoesWhoeverIsAnsweredByAHandlerThatRanOutOfTime() {
    Method<Void, String> method = Method.of("test.gives", Void.class, String.class);
    Server server =
        start(
            usualServer()
                .timers(clock)
                .serve(
                    method,
                    _ -> {
                      gate.pass();
                      throw new InterruptedException("nothing came of it in time");
                    }));
    CompletableFuture<String> call =
        clockedClient(server.address()).callAsync(method, null, ONE_SECOND);
    gate.awaitEntered(1);
    clock.advance(Duration.ofMillis(899));
    gate.open();
    RpcException e = failure(call);

    assertTimeout(e, "handler", Executed.MAYBE);
    assertThat(e.details())
        .containsEntry("server_ms", 899L)
        .containsEntry("server_queue_ms", 0L)
        .containsEntry("handler_ms", 899L);
  }

  @Test
  void aHandlersSlotIsFreeOnlyWhenItReturns() {
    Server server = start(usualServer().timers(clock).maxInFlight(1));
    Client client = clockedClient(server.address());
    CompletableFuture<String> call = client.callAsync(WAIT, null, ONE_SECOND);
    gate.awaitEntered(1);
    clock.advance(SECOND);
    failure(call);

    assertThat(failure(() -> client.call(ADD, new Pair(1, 2))).code()).isEqualTo("SERVER_BUSY");
    gate.open();
    eventually(() -> server.stats().inFlight() == 0);
    eventually(() -> server.stats().count(Oddity.LATE_RESULT) == 1);

    assertThat(client.call(ADD, new Pair(1, 2))).isEqualTo(3);
  }

  @Test
  void aCallerIsFreedWhenTheServerSaysNothingAndTheServerIsTold() {
    RawPeer.Listening server = rawServer();
    CompletableFuture<String> call =
        clockedClient(server.address()).callAsync(WAIT, null, ONE_SECOND);
    RawPeer peer = server.accept();
    JsonNode request = peer.read();

    advanceUntilDone(SECOND, call);
    RpcException e = failure(call);
    JsonNode cancel = peer.read();

    assertTimeout(e, "waiting_for_reply", Executed.MAYBE);
    assertThat(e.isRemote()).isFalse();
    assertThat(cancel.get("method").asString()).isEqualTo("rpc.cancel");
    assertThat(cancel.get("params").get("id")).isEqualTo(request.get("id"));
    assertThat(cancel.has("id")).as("a notification").isFalse();
  }

  @Test
  void aReplyThatComesTooLateIsDroppedAndCounted() {
    RawPeer.Listening server = rawServer();
    Client client = clockedClient(server.address());
    CompletableFuture<String> late = client.callAsync(WAIT, null, ONE_SECOND);
    RawPeer peer = server.accept();
    JsonNode lateRequest = peer.read();
    advanceUntilDone(SECOND, late);
    failure(late);
    peer.read(); // its cancel

    CompletableFuture<String> next = client.callAsync(WAIT, null, ONE_SECOND);
    JsonNode nextRequest = peer.read();
    peer.send(
        "{\"id\":" + lateRequest.get("id") + ",\"ok\":true,\"result\":\"late\"}",
        "{\"id\":" + nextRequest.get("id") + ",\"ok\":true,\"result\":\"next\"}");

    assertThat(result(next)).isEqualTo("next");
    assertThat(client.stats().count(Oddity.LATE_REPLY)).isEqualTo(1);
  }

  @Test
  void aCallThatWaitsToBeSentDidNotRun() {
    RawPeer.Listening server = rawServer();
    Client client =
        client(
            server.address(), b -> b.timers(clock).limits(Limits.DEFAULT.with(Bound.IN_FLIGHT, 1)));
    CompletableFuture<String> first =
        client.callAsync(WAIT, null, CallOptions.timeout(Duration.ofHours(1)));
    RawPeer peer = server.accept();
    JsonNode request = peer.read();
    CompletableFuture<String> queued = client.callAsync(WAIT, null, ONE_SECOND);
    eventually(() -> SECOND.equals(clock.untilNext())); // its deadline: it waits

    advanceUntilDone(Duration.ofMillis(300), queued);

    RpcException e = failure(queued);
    assertTimeout(e, "client_queue", Executed.NO);
    assertThat((Long) e.details().get("queued_ms")).isGreaterThanOrEqualTo(1_000L);
    assertThat(e).hasMessageContaining(" ms waiting to be written");
    peer.send(reply(request));
    result(first);
    peer.expectNothingMore();
  }

  @Test
  void aCallThatWaitsForAThreadDidNotRun() {
    Method<Void, String> run = Method.of("test.run", Void.class, String.class);
    Server server =
        start(
            usualServer()
                .timers(clock)
                .pool("heavy", 1, 8)
                .serve(
                    run,
                    Lane.pool("heavy"),
                    _ -> {
                      gate.pass();
                      return "ran";
                    }));
    Client client = clockedClient(server.address());
    CompletableFuture<String> first =
        client.callAsync(run, null, CallOptions.timeout(Duration.ofHours(1)));
    gate.awaitEntered(1);
    CompletableFuture<String> queued = client.callAsync(run, null, ONE_SECOND);
    eventually(() -> server.stats().sinceLastSeen() != null && client.stats().inFlight() == 2);

    advanceUntilDone(Duration.ofMillis(999), queued);
    RpcException e = failure(queued);
    gate.open();
    result(first);
    eventually(() -> server.stats().inFlight() == 0);

    assertThat(e.code()).isEqualTo("TIMEOUT");
    assertThat(server.stats().count("OK")).as("handlers that ran").isEqualTo(1);
    if (e.isRemote()) { // which of the two timers was first depends on when the call was queued
      assertTimeout(e, "server_queue", Executed.NO);
      assertThat(e.details().get("server_queue_ms")).isEqualTo(e.details().get("server_ms"));
      assertThat(e.details()).containsEntry("handler_ms", 0L);
    }
  }

  @Test
  void aDeadlineThatHasPassedOnArrivalIsRefused() {
    RawPeer peer = rawClient(start(usualServer()));

    peer.send("{\"id\":1,\"method\":\"calc.add\",\"params\":[1,2],\"meta\":{\"timeout_ms\":0}}");
    JsonNode error = peer.read().get("error");

    assertThat(error.get("code").asString()).isEqualTo("TIMEOUT");
    assertThat(error.get("executed").asString()).isEqualTo("no");
    assertThat(error.get("details").get("stage").asString()).isEqualTo("arrival");
  }

  @Test
  void aNestedCallInheritsTheShorterDeadline() {
    Client inner = clockedClient(remainingServer().address());
    Server outer =
        start(
            usualServer()
                .timers(clock)
                .serve(
                    Method.of("test.outer", Void.class, Long.class),
                    _ -> inner.call(REMAINING, null)));

    assertThat(
            clockedClient(outer.address())
                .call(Method.of("test.outer", Void.class, Long.class), null, ONE_SECOND))
        .isEqualTo(900 - 900 / 10);
  }

  @Test
  void aNestedAsynchronousCallInheritsTheShorterDeadline() {
    Client inner = clockedClient(remainingServer().address());
    Method<Void, Long> method = Method.of("test.outer", Void.class, Long.class);
    Server outer =
        start(
            usualServer().timers(clock).serve(method, _ -> inner.callAsync(REMAINING, null).get()));

    assertThat(clockedClient(outer.address()).call(method, null, ONE_SECOND))
        .isEqualTo(900 - 900 / 10);
  }

  @Test
  void aNestedCallKeepsADeadlineThatIsShorter() {
    Client inner = clockedClient(remainingServer().address());
    Method<Void, Long> method = Method.of("test.outer", Void.class, Long.class);
    CallOptions shorter = CallOptions.timeout(Duration.ofMillis(100));
    Server outer =
        start(usualServer().timers(clock).serve(method, _ -> inner.call(REMAINING, null, shorter)));

    assertThat(clockedClient(outer.address()).call(method, null, ONE_SECOND))
        .isEqualTo(100 - 100 / 10);
  }

  @Test
  void aNestedCallByAClientOfAnotherClockInheritsWhatIsLeft() {
    Client inner = client(remainingServer());
    Method<Void, Long> method = Method.of("test.outer", Void.class, Long.class);
    Server outer =
        start(usualServer().timers(clock).serve(method, _ -> inner.call(REMAINING, null)));

    assertThat(clockedClient(outer.address()).call(method, null, ONE_SECOND)).isBetween(1L, 1_000L);
  }

  @Test
  void connectingIsPartOfTheDeadline() {
    StuckTransport stuck = new StuckTransport(transport);
    Client client = client(stuck, start(usualServer()).address(), b -> b.timers(clock));
    CompletableFuture<Integer> call = client.callAsync(ADD, new Pair(1, 2), ONE_SECOND);
    stuck.awaitAttempt();

    advanceUntilDone(SECOND, call);
    stuck.letGo();

    RpcException e = failure(call);
    assertTimeout(e, "connecting", Executed.NO);
    assertThat((Long) e.details().get("connecting_ms")).isGreaterThanOrEqualTo(1_000L);
  }

  @Test
  void aDeadlineThatPassesWhileConnectingNamesTheServer() {
    StuckTransport stuck = new StuckTransport(transport);
    int port = start(usualServer()).address().getPort();
    InetSocketAddress server = InetSocketAddress.createUnresolved("localhost", port);
    Client client = client(stuck, server, b -> b.timers(clock));
    CompletableFuture<Integer> call = client.callAsync(ADD, new Pair(1, 2), ONE_SECOND);
    stuck.awaitAttempt();

    advanceUntilDone(SECOND, call);
    stuck.letGo();

    assertThat(failure(call))
        .hasMessage("calc.add at localhost:" + port + ": the deadline passed while connecting");
  }
}
