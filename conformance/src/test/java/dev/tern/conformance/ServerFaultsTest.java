package dev.tern.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tern.core.Effect;
import dev.tern.core.Lane;
import dev.tern.core.Method;
import dev.tern.core.RawPeer;
import dev.tern.core.RpcException;
import dev.tern.core.client.CallOptions;
import dev.tern.core.client.Client;
import dev.tern.core.server.Server;
import dev.tern.protocol.Executed;
import dev.tern.testkit.ServerFaults;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** A server loses requests and replies when a test wants it to, and is a server otherwise. */
final class ServerFaultsTest extends EveryTransport {
  private static final long SEED = 7;

  private static final Method<Pair, Integer> NOTE =
      Method.of("test.note", Pair.class, Integer.class).effect(Effect.UNSAFE);

  private final List<Integer> effects = new CopyOnWriteArrayList<>();

  private static ServerFaults losing(double requests, double replies) {
    return ServerFaults.of(Duration.ZERO, requests, replies, SEED);
  }

  private Integer note(Pair pair) {
    effects.add(pair.a());
    return pair.a();
  }

  private Server noting(ServerFaults faults, Lane lane) {
    return start(
        usualServer().filter(faults.filter()).serve(NOTE, lane, faults.around(this::note)));
  }

  private static String request(String dialect, int number) {
    return switch (dialect) {
      case "v1" ->
          "{\"id\":%d,\"method\":\"test.note\",\"params\":[%d,0],\"meta\":{}}"
              .formatted(number, number);
      case "jsonrpc" ->
          "{\"jsonrpc\":\"2.0\",\"id\":%d,\"method\":\"test.note\",\"params\":[%d,0]}"
              .formatted(number, number);
      default -> "{\"id\":%d,\"method\":\"test.note\",\"params\":[%d,0]}".formatted(number, number);
    };
  }

  /** The last call of each run is of the protocol itself: no filter stands around it. */
  private static String ping(String dialect) {
    return request(dialect, 99).replace("test.note", "rpc.ping").replace("[99,0]", "{}");
  }

  private record Expected(List<Integer> effects, List<Integer> answered) {}

  private static Expected expected(int calls, double requests, double replies) {
    SplittableRandom random = new SplittableRandom(SEED);
    Expected expected = new Expected(new ArrayList<>(), new ArrayList<>());
    for (int i = 1; i <= calls; i++) {
      boolean requestLost = random.nextDouble() < requests;
      boolean replyLost = random.nextDouble() < replies;
      if (!requestLost) {
        expected.effects().add(i);
        if (!replyLost) {
          expected.answered().add(i);
        }
      }
    }
    return expected;
  }

  /** Bare calls run in their order, and those of the inline lane do in each dialect. */
  @ParameterizedTest
  @ValueSource(strings = {"v1", "jsonrpc", "bare"})
  void theSeedDecidesWhatIsLostInEachDialect(String dialect) {
    ServerFaults faults = losing(0.4, 0.4);
    Server server = noting(faults, Lane.INLINE);
    RawPeer peer = rawClient(server);
    Expected expected = expected(20, 0.4, 0.4);

    for (int i = 1; i <= 20; i++) {
      peer.send(request(dialect, i));
    }

    for (int number : expected.answered()) {
      JsonNode reply = peer.read();
      assertThat(reply.get("id").asInt()).as("seed %d: %s", SEED, reply).isEqualTo(number);
      assertThat(reply.get("result").asInt()).isEqualTo(number);
    }
    eventually(() -> server.stats().inFlight() == 0);
    peer.send(ping(dialect));
    assertThat(peer.read().get("id").asInt()).isEqualTo(99);
    peer.expectNothingMore();
    assertThat(effects).as("seed %d", SEED).containsExactlyElementsOf(expected.effects());
    assertThat(faults.lostRequests()).isEqualTo(20 - expected.effects().size());
    assertThat(faults.lostReplies())
        .isEqualTo(expected.effects().size() - expected.answered().size());
    assertThat(faults.passed()).isEqualTo(expected.answered().size());
    assertThat(server.stats().count("LOST")).isEqualTo(20 - expected.answered().size());
  }

  @ParameterizedTest
  @ValueSource(strings = {"v1", "jsonrpc", "bare"})
  void theNextCallsGoOnOnTheVirtualLaneToo(String dialect) {
    Server server = noting(losing(0.4, 0.4), Lane.VIRTUAL);
    RawPeer peer = rawClient(server);
    List<Integer> answered = new ArrayList<>();

    for (int i = 1; i <= 20; i++) {
      peer.send(request(dialect, i));
    }
    eventually(() -> server.stats().inFlight() == 0 && calls(server) == 20);
    peer.send(ping(dialect));

    for (JsonNode reply = peer.read(); reply.get("id").asInt() != 99; reply = peer.read()) {
      answered.add(reply.get("id").asInt());
    }
    assertThat(answered).doesNotHaveDuplicates().hasSize(expected(20, 0.4, 0.4).answered().size());
    assertThat(effects).hasSize(expected(20, 0.4, 0.4).effects().size()).containsAll(answered);
  }

  private static long calls(Server server) {
    return server.stats().byCode().values().stream().mapToLong(Long::longValue).sum();
  }

