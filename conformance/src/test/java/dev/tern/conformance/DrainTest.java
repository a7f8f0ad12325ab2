package dev.tern.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.core.Effect;
import dev.tern.core.Method;
import dev.tern.core.RawPeer;
import dev.tern.core.RpcException;
import dev.tern.core.TypeRef;
import dev.tern.core.client.CallOptions;
import dev.tern.core.client.Client;
import dev.tern.core.limit.ConcurrencyLimit;
import dev.tern.core.retry.RetryPolicy;
import dev.tern.core.server.DrainReport;
import dev.tern.core.server.Server;
import dev.tern.core.server.ServerBuilder;
import dev.tern.protocol.Executed;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** A server that stops, and the clients that it tells. */
class DrainTest extends EveryTransport {
  private static final Duration LONG = Duration.ofMinutes(10);
  private static final DrainReport CLEAN = new DrainReport(0, 0, 0, 0, 0);
  private static final Method<Void, String> PAY =
      Method.<Void, String>of("shop.pay", Void.class, String.class).effect(Effect.ONCE);
  private static final Method<Void, String> STOCK =
      Method.of("shop.stock", Void.class, String.class);
  private static final Method<Map<String, String>, Map<String, String>> HEALTH =
      Method.of(
          "rpc.health",
          new TypeRef<Map<String, String>>() {},
          new TypeRef<Map<String, String>>() {});

  private volatile boolean stocked;

  private static CompletableFuture<DrainReport> draining(Server server, Duration grace) {
    return CompletableFuture.supplyAsync(() -> server.drain(grace), Thread::startVirtualThread);
  }

  /** A client that makes no failed call again, but waits for a connection. */
  private Client patient(InetSocketAddress address) {
    Client client =
        Client.builder(transport).retry(RetryPolicy.NONE).timeout(LONG).connect(address);
    assertThat(client.call(ADD, new Pair(1, 1))).isEqualTo(2); // by now the hello is said
    return client;
  }

  /** Another server on the port of one that does not accept any more. */
  private Server inPlaceOf(Server old) {
    Server[] fresh = new Server[1];
    eventually(
        () -> {
          try {
            fresh[0] = usualServer().listen(old.address());
            return true;
          } catch (IOException e) {
            return false; // it has not been told yet
          }
        });
    return fresh[0];
  }

  @Test
  void whatRunsEndsThereAndWhatComesGoesToTheNextServer() {
    Server old = start(usualServer());
    try (Client client = patient(old.address())) {
      CompletableFuture<String> running = client.callAsync(WAIT, null);
      gate.awaitEntered(1);

      CompletableFuture<DrainReport> report = draining(old, LONG);
      try (Server next = inPlaceOf(old)) {
        assertThat(client.call(ADD, new Pair(1, 2))).isEqualTo(3);
        assertThat(next.stats().count("OK")).as("calls that came there").isPositive();
        assertThat(running).isNotDone();
        assertThat(report).isNotDone();
        gate.open();

        assertThat(result(running)).isEqualTo("waited");
        assertThat(result(report)).isEqualTo(CLEAN);
      }
    }
  }

  @Test
  void aClientThatDoesNothingLeavesAtOnce() {
    Server server = start(usualServer());
    try (Client client = patient(server.address())) {
      assertThat(server.drain(LONG)).isEqualTo(CLEAN);
      eventually(() -> client.stats().connections() == 0);
    }
  }

  @Test
  void aClientThatHasAskedWhatIsRememberedIsToldAllTheSame() {
    Server server = start(paying());
    gate.open();
    try (Client client = patient(server.address())) {
      assertThat(client.call(PAY, null)).isEqualTo("paid");
      assertThat(server.drain(LONG)).isEqualTo(CLEAN);
    }
  }

