package dev.tern.core.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.core.Effect;
import dev.tern.core.Method;
import dev.tern.core.OperationToken;
import dev.tern.core.RawPeer;
import dev.tern.core.RpcException;
import dev.tern.core.RpcFixture;
import dev.tern.core.retry.RetryPolicy;
import dev.tern.core.runtime.Environment;
import dev.tern.protocol.Executed;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** What a client says of operations that must happen once, to a server that the test plays. */
final class HelloTest extends RpcFixture {
  private static final Method<Void, Integer> PAY =
      Method.<Void, Integer>of("pay", Void.class, Integer.class).effect(Effect.ONCE);
  private static final Method<Void, Integer> GET =
      Method.<Void, Integer>of("get", Void.class, Integer.class).effect(Effect.READ);
  private static final CallOptions LONG = CallOptions.timeout(Duration.ofMinutes(10));

  @SuppressWarnings("NullAway.Init") // before each test
  private RawPeer.Listening server;

  @BeforeEach
  void listen() {
    server = rawServer();
  }

  private Client retrying() {
    Environment still = Environment.SYSTEM.withTimers(clock).withRandom(() -> 0);
    return client(server.address(), b -> b.environment(still).retry(RetryPolicy.DEFAULT));
  }

  private static String method(JsonNode request) {
    return request.path("method").asString("");
  }

  private static String meta(JsonNode request, String name) {
    return String.valueOf(request.path("meta").get(name));
  }

  private static void succeed(RawPeer peer, JsonNode request, String result) {
    peer.send("{\"id\":%s,\"ok\":true,\"result\":%s}".formatted(request.get("id"), result));
  }

  private static void fail(RawPeer peer, JsonNode request, String code, String executed) {
    peer.send(
        ("{\"id\":%s,\"ok\":false,\"error\":{\"code\":\"%s\",\"message\":\"x\",\"details\":{},"
                + "\"executed\":\"%s\"}}")
            .formatted(request.get("id"), code, executed));
  }

  private static String hello(String dedup, long windowMillis, long storeMillis) {
    return "{\"dedup\":\"%s\",\"window_ms\":%d,\"store_ms\":%d}"
        .formatted(dedup, windowMillis, storeMillis);
  }

  /** Reads a hello, and answers it. */
  private static void greet(RawPeer peer, String answer) {
    JsonNode hello = peer.read();
    assertThat(method(hello)).isEqualTo("rpc.hello");
    succeed(peer, hello, answer);
  }

  private static JsonNode pay(RawPeer peer) {
    JsonNode request = peer.read();
    assertThat(method(request)).isEqualTo("pay");
    return request;
  }

  // --- when it is asked ---

  @Test
  void notBeforeOtherCalls() {
    var call = retrying().callAsync(GET, null);
    RawPeer peer = server.accept();
    JsonNode request = peer.read();
    succeed(peer, request, "1");

    assertThat(method(request)).isEqualTo("get");
    assertThat(result(call)).isEqualTo(1);
  }

  @Test
  void beforeTheFirstCallThatNeedsItOnly() {
    Client client = retrying();
    var first = client.callAsync(PAY, null);
    RawPeer peer = server.accept();
    greet(peer, hello("d1", 10_000, 500));
    succeed(peer, pay(peer), "1");
    assertThat(result(first)).isEqualTo(1);
    var second = client.callAsync(PAY, null);
    succeed(peer, pay(peer), "2");

    assertThat(result(second)).isEqualTo(2);
  }

  @Test
  void onEachConnection() {
    Client client = retrying();
    var first = client.callAsync(PAY, null);
    RawPeer peer = server.accept();
    greet(peer, hello("d1", 10_000, 500));
    succeed(peer, pay(peer), "1");
    result(first);
    peer.abort();
    peer.awaitEnd();
    var second = client.callAsync(PAY, null);
    RawPeer another = server.accept();
    greet(another, hello("d1", 10_000, 500));
    succeed(another, pay(another), "2");

    assertThat(result(second)).isEqualTo(2);
  }

