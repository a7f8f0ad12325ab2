package dev.tern.conformance;

import static dev.tern.conformance.Replies.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tern.core.server.DrainReport;
import dev.tern.protocol.ErrorCode;
import dev.tern.protocol.Executed;
import dev.tern.protocol.Limits;
import dev.tern.protocol.Limits.Bound;
import dev.tern.protocol.Oddity;
import dev.tern.testkit.ManualTimers;
import dev.tern.testkit.ScriptedPeer;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** What peers say of themselves, or do not keep; row 36: a flood of pings. */
class PeerRowsTest extends BadInput {
  private static final String HELLO =
      "{'id':'h','method':'rpc.hello','params':{'accepts':['rpc.goaway','rpc.ping']},'meta':{}}";
  private static final String PING = "{'id':1,'method':'rpc.ping','meta':{}}";

  private final ManualTimers clock = new ManualTimers();

  PeerRowsTest(TestTransport kind) {
    super(kind);
  }

  private ScriptedPeer greeted() {
    ScriptedPeer peer = peer();
    assertThat(ask(peer, HELLO).get("ok").booleanValue()).isTrue();
    return peer;
  }

  private static void expectGoAway(ScriptedPeer peer) {
    assertThat(read(peer).get("method").asString()).isEqualTo("rpc.goaway");
  }

  @Test
  void row36_aFloodOfPingsIsToldToGoOnceAndItsCallsAreServed() throws IOException {
    restart(s -> onClock(s, clock).limits(Limits.DEFAULT.with(Bound.CONTROL_BURST, 10)));
    ScriptedPeer peer = greeted();
    for (int i = 0; i < 9; i++) {
      assertThat(ask(peer, PING).get("ok").booleanValue()).isTrue();
    }
    peer.sendFrame(json(PING));
    expectGoAway(peer);
    Replies.v1Error(read(peer), "1", ErrorCode.SERVER_BUSY, Executed.NO);
    expectAlive(peer);
  }

  @Test
  void row36_aPingEachTenMillisecondsIsNoFlood() throws IOException {
    restart(s -> onClock(s, clock));
    ScriptedPeer peer = greeted();
    for (int i = 0; i < 2_000; i++) {
      clock.advance(Duration.ofMillis(10));
      assertThat(ask(peer, PING).get("ok").booleanValue()).isTrue();
    }
    expectAlive(peer);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'accepts':'rpc.goaway'}",
        "{'accepts':null}",
        "{'accepts':{}}",
        "{'accepts':[['rpc.goaway'],{},7,null,true]}",
        "{'heartbeat_ms':-1}",
        "{'heartbeat_ms':1e400000000}",
        "{'heartbeat_ms':'soon','accepts':[]}",
        "[]",
        "['rpc.goaway']",
        "null",
      })
  void row120_aHelloThatSaysNothingThatIsKnownIsAHelloAllTheSame(String params) throws IOException {
    ScriptedPeer peer = peer();
    String hello = "{'id':'h','method':'rpc.hello','params':" + params + ",'meta':{}}";
    peer.sendFrame(json(hello));
    JsonNode reply = read(peer);
    assertThat(reply.get("id").asString()).isEqualTo("h");
    expectAlive(peer);
    CompletableFuture<DrainReport> report = draining(Duration.ofSeconds(30));
    peer.expectClose(); // without a word that was not asked for
    assertThat(report.orTimeout(20, TimeUnit.SECONDS).join().isClean()).isTrue();
    restart(UnaryOperator.identity());
  }

  private CompletableFuture<DrainReport> draining(Duration grace) {
    CompletableFuture<DrainReport> report = new CompletableFuture<>();
    Thread.ofPlatform().daemon().start(() -> report.complete(server.drain(grace)));
    return report;
  }

  @Test
  void row121_aPeerThatIsToldToGoAndStaysIsRefusedUntilTheGraceEnds() throws IOException {
    restart(s -> onClock(s, clock));
    ScriptedPeer peer = greeted();
    int before = clock.pending();
    CompletableFuture<DrainReport> report = draining(Duration.ofSeconds(5));
    expectGoAway(peer);
    await().atMost(Duration.ofSeconds(20)).until(() -> clock.pending() >= before + 2);
    for (int i = 0; i < 100; i++) {
      JsonNode reply = ask(peer, "{'id':1,'method':'add','params':[1,2],'meta':{}}");
      Replies.v1Error(reply, "1", ErrorCode.UNAVAILABLE, Executed.NO);
    }
    assertThat(report).isNotDone();
    clock.advance(Duration.ofSeconds(5));
    peer.expectClose();
    assertThat(report.orTimeout(20, TimeUnit.SECONDS).join().isClean()).isTrue();
    restart(UnaryOperator.identity());
  }

  @Test
  void row122_aPeerThatAnswersNoPingIsTakenForGone() throws IOException {
    restart(s -> onClock(s, clock).heartbeat(Duration.ofSeconds(20), Duration.ofSeconds(10)));
    ScriptedPeer peer = greeted();
    peer.sendFrame(json("{'id':2,'method':'hold','meta':{}}"));
    awaitHolding(1);
    clock.advance(Duration.ofSeconds(20));
    assertThat(read(peer).get("method").asString()).isEqualTo("rpc.ping");
    clock.advance(Duration.ofMillis(9_999));
    assertThat(server.stats().count(Oddity.DEAD_PEER)).isZero();
    await() // its alarm may be set after the clock was moved
        .atMost(Duration.ofSeconds(20))
        .pollInterval(Duration.ofMillis(2))
        .until(
            () -> {
              clock.advance(Duration.ofMillis(100));
              return server.stats().count(Oddity.DEAD_PEER) == 1;
            });
    peer.expectReset();
  }

  @Test
  void row123_anAnswerToAPingThatNobodyHasSentIsAResponseSentToAServer() {
    ScriptedPeer peer = peer();
    peer.sendFrame(json("{'id':'ping','ok':true,'result':null}"));
    awaitCount(Oddity.WRONG_DIRECTION, 1);
    expectAlive(peer);
  }

  @Test
  void row124_aStrangerThatIsIdleIsClosedAndOneThatIsSlowIsNot() throws IOException {
    restart(s -> onClock(s, clock).idleTimeout(Duration.ofSeconds(60)));
    ScriptedPeer idle = peer();
    expectAlive(idle);
    ScriptedPeer busy = peer();
    busy.sendFrame(json("{'id':1,'method':'hold','meta':{}}"));
    awaitHolding(1);
    awaitConnections(1, clock, Duration.ofSeconds(1));
    idle.expectClose();
    clock.advance(Duration.ofMinutes(10));
    service.release();
    assertThat(read(busy).get("result").asString()).isEqualTo("released");
  }
}