  @Test
  void aPeerThatHasNotSaidHelloIsNotTold() {
    Server server = start(usualServer());
    RawPeer peer = rawClient(server);
    peer.send("{\"id\":1,\"method\":\"test.wait\",\"meta\":{}}");
    gate.awaitEntered(1);
    CompletableFuture<DrainReport> report = draining(server, LONG);
    eventually(() -> isRefused(peer));
    gate.open();

    assertThat(peer.read().path("result").asString("")).isEqualTo("waited");
    peer.awaitEnd();
    peer.expectNothingMore();
    assertThat(result(report)).isEqualTo(CLEAN);
  }

  private static boolean isRefused(RawPeer peer) {
    peer.send("{\"id\":\"probe\",\"method\":\"calc.add\",\"params\":[1,2],\"meta\":{}}");
    return !peer.read().path("ok").asBoolean(true);
  }

  @Test
  void afterTheGraceWhatStillRunsIsAnsweredWithItsVerdict() {
    Server server =
        start(usualServer().timers(clock).limit(WAIT, ConcurrencyLimit.fixed(1).queue(10)));
    RawPeer peer = rawClient(server);
    peer.send("{\"id\":1,\"method\":\"test.wait\",\"meta\":{}}");
    gate.awaitEntered(1);
    peer.send("{\"id\":2,\"method\":\"test.wait\",\"meta\":{}}");
    assertThat(isRefused(peer)).as("by now the second call waits").isFalse();
    CompletableFuture<DrainReport> report = stopping(() -> server.drain(Duration.ofSeconds(5)));
    eventually(() -> isRefused(peer));
    clock.advance(Duration.ofSeconds(5));

    Map<String, String> verdicts = new HashMap<>();
    for (int i = 0; i < 2; i++) {
      JsonNode reply = peer.read();
      String verdict = reply.path("error").path("executed").asString("");
      verdicts.put(String.valueOf(reply.get("id")), verdict);
    }
    assertThat(verdicts).isEqualTo(Map.of("1", "maybe", "2", "no"));
    peer.awaitEnd();
    peer.expectNothingMore();
    assertThat(result(report)).isEqualTo(new DrainReport(1, 1, 1, 0, 0));
  }

  @Test
  void aClientLearnsWhatWasCutOff() {
    Server server = start(usualServer().timers(clock));
    try (Client client = patient(server.address())) {
      CompletableFuture<String> running = client.callAsync(WAIT, null);
      gate.awaitEntered(1);
      CompletableFuture<DrainReport> report = stopping(() -> server.drain(Duration.ofSeconds(5)));
      clock.advance(Duration.ofSeconds(5));

      RpcException e = failure(running);
      assertThat(e.code() + " " + e.executed()).isEqualTo("UNAVAILABLE " + Executed.MAYBE);
      assertThat(e).hasMessageContaining("the server shut down in the handler");
      assertThat(result(report)).isEqualTo(new DrainReport(1, 0, 1, 0, 0));
    }
  }

  @Test
  void anOperationWhoseCallerIsGoneIsFinished() {
    Server server = start(paying());
    RawPeer peer = rawClient(server);
    peer.send(
        "{\"id\":1,\"method\":\"shop.pay\",\"meta\":{\"key\":\"0b0c5f9a-6f0e-4f0e-9f0e-0123456789ab\"}}");
    gate.awaitEntered(1);
    peer.abort();
    eventually(() -> server.stats().connections() == 0);
    CompletableFuture<DrainReport> report = draining(server, LONG);
    assertThat(report).isNotDone();
    gate.open();

    assertThat(result(report)).isEqualTo(CLEAN);
  }

  @Test
  void anOperationThatTakesTooLongIsCancelledAndTold() {
    Server server = start(paying().timers(clock));
    RawPeer peer = rawClient(server);
    peer.send(
        "{\"id\":1,\"method\":\"shop.pay\",\"meta\":{\"key\":\"0b0c5f9a-6f0e-4f0e-9f0e-0123456789ab\"}}");
    gate.awaitEntered(1);
    peer.abort();
    eventually(() -> server.stats().connections() == 0);
    CompletableFuture<DrainReport> report = stopping(() -> server.drain(Duration.ofSeconds(5)));
    clock.advance(Duration.ofSeconds(5));

    assertThat(result(report)).isEqualTo(new DrainReport(0, 0, 0, 1, 0));
  }