  @Test
  void againWhenTheAnswerIsOlderThanHalfTheExtra() {
    Client client = retrying();
    var first = client.callAsync(PAY, null);
    RawPeer peer = server.accept();
    greet(peer, hello("d1", 10_000, 500)); // the extra: a second
    succeed(peer, pay(peer), "1");
    result(first);
    clock.advance(Duration.ofMillis(500));
    var second = client.callAsync(PAY, null);
    JsonNode young = pay(peer);
    succeed(peer, young, "2");
    result(second);
    clock.advance(Duration.ofMillis(1));
    var third = client.callAsync(PAY, null);
    greet(peer, hello("d1", 10_000, 1_010));
    JsonNode old = pay(peer);
    succeed(peer, old, "3");

    assertThat(result(third)).isEqualTo(3);
    assertThat(meta(young, "first_ms")).isEqualTo("1000");
    assertThat(meta(old, "first_ms")).isEqualTo("1010");
  }

  @Test
  void onceForCallsThatBeginTogether() {
    Client client = retrying();
    var first = client.callAsync(PAY, null);
    RawPeer peer = server.accept();
    JsonNode hello = peer.read();
    var second = client.callAsync(PAY, null);
    succeed(peer, hello, hello("d1", 10_000, 0));
    succeed(peer, pay(peer), "1");
    succeed(peer, pay(peer), "1");

    assertThat(result(first) + result(second)).isEqualTo(2);
  }

  // --- what is said then ---

  @Test
  void aKeyAndTheStoreAndItsClock() {
    var call = retrying().callAsync(PAY, null);
    RawPeer peer = server.accept();
    greet(peer, hello("d1", 10_000, 3_600_500)); // an hour ahead of this side's clock
    JsonNode request = pay(peer);
    succeed(peer, request, "1");

    assertThat(meta(request, "dedup")).isEqualTo("\"d1\"");
    assertThat(meta(request, "first_ms")).isEqualTo("3600500");
    assertThat(meta(request, "key")).hasSizeGreaterThan(16);
    assertThat(meta(request, "attempt")).isEqualTo("null");
    assertThat(result(call)).isEqualTo(1);
  }

  @Test
  void theSameOverAllAttemptsThatMayHaveRun() {
    var call = retrying().callAsync(PAY, null);
    RawPeer peer = server.accept();
    greet(peer, hello("d1", 10_000, 500));
    JsonNode first = pay(peer);
    clock.advance(Duration.ofMillis(100));
    fail(peer, first, "TIMEOUT", "maybe");
    JsonNode second = pay(peer);
    peer.abort();
    RawPeer another = server.accept();
    greet(another, hello("d2", 10_000, 7_777)); // restarted meanwhile
    JsonNode third = pay(another);
    succeed(another, third, "1");

    for (JsonNode request : new JsonNode[] {second, third}) {
      assertThat(meta(request, "key")).isEqualTo(meta(first, "key"));
      assertThat(meta(request, "dedup")).isEqualTo("\"d1\"");
      assertThat(meta(request, "first_ms")).isEqualTo("500");
    }
    assertThat(meta(third, "attempt")).isEqualTo("3");
    assertThat(result(call)).isEqualTo(1);
  }

  @Test
  void itsOwnConnectionsAsLongAsNoneMayHaveRun() {
    var call = retrying().callAsync(PAY, null);
    RawPeer peer = server.accept();
    greet(peer, hello("d1", 10_000, 500));
    JsonNode first = pay(peer);
    fail(peer, first, "SERVER_BUSY", "no");
    clock.advance(Duration.ZERO);
    JsonNode second = pay(peer);
    fail(peer, second, "SERVER_BUSY", "no");
    JsonNode third = pay(peer);
    succeed(peer, third, "1");

    assertThat(meta(third, "dedup")).isEqualTo("\"d1\"");
    assertThat(meta(third, "key")).isEqualTo(meta(first, "key"));
    assertThat(result(call)).isEqualTo(1);
  }

  // --- what may come of it ---

