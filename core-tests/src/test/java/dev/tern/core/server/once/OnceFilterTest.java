package dev.tern.core.server.once;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.core.CancelToken;
import dev.tern.core.Effect;
import dev.tern.core.EncodedJson;
import dev.tern.core.Filter;
import dev.tern.core.Lane;
import dev.tern.core.Method;
import dev.tern.core.Procedure;
import dev.tern.core.RawPeer;
import dev.tern.core.Request;
import dev.tern.core.Response;
import dev.tern.core.RpcException;
import dev.tern.core.outcome.MemoryStore;
import dev.tern.core.outcome.Operation;
import dev.tern.core.server.Server;
import dev.tern.protocol.Bytes;
import dev.tern.protocol.ErrorCode;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Who runs an operation, who joins it, and what the others are told. */
final class OnceFilterTest extends OnceFixture {
  // --- replay ---

  @Test
  void theFirstAttemptRunsAndIsNoReplay() {
    JsonNode reply = ask(peer(), keyed(1));

    assertResult(reply, "3");
    assertThat(isReplayed(reply)).isFalse();
    assertThat(runs).hasValue(1);
  }

  @Test
  void aLaterOneIsToldTheResult() {
    RawPeer peer = peer();
    ask(peer, keyed(1));
    JsonNode reply = ask(peer, keyed(2, 2));

    assertResult(reply, "3");
    assertThat(isReplayed(reply)).isTrue();
    assertThat(runs).hasValue(1);
  }

  @Test
  void theResultIsTheSameToTheByte() {
    String odd = "{\"b\":1.50,\"a\":[1e3,-0,\"\\u00e9/\"],\"a2\":null}";
    work = _ -> new EncodedJson(odd.getBytes(StandardCharsets.UTF_8));
    RawPeer peer = peer();
    String first = ask(peer, keyed(1)).get("result").toString();

    assertThat(ask(peer, keyed(2, 2)).get("result").toString()).isEqualTo(first);
  }

  @Test
  void anErrorOfTheApplicationIsReplayedWithItsDetails() {
    work =
        _ -> {
          throw new RpcException("NO_MONEY", "short of 3", Map.of("missing", List.of(3, "x")));
        };
    RawPeer peer = peer();
    JsonNode first = ask(peer, keyed(1));
    JsonNode second = ask(peer, keyed(2, 2));

    assertError(first, "NO_MONEY", "yes");
    assertThat(second.get("error")).isEqualTo(first.get("error"));
    assertThat(isReplayed(second)).isTrue();
    assertThat(runs).hasValue(1);
  }

  @Test
  void aResultThatCannotBeEncodedIsRemembered() {
    work = _ -> Double.NaN;
    RawPeer peer = peer();
    JsonNode first = ask(peer, keyed(1));
    JsonNode second = ask(peer, keyed(2, 2));

    assertError(first, "INTERNAL", "yes");
    assertThat(second.get("error")).isEqualTo(first.get("error"));
    assertThat(runs).hasValue(1);
  }

  @Test
  void aFailureHalfWayIsNeverRunAgain() {
    work =
        _ -> {
          throw new IllegalStateException("half-way");
        };
    RawPeer peer = peer();
    assertError(ask(peer, keyed(1)), "INTERNAL", "maybe");
    JsonNode second = ask(peer, keyed(2, 2));

    assertError(second, "INTERNAL", "maybe");
    assertThat(isReplayed(second)).isTrue();
    assertThat(runs).hasValue(1);
  }

  @Test
  void whatHadNoEffectMayRunAgain() {
    work =
        p -> {
          if (runs.get() == 1) {
            throw RpcException.notExecuted("LOCKED", "not now");
          }
          return p.a() + p.b();
        };
    RawPeer peer = peer();
    assertError(ask(peer, keyed(1)), "LOCKED", "no");
    JsonNode second = ask(peer, keyed(2));

    assertResult(second, "3");
    assertThat(isReplayed(second)).isFalse();
  }