  @Test
  void aMethodWhoseCallerIsGoneIsFinished() {
    Server server = start(usualServer().serve(STOCK, this::stocked));
    RawPeer peer = rawClient(server);
    peer.send("{\"id\":1,\"method\":\"shop.stock\",\"meta\":{}}");
    gate.awaitEntered(1);
    peer.abort();
    eventually(() -> server.stats().connections() == 0);
    CompletableFuture<DrainReport> report = draining(server, LONG);
    assertThat(report).isNotDone();
    gate.open();

    assertThat(result(report)).isEqualTo(CLEAN);
    assertThat(stocked).isTrue();
  }

  @Test
  void aMethodWhoseCallerWasToldTimeoutIsFinished() {
    Server server = start(usualServer().timers(clock).serve(STOCK, this::stocked));
    RawPeer peer = rawClient(server);
    peer.send("{\"id\":1,\"method\":\"shop.stock\",\"meta\":{\"timeout_ms\":100}}");
    gate.awaitEntered(1);
    clock.advance(Duration.ofMillis(100));
    assertThat(peer.read().path("error").path("code").asString("")).isEqualTo("TIMEOUT");
    CompletableFuture<DrainReport> report = draining(server, LONG);
    peer.awaitEnd();
    assertThat(report).isNotDone();
    gate.open();

    assertThat(result(report)).isEqualTo(CLEAN);
    assertThat(stocked).isTrue();
  }

  @Test
  void aMethodThatHasReturnedAfterItsCancelIsAwaitedByNobody() {
    Server server = start(usualServer().timers(clock).serve(STOCK, this::stocked));
    RawPeer peer = rawClient(server);
    peer.send("{\"id\":1,\"method\":\"shop.stock\",\"meta\":{}}");
    gate.awaitEntered(1);
    peer.send("{\"method\":\"rpc.cancel\",\"params\":{\"id\":1},\"meta\":{}}");
    assertThat(isRefused(peer)).as("by now the cancel has been read").isFalse();
    gate.open();
    assertThat(peer.read().path("result").asString("")).isEqualTo("stocked");

    assertThat(server.drain(LONG)).isEqualTo(CLEAN);
  }

  @Test
  void aMethodThatNobodyWaitsForIsCountedWhenTheGraceIsOver() {
    Server server = start(usualServer().timers(clock).serve(STOCK, this::stocked));
    RawPeer peer = rawClient(server);
    peer.send("{\"id\":1,\"method\":\"shop.stock\",\"meta\":{}}");
    gate.awaitEntered(1);
    peer.abort();
    eventually(() -> server.stats().connections() == 0);
    CompletableFuture<DrainReport> report = stopping(() -> server.drain(Duration.ofSeconds(5)));
    clock.advance(Duration.ofSeconds(5));

    assertThat(result(report)).isEqualTo(new DrainReport(0, 0, 0, 0, 1));
    gate.open();
  }

