package dev.tern.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.core.client.CallOptions;
import dev.tern.core.client.Client;
import dev.tern.core.server.Server;
import dev.tern.protocol.Executed;
import dev.tern.protocol.Oddity;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Peers that are gone without a word, and those that only look like it. */
final class HeartbeatTest extends RpcFixture {
  private static final Duration INTERVAL = Duration.ofSeconds(20);
  private static final Duration TIMEOUT = Duration.ofSeconds(10);
  private static final Duration MOMENT = Duration.ofMillis(1);
  private static final CallOptions LONG = CallOptions.timeout(Duration.ofHours(1));
  private static final String HELLO =
      "{\"id\":\"h\",\"method\":\"rpc.hello\",\"params\":{\"accepts\":[\"rpc.goaway\",\"rpc.ping\"]},\"meta\":{}}";
  private static final String CALL = "{\"id\":1,\"method\":\"test.wait\",\"meta\":{}}";

  private static String method(JsonNode frame) {
    return frame.path("method").asString("");
  }

  // --- a client, and a server that the test plays ---

  private record Waiting(RawPeer peer, Client client, CompletableFuture<String> call, JsonNode id) {
    void answer() {
      peer.send("{\"id\":%s,\"ok\":true,\"result\":\"waited\"}".formatted(id));
    }
  }

  /** A call that waits for a server which has answered the hello with this. */
  private Waiting waiting(String greeting) {
    RawPeer.Listening server = rawServer().greeting(greeting);
    Client client = clockedClient(server.address());
    CompletableFuture<String> call = client.callAsync(WAIT, null, LONG);
    RawPeer peer = server.accept();
    JsonNode request = peer.read();
    // An answer to a second call proves that the hello's has been read.
    var second = client.callAsync(ADD, new Pair(1, 2), LONG);
    peer.send("{\"id\":%s,\"ok\":true,\"result\":3}".formatted(peer.read().get("id")));
    result(second);
    return new Waiting(peer, client, call, request.get("id"));
  }

  @Test
  void aServerThatIsGoneIsLeftWithinIntervalAndTimeout() {
    Waiting all = waiting("{\"heartbeat_ms\":20000}");
    clock.advance(INTERVAL);
    assertThat(method(all.peer().read())).isEqualTo("rpc.ping");
    eventually(() -> all.client().stats().count(Counter.PINGS_SENT) == 1);
    clock.advance(TIMEOUT.minus(MOMENT));
    assertThat(all.call()).isNotDone();
    clock.advance(MOMENT);

    RpcException e = failure(all.call());
    assertThat(e.code() + " " + e.executed()).isEqualTo("UNAVAILABLE " + Executed.MAYBE);
    assertThat(e).hasMessageContaining("nothing heard for 30000 ms, nor after a ping");
    all.peer().awaitEnd();
    assertThat(all.client().stats().count(Oddity.DEAD_PEER)).isEqualTo(1);
  }

  @Test
  void aServerThatAnswersIsWaitedFor() {
    Waiting all = waiting("{\"heartbeat_ms\":20000}");
    for (int i = 0; i < 10; i++) {
      clock.advance(INTERVAL);
      assertThat(method(all.peer().read())).isEqualTo("rpc.ping");
      all.peer().send("{\"id\":\"ping\",\"ok\":true,\"result\":null}");
      CompletableFuture<Integer> other = all.client().callAsync(ADD, new Pair(i, 1), LONG);
      JsonNode request = all.peer().read();
      all.peer().send("{\"id\":%s,\"ok\":true,\"result\":3}".formatted(request.get("id")));
      result(other); // so that the answer has been read before the clock moves on
    }
    all.answer();

    assertThat(result(all.call())).isEqualTo("waited");
    assertThat(all.client().stats().count(Oddity.LATE_REPLY)).as("no answer to a ping").isZero();
  }

  @Test
  void aServerThatHasAnnouncedNothingIsNotAsked() {
    Waiting all = waiting("{}");
    clock.advance(Duration.ofMinutes(30));
    all.peer().expectNothingMore();
    all.answer();

    assertThat(result(all.call())).isEqualTo("waited");
  }

  @Test
  void nothingIsAskedWhileNothingWaits() {
    Waiting all = waiting("{\"heartbeat_ms\":20000}");
    all.answer();
    result(all.call());
    clock.advance(Duration.ofHours(1));
    CompletableFuture<String> next = all.client().callAsync(WAIT, null, LONG);
    JsonNode request = all.peer().read();

    assertThat(method(request))
        .as("not asked with the first call after a silence either")
        .isEqualTo("test.wait");
    clock.advance(INTERVAL.minus(MOMENT));
    all.peer().expectNothingMore();
    all.peer().send("{\"id\":%s,\"ok\":true,\"result\":\"x\"}".formatted(request.get("id")));
    assertThat(result(next)).isEqualTo("x");
  }

