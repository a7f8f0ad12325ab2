package dev.tern.core.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.tern.core.CallAttempt;
import dev.tern.core.Counter;
import dev.tern.core.Effect;
import dev.tern.core.Filter;
import dev.tern.core.Method;
import dev.tern.core.RawPeer;
import dev.tern.core.RpcException;
import dev.tern.core.RpcFixture;
import dev.tern.core.retry.RetryPolicy;
import dev.tern.core.runtime.Environment;
import dev.tern.core.server.Server;
import dev.tern.protocol.ErrorCode;
import dev.tern.protocol.Executed;
import dev.tern.protocol.Meta;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;

/** When a client makes a call again, and what its caller hears of that. */
final class RetryTest extends RpcFixture {
  private static final Method<Void, Integer> GET =
      Method.<Void, Integer>of("get", Void.class, Integer.class).effect(Effect.READ);
  private static final Method<Void, Integer> INC =
      Method.<Void, Integer>of("inc", Void.class, Integer.class);

  @SuppressWarnings("NullAway.Init") // before each test
  private RawPeer.Listening server;

  @BeforeEach
  void listen() {
    server = rawServer();
  }

  /** On the manual clock, and without luck: no wait is longer than the server asks for. */
  private Client retrying(UnaryOperator<ClientBuilder> setUp) {
    Environment still = Environment.SYSTEM.withTimers(clock).withRandom(() -> 0);
    return client(
        server.address(), b -> setUp.apply(b.environment(still).retry(RetryPolicy.DEFAULT)));
  }

  private Client retrying() {
    return retrying(b -> b);
  }

  private static void fail(RawPeer peer, JsonNode request, String code, String executed) {
    fail(peer, request, code, executed, "{}");
  }

  private static void fail(
      RawPeer peer, JsonNode request, String code, String executed, String details) {
    peer.send(
        ("{\"id\":%s,\"ok\":false,\"error\":{\"code\":\"%s\",\"message\":\"x\",\"details\":%s,"
                + "\"executed\":\"%s\"}}")
            .formatted(request.get("id"), code, details, executed));
  }

  private static void succeed(RawPeer peer, JsonNode request, String result) {
    peer.send("{\"id\":%s,\"ok\":true,\"result\":%s}".formatted(request.get("id"), result));
  }

  private static int attempt(JsonNode request) {
    return request.path("meta").path("attempt").asInt(1);
  }

  @ParameterizedTest
  @EnumSource(names = {"READ", "IDEMPOTENT"})
  void whatIsHarmlessIsRepeatedThoughItMayHaveRun(Effect effect) {
    var call = retrying().callAsync(INC.effect(effect), null);
    RawPeer peer = server.accept();
    fail(peer, peer.read(), "TIMEOUT", "maybe");
    JsonNode second = peer.read();
    succeed(peer, second, "7");

    assertThat(result(call)).isEqualTo(7);
    assertThat(attempt(second)).isEqualTo(2);
  }

  @Test
  void whatMayHaveRunAndIsUnsafeIsNot() {
    var call = retrying().callAsync(INC, null);
    RawPeer peer = server.accept();
    fail(peer, peer.read(), "TIMEOUT", "maybe");

    RpcException e = failure(call);
    assertThat(e.executed()).isEqualTo(Executed.MAYBE);
    assertThat(e.attempts()).hasSize(1);
  }

  @Test
  void whatIsUnsafeButHasNotRunIs() {
    var call = retrying().callAsync(INC, null);
    RawPeer peer = server.accept();
    fail(peer, peer.read(), "SERVER_BUSY", "no");
    succeed(peer, peer.read(), "7");

    assertThat(result(call)).isEqualTo(7);
  }

  @Test
  void whoCannotReadTheResultSeesAllAttempts() {
    var call = retrying().callAsync(GET, null);
    RawPeer peer = server.accept();
    fail(peer, peer.read(), "SERVER_BUSY", "no");
    fail(peer, peer.read(), "SERVER_BUSY", "no");
    succeed(peer, peer.read(), "\"no number\"");

    RpcException e = failure(call);
    assertThat(e.code() + " " + e.executed()).isEqualTo("INTERNAL YES");
    assertThat(e.attempts())
        .extracting(CallAttempt::code)
        .containsExactly("SERVER_BUSY", "SERVER_BUSY", "OK");
  }