  @Test
  void paramsThatAreRefusedAreNotRemembered() {
    RawPeer peer = peer();
    String key = "\"key\":\"" + KEY + "\"";
    assertError(ask(peer, call(1, "{\"a\":\"x\"}", key)), "INVALID_PARAMS", "no");

    assertResult(ask(peer, keyed(2)), "3");
  }

  @Test
  void otherParamsAreAConflict() {
    RawPeer peer = peer();
    ask(peer, keyed(1));

    assertError(
        ask(peer, call(2, "{\"a\":1,\"b\":3}", "\"key\":\"" + KEY + "\",\"attempt\":2")),
        "CONFLICT",
        "no");
    assertThat(runs).hasValue(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"b\":2,\"a\":1}",
        "{ \"a\" : 1.0, \"b\" : 20e-1 }",
        "{\"a\":1,\"b\":2,\"c\":null}"
      })
  void theSameParamsInOtherWords(String params) {
    RawPeer peer = peer();
    ask(peer, keyed(1));

    assertThat(isReplayed(ask(peer, call(2, params, "\"key\":\"" + KEY + "\"")))).isTrue();
  }

  @Test
  void anotherMethodIsAnotherOperation() {
    Method<Pair, Object> other = Method.of("walk", Pair.class, Object.class).effect(Effect.ONCE);
    RawPeer peer =
        rawClient(start(onceServer().serve(RUN, this::count).serve(other, _ -> "walked")));
    ask(peer, keyed(1));

    assertResult(ask(peer, keyed(2).replace("\"run\"", "\"walk\"")), "\"walked\"");
  }

  @Test
  void aResultThatIsTooLargeToKeep() {
    MemoryStore small = MemoryStore.builder().timers(clock).resultBytes(3).build();
    work = _ -> "long";
    RawPeer peer = rawClient(start(onceServer().outcomes(small).serve(RUN, this::count)));
    assertResult(ask(peer, keyed(1)), "\"long\"");
    JsonNode second = ask(peer, keyed(2, 2));

    assertError(second, "TOO_LARGE", "yes");
    assertThat(isReplayed(second)).isTrue();
  }

  @Test
  void anyConnectionIsToldIt() {
    Server server = started();
    ask(rawClient(server), keyed(1));

    assertThat(isReplayed(ask(rawClient(server), keyed(1, 2)))).isTrue();
  }

  @Test
  void afterTheWindowItIsStale() {
    RawPeer peer = peer();
    ask(peer, keyed(1));
    clock.advance(WINDOW.plusSeconds(1));

    assertError(ask(peer, keyed(2, 2)), "STALE", "maybe");
    assertThat(runs).hasValue(1);
  }

  @Test
  void theStoreOfAnotherServerIsStale() {
    assertError(
        ask(peer(), call(1, "\"key\":\"%s\",\"dedup\":\"x\",\"first_ms\":0".formatted(KEY))),
        "STALE",
        "maybe");
    assertThat(runs).hasValue(0);
  }

  @Test
  void aLaterAttemptThatIsProvablyNewRuns() {
    String dedup = "\"dedup\":\"%s\",\"first_ms\":0".formatted(store.dedup());

    assertResult(
        ask(peer(), call(1, "\"key\":\"%s\",\"attempt\":3,%s".formatted(KEY, dedup))), "3");
  }

  @Test
  void aFullStoreIsBusyAndSaysUntilWhen() {
    MemoryStore small = MemoryStore.builder().timers(clock).window(WINDOW).entries(4).build();
    RawPeer peer = rawClient(start(onceServer().outcomes(small).serve(RUN, this::count)));
    ask(peer, keyed(1)); // all that callers without a name may have
    clock.advance(Duration.ofSeconds(4));
    JsonNode reply = ask(peer, call(2, "\"key\":\"another-key-0123456\""));

    assertError(reply, "SERVER_BUSY", "no");
    assertThat(reply.at("/error/details/retry_after_ms").asLong()).isEqualTo(7_000);
    assertThat(runs).hasValue(1);
  }

  @Test
  void withoutAKeyItGoesOnWhenTheStoreIsFull() {
    MemoryStore small = MemoryStore.builder().timers(clock).window(WINDOW).entries(4).build();
    RawPeer peer = rawClient(start(onceServer().outcomes(small).serve(RUN, this::count)));
    ask(peer, keyed(1));

    assertResult(ask(peer, call(2, "")), "3");
  }