  @Test
  void aClientThatIsAskedToMayKeepItsConnectionWarm() {
    RawPeer.Listening server = rawServer().greeting("{\"heartbeat_ms\":20000}");
    Client client = client(server.address(), b -> b.timers(clock).keepWarm());
    CompletableFuture<String> call = client.callAsync(WAIT, null, LONG);
    RawPeer peer = server.accept();
    peer.send("{\"id\":%s,\"ok\":true,\"result\":\"waited\"}".formatted(peer.read().get("id")));
    result(call);
    eventually(() -> clock.pending() > 0);
    advanceUntilDone(
        INTERVAL, CompletableFuture.supplyAsync(peer::read, Thread::startVirtualThread));
  }

  @Test
  void aClientMayHaveAnIntervalOfItsOwn() {
    RawPeer.Listening server = rawServer().greeting("{\"heartbeat_ms\":20000}");
    Client client =
        client(
            server.address(),
            b -> b.timers(clock).heartbeat(Duration.ofSeconds(1), Duration.ofSeconds(1)));
    CompletableFuture<String> call = client.callAsync(WAIT, null, LONG);
    RawPeer peer = server.accept();
    peer.read();
    advanceUntilDone(Duration.ofMillis(500), call);

    assertThat(failure(call).code()).isEqualTo("UNAVAILABLE");
  }

  // --- a server, and a client that the test plays ---

  private RawPeer calling(Server server, String... frames) {
    RawPeer peer = rawClient(server);
    peer.send(frames);
    gate.awaitEntered(1);
    return peer;
  }

  @Test
  void aClientThatIsGoneIsLeftAndItsCallsAreAbandoned() {
    Server server = start(usualServer().timers(clock));
    RawPeer peer = calling(server, HELLO, CALL);
    assertThat(peer.read().path("result").path("heartbeat_ms").asInt(0)).isEqualTo(20_000);
    clock.advance(INTERVAL);
    assertThat(method(peer.read())).isEqualTo("rpc.ping");
    eventually(() -> server.stats().count(Counter.PINGS_SENT) == 1);
    clock.advance(TIMEOUT.minus(MOMENT));
    assertThat(server.stats().connections()).isEqualTo(1);
    clock.advance(MOMENT);
    peer.awaitEnd();

    eventually(() -> server.stats().connections() == 0);
    assertThat(server.stats().count(Oddity.DEAD_PEER)).isEqualTo(1);
    gate.open();
    eventually(() -> server.stats().inFlight() == 0);
    assertThat(server.stats().count("UNAVAILABLE")).isEqualTo(1);
  }

  @Test
  void aClientThatHasSaidNothingOfItselfIsNotAsked() {
    Server server = start(usualServer().timers(clock));
    RawPeer peer = calling(server, CALL);
    clock.advance(Duration.ofMinutes(30));
    gate.open();

    assertThat(peer.read().path("result").asString("")).isEqualTo("waited");
  }

  @Test
  void aServerWithoutHeartbeatAnnouncesNoneAndAsksNobody() {
    Server server = start(usualServer().timers(clock).withoutHeartbeat());
    RawPeer peer = calling(server, HELLO, CALL);
    assertThat(peer.read().path("result").has("heartbeat_ms")).isFalse();
    clock.advance(Duration.ofMinutes(30));
    gate.open();

    assertThat(peer.read().path("result").asString("")).isEqualTo("waited");
  }

  // --- both are Tern's ---

  @Test
  void twoThatAreThereWaitForEachOtherAsLongAsItTakes() {
    Server server = start(usualServer().timers(clock));
    Client client = clockedClient(server.address());
    CompletableFuture<String> call = client.callAsync(WAIT, null, LONG);
    gate.awaitEntered(1);
    for (int i = 0; i < 200; i++) {
      clock.advance(Duration.ofSeconds(5));
      assertThat(client.call(ADD, new Pair(i, 1), LONG)).isEqualTo(i + 1);
    }
    for (int i = 0; i < 20; i++) { // the ping and its answer have to travel
      clock.advance(INTERVAL);
      eventually(
          () -> {
            Duration seen = server.stats().sinceLastSeen();
            return seen != null && seen.isZero();
          });
    }
    gate.open();

    assertThat(result(call)).isEqualTo("waited");
    assertThat(server.stats().count(Oddity.DEAD_PEER)).isZero();
    assertThat(client.stats().count(Oddity.DEAD_PEER)).isZero();
    assertThat(client.stats().count(Counter.PINGS_SENT)).isPositive();
    assertThat(server.stats().count(Counter.PINGS_SENT)).isPositive();
  }