  /** A server refuses what has a key and is no first attempt; nothing has been tried yet. */
  @Test
  void withAKeyItStaysTheFirstAttemptAsLongAsNothingHasRun() {
    var call = retrying().callAsync(INC, null, CallOptions.DEFAULT.withKey("0123456789-abcdef"));
    RawPeer peer = server.accept();
    fail(peer, peer.read(), "SERVER_BUSY", "no");
    JsonNode second = peer.read();
    succeed(peer, second, "7");

    assertThat(attempt(second)).isEqualTo(1);
    assertThat(second.path("meta").path("key").asString()).isEqualTo("0123456789-abcdef");
    assertThat(result(call)).isEqualTo(7);
  }

  @Test
  void unsafeMethodsAreNotRepeatedWithoutABudget() {
    RetryPolicy unsafe = RetryPolicy.DEFAULT.withUnsafe();
    for (RetryPolicy policy :
        List.of(
            unsafe.withoutBudget(),
            unsafe.withBudget(Double.POSITIVE_INFINITY, 0),
            unsafe.withBudget(0, Double.POSITIVE_INFINITY))) {
      assertThatIllegalStateException()
          .isThrownBy(() -> retrying(b -> b.retry(policy)))
          .withMessageStartingWith("retry: of UNSAFE methods without a budget");
    }
  }

  @Test
  void whoeverWantsItRepeatsUnsafeMethods() {
    var call = retrying(b -> b.retry(RetryPolicy.DEFAULT.withUnsafe())).callAsync(INC, null);
    RawPeer peer = server.accept();
    fail(peer, peer.read(), "TIMEOUT", "maybe");
    succeed(peer, peer.read(), "7");

    assertThat(result(call)).isEqualTo(7);
  }

  @Test
  void threeAttemptsAndTheHighestVerdict() {
    var call = retrying().callAsync(GET, null);
    RawPeer peer = server.accept();
    fail(peer, peer.read(), "TIMEOUT", "maybe");
    fail(peer, peer.read(), "SERVER_BUSY", "no");
    JsonNode third = peer.read();
    fail(peer, third, "UNAVAILABLE", "no");

    RpcException e = failure(call);
    assertThat(e.code() + " " + e.executed()).isEqualTo("UNAVAILABLE MAYBE");
    assertThat(attempt(third)).isEqualTo(3);
    assertThat(e.attempts().stream().map(a -> a.number() + " " + a.code() + " " + a.executed()))
        .containsExactly("1 TIMEOUT MAYBE", "2 SERVER_BUSY NO", "3 UNAVAILABLE NO");
    assertThat(e.attempts())
        .extracting(CallAttempt::endpoint)
        .containsOnly("127.0.0.1:" + server.address().getPort());
  }

  @Test
  void aLaterErrorOfTheApplicationEndsIt() {
    var call = retrying().callAsync(GET, null);
    RawPeer peer = server.accept();
    fail(peer, peer.read(), "TIMEOUT", "maybe");
    fail(peer, peer.read(), "NO_MONEY", "yes");

    RpcException e = failure(call);
    assertThat(e.code() + " " + e.executed()).isEqualTo("NO_MONEY YES");
  }

  @Test
  void aConnectionThatBreaksIsReplaced() {
    var call = retrying().callAsync(GET, null);
    RawPeer peer = server.accept();
    peer.read();
    peer.abort();
    RawPeer another = server.accept();
    succeed(another, another.read(), "7");

    assertThat(result(call)).isEqualTo(7);
  }

  @Test
  void theReplyTellsTheAttempts() {
    CompletableFuture<Reply<Integer>> call = new CompletableFuture<>();
    Client client = retrying();
    Thread.startVirtualThread(() -> call.complete(client.exchange(GET, null)));
    RawPeer peer = server.accept();
    JsonNode first = peer.read();
    clock.advance(Duration.ofMillis(30));
    fail(peer, first, "SERVER_BUSY", "no", "{\"retry_after_ms\":200}");
    eventually(() -> client.stats().count(Counter.RETRIED) == 0 && clock.pending() > 1);
    RawPeer same = peer;
    CompletableFuture<JsonNode> second = CompletableFuture.supplyAsync(same::read);
    advanceUntilDone(Duration.ofMillis(10), second);
    succeed(peer, result(second), "7");
    Reply<Integer> reply = result(call);

    assertThat(reply.attempts()).hasSize(2);
    CallAttempt refused = reply.attempts().getFirst();
    CallAttempt last = reply.attempts().getLast();
    assertThat(refused.took()).isEqualTo(Duration.ofMillis(30));
    assertThat(refused.waited()).isZero();
    assertThat(last.waited()).isEqualTo(Duration.ofMillis(200));
    assertThat(last.code() + " " + last.executed()).isEqualTo("OK YES");
  }