  // --- keys ---

  @Test
  void withoutAKeyEachCallRuns() {
    RawPeer peer = peer();
    ask(peer, call(1, ""));
    ask(peer, call(2, ""));

    assertThat(runs).hasValue(2);
  }

  @Test
  void aLaterAttemptWithoutAKeyIsRefused() {
    assertError(ask(peer(), call(1, "\"attempt\":2")), "BAD_REQUEST", "no");
    assertThat(runs).hasValue(0);
  }

  @ParameterizedTest
  @CsvSource({"15, false", "16, true"})
  void aKeyThatIsEasilyGuessedIsRefused(int length, boolean runs) {
    JsonNode reply = ask(peer(), call(1, "\"key\":\"" + "k".repeat(length) + "\""));

    assertThat(reply.has("result")).as("%s", reply).isEqualTo(runs);
    if (!runs) {
      assertError(reply, "BAD_REQUEST", "no");
    }
  }

  @Test
  void ofACallerWithANameItIsNot() {
    RawPeer peer = rawClient(start(onceServer().filter(new TokenIsName()).serve(RUN, this::count)));

    assertResult(ask(peer, call(1, "\"key\":\"k\",\"auth\":\"ann\"")), "3");
  }

  @Test
  void callersWithTheSameKeyHaveTwoOperations() {
    RawPeer peer = rawClient(start(onceServer().filter(new TokenIsName()).serve(RUN, this::count)));
    ask(peer, call(1, "\"key\":\"%s\",\"auth\":\"ann\"".formatted(KEY)));
    JsonNode bobs = ask(peer, call(2, "\"key\":\"%s\",\"auth\":\"bob\"".formatted(KEY)));
    JsonNode nobodys = ask(peer, keyed(3));

    assertThat(isReplayed(bobs)).isFalse();
    assertThat(isReplayed(nobodys)).isFalse();
    assertThat(runs).hasValue(3);
  }

  // --- joining ---

  @Test
  void aDuplicateOfARunningOneJoins() {
    holdWork();
    RawPeer peer = peer();
    peer.send(keyed(1));
    gate.awaitEntered(1);
    sendJoiner(peer, keyed(2, 2));
    gate.open();
    JsonNode one = peer.read();
    JsonNode other = peer.read();
    JsonNode owner = one.get("id").asInt() == 1 ? one : other;
    JsonNode joiner = one.get("id").asInt() == 1 ? other : one;

    assertResult(owner, "3");
    assertResult(joiner, "3");
    assertThat(isReplayed(owner)).isFalse();
    assertThat(isReplayed(joiner)).isTrue();
    assertThat(runs).hasValue(1);
  }

  @Test
  void overConnectionsToo() {
    holdWork();
    Server server = started();
    RawPeer first = rawClient(server);
    RawPeer second = rawClient(server);
    first.send(keyed(1));
    gate.awaitEntered(1);
    sendJoiner(second, keyed(1, 2));
    gate.open();

    assertThat(isReplayed(second.read())).isTrue();
    assertThat(isReplayed(first.read())).isFalse();
  }

  @Test
  void aDuplicateWithOtherParamsIsAConflictAtOnce() {
    holdWork();
    RawPeer peer = peer();
    peer.send(keyed(1));
    gate.awaitEntered(1);

    assertError(
        ask(peer, call(2, "{\"a\":7,\"b\":7}", "\"key\":\"" + KEY + "\"")), "CONFLICT", "no");
  }

  @Test
  void joinersOfARunWithoutEffectAreToldSo() {
    holdWork();
    work =
        after(
            work,
            RpcException.refusal(
                ErrorCode.SERVER_BUSY, "not now", Map.of("retry_after_ms", 7), null));
    RawPeer peer = peer();
    peer.send(keyed(1));
    gate.awaitEntered(1);
    sendJoiner(peer, keyed(2, 2));
    gate.open();
    JsonNode one = peer.read();
    JsonNode other = peer.read();

    for (JsonNode reply : List.of(one, other)) {
      assertError(reply, "SERVER_BUSY", "no");
      assertThat(reply.at("/error/details/retry_after_ms").asInt()).isEqualTo(7);
      assertThat(isReplayed(reply)).isFalse();
    }
    assertThat(runs).hasValue(1);
  }