  @Test
  void aConnectionOfACertainAgeIsLeftWithoutAFailedCall() {
    Server server = start(usualServer().timers(clock).maxConnectionAge(Duration.ofMinutes(10)));
    Client client = clockedClient(server.address());
    assertThat(client.call(ADD, new Pair(1, 2))).isEqualTo(3);
    CompletableFuture<String> call = client.callAsync(WAIT, null, LONG);
    gate.awaitEntered(1);
    clock.advance(Duration.ofMinutes(9).minusMillis(1));
    assertThat(client.call(ADD, new Pair(1, 2))).isEqualTo(3);
    assertThat(server.stats().connections()).isEqualTo(1);
    clock.advance(Duration.ofMinutes(2).plusMillis(1));
    eventually(() -> client.call(ADD, new Pair(1, 2)) == 3 && server.stats().connections() == 2);
    gate.open();

    assertThat(result(call)).isEqualTo("waited");
    eventually(() -> server.stats().connections() == 1);
  }

  @Test
  void anIdleConnectionIsReclaimed() {
    Server server = start(usualServer().timers(clock).idleTimeout(Duration.ofMinutes(1)));
    Client client = clockedClient(server.address());
    assertThat(client.call(ADD, new Pair(1, 2))).isEqualTo(3);
    clock.advance(Duration.ofMinutes(1).minusMillis(1));
    assertThat(server.stats().connections()).isEqualTo(1);
    eventually(
        () -> {
          clock.advance(Duration.ofSeconds(1));
          return server.stats().connections() == 0 && client.stats().connections() == 0;
        });

    assertThat(client.call(ADD, new Pair(1, 2))).as("on a new one").isEqualTo(3);
  }

  @Test
  void eachEndCountsThePingsOfTheOther() {
    Server server = start(usualServer());
    RawPeer caller = rawClient(server);
    caller.send("{\"id\":1,\"method\":\"rpc.ping\",\"meta\":{}}");
    caller.read();
    assertThat(server.stats().count(Counter.PINGS_RECEIVED)).isEqualTo(1);

    Waiting all = waiting("{}");
    all.peer().send("{\"id\":\"p\",\"method\":\"rpc.ping\",\"meta\":{}}");
    all.peer().read();
    eventually(() -> all.client().stats().count(Counter.PINGS_RECEIVED) == 1);
    all.answer();
    result(all.call());
  }

  // --- a client that keeps no connection for ever ---

  @Test
  void aClientReclaimsAnIdleConnection() {
    Server server = start(usualServer());
    Client client =
        client(server.address(), b -> b.timers(clock).idleTimeout(Duration.ofMinutes(1)));
    assertThat(client.call(ADD, new Pair(1, 2))).isEqualTo(3);
    clock.advance(Duration.ofMinutes(1).minus(MOMENT));
    assertThat(client.stats().connections()).isEqualTo(1);
    eventually(
        () -> {
          clock.advance(Duration.ofSeconds(1));
          return server.stats().connections() == 0 && client.stats().connections() == 0;
        });

    assertThat(client.stats().count(Counter.CLOSED_HERE)).isEqualTo(1);
    assertThat(client.call(ADD, new Pair(1, 2))).as("on a new one").isEqualTo(3);
  }

  @Test
  void aConnectionWithACallIsNotIdle() {
    Server server = start(usualServer());
    Client client =
        client(server.address(), b -> b.timers(clock).idleTimeout(Duration.ofMinutes(1)));
    CompletableFuture<String> call = client.callAsync(WAIT, null, LONG);
    gate.awaitEntered(1);
    clock.advance(Duration.ofMinutes(30));
    gate.open();

    assertThat(result(call)).isEqualTo("waited");
    assertThat(client.stats().connections()).isEqualTo(1);
  }

  @Test
  void aClientLeavesAnOldConnectionWithoutAFailedCall() {
    Server server = start(usualServer());
    Client client =
        client(server.address(), b -> b.timers(clock).maxConnectionAge(Duration.ofMinutes(10)));
    CompletableFuture<String> call = client.callAsync(WAIT, null, LONG);
    gate.awaitEntered(1);
    clock.advance(Duration.ofMinutes(9).minus(MOMENT));
    assertThat(client.call(ADD, new Pair(1, 2))).isEqualTo(3);
    assertThat(server.stats().connections()).isEqualTo(1);
    clock.advance(Duration.ofMinutes(2).plus(MOMENT));
    eventually(() -> client.call(ADD, new Pair(1, 2)) == 3 && server.stats().connections() == 2);
    gate.open();

    assertThat(result(call)).isEqualTo("waited");
    eventually(() -> server.stats().connections() == 1);
  }
}
