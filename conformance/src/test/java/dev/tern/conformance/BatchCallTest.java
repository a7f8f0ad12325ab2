package dev.tern.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.tern.core.Effect;
import dev.tern.core.Gate;
import dev.tern.core.Method;
import dev.tern.core.RawPeer;
import dev.tern.core.RpcException;
import dev.tern.core.client.Batch;
import dev.tern.core.client.CallOptions;
import dev.tern.core.client.Client;
import dev.tern.core.retry.RetryPolicy;
import dev.tern.core.server.Server;
import dev.tern.protocol.Dialect;
import dev.tern.protocol.ErrorCode;
import dev.tern.protocol.Executed;
import dev.tern.protocol.Limits;
import dev.tern.protocol.Limits.Bound;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Batches as a client makes them. */
final class BatchCallTest extends EveryTransport {
  private static final String BATCHES = "{\"limits\":{\"batch_items\":%d}}";
  private static final Duration PATIENCE = Duration.ofSeconds(Gate.PATIENCE_SECONDS);

  private static final Method<Text, String> ONCE =
      Method.of("test.once", Text.class, String.class).effect(Effect.ONCE);
  private static final Method<Text, String> READ =
      Method.of("test.read", Text.class, String.class).effect(Effect.READ);

  private final AtomicInteger runs = new AtomicInteger();

  private static CompletableFuture<?> called(Batch batch) {
    return CompletableFuture.runAsync(batch::call, Thread::startVirtualThread);
  }

  private static void answerAll(RawPeer peer, JsonNode requests) {
    List<String> replies = new ArrayList<>();
    for (JsonNode request : requests) {
      int sum = request.at("/params/a").asInt() + request.at("/params/b").asInt();
      replies.add("{\"id\":%s,\"ok\":true,\"result\":%d}".formatted(request.path("id"), sum));
    }
    peer.send("[" + String.join(",", replies) + "]");
  }

  /** Answers the hello that a client says to know what the server reads. */
  private static void greet(RawPeer peer, String result) {
    JsonNode hello = peer.read();
    assertThat(hello.path("method").asString()).isEqualTo("rpc.hello");
    peer.send("{\"id\":%s,\"ok\":true,\"result\":%s}".formatted(hello.path("id"), result));
  }

  /** The first attempts of a batch leave before its calls are made, if nothing need be asked. */
  private static Client warmed(Client client, boolean isWarm) {
    if (isWarm) {
      Batch first = client.batch();
      Batch.Item<Integer> sum = first.add(ADD, new Pair(1, 1));
      first.call();
      assertThat(sum.result()).isEqualTo(2);
    }
    return client;
  }

  static List<Arguments> dialects() {
    return List.of(
        Arguments.of(Dialect.V1, false),
        Arguments.of(Dialect.V1, true),
        Arguments.of(Dialect.JSONRPC, false),
        Arguments.of(Dialect.JSONRPC, true));
  }

  @ParameterizedTest
  @MethodSource("dialects")
  void eachItemHasItsOwnResult(Dialect dialect, boolean isWarm) {
    Server server = start(usualServer());
    Client client =
        warmed(client(server.address(), b -> b.dialect(dialect).timeout(PATIENCE)), isWarm);
    Batch batch = client.batch();
    Batch.Item<Integer> sum = batch.add(ADD, new Pair(1, 2));
    Batch.Item<String> text = batch.add(ECHO, new Text("x"));
    Batch.Item<Integer> none = batch.add("nobody", null, Integer.class, CallOptions.DEFAULT);

    batch.call();

    assertThat(sum.result()).isEqualTo(3);
    assertThat(text.result()).isEqualTo("x");
    assertThat(text.failure()).isNull();
    RpcException failure = none.failure();
    assertThat(failure).isNotNull();
    assertThat(failure.code()).isEqualTo("METHOD_NOT_FOUND");
    assertThat(failure(none::result)).isSameAs(failure);
  }

  @Test
  void itLeavesInOneFrame() {
    RawPeer.Listening listening = rawServer();
    Client client = client(listening.address());
    Batch batch = client.batch();
    for (int i = 0; i < 20; i++) {
      batch.add(ADD, new Pair(i, i));
    }

    CompletableFuture<?> called = called(batch);
    RawPeer peer = listening.accept();
    greet(peer, BATCHES.formatted(1_000));
    JsonNode requests = peer.read();

    assertThat(requests.size()).isEqualTo(20);
    answerAll(peer, requests);
    result(called);
    peer.expectNothingMore();
  }