  private static Procedure<Pair, Object> after(
      Procedure<Pair, Object> first, RuntimeException thrown) {
    return p -> {
      first.call(p);
      throw thrown;
    };
  }

  @Test
  void joinersOfAFailure() {
    holdWork();
    work = after(work, new IllegalStateException("half-way"));
    RawPeer peer = peer();
    peer.send(keyed(1));
    gate.awaitEntered(1);
    sendJoiner(peer, keyed(2, 2));
    gate.open();

    assertError(peer.read(), "INTERNAL", "maybe");
    assertError(peer.read(), "INTERNAL", "maybe");
  }

  @Test
  void aJoinerHasItsOwnDeadline() {
    holdWork();
    RawPeer peer = peer();
    peer.send(keyed(1));
    gate.awaitEntered(1);
    sendJoiner(peer, call(2, "\"key\":\"%s\",\"attempt\":2,\"timeout_ms\":100".formatted(KEY)));
    clock.advance(Duration.ofMillis(100));
    JsonNode reply = peer.read();
    gate.open();

    assertThat(reply.get("id").asInt()).isEqualTo(2);
    assertError(reply, "TIMEOUT", "maybe");
    assertThat(reply.at("/error/details/stage").asString("")).isEqualTo("joined");
    assertResult(peer.read(), "3");
  }

  @Test
  void aJoinerThatIsCancelledLeavesTheOthersAlone() {
    holdWork();
    RawPeer peer = peer();
    peer.send(keyed(1));
    gate.awaitEntered(1);
    sendJoiner(peer, keyed(2, 2));
    peer.send("{\"method\":\"rpc.cancel\",\"params\":{\"id\":2},\"meta\":{}}");
    JsonNode joiner = peer.read();
    gate.open();

    assertError(joiner, "CANCELLED", "maybe");
    assertResult(peer.read(), "3");
  }

  @Test
  void noMoreJoinThanMay() {
    holdWork();
    RawPeer peer = peer();
    peer.send(keyed(0));
    gate.awaitEntered(1);
    for (int i = 1; i <= Run.MAX_JOINERS; i++) {
      sendJoiner(peer, keyed(i, 2));
    }
    JsonNode reply = ask(peer, keyed(99, 2));

    assertError(reply, "SERVER_BUSY", "maybe");
    assertThat(reply.get("id").asInt()).isEqualTo(99);
    gate.open();
    for (int i = 0; i <= Run.MAX_JOINERS; i++) {
      assertResult(peer.read(), "3");
    }
    assertThat(runs).hasValue(1);
  }

  // --- detached ---

  /** What the work has seen of being given up. */
  private final CompletableFuture<String> seen = new CompletableFuture<>();

  private void observeWork() {
    CountDownLatch open = new CountDownLatch(1);
    gateOpened = open;
    work =
        p -> {
          try {
            gate.pass();
            open.await();
            CancelToken token = Request.current().cancelToken();
            seen.complete(token.isCancelled() ? "cancelled" : "undisturbed");
          } catch (InterruptedException e) {
            seen.complete("interrupted");
          }
          return p.a() + p.b();
        };
  }

  private CountDownLatch gateOpened = new CountDownLatch(0);

  /** Returns when the server has heard of it. */
  private void cancel(RawPeer peer, int id) {
    peer.send("{\"method\":\"rpc.cancel\",\"params\":{\"id\":%d},\"meta\":{}}".formatted(id));
    ask(peer, "{\"id\":777,\"method\":\"rpc.ping\",\"meta\":{}}");
  }

  private void letWorkEnd() {
    gate.open();
    gateOpened.countDown();
  }

