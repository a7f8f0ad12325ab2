package dev.tern.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tern.core.RpcException;
import dev.tern.core.client.Client;
import dev.tern.core.retry.RetryPolicy;
import dev.tern.core.transport.Connection;
import dev.tern.core.transport.Transport;
import dev.tern.testkit.ManualTimers;
import dev.tern.testkit.ScriptedPeer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;

/** What a client that is closed owes to its server, which is a script on a plain socket here. */
@OverSockets
@Timeout(60)
class ClientCloseTest {
  /** More than the operating system buffers for a peer that does not read. */
  private static final String MUCH = "x".repeat(15 << 20);

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final ManualTimers clock = new ManualTimers();
  private final Transport transport;
  private final ScriptedPeer.Server server = ScriptedPeer.listen();

  ClientCloseTest(TestTransport kind) {
    transport = kind.create();
  }

  @AfterEach
  void closeAll() {
    server.close();
    transport.close();
  }

  private Client client() {
    return Client.builder(transport).retry(RetryPolicy.NONE).failFast().connect(server.address());
  }

  private static CompletableFuture<Void> closing(Client client) {
    return CompletableFuture.runAsync(client::close, Thread::startVirtualThread);
  }

  private static void failing(Client client) {
    try {
      client.call("slow", null, String.class);
    } catch (RpcException e) {
      // The client was closed.
    }
  }

  @Test
  void whatWasNotifiedLeavesBeforeTheTransportIsClosed() {
    Client client = client();
    client.notify("note", List.of(MUCH));
    CompletableFuture<Void> closed = closing(client).thenRun(transport::close);

    try (ScriptedPeer peer = server.accept()) {
      byte[] frame =
          CompletableFuture.supplyAsync(
                  () -> peer.readFrameBytes(PATIENCE),
                  CompletableFuture.delayedExecutor(
                      3L * Connection.LINGER_MILLIS / 2, TimeUnit.MILLISECONDS))
              .join();

      assertThat(frame).hasSizeGreaterThan(MUCH.length());
      assertThat(peer.readJson().get("method").asString()).isEqualTo("rpc.hello");
      peer.expectClose();
    }
    closed.orTimeout(20, TimeUnit.SECONDS).join();
  }

  @Test
  void theServerIsToldOfEachCallThatStillWaits() {
    Client client = client();
    var _ = Thread.startVirtualThread(() -> failing(client));
    try (ScriptedPeer peer = server.accept()) {
      JsonNode call = peer.readJson();
      peer.answerHello();

      CompletableFuture<Void> closed = closing(client);

      JsonNode cancel = peer.readJson();
      assertThat(cancel.get("method").asString()).isEqualTo("rpc.cancel");
      assertThat(cancel.get("params").get("id")).isEqualTo(call.get("id"));
      peer.expectClose();
      peer.halfClose();
      closed.orTimeout(20, TimeUnit.SECONDS).join();
    }
  }

  @Test
  void whenItReturnsTheConnectionHasEnded() {
    Client client = client();
    client.notify("note", null);
    try (ScriptedPeer peer = server.accept()) {
      client.close(); // the peer never closes its side

      assertThat(client.stats().connections()).isZero();
      assertThat(peer.readJson().get("method").asString()).isEqualTo("note");
      assertThat(peer.readJson().get("method").asString()).isEqualTo("rpc.hello");
      peer.expectClose();
    }
  }

  @Test
  void aServerThatGoesAwayIsClosedFirstOnceItsCallsAreAnswered() {
    try (Client client = client()) {
      CompletableFuture<String> call =
          CompletableFuture.supplyAsync(
              () -> client.call("slow", null, String.class), Thread::startVirtualThread);
      try (ScriptedPeer peer = server.accept()) {
        JsonNode id = peer.readJson().get("id");
        peer.answerHello();
        peer.sendFrame("{\"method\":\"rpc.goaway\",\"meta\":{}}");
        peer.sendFrame("{\"id\":" + id + ",\"ok\":true,\"result\":\"done\"}");

        assertThat(call.orTimeout(20, TimeUnit.SECONDS).join()).isEqualTo("done");
        peer.expectClose();
      }
    }
  }

  @Test
  void aServerThatReadsNothingHoldsItForTheGraceOnly() {
    Client client = client();
    client.notify("note", List.of(MUCH));
    try (ScriptedPeer peer = server.accept()) {
      client.close(Duration.ofMillis(100));

      assertThat(client.stats().connections()).isZero();
      peer.expectReset();
    }
  }

  @Test
  void aConnectionThatTheServerHasClosedDoesNotHoldWhatTheServerDoesNotRead() {
    Client client =
        Client.builder(transport)
            .retry(RetryPolicy.NONE)
            .failFast()
            .timers(clock)
            .connect(server.address());
    client.notify("note", List.of(MUCH));
    try (ScriptedPeer peer = server.accept()) {
      peer.halfClose();

      await()
          .atMost(PATIENCE)
          .pollInterval(Duration.ofMillis(20))
          .until(
              () -> {
                clock.advance(Duration.ofSeconds(1));
                return client.stats().connections() == 0;
              });

      peer.expectReset();
    }
    client.close();
  }
}