  /** The server keeps the real clock: the client alone makes the TIMEOUT. */
  @Test
  void aLostRequestHasNoEffectAndItsCallerWaitsForTheDeadline() {
    ServerFaults faults = losing(1, 0);
    Client client = clockedClient(noting(faults, Lane.VIRTUAL).address());

    CompletableFuture<Integer> call = client.callAsync(NOTE, new Pair(1, 2));
    eventually(() -> faults.lostRequests() == 1);
    assertThat(call).isNotDone();
    clock.advance(Duration.ofSeconds(10));

    RpcException e = failure(call);
    assertThat(e.code()).isEqualTo("TIMEOUT");
    assertThat(e.executed()).isEqualTo(Executed.MAYBE);
    assertThat(effects).isEmpty();
  }

  @Test
  void aLostReplyHasHadItsEffect() {
    ServerFaults faults = losing(0, 1);
    Client client = clockedClient(noting(faults, Lane.VIRTUAL).address());

    CompletableFuture<Integer> call = client.callAsync(NOTE, new Pair(1, 2));
    eventually(() -> faults.lostReplies() == 1);
    clock.advance(Duration.ofSeconds(10));

    RpcException e = failure(call);
    assertThat(e.code()).isEqualTo("TIMEOUT");
    assertThat(e.executed()).isEqualTo(Executed.MAYBE);
    assertThat(effects).containsExactly(1);
  }

  @Test
  void aReplyWithAnErrorIsLostLikeAnyOther() {
    ServerFaults faults = losing(0, 1);
    Method<Void, String> fails = Method.of("test.fails", Void.class, String.class);
    Server server =
        start(
            usualServer()
                .filter(faults.filter())
                .serve(
                    fails,
                    _ -> {
                      throw new RpcException("MINE", "an answer");
                    }));
    CompletableFuture<String> call = clockedClient(server.address()).callAsync(fails, null);

    eventually(() -> server.stats().count("LOST") == 1);
    clock.advance(Duration.ofSeconds(10));

    assertThat(failure(call).code()).isEqualTo("TIMEOUT");
    assertThat(server.stats().count("MINE")).isZero();
  }

  @Test
  void anIdIsFreeAgainOnceItsCallIsLost() {
    ServerFaults faults = losing(1, 0);
    Server server = noting(faults, Lane.VIRTUAL);
    RawPeer peer = rawClient(server);
    for (int i = 1; i <= 3; i++) {
      peer.send(request("v1", 1));
      int calls = i;
      eventually(() -> server.stats().count("LOST") == calls && server.stats().inFlight() == 0);
    }

    peer.send(ping("v1"));

    assertThat(peer.read().get("id").asInt()).isEqualTo(99);
    assertThat(faults.lostRequests()).isEqualTo(3);
  }

  @Test
  void aClosingServerDoesNotWaitForWhatIsLost() {
    ServerFaults faults = losing(1, 0);
    Server server = noting(faults, Lane.VIRTUAL);
    RawPeer peer = rawClient(server);
    peer.send(request("v1", 1));
    eventually(() -> faults.lostRequests() == 1 && server.stats().inFlight() == 0);

    assertThat(server.close(Duration.ofSeconds(30))).isZero();
  }

  @Test
  void aLostCallIsLoggedUnderACodeOfItsOwn() {
    try (LogCapture log = new LogCapture()) {
      RawPeer peer = rawClient(noting(losing(1, 0), Lane.VIRTUAL));
      peer.send(request("v1", 1));

      log.line("id=1 method=test.note dialect=v1 latency_us=[0-9]+ code=LOST");
    }
  }

  /** The call counts as begun while it waits: its verdict is "maybe", and it can be cancelled. */
  @Test
  void theDelayIsInsideTheFiltersAndCountsAsTheUsersCode() {
    ServerFaults faults = ServerFaults.of(Duration.ofHours(1), 0, 0, SEED);
    CountDownLatch filtered = new CountDownLatch(1);
    Method<Void, String> read =
        Method.<Void, String>of("test.read", Void.class, String.class).effect(Effect.READ);
    Server server =
        start(
            usualServer()
                .filter(faults.filter())
                .filter(
                    (request, next) -> {
                      filtered.countDown();
                      return next.handle(request);
                    })
                .serve(read, faults.around(_ -> "late")));

    CompletableFuture<String> call =
        client(server).callAsync(read, null, CallOptions.timeout(Duration.ofMillis(500)));
    awaitCount(filtered);

    RpcException e = failure(call);
    assertThat(e.code()).isEqualTo("TIMEOUT");
    assertThat(e.executed()).isEqualTo(Executed.MAYBE);
    eventually(() -> server.stats().inFlight() == 0); // a READ method was interrupted
  }

  @Test
  void aShortDelayChangesNothingElse() {
    ServerFaults faults = ServerFaults.of(Duration.ofMillis(1), 0, 0, SEED);

    assertThat(client(noting(faults, Lane.VIRTUAL)).call(NOTE, new Pair(3, 4))).isEqualTo(3);
    assertThat(faults.passed()).isEqualTo(1);
  }

  @Test
  void valuesAreChecked() {
    assertThatThrownBy(() -> ServerFaults.of(Duration.ofMillis(-1), 0, 0, SEED))
        .hasMessage("delay: PT-0.001S (expected: >= 0)");
    assertThatThrownBy(() -> losing(1.5, 0)).hasMessage("lostRequestShare: 1.5 (expected: 0 to 1)");
    assertThatThrownBy(() -> losing(0, -1)).hasMessage("lostReplyShare: -1.0 (expected: 0 to 1)");
  }
}