  @Test
  void aRunGoesOnWhenItsCallIsCancelled() {
    observeWork();
    RawPeer peer = peer();
    peer.send(keyed(1));
    gate.awaitEntered(1);
    cancel(peer, 1);
    letWorkEnd();

    assertThat(result(seen)).isEqualTo("undisturbed");
    assertThat(peer.read().get("id").asInt()).isEqualTo(1);
    assertThat(isReplayed(ask(peer, keyed(2, 2)))).isTrue();
  }

  @Test
  void aRunGoesOnWhenItsConnectionIsReset() {
    observeWork();
    Server server = started();
    RawPeer peer = rawClient(server);
    peer.send(keyed(1));
    gate.awaitEntered(1);
    peer.abort();
    eventually(() -> server.stats().connections() == 0);
    letWorkEnd();

    assertThat(result(seen)).isEqualTo("undisturbed");
    JsonNode reply = ask(rawClient(server), keyed(1, 2));
    assertResult(reply, "3");
    assertThat(runs).hasValue(1);
  }

  @Test
  void aRunGoesOnWhenItsCallsDeadlinePasses() {
    observeWork();
    RawPeer peer = peer();
    peer.send(call(1, "\"key\":\"%s\",\"timeout_ms\":100".formatted(KEY)));
    gate.awaitEntered(1);
    clock.advance(Duration.ofMillis(100));
    assertError(peer.read(), "TIMEOUT", "maybe");
    letWorkEnd();

    assertThat(result(seen)).isEqualTo("undisturbed");
    assertThat(isReplayed(ask(peer, keyed(2, 2)))).isTrue();
  }

  @Test
  void anInterruptibleMethodIsNotInterruptedEither() {
    observeWork();
    Server server = start(onceServer().serve(RUN.interruptible(), this::count));
    RawPeer peer = rawClient(server);
    peer.send(keyed(1));
    gate.awaitEntered(1);
    cancel(peer, 1);
    letWorkEnd();

    assertThat(result(seen)).isEqualTo("undisturbed");
  }

  @Test
  void aDetachedRunIsJoined() {
    holdWork();
    Server server = started();
    RawPeer peer = rawClient(server);
    peer.send(keyed(1));
    gate.awaitEntered(1);
    cancel(peer, 1);
    RawPeer another = rawClient(server);
    sendJoiner(another, keyed(2, 2));
    gate.open();

    assertThat(isReplayed(another.read())).isTrue();
    assertThat(runs).hasValue(1);
  }

  @Test
  void itsDeadlineIsTheMethodsNotTheCalls() {
    work = _ -> Request.current().remaining().toMillis();
    RawPeer peer =
        rawClient(start(onceServer().serve(RUN.maxRun(Duration.ofSeconds(77)), this::count)));

    assertResult(ask(peer, call(1, "\"key\":\"%s\",\"timeout_ms\":100".formatted(KEY))), "77000");
  }

  @Test
  void aRunThatTakesTooLongHasFailed() {
    observeWork();
    RawPeer peer =
        rawClient(start(onceServer().serve(RUN.maxRun(Duration.ofSeconds(5)), this::count)));
    peer.send(keyed(1));
    gate.awaitEntered(1);
    sendJoiner(peer, keyed(2, 2));
    clock.advance(Duration.ofSeconds(6));

    JsonNode joiner = peer.read();
    assertError(joiner, "INTERNAL", "maybe");
    assertThat(joiner.get("id").asInt()).isEqualTo(2);
    letWorkEnd();
    assertThat(result(seen)).isEqualTo("cancelled");
    assertError(peer.read(), "INTERNAL", "maybe");
    JsonNode later = ask(peer, keyed(3, 3));
    assertError(later, "INTERNAL", "maybe");
    assertThat(isReplayed(later)).isTrue();
  }

  /** Its caller hears the same as all others, whatever came out of it so late. */
  @Test
  void anErrorOfARunThatTookTooLongDoesNotCount() {
    observeWork();
    work = after(work, RpcException.notExecuted("LOCKED", "too late"));
    RawPeer peer =
        rawClient(start(onceServer().serve(RUN.maxRun(Duration.ofSeconds(5)), this::count)));
    peer.send(keyed(1));
    gate.awaitEntered(1);
    clock.advance(Duration.ofSeconds(6));
    letWorkEnd();

    assertError(peer.read(), "INTERNAL", "maybe");
    assertError(ask(peer, keyed(2, 2)), "INTERNAL", "maybe");
  }