  @Test
  void staleWhereNothingMayHaveRunIsAskedAgainAndRepeatedOnce() {
    var call = retrying().callAsync(PAY, null);
    RawPeer peer = server.accept();
    greet(peer, hello("d1", 10_000, 500));
    fail(peer, pay(peer), "STALE", "maybe");
    greet(peer, hello("d2", 10_000, 9));
    JsonNode second = pay(peer);
    succeed(peer, second, "1");

    assertThat(meta(second, "dedup")).isEqualTo("\"d2\"");
    assertThat(result(call)).isEqualTo(1);
  }

  @Test
  void andOnceOnly() {
    var call = retrying().callAsync(PAY, null);
    RawPeer peer = server.accept();
    greet(peer, hello("d1", 10_000, 500));
    fail(peer, pay(peer), "STALE", "maybe");
    greet(peer, hello("d2", 10_000, 9));
    fail(peer, pay(peer), "STALE", "maybe");

    RpcException e = failure(call);
    assertThat(e.code() + " " + e.executed()).isEqualTo("STALE NO");
    assertThat(e.attempts()).hasSize(2);
  }

  @Test
  void staleAfterAnAttemptThatMayHaveRunIsTheEnd() {
    var call = retrying().callAsync(PAY, null);
    RawPeer peer = server.accept();
    greet(peer, hello("d1", 10_000, 500));
    fail(peer, pay(peer), "TIMEOUT", "maybe");
    fail(peer, pay(peer), "STALE", "maybe");

    RpcException e = failure(call);
    assertThat(e.code() + " " + e.executed()).isEqualTo("STALE MAYBE");
    assertThat(e.operation()).isNotNull().returns("d1", OperationToken::dedup);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "null",
        "{}",
        "[]",
        "7",
        "\"hello\"",
        "{\"dedup\":\"d1\"}",
        "{\"dedup\":7,\"window_ms\":1,\"store_ms\":1}",
        "{\"dedup\":\"\",\"window_ms\":1,\"store_ms\":1}",
        "{\"dedup\":\"a\\nb\",\"window_ms\":1000,\"store_ms\":1}",
        "{\"dedup\":\"d1\",\"window_ms\":-1,\"store_ms\":1}",
        "{\"dedup\":\"d1\",\"window_ms\":1000,\"store_ms\":-1}",
        "{\"dedup\":\"d1\",\"window_ms\":1000,\"store_ms\":9223372036854775807}",
        "{\"dedup\":\"d1\",\"window_ms\":1000,\"store_ms\":1.5}",
        "{\"dedup\":\"d1\",\"window_ms\":1e99,\"store_ms\":1}",
      })
  void aServerThatRemembersNothing(String answer) {
    var call = retrying().callAsync(PAY, null);
    RawPeer peer = server.accept();
    greet(peer, answer);
    JsonNode request = pay(peer);
    fail(peer, request, "TIMEOUT", "maybe");

    assertThat(meta(request, "dedup")).isEqualTo("null");
    RpcException e = failure(call);
    assertThat(e.code() + " " + e.executed()).isEqualTo("TIMEOUT MAYBE");
    assertThat(e.attempts()).hasSize(1);
  }

  @Test
  void aServerThatDoesNotKnowIt() {
    var call = retrying().callAsync(PAY, null);
    RawPeer peer = server.accept();
    fail(peer, peer.read(), "METHOD_NOT_FOUND", "no");
    fail(peer, pay(peer), "SERVER_BUSY", "no");
    JsonNode second = pay(peer);
    succeed(peer, second, "1");

    assertThat(meta(second, "attempt")).isEqualTo("null"); // else it would be STALE there
    assertThat(result(call)).isEqualTo(1);
  }

  @Test
  void whatMayHaveRunIsNotSentToAServerThatRemembersNothing() {
    var call = retrying().callAsync(PAY, null);
    RawPeer peer = server.accept();
    greet(peer, hello("d1", 10_000, 500));
    pay(peer);
    peer.abort();
    RawPeer another = server.accept();
    greet(another, "{}");

    RpcException e = failure(call);
    assertThat(e.code() + " " + e.executed()).isEqualTo("STALE MAYBE");
  }

  @Test
  void anAnswerThatIsLostIsAskedForAgain() {
    var call = retrying().callAsync(PAY, null, LONG);
    RawPeer peer = server.accept();
    assertThat(method(peer.read())).isEqualTo("rpc.hello");
    clock.advance(Duration.ofSeconds(2));
    assertThat(method(peer.read())).isEqualTo("rpc.cancel");
    greet(peer, hello("d1", 10_000, 500));
    succeed(peer, pay(peer), "1");

    assertThat(result(call)).isEqualTo(1);
  }

  @Test
  void anAnswerThatIsLateIsDropped() {
    var call = retrying().callAsync(PAY, null, LONG);
    RawPeer peer = server.accept();
    JsonNode lost = peer.read();
    clock.advance(Duration.ofSeconds(2));
    peer.read();
    succeed(peer, lost, hello("late", 10_000, 1));
    greet(peer, hello("d1", 10_000, 500));
    JsonNode request = pay(peer);
    succeed(peer, request, "1");

    assertThat(meta(request, "dedup")).isEqualTo("\"d1\"");
    assertThat(result(call)).isEqualTo(1);
  }

  @Test
  void afterThreeTimesTheConnectionIsGivenUp() {
    var call = retrying().callAsync(PAY, null, LONG);
    RawPeer peer = server.accept();
    for (int i = 0; i < 3; i++) {
      assertThat(method(peer.read())).isEqualTo("rpc.hello");
      clock.advance(Duration.ofSeconds(2));
      if (i < 2) {
        assertThat(method(peer.read())).isEqualTo("rpc.cancel");
      }
    }
    peer.awaitEnd();
    RawPeer another = server.accept();
    greet(another, hello("d1", 10_000, 500));
    succeed(another, pay(another), "1");

    assertThat(result(call)).isEqualTo(1);
  }

  @Test
  void theDeadlineHoldsWhileItIsAsked() {
    var call = retrying().callAsync(PAY, null, CallOptions.timeout(Duration.ofSeconds(1)));
    RawPeer peer = server.accept();
    peer.read();
    clock.advance(Duration.ofSeconds(1));

    RpcException e = failure(call);
    assertThat(e.code() + " " + e.executed()).isEqualTo("TIMEOUT NO");
  }

  @Test
  void eachCallThatWaitedHasAnErrorOfItsOwn() {
    Client client = retrying();
    var first = client.callAsync(PAY, null);
    RawPeer peer = server.accept();
    JsonNode hello = peer.read();
    int before = clock.pending();
    var second = client.callAsync(PAY, null);
    eventually(() -> clock.pending() > before);
    fail(peer, hello, "FORBIDDEN", "no");

    assertThat(failure(first)).isNotSameAs(failure(second));
  }

  @Test
  void aCallerThatChangesEndsTheOperation() {
    var call = retrying().callAsync(PAY, null);
    RawPeer peer = server.accept();
    greet(peer, "{\"caller\":\"ann\",\"dedup\":\"d1\",\"window_ms\":10000,\"store_ms\":0}");
    pay(peer);
    peer.abort();
    RawPeer another = server.accept();
    greet(another, "{\"caller\":\"bob\",\"dedup\":\"d1\",\"window_ms\":10000,\"store_ms\":5}");

    RpcException e = failure(call);
    assertThat(e.code() + " " + e.executed()).isEqualTo("CONFLICT MAYBE");
  }

  @Test
  void aCallerThatChangesBeforeAnythingRanDoesNotMatter() {
    var call = retrying().callAsync(PAY, null);
    RawPeer peer = server.accept();
    greet(peer, "{\"caller\":\"ann\",\"dedup\":\"d1\",\"window_ms\":10000,\"store_ms\":0}");
    fail(peer, pay(peer), "UNAVAILABLE", "no");
    JsonNode second = pay(peer);
    succeed(peer, second, "1");

    assertThat(result(call)).isEqualTo(1);
  }

  // --- tokens ---

  private OperationToken prepared(Client client, RawPeer[] peer) {
    CompletableFuture<OperationToken> token = new CompletableFuture<>();
    Thread.startVirtualThread(() -> token.complete(client.operation(PAY)));
    peer[0] = server.accept();
    greet(peer[0], hello("d1", 10_000, 500));
    return result(token);
  }

  @Test
  void aTokenIsThereBeforeAnythingIsSent() {
    RawPeer[] peer = new RawPeer[1];
    Client client = retrying();
    OperationToken token = prepared(client, peer);
    assertThat(token.mayHaveRun()).isFalse();
    clock.advance(Duration.ofMillis(50));
    var call = client.callAsync(PAY, null, CallOptions.DEFAULT.withOperation(token));
    JsonNode request = pay(peer[0]);
    succeed(peer[0], request, "1");

    assertThat(meta(request, "key")).isEqualTo("\"" + token.key() + "\"");
    assertThat(meta(request, "first_ms")).isEqualTo("500");
    assertThat(meta(request, "attempt")).isEqualTo("null");
    assertThat(result(call)).isEqualTo(1);
  }

  @Test
  void aTokenKnowsThatItsOperationHasRun() {
    RawPeer[] peer = new RawPeer[1];
    Client client = retrying();
    OperationToken token = prepared(client, peer);
    var call = client.callAsync(PAY, null, CallOptions.DEFAULT.withOperation(token));
    succeed(peer[0], pay(peer[0]), "1");
    assertThat(result(call)).isEqualTo(1);

    assertThat(token.mayHaveRun()).isTrue();
  }

  @Test
  void whoCannotReadTheResultIsToldWhichOperationHasRun() {
    RawPeer[] peer = new RawPeer[1];
    Client client = retrying();
    OperationToken token = prepared(client, peer);
    var call = client.callAsync(PAY, null, CallOptions.DEFAULT.withOperation(token));
    succeed(peer[0], pay(peer[0]), "\"no number\"");

    RpcException e = failure(call);
    assertThat(e.code() + " " + e.executed()).isEqualTo("INTERNAL YES");
    assertThat(e.operation()).isEqualTo(token);
    assertThat(token.mayHaveRun()).isTrue();
  }

  @Test
  void anotherProcessResumesIt() {
    RawPeer[] peer = new RawPeer[1];
    Client crashed = retrying();
    OperationToken token = prepared(crashed, peer);
    var lost = crashed.callAsync(PAY, null, CallOptions.DEFAULT.withOperation(token));
    pay(peer[0]);
    crashed.close();
    failure(lost);

    OperationToken kept = OperationToken.parse(token.toString());
    var call = retrying().callAsync(PAY, null, CallOptions.DEFAULT.withOperation(kept));
    RawPeer another = server.accept();
    greet(another, hello("d1", 10_000, 900));
    JsonNode request = pay(another);
    succeed(another, request, "1");

    assertThat(meta(request, "first_ms")).isEqualTo("500");
    assertThat(meta(request, "attempt")).isEqualTo("2");
    assertThat(result(call)).isEqualTo(1);
  }

  @Test
  void aResumedOperationMayHaveRunWhateverThisAttemptSays() {
    RawPeer[] peer = new RawPeer[1];
    OperationToken kept = OperationToken.parse(prepared(retrying(), peer).toString());
    var call = retrying().callAsync(PAY, null, CallOptions.DEFAULT.withOperation(kept));
    RawPeer another = server.accept();
    greet(another, hello("d9", 10_000, 900)); // of another server
    fail(another, pay(another), "STALE", "maybe");

    RpcException e = failure(call);
    assertThat(e.code() + " " + e.executed()).isEqualTo("STALE MAYBE");
    assertThat(e.executed()).isEqualTo(Executed.MAYBE);
  }

  @Test
  void aServerWithoutAStoreHasNoTokens() {
    CompletableFuture<OperationToken> token = new CompletableFuture<>();
    Client client = retrying();
    Thread.startVirtualThread(
        () -> {
          try {
            token.complete(client.operation(PAY));
          } catch (RpcException e) {
            token.completeExceptionally(e);
          }
        });
    greet(server.accept(), "{}");

    RpcException e = failure(token);
    assertThat(e.code() + " " + e.executed()).isEqualTo("UNSUPPORTED NO");
  }
}