  @Test
  void aServerThatTakesFewerAtOnceGetsSeveral() {
    RawPeer.Listening listening = rawServer();
    Client client = client(listening.address());
    Batch batch = client.batch();
    for (int i = 0; i < 5; i++) {
      batch.add(ADD, new Pair(i, i));
    }

    CompletableFuture<?> called = called(batch);
    RawPeer peer = listening.accept();
    greet(peer, BATCHES.formatted(2));
    for (int size : new int[] {2, 2}) {
      JsonNode requests = peer.read();
      assertThat(requests.size()).isEqualTo(size);
      answerAll(peer, requests);
    }
    JsonNode last = peer.read();
    peer.send("{\"id\":%s,\"ok\":true,\"result\":0}".formatted(last.path("id")));

    result(called);
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "{\"limits\":{\"batch_items\":1}}", "{\"limits\":{}}"})
  void aServerThatReadsNoneGetsCalls(String hello) {
    RawPeer.Listening listening = rawServer();
    Client client = client(listening.address());
    Batch batch = client.batch();
    Batch.Item<Integer> first = batch.add(ADD, new Pair(1, 1));
    batch.add(ADD, new Pair(1, 1));

    CompletableFuture<?> called = called(batch);
    RawPeer peer = listening.accept();
    greet(peer, hello);
    for (int i = 0; i < 2; i++) {
      JsonNode request = peer.read();
      assertThat(request.path("method").asString()).isEqualTo("calc.add");
      peer.send("{\"id\":%s,\"ok\":true,\"result\":2}".formatted(request.path("id")));
    }

    result(called);
    assertThat(first.result()).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void whatFailsIsTriedAgainAlone(boolean isWarm) {
    Server server =
        start(
            usualServer()
                .serve(
                    READ,
                    text -> {
                      if (text.text().equals("b") && runs.incrementAndGet() == 1) {
                        throw RpcException.refusal(ErrorCode.UNAVAILABLE, "not now");
                      }
                      return text.text();
                    }));
    Client client =
        warmed(
            client(server.address(), b -> b.retry(RetryPolicy.DEFAULT).timeout(PATIENCE)), isWarm);
    Batch batch = client.batch();
    Batch.Item<String> a = batch.add(READ, new Text("a"));
    Batch.Item<String> b = batch.add(READ, new Text("b"));

    batch.call();

    assertThat(a.reply().attempts()).hasSize(1);
    assertThat(b.reply().attempts()).hasSize(2);
    assertThat(b.result()).isEqualTo("b");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void anItemThatHappensOnceHasItsKey(boolean isWarm) {
    Server server = start(usualServer().serve(ONCE, text -> text.text() + runs.incrementAndGet()));
    Client client = warmed(client(server), isWarm);
    Batch batch = client.batch();
    CallOptions options = CallOptions.DEFAULT.withKey("a key of one operation");
    Batch.Item<String> one = batch.add(ONCE, new Text("a"), options);
    Batch.Item<String> same = batch.add(ONCE, new Text("a"), options);
    Batch.Item<String> other = batch.add(ONCE, new Text("a"));

    batch.call();

    assertThat(same.result()).isEqualTo(one.result());
    assertThat(other.result()).isNotEqualTo(one.result());
    assertThat(other.reply().operation()).isNotNull();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aNotificationInItHasNoReply(boolean isWarm) {
    Server server = start(usualServer().serve(ONCE, text -> text.text() + runs.incrementAndGet()));
    Client client = warmed(client(server), isWarm);
    Batch batch = client.batch();
    Batch.Item<@Nullable Void> told = batch.notify(READ, new Text("a"));
    Batch.Item<Integer> sum = batch.add(ADD, new Pair(1, 2));

    batch.call();

    assertThat(told.failure()).isNull();
    assertThat(sum.result()).isEqualTo(3);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void itsDeadlineIsThatOfEachItemThatSaysNoOther(boolean isWarm) {
    Server server = start(usualServer().timers(clock));
    Client client = warmed(clockedClient(server.address()), isWarm);
    Batch batch = client.batch(Duration.ofSeconds(1));
    Batch.Item<Integer> sum = batch.add(ADD, new Pair(1, 2));
    Batch.Item<String> late = batch.add(WAIT, null);

    CompletableFuture<?> called = called(batch);
    gate.awaitEntered(1);
    eventually(() -> server.stats().inFlight() == 1); // the sum is there
    clock.advance(Duration.ofMillis(999)); // the rest is for the reply
    result(called);

    assertThat(sum.result()).isEqualTo(3);
    RpcException failure = late.failure();
    assertThat(failure).isNotNull();
    assertThat(failure.code()).isEqualTo("TIMEOUT");
    assertThat(failure.executed()).isEqualTo(Executed.MAYBE);
    assertThat(failure.isRemote()).isTrue();
  }

  @Test
  void whatMayTakeLongerLeavesApart() {
    RawPeer.Listening listening = rawServer();
    Client client = client(listening.address());
    Batch batch = client.batch();
    batch.add(ADD, new Pair(1, 2));
    batch.add(ADD, new Pair(1, 2));
    CallOptions patient = CallOptions.timeout(PATIENCE.multipliedBy(2));
    batch.add(ECHO, new Text("a"), patient);
    batch.add(ECHO, new Text("b"), patient);

    CompletableFuture<?> called = called(batch);
    RawPeer peer = listening.accept();
    greet(peer, BATCHES.formatted(1_000));
    for (String method : List.of("calc.add", "text.echo")) {
      JsonNode requests = peer.read();
      assertThat(requests.size()).isEqualTo(2);
      assertThat(requests.at("/0/method").asString()).isEqualTo(method);
      assertThat(requests.at("/1/method").asString()).isEqualTo(method);
    }
    peer.abort();

    result(called);
  }

  @Test
  void anErrorOfAllOfItIsEachItems() {
    RawPeer.Listening listening = rawServer();
    Client client = client(listening.address());
    Batch batch = client.batch();
    Batch.Item<Integer> one = batch.add(ADD, new Pair(1, 2));
    Batch.Item<Integer> two = batch.add(ADD, new Pair(1, 2));

    CompletableFuture<?> called = called(batch);
    RawPeer peer = listening.accept();
    greet(peer, BATCHES.formatted(10));
    assertThat(peer.read().size()).isEqualTo(2);
    peer.send(
        "{\"jsonrpc\":\"2.0\",\"id\":null,\"error\":{\"code\":-32011,\"message\":\"no\",\"data\":"
            + "{\"code\":\"TOO_LARGE\",\"executed\":\"no\"}}}");
    result(called);

    for (Batch.Item<Integer> item : List.of(one, two)) {
      RpcException failure = item.failure();
      assertThat(failure).isNotNull();
      assertThat(failure.code()).isEqualTo("TOO_LARGE");
      assertThat(failure.executed()).isEqualTo(Executed.NO);
    }
  }

  @Test
  void repliesThatAreTooLongTogetherFailThatBatchAlone() {
    RawPeer.Listening listening = rawServer();
    Client client = client(listening.address(), b -> b.frameBytes(2_048).timeout(PATIENCE));
    Batch batch = client.batch();
    Batch.Item<Integer> one = batch.add(ADD, new Pair(1, 2));
    Batch.Item<Integer> two = batch.add(ADD, new Pair(1, 2));

    CompletableFuture<?> called = called(batch);
    RawPeer peer = listening.accept();
    greet(peer, BATCHES.formatted(10));
    assertThat(peer.read().size()).isEqualTo(2);
    CompletableFuture<Integer> other = client.callAsync(ADD, new Pair(1, 1));
    JsonNode alone = peer.read();
    peer.send("[" + " ".repeat(4_000) + "]");
    result(called);
    peer.send("{\"id\":%s,\"ok\":true,\"result\":2}".formatted(alone.path("id")));

    assertThat(result(other)).isEqualTo(2);
    for (Batch.Item<Integer> item : List.of(one, two)) {
      RpcException failure = item.failure();
      assertThat(failure).isNotNull();
      assertThat(failure.code()).isEqualTo("TOO_LARGE");
      assertThat(failure.executed()).isEqualTo(Executed.MAYBE);
    }
  }

  @Test
  void whatIsTooLargeDoesNotLeaveAndTheOthersDo() {
    Client client =
        warmed(
            client(start(usualServer()).address(), b -> b.frameBytes(20_000).timeout(PATIENCE)),
            true);
    Batch batch = client.batch();
    Batch.Item<String> large = batch.add(ECHO, new Text("x".repeat(20_000)));
    Batch.Item<Integer> sum = batch.add(ADD, new Pair(1, 2));

    batch.call();

    RpcException failure = large.failure();
    assertThat(failure).isNotNull();
    assertThat(failure.code() + " " + failure.executed()).isEqualTo("TOO_LARGE NO");
    assertThat(sum.result()).isEqualTo(3);
  }

  @Test
  void aFilterSeesEachItemBeforeItLeaves() {
    List<String> seen = new CopyOnWriteArrayList<>();
    Client client =
        warmed(
            client(
                start(usualServer()).address(),
                b ->
                    b.timeout(PATIENCE)
                        .filter(
                            (request, next) -> {
                              seen.add(request.method());
                              return next.handle(request);
                            })),
            true);
    seen.clear();
    Batch batch = client.batch();
    Batch.Item<Integer> sum = batch.add(ADD, new Pair(1, 2));
    Batch.Item<String> text = batch.add(ECHO, new Text("x"));

    batch.call();

    assertThat(seen).containsExactlyInAnyOrder("calc.add", "text.echo");
    assertThat(sum.result()).isEqualTo(3);
    assertThat(text.result()).isEqualTo("x");
  }

  @Test
  void aConnectionThatBreaksEndsAllOfIt() {
    RawPeer.Listening listening = rawServer();
    Client client = client(listening.address());
    Batch batch = client.batch();
    Batch.Item<Integer> one = batch.add(ADD, new Pair(1, 2));
    Batch.Item<Integer> two = batch.add(ADD, new Pair(1, 2));

    CompletableFuture<?> called = called(batch);
    RawPeer peer = listening.accept();
    greet(peer, BATCHES.formatted(10));
    assertThat(peer.read().size()).isEqualTo(2);
    peer.abort();
    result(called);

    for (Batch.Item<Integer> item : List.of(one, two)) {
      RpcException failure = item.failure();
      assertThat(failure).isNotNull();
      assertThat(failure.code() + " " + failure.executed()).isEqualTo("UNAVAILABLE MAYBE");
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void anInterruptCancelsWhatHasNotEnded(boolean isWarm) throws InterruptedException {
    Client client = warmed(client(start(usualServer())), isWarm);
    Batch batch = client.batch();
    Batch.Item<String> waiting = batch.add(WAIT, null);
    List<Boolean> stayed = new ArrayList<>();
    Thread caller =
        Thread.startVirtualThread(
            () -> {
              batch.call();
              stayed.add(Thread.currentThread().isInterrupted());
            });
    gate.awaitEntered(1);

    caller.interrupt();
    caller.join();

    RpcException failure = waiting.failure();
    assertThat(failure).isNotNull();
    assertThat(failure.code()).isEqualTo("CANCELLED");
    assertThat(stayed).containsExactly(true);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aClientThatClosesEndsIt(boolean isWarm) {
    Client client = warmed(client(start(usualServer())), isWarm);
    Batch batch = client.batch();
    Batch.Item<String> waiting = batch.add(WAIT, null);
    batch.add(WAIT, null);
    CompletableFuture<?> called = called(batch);
    gate.awaitEntered(2);

    client.close(Duration.ZERO);
    result(called);

    RpcException failure = waiting.failure();
    assertThat(failure).isNotNull();
    assertThat(failure.code() + " " + failure.executed()).isEqualTo("UNAVAILABLE MAYBE");
  }

  @Test
  void itIsCalledOnce() {
    Client client = client(start(usualServer()));
    Batch batch = client.batch();
    Batch.Item<Integer> sum = batch.add(ADD, new Pair(1, 2));

    assertThatIllegalStateException().isThrownBy(sum::result).withMessageContaining("before");
    batch.call();
    assertThatIllegalStateException()
        .isThrownBy(batch::call)
        .withMessage("a batch that was called is called again (expected: a new one)");
    assertThatIllegalStateException()
        .isThrownBy(() -> batch.add(ADD, new Pair(1, 2)))
        .withMessage("a batch that was called is added to (expected: a new one)");
  }

  @Test
  void anEmptyOneIsOverAtOnce() {
    Batch batch = client(start(usualServer())).batch();

    batch.call();

    assertThat(batch.size()).isZero();
  }

  @Test
  void thereIsNoneInTheBareDialect() {
    Client client = client(start(usualServer()).address(), b -> b.dialect(Dialect.BARE));

    assertThatIllegalStateException()
        .isThrownBy(client::batch)
        .withMessage("a batch in the bare dialect (expected: v1 or jsonrpc)");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void moreCallsThanMayBeInFlightLeaveInTurn(boolean isWarm) {
    Server server = start(usualServer());
    Limits limits = Limits.DEFAULT.with(Bound.IN_FLIGHT, 3);
    Client client =
        warmed(client(server.address(), b -> b.limits(limits).timeout(PATIENCE)), isWarm);
    Batch batch = client.batch();
    List<Batch.Item<Integer>> items = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      items.add(batch.add(ADD, new Pair(i, 1)));
    }

    batch.call();

    for (int i = 0; i < 20; i++) {
      assertThat(items.get(i).result()).isEqualTo(i + 1);
    }
  }
}