  @ParameterizedTest
  @CsvSource({"4999, false", "6000, true"})
  void maxRunIsKeptToASecond(long millis, boolean isOver) {
    holdWork();
    RawPeer peer =
        rawClient(start(onceServer().serve(RUN.maxRun(Duration.ofSeconds(5)), this::count)));
    peer.send(keyed(1));
    gate.awaitEntered(1);
    clock.advance(Duration.ofMillis(millis));
    gate.open();

    assertThat(peer.read().has("result")).isEqualTo(!isOver);
  }

  @Test
  void aMethodMayRunAsLongAsTheUserLikes() {
    Duration forEver = Duration.ofSeconds(Long.MAX_VALUE);
    RawPeer peer = rawClient(start(onceServer().serve(RUN.maxRun(forEver), this::count)));

    assertResult(ask(peer, keyed(1)), "3");
  }

  /** It has claimed the operation, and is cancelled before its turn comes in the pool. */
  @Test
  void joinersOfACallThatEndedBeforeItRan() {
    CountDownLatch claimed = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    Method<Slow, Object> run = Method.of("run", Slow.class, Object.class).effect(Effect.ONCE);
    Slow.constructing =
        () -> {
          claimed.countDown();
          awaitCount(go);
        };
    RawPeer peer = rawClient(start(onceServer().serve(run, _ -> runs.incrementAndGet())));
    peer.send(keyed(1));
    awaitCount(claimed);
    sendJoiner(peer, keyed(2, 2));
    JsonNode owner = ask(peer, "{\"method\":\"rpc.cancel\",\"params\":{\"id\":1},\"meta\":{}}");
    go.countDown();

    assertError(owner, "CANCELLED", "no");
    assertError(peer.read(), "UNAVAILABLE", "no");
    assertThat(runs).hasValue(0);
    assertResult(ask(peer, keyed(3)), "1");
  }

  /** Params that take their time before the method begins. */
  record Slow(int a, int b) {
    static volatile Runnable constructing = () -> {};

    Slow {
      constructing.run();
    }
  }

  // --- lanes ---

  /** The transport has one thread for all: what waited on it would wait for ever. */
  @Test
  void inlineDuplicatesGoToThreadsOfTheirOwn() {
    CountDownLatch ran = new CountDownLatch(1);
    List<Boolean> virtual = Collections.synchronizedList(new ArrayList<>());
    Filter waitsForTheFirst =
        Filter.nonBlocking(
            (request, next) -> {
              virtual.add(Thread.currentThread().isVirtual());
              if (Thread.currentThread().isVirtual()) {
                awaitCount(ran);
              }
              return next.handle(request);
            });
    work =
        p -> {
          ran.countDown();
          return p.a() + p.b();
        };
    RawPeer peer =
        rawClient(
            start(onceServer().filter(waitsForTheFirst).serve(RUN, Lane.INLINE, this::count)));
    peer.send(keyed(1), keyed(2), keyed(3));

    for (int i = 0; i < 3; i++) {
      assertResult(peer.read(), "3");
    }
    assertThat(runs).hasValue(1);
    assertThat(virtual).containsExactlyInAnyOrder(false, true, true);
  }

  @Test
  void anInlineReplayStaysOnItsThread() {
    List<Boolean> virtual = new ArrayList<>();
    Filter looks =
        Filter.nonBlocking(
            (request, next) -> {
              virtual.add(Thread.currentThread().isVirtual());
              return next.handle(request);
            });
    RawPeer peer =
        rawClient(start(onceServer().filter(looks).serve(RUN, Lane.INLINE, this::count)));
    ask(peer, keyed(1));
    boolean reading = virtual.getFirst();
    ask(peer, keyed(2, 2));

    assertThat(virtual).containsExactly(reading, reading);
  }