  @Test
  void aCallThatSucceedsHasOneAttempt() {
    CompletableFuture<Reply<Integer>> call = new CompletableFuture<>();
    Client client = retrying();
    Thread.startVirtualThread(() -> call.complete(client.exchange(GET, null)));
    RawPeer peer = server.accept();
    succeed(peer, peer.read(), "7");

    assertThat(result(call).attempts()).singleElement().returns(1, CallAttempt::number);
  }

  @Test
  void noWaitBeyondTheDeadline() {
    var call = retrying().callAsync(GET, null, CallOptions.timeout(Duration.ofSeconds(1)));
    RawPeer peer = server.accept();
    fail(peer, peer.read(), "SERVER_BUSY", "no", "{\"retry_after_ms\":1000}");

    assertThat(failure(call).code()).isEqualTo("SERVER_BUSY");
  }

  @ParameterizedTest
  @CsvSource({
    "9223372036854775807",
    "18446744073709551616",
    "1e300",
    "99999999999999999999999999",
    "340282366920938463463374607431768211457"
  })
  void whateverNumberTheServerAsksFor(String millis) {
    var call = retrying().callAsync(GET, null);
    RawPeer peer = server.accept();
    fail(peer, peer.read(), "SERVER_BUSY", "no", "{\"retry_after_ms\":" + millis + "}");

    assertThat(failure(call).attempts()).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({"-5", "true", "'\"soon\"'", "null", "[1]"})
  void whatIsNoTimeIsNoWait(String nonsense) {
    var call = retrying().callAsync(GET, null);
    RawPeer peer = server.accept();
    fail(peer, peer.read(), "SERVER_BUSY", "no", "{\"retry_after_ms\":" + nonsense + "}");
    succeed(peer, peer.read(), "7");

    assertThat(result(call)).isEqualTo(7);
  }

  @Test
  void aRememberedErrorIsNotAskedForAgain() {
    var call = retrying().callAsync(GET, null);
    RawPeer peer = server.accept();
    peer.send(
        ("{\"id\":%s,\"ok\":false,\"error\":{\"code\":\"UNAVAILABLE\",\"message\":\"x\","
                + "\"details\":{},\"executed\":\"maybe\"},\"meta\":{\"replayed\":true}}")
            .formatted(peer.read().get("id")));

    RpcException e = failure(call);
    assertThat(e.isReplayed()).isTrue();
    assertThat(e.attempts()).hasSize(1);
  }

  @Test
  void theBudgetBoundsAllCallsTogether() {
    Client client = retrying(b -> b.retry(RetryPolicy.DEFAULT.withBudget(0, 1)));
    var first = client.callAsync(GET, null);
    RawPeer peer = server.accept();
    fail(peer, peer.read(), "SERVER_BUSY", "no");
    fail(peer, peer.read(), "SERVER_BUSY", "no"); // the credit of this second is gone
    assertThat(failure(first).attempts()).hasSize(2);
    var second = client.callAsync(GET, null);
    fail(peer, peer.read(), "SERVER_BUSY", "no");

    assertThat(failure(second).attempts()).hasSize(1);
    assertThat(client.stats().count(Counter.NO_RETRY_BUDGET)).isEqualTo(2);
    assertThat(client.stats().count(Counter.RETRIED)).isEqualTo(1);
  }

  // --- the time of an attempt ---

  @Test
  void theTimeOfAnAttemptTravels() {
    var call =
        retrying(b -> b.retry(RetryPolicy.DEFAULT.withAttemptTimeout(Duration.ofMillis(500))))
            .callAsync(GET, null, CallOptions.timeout(Duration.ofSeconds(5)));
    RawPeer peer = server.accept();
    JsonNode request = peer.read();
    succeed(peer, request, "7");

    assertThat(request.path("meta").path("timeout_ms").asInt()).isBetween(400, 500);
    assertThat(result(call)).isEqualTo(7);
  }

  @Test
  void anAttemptThatTakesTooLongIsFollowedByAnother() {
    var call =
        retrying(b -> b.retry(RetryPolicy.DEFAULT.withAttemptTimeout(Duration.ofMillis(500))))
            .callAsync(GET, null, CallOptions.timeout(Duration.ofSeconds(5)));
    RawPeer peer = server.accept();
    peer.read();
    clock.advance(Duration.ofMillis(500));
    JsonNode next = peer.read(); // its cancel
    assertThat(next.path("method").asString()).isEqualTo("rpc.cancel");
    JsonNode second = peer.read();
    succeed(peer, second, "7");

    assertThat(result(call)).isEqualTo(7);
    assertThat(attempt(second)).isEqualTo(2);
  }

  @Test
  void anAttemptMayTakeAsLongAsTheUserLikes() {
    Duration forEver = Duration.ofSeconds(Long.MAX_VALUE);
    var call =
        retrying(b -> b.retry(RetryPolicy.DEFAULT.withAttemptTimeout(forEver)))
            .callAsync(GET, null);
    RawPeer peer = server.accept();
    succeed(peer, peer.read(), "7");

    assertThat(result(call)).isEqualTo(7);
  }

  // --- without a connection ---

  @Test
  void toWaitForAConnectionIsNoAttempt() {
    var address = server.address();
    server.close();
    Client client =
        client(
            address,
            b ->
                Client.builder(transport)
                    .timers(clock)
                    .retry(RetryPolicy.DEFAULT.withBudget(0, 0)));
    var call = client.callAsync(GET, null, CallOptions.timeout(Duration.ofSeconds(20)));
    advanceUntilDone(Duration.ofMillis(100), call);

    RpcException e = failure(call);
    assertThat(e.code() + " " + e.executed()).isEqualTo("TIMEOUT NO");
    assertThat(e.attempts()).hasSize(1);
    assertThat(client.stats().count(Counter.NO_RETRY_BUDGET)).isZero();
  }

  @Test
  void theTimeOfAnAttemptBeginsWithAConnection() {
    var address = server.address();
    server.close();
    Client client =
        client(
            address,
            b ->
                Client.builder(transport)
                    .timers(clock)
                    .retry(RetryPolicy.DEFAULT.withAttemptTimeout(Duration.ofMillis(100))));
    var call = client.callAsync(GET, null, CallOptions.timeout(Duration.ofSeconds(20)));
    eventually(() -> clock.pending() > 1); // the wait for the next attempt to connect
    clock.advance(Duration.ofSeconds(1));

    assertThat(call).isNotDone();
    advanceUntilDone(Duration.ofSeconds(1), call);
    assertThat(failure(call).attempts().getFirst().took())
        .isGreaterThanOrEqualTo(Duration.ofSeconds(20));
  }

  @Test
  void whoWantsToHearOfItHearsOfTheFirstFailure() {
    server.close();

    RpcException e = failure(retrying().callAsync(GET, null));
    assertThat(e.code() + " " + e.executed()).isEqualTo("UNAVAILABLE NO");
    assertThat(e.attempts()).hasSize(1);
  }

  // --- ended from outside ---

  @Test
  void aCancelEndsThePause() {
    Client client = retrying();
    var call = client.callAsync(GET, null);
    RawPeer peer = server.accept();
    JsonNode request = peer.read();
    int before = clock.pending();
    fail(peer, request, "SERVER_BUSY", "no", "{\"retry_after_ms\":5000}");
    eventually(() -> clock.pending() >= before + 1);
    call.cancel(true);

    eventually(() -> client.stats().count("CANCELLED") == 1);
    assertThat(client.stats().count(Counter.RETRIED)).isZero();
  }

  @Test
  void aCloseEndsThePause() {
    Client client = retrying();
    var call = client.callAsync(GET, null);
    RawPeer peer = server.accept();
    JsonNode request = peer.read();
    int before = clock.pending();
    fail(peer, request, "SERVER_BUSY", "no", "{\"retry_after_ms\":5000}");
    eventually(() -> clock.pending() >= before + 1);
    client.close();

    RpcException e = failure(call);
    assertThat(e.code() + " " + e.executed()).isEqualTo("UNAVAILABLE NO");
    assertThat(e.isTransient()).isFalse();
  }

  // --- below another call ---

  /** Whether each call that came from {@link #outer} said that it was a repetition. */
  private final List<Boolean> below = new CopyOnWriteArrayList<>();

  /** A server whose method calls one that always fails so. */
  private Server outer(Executed executed) {
    Filter down =
        Filter.nonBlocking(
            (request, next) -> {
              if (!request.method().equals("get")) { // the hello
                return next.handle(request);
              }
              below.add(Boolean.TRUE.equals(request.meta().get(Meta.REPEATED)));
              if (executed == Executed.MAYBE) {
                request.mayHaveRun();
              }
              throw RpcException.refusal(ErrorCode.UNAVAILABLE, "down");
            });
    Server inner = start(Server.builder(transport).timers(clock).filter(down).serve(GET, _ -> 7));
    Client calls =
        client(
            inner.address(),
            b ->
                b.environment(Environment.SYSTEM.withTimers(clock).withRandom(() -> 0))
                    .retry(RetryPolicy.DEFAULT));
    Method<Void, String> method = Method.of("outer", Void.class, String.class);
    return start(
        Server.builder(transport)
            .timers(clock)
            .serve(
                method,
                _ -> {
                  try {
                    return "" + calls.call(GET, null);
                  } catch (RpcException e) {
                    return e.code() + " " + e.executed() + " " + e.attempts().size();
                  }
                }));
  }

  @ParameterizedTest
  @CsvSource({
    "NO, '', 3",
    "NO, '\"attempt\":2', 3",
    "NO, '\"repeated\":true', 3",
    "MAYBE, '', 3",
    "MAYBE, '\"attempt\":1', 3",
    "MAYBE, '\"repeated\":false', 3",
    "MAYBE, '\"attempt\":2', 1",
    "MAYBE, '\"repeated\":true', 1",
    "MAYBE, '\"attempt\":1,\"repeated\":true', 1"
  })
  void belowAnotherAttemptOnlyWhatHasNotRunIsRepeated(Executed executed, String meta, int calls) {
    RawPeer peer = rawClient(outer(executed));
    peer.send("{\"id\":1,\"method\":\"outer\",\"meta\":{" + meta + "}}");
    String outcome = peer.read().path("result").asString();

    assertThat(outcome).isEqualTo("UNAVAILABLE " + executed + " " + calls);
    assertThat(below).hasSize(calls);
  }

  @ParameterizedTest
  @CsvSource({"'', false", "'\"attempt\":2', true", "'\"repeated\":true', true"})
  void andTheNextServerIsToldSo(String meta, boolean isRepeated) {
    RawPeer peer = rawClient(outer(Executed.NO));
    peer.send("{\"id\":1,\"method\":\"outer\",\"meta\":{" + meta + "}}");
    peer.read();

    assertThat(below).containsOnly(isRepeated);
  }

  // --- what a TIMEOUT says of several attempts ---

  @Test
  void aTimeoutSumsWhatItsAttemptsHaveSpent() {
    var call =
        retrying(b -> b.retry(RetryPolicy.DEFAULT.withAttemptTimeout(Duration.ofMillis(500))))
            .callAsync(GET, null, CallOptions.timeout(Duration.ofSeconds(5)));
    RawPeer peer = server.accept();
    JsonNode first = peer.read();
    clock.advance(Duration.ofMillis(300));
    fail(
        peer,
        first,
        "TIMEOUT",
        "maybe",
        "{\"stage\":\"handler\",\"server_ms\":290,\"server_queue_ms\":40,\"handler_ms\":250}");
    JsonNode second = peer.read();
    clock.advance(Duration.ofMillis(100));
    fail(
        peer,
        second,
        "TIMEOUT",
        "no",
        "{\"stage\":\"server_queue\",\"server_ms\":90,\"server_queue_ms\":90,\"handler_ms\":0}");
    peer.read(); // and says nothing
    clock.advance(Duration.ofMillis(500));

    RpcException e = failure(call);
    assertThat(e.details())
        .containsEntry("stage", "waiting_for_reply")
        .containsEntry("sent_ms_ago", 500L)
        .containsEntry(
            "over_attempts",
            Map.of(
                "attempts", 3,
                "ms", 900L,
                "between_ms", 0L,
                "queued_ms", 0L,
                "connecting_ms", 0L,
                "server_ms", 380L,
                "server_queue_ms", 130L,
                "handler_ms", 250L,
                "sent_ms_ago", 500L));
    assertThat(e)
        .hasMessageEndingWith(
            "; over all 3 attempts 900 ms: 0 ms between them, 130 ms in the server's queue,"
                + " 250 ms in the handler, 500 ms without an answer");
    assertThat(e.executed()).isEqualTo(Executed.MAYBE);
  }

  @Test
  void aTimeoutOfOneAttemptHasNothingToSum() {
    Client client = retrying();
    var call = client.callAsync(GET, null, CallOptions.timeout(Duration.ofSeconds(1)));
    server.accept().read();
    clock.advance(Duration.ofSeconds(1));

    assertThat(failure(call).details()).doesNotContainKey("over_attempts");
  }
}