  /** Without a key, or a store, nothing is remembered of a call of such a method. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aCallThatIsNoOperationIsFinishedAsAnyOther(boolean hasStore) {
    ServerBuilder builder = paying().timers(clock);
    Server server = start(hasStore ? builder : builder.outcomes(null));
    RawPeer peer = rawClient(server);
    String key = hasStore ? "" : "\"key\":\"0b0c5f9a-6f0e-4f0e-9f0e-0123456789ab\"";
    peer.send("{\"id\":1,\"method\":\"shop.pay\",\"meta\":{" + key + "}}");
    gate.awaitEntered(1);
    peer.abort();
    eventually(() -> server.stats().connections() == 0);
    CompletableFuture<DrainReport> report = stopping(() -> server.drain(Duration.ofSeconds(5)));
    clock.advance(Duration.ofSeconds(5));

    assertThat(result(report)).isEqualTo(new DrainReport(0, 0, 0, 0, 1));
    gate.open();
  }

  /** A server that is closed, not drained, waits for calls alone. */
  @Test
  void aCloseDoesNotWaitForAMethodThatNobodyWaitsFor() {
    Server server = start(usualServer().timers(clock).serve(STOCK, this::stocked));
    RawPeer peer = rawClient(server);
    peer.send("{\"id\":1,\"method\":\"shop.stock\",\"meta\":{}}");
    gate.awaitEntered(1);
    peer.abort();
    eventually(() -> server.stats().connections() == 0);

    assertThat(server.close(LONG)).isZero();
    gate.open();
  }

  private String stocked(Void nothing) throws InterruptedException {
    gate.pass();
    stocked = true;
    return "stocked";
  }

  private ServerBuilder paying() {
    return usualServer()
        .serve(
            PAY,
            _ -> {
              gate.pass();
              return "paid";
            });
  }

  @Test
  void forTheDelayItServesAndSaysThatItDrains() {
    Server server = start(usualServer().timers(clock).drainDelay(Duration.ofSeconds(5)));
    try (Client client = patient(server.address())) {
      assertThat(client.call(HEALTH, Map.of())).isEqualTo(Map.of("status", "serving"));
      int before = clock.pending();
      CompletableFuture<DrainReport> report = draining(server, LONG);
      eventually(() -> clock.pending() > before);

      assertThat(client.call(HEALTH, Map.of())).isEqualTo(Map.of("status", "draining"));
      assertThat(client.call(ADD, new Pair(1, 2))).isEqualTo(3);
      RawPeer late = rawClient(server);
      late.send("{\"id\":1,\"method\":\"calc.add\",\"params\":[1,2],\"meta\":{}}");
      assertThat(late.read().path("result").asInt(0)).isEqualTo(3);
      clock.advance(Duration.ofSeconds(5));

      assertThat(result(report)).isEqualTo(CLEAN);
      late.awaitEnd();
    }
  }

  @Test
  void aSecondCallHurriesTheFirst() {
    Server server = start(usualServer().drainDelay(LONG));
    try (Client client = patient(server.address())) {
      CompletableFuture<String> running = client.callAsync(WAIT, null);
      gate.awaitEntered(1);
      CompletableFuture<DrainReport> report = draining(server, LONG);
      eventually(() -> client.call(HEALTH, Map.of()).equals(Map.of("status", "draining")));

      assertThat(server.drain(Duration.ZERO).mayHaveRun()).isEqualTo(1);
      assertThat(result(report).mayHaveRun()).isEqualTo(1);
      assertThat(failure(running).executed()).isEqualTo(Executed.MAYBE);
    }
  }

  @Test
  void oneServiceMayBeReadyAndAnotherNot() {
    Server server = start(usualServer().readiness(service -> !service.equals("text")));
    try (Client client = patient(server.address())) {
      assertThat(client.call(HEALTH, Map.of())).containsEntry("status", "serving");
      assertThat(client.call(HEALTH, Map.of("service", "calc"))).containsEntry("status", "serving");
      assertThat(client.call(HEALTH, Map.of("service", "text")))
          .containsEntry("status", "not_ready");
      assertThat(client.call(HEALTH, Map.of("service", "nosuch")))
          .containsEntry("status", "unknown");
      assertThat(client.call(ECHO, new Text("x"), CallOptions.DEFAULT)).isEqualTo("x");
    }
  }

  @Test
  void aServerThatIsNotReadyHasNoServiceThatIs() {
    Server server = start(usualServer().readiness(service -> !service.isEmpty()));
    try (Client client = patient(server.address())) {
      assertThat(client.call(HEALTH, Map.of("service", "calc")))
          .containsEntry("status", "not_ready");
    }
  }
}