  @Test
  void aDuplicateHoldsNoThreadOfAPool() {
    holdWork();
    Server server =
        start(
            onceServer()
                .pool("pool", 2, 100)
                .serve(RUN, Lane.pool("pool"), this::count)
                .serve(ECHO, Lane.pool("pool"), Text::text));
    RawPeer peer = rawClient(server);
    peer.send(keyed(1));
    gate.awaitEntered(1);
    sendJoiner(peer, keyed(2, 2));
    sendJoiner(peer, keyed(3, 3));
    peer.send("{\"id\":9,\"method\":\"text.echo\",\"params\":{\"text\":\"x\"},\"meta\":{}}");

    assertResult(peer.read(), "\"x\"");
    gate.open();
    for (int i = 0; i < 3; i++) {
      assertResult(peer.read(), "3");
    }
  }

  // --- filters ---

  @Test
  void aFilterThatRefusesOnTheWayBackDoesNotUndoIt() {
    Filter refuses =
        (request, next) -> {
          next.handle(request);
          throw RpcException.refusal(ErrorCode.FORBIDDEN, "on the way back");
        };
    RawPeer peer = rawClient(start(onceServer().filter(refuses).serve(RUN, this::count)));

    assertError(ask(peer, keyed(1)), "FORBIDDEN", "maybe");
    assertError(ask(peer, keyed(2, 2)), "FORBIDDEN", "maybe");
    assertThat(runs).hasValue(1);
  }

  @Test
  void aFilterSeesARefusal() {
    List<String> seen = new ArrayList<>();
    Filter looks =
        (request, next) -> {
          try {
            return next.handle(request);
          } catch (RpcException e) {
            seen.add(e.code());
            throw e;
          }
        };
    RawPeer peer = rawClient(start(onceServer().filter(looks).serve(RUN, this::count)));
    ask(peer, keyed(1));

    String otherParams = call(2, "{\"a\":7,\"b\":7}", "\"key\":\"" + KEY + "\"");
    assertError(ask(peer, otherParams), "CONFLICT", "no");
    assertError(
        ask(peer, call(3, "\"key\":\"%s\",\"attempt\":2".formatted(UUID))), "STALE", "maybe");
    assertThat(seen).containsExactly("CONFLICT", "STALE");
  }

  @Test
  void aFilterThatRefusesBeforeLeavesNothing() {
    Filter refuses =
        (_, _) -> {
          throw RpcException.refusal(ErrorCode.FORBIDDEN, "not yours");
        };
    RawPeer peer = rawClient(start(onceServer().filter(refuses).serve(RUN, this::count)));

    assertError(ask(peer, keyed(1)), "FORBIDDEN", "no");
    assertThat(store.size()).isZero();
  }

  @Test
  void whatAFilterMakesOfAResultIsNotRemembered() {
    Filter changes =
        (request, next) -> {
          var _ = next.handle(request);
          return new Response.Value(Bytes.of("\"changed\"".getBytes(StandardCharsets.UTF_8)));
        };
    RawPeer peer = rawClient(start(onceServer().filter(changes).serve(RUN, this::count)));
    assertResult(ask(peer, keyed(1)), "\"changed\"");

    assertThat(store.find(new Operation("", "run", KEY), null, null, false))
        .asString()
        .contains("encoded=3");
  }

  // --- bare ---

  @Test
  void aBareUuidIsReplayedOverConnections() {
    Server server = started();
    JsonNode first = ask(rawClient(server), bare(UUID));
    JsonNode second = ask(rawClient(server), bare(UUID));

    assertResult(first, "3");
    assertThat(second).isEqualTo(first);
    assertThat(runs).hasValue(1);
  }

  @Test
  void aBareUuidIsJoinedOverConnections() {
    holdWork();
    Server server = started();
    RawPeer first = rawClient(server);
    RawPeer second = rawClient(server);
    first.send(bare(UUID));
    gate.awaitEntered(1);
    sendJoiner(second, bare(UUID));
    gate.open();

    assertResult(second.read(), "3");
    assertResult(first.read(), "3");
    assertThat(runs).hasValue(1);
  }

  @Test
  void bareAndV1KeysShareOneScope() {
    Server server = started();
    ask(rawClient(server), bare(UUID));

    assertThat(isReplayed(ask(rawClient(server), call(1, "\"key\":\"" + UUID + "\"")))).isTrue();
  }

