package dev.tern.conformance;

import static dev.tern.conformance.Replies.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tern.core.client.Client;
import dev.tern.core.retry.RetryPolicy;
import dev.tern.core.server.Server;
import dev.tern.core.server.ServerBuilder;
import dev.tern.protocol.ErrorCode;
import dev.tern.protocol.Executed;
import dev.tern.protocol.Oddity;
import dev.tern.testkit.ManualTimers;
import dev.tern.testkit.ScriptedPeer;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;

/**
 * A real server on a real socket, peers that send it what they should not, and one polite client
 * beside them that must never notice. What the rows are is said in docs/PROMISES.md; {@link
 * BadInputTableTest} keeps the table of rows and tests.
 */
@OverSockets
@Timeout(60)
abstract class BadInput {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  final ObservedTransport transport;
  final TestService service = new TestService();
  private final List<AutoCloseable> opened = new ArrayList<>();

  @SuppressWarnings("NullAway.Init") // by start(), before each test
  Server server;

  @SuppressWarnings("NullAway.Init") // likewise
  private Client polite;

  BadInput(TestTransport kind) {
    transport = new ObservedTransport(kind.create());
  }

  @BeforeEach
  void start() throws IOException {
    start(UnaryOperator.identity());
  }

  /** Starts a server with other settings in place of the usual one. */
  void restart(UnaryOperator<ServerBuilder> settings) throws IOException {
    stop();
    start(settings);
  }

  private void start(UnaryOperator<ServerBuilder> settings) throws IOException {
    server = settings.apply(service.offer(Server.builder(transport))).listen(0);
    polite = Client.builder(transport).retry(RetryPolicy.NONE).failFast().connect(server.address());
  }

  /**
   * A clock that the test moves. It jumps past the moment in which a writer notes what it has sent,
   * so nothing counts as a stalled peer.
   */
  static ServerBuilder onClock(ServerBuilder settings, ManualTimers clock) {
    return settings.timers(clock).unreadOutput(8 << 20, Duration.ofDays(365));
  }

  private void stop() {
    polite.close();
    server.close(Duration.ZERO);
  }

  @AfterEach
  void thePoliteClientNeverNoticed() throws Exception {
    try {
      service.release();
      politeCall();
    } finally {
      for (AutoCloseable closeable : opened) {
        closeable.close();
      }
      stop();
      transport.close();
    }
  }

  /** A client that does nothing wrong is served. */
  void politeCall() {
    assertThat(polite.<Long>call("add", Map.of("a", 40, "b", 2), Long.class)).isEqualTo(42);
  }

  /** A new connection on which each byte is the test's. */
  ScriptedPeer peer() {
    ScriptedPeer peer = ScriptedPeer.connect(server.address());
    opened.add(peer);
    return peer;
  }

  /** The next reply. */
  static JsonNode read(ScriptedPeer peer) {
    return Replies.parse(peer.readFrame());
  }

  /** Sends a payload that is written with single quotes, and reads the reply. */
  static JsonNode ask(ScriptedPeer peer, String payload) {
    return read(peer.sendFrame(json(payload)));
  }

  /** The connection still carries calls. */
  static void expectAlive(ScriptedPeer peer) {
    peer.sendFrame(json("{'id':'alive','method':'add','params':[1,2],'meta':{}}"));
    assertThat(peer.readFrame()).isEqualTo(json("{'id':'alive','ok':true,'result':3}"));
  }

  /** An error of framing: one error without a request, readable, then the end. */
  static JsonNode expectFarewell(ScriptedPeer peer, ErrorCode code) {
    JsonNode error = Replies.orphan(read(peer), code);
    peer.expectClose();
    return error;
  }

  /** A call that is refused by its id, on a connection that lives. */
  static JsonNode expectRefused(ScriptedPeer peer, String payload, ErrorCode code) {
    JsonNode error = Replies.v1Error(ask(peer, payload), "1", code, Executed.NO);
    expectAlive(peer);
    return error;
  }

  /** Waits until the server has counted this so often: for what has no reply. */
  void awaitCount(Oddity oddity, long count) {
    await(oddity + " " + count)
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(2))
        .until(() -> server.stats().count(oddity) == count);
  }

  /** Waits until so many calls are held. */
  void awaitHolding(long calls) {
    await("holding " + calls)
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(2))
        .until(() -> service.holding() == calls);
  }

  /** Waits until so many connections are open at the server. */
  void awaitConnections(long connections) {
    await("connections " + connections)
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(2))
        .until(() -> server.stats().connections() == connections);
  }

  /**
   * Until there are so many, while time goes by in such steps: a connection that looks again by the
   * clock, on a thread of its own, may do so just after a step.
   */
  void awaitConnections(long connections, ManualTimers clock, Duration step) {
    await("connections " + connections)
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(20))
        .until(
            () -> {
              clock.advance(step);
              return server.stats().connections() == connections;
            });
  }

  /** Until the server has read nothing for a while: those that still send wait. */
  void awaitNothingRead(ManualTimers clock) {
    Duration step = Duration.ofNanos(1);
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(20))
        .until(
            () -> {
              clock.advance(step);
              Duration quiet = server.stats().sinceLastSeen();
              return quiet != null && quiet.compareTo(step.multipliedBy(15)) > 0;
            });
  }

  static void join(Thread thread) {
    try {
      assertThat(thread.join(PATIENCE)).as("%s has ended", thread).isTrue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  static long usedHeap() {
    MemoryMXBean memory = ManagementFactory.getMemoryMXBean();
    long least = Long.MAX_VALUE;
    for (int i = 0; i < 3; i++) {
      memory.gc();
      least = Math.min(least, memory.getHeapMemoryUsage().getUsed());
    }
    return least;
  }
}