  @Test
  void otherBareIdsAreNoKeys() {
    Server server = started();
    ask(rawClient(server), bare("one"));
    ask(rawClient(server), bare("one"));

    assertThat(runs).hasValue(2);
  }

  @Test
  void jsonRpcIdsAreNoKeys() {
    Server server = started();
    String frame = bare(UUID).replace("{\"id\"", "{\"jsonrpc\":\"2.0\",\"id\"");
    ask(rawClient(server), frame);
    ask(rawClient(server), frame);

    assertThat(runs).hasValue(2);
  }

  // --- methods of which nothing is remembered ---

  private Server unsafeServer() {
    return start(onceServer().serve(RUN.effect(Effect.UNSAFE), this::count));
  }

  @Test
  void anUndeclaredMethodIsReplayedToBareCallersForAWhile() {
    Server server = unsafeServer();
    ask(rawClient(server), bare(UUID));
    ask(rawClient(server), bare(UUID));
    assertThat(runs).hasValue(1);

    clock.advance(Duration.ofSeconds(11));
    ask(rawClient(server), bare(UUID));
    assertThat(runs).hasValue(2);
  }

  @Test
  void aCacheThatIsOff() {
    Server server =
        start(
            onceServer()
                .bareReplays(Duration.ZERO, 0)
                .serve(RUN.effect(Effect.UNSAFE), this::count));
    ask(rawClient(server), bare(UUID));
    ask(rawClient(server), bare(UUID));

    assertThat(runs).hasValue(2);
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "1000000, 3", "10000000000, 1"})
  void aCacheOfAnySize(long nanos, long calls) {
    Server server =
        start(
            onceServer()
                .bareReplays(Duration.ofNanos(nanos), calls)
                .serve(RUN.effect(Effect.UNSAFE), this::count));

    assertResult(ask(rawClient(server), bare(UUID)), "3");
  }

  /** The best effort is to run it: nobody was promised that anything is remembered. */
  @Test
  void aCacheThatIsFullRefusesNobody() {
    holdWork();
    Server server =
        start(
            onceServer()
                .bareReplays(Duration.ofSeconds(10), 1)
                .serve(RUN.effect(Effect.UNSAFE), this::count));
    rawClient(server).send(bare(UUID));
    gate.awaitEntered(1);
    RawPeer other = rawClient(server);
    other.send(bare("7" + UUID.substring(1)));
    gate.awaitEntered(1);
    gate.open();

    assertResult(other.read(), "3");
  }

  @Test
  void anUndeclaredMethodRunsEachKeyedCall() {
    RawPeer peer = rawClient(unsafeServer());
    ask(peer, keyed(1));
    ask(peer, keyed(2));

    assertThat(runs).hasValue(2);
  }

  @Test
  void aLaterKeyedAttemptAtAnUndeclaredMethodIsStale() {
    assertError(ask(rawClient(unsafeServer()), keyed(1, 2)), "STALE", "maybe");
    assertThat(runs).hasValue(0);
  }

  @Test
  void withoutAStoreTheSame() {
    RawPeer peer = rawClient(start(onceServer().outcomes(null).serve(RUN, this::count)));

    assertResult(ask(peer, keyed(1)), "3");
    assertError(ask(peer, keyed(2, 2)), "STALE", "maybe");
  }

  @Test
  void aServerHasAStoreOfItsOwnIfItNeedsOne() {
    RawPeer peer =
        rawClient(start(Server.builder(transport).timers(clock).serve(RUN, this::count)));
    ask(peer, keyed(1));

    assertThat(isReplayed(ask(peer, keyed(2, 2)))).isTrue();
  }

  @ParameterizedTest
  @CsvSource({"READ", "IDEMPOTENT"})
  void ofHarmlessMethodsNothingIsRemembered(Effect effect) {
    RawPeer peer = rawClient(start(onceServer().serve(RUN.effect(effect), this::count)));
    ask(peer, keyed(1));

    assertResult(ask(peer, keyed(2, 2)), "3");
    assertThat(runs).hasValue(2);
  }
}
