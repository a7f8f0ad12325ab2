package dev.tern.conformance;

import static dev.tern.conformance.Replies.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tern.protocol.ErrorCode;
import dev.tern.protocol.Executed;
import dev.tern.protocol.Oddity;
import dev.tern.testkit.ScriptedPeer;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Row 74: calls that come while a server closes, which waits for one that it has begun. */
class ClosingRowsTest extends BadInput {
  private static final Duration GRACE = Duration.ofSeconds(30);
  private static final int FLOOD = 5_000;

  private final CompletableFuture<Integer> cutOff = new CompletableFuture<>();

  ClosingRowsTest(TestTransport kind) {
    super(kind);
  }

  /** Returns a peer whose call runs, and whose connection has been told of the close. */
  private ScriptedPeer peerOfAClosingServer(String firstCall) {
    ScriptedPeer peer = peer().sendFrame(json(firstCall));
    await().until(() -> server.stats().inFlight() == 1);
    Thread.ofPlatform().daemon().start(() -> cutOff.complete(server.close(GRACE)));
    while (lateCall(peer).get("ok").booleanValue()) {
      // it came before the close
    }
    return peer;
  }

  private static JsonNode lateCall(ScriptedPeer peer) {
    return ask(peer, "{'id':1,'method':'add','params':[1,2],'meta':{}}");
  }

  private ScriptedPeer peerOfAClosingServer() {
    return peerOfAClosingServer("{'id':'first','method':'hold','meta':{}}");
  }

  /** The call that ran is answered, then the connection ends, and nothing was cut off. */
  private void expectTheEnd(ScriptedPeer peer, String lastReply) throws IOException {
    service.release();
    assertThat(peer.readFrame()).isEqualTo(json(lastReply));
    peer.expectClose();
    assertThat(cutOff.orTimeout(20, TimeUnit.SECONDS).join()).isZero();
    restart(UnaryOperator.identity()); // for the polite client
  }

  private void expectTheEnd(ScriptedPeer peer) throws IOException {
    expectTheEnd(peer, "{'id':'first','ok':true,'result':'released'}");
  }

  @Test
  void row74_aCallThatComesWhileTheServerClosesIsRefusedAtOnceAsNotExecuted() throws IOException {
    ScriptedPeer peer = peerOfAClosingServer();
    long runs = service.runs();
    Replies.v1Error(lateCall(peer), "1", ErrorCode.UNAVAILABLE, Executed.NO);
    assertThat(service.runs()).isEqualTo(runs);
    expectTheEnd(peer);
  }

  @Test
  void row74_theCallThatRunsIsNotHarmedByAnotherOfItsId() throws IOException {
    ScriptedPeer peer = peerOfAClosingServer();
    JsonNode reply = ask(peer, "{'id':'first','method':'add','params':[1,2],'meta':{}}");
    Replies.orphan(reply, ErrorCode.BAD_REQUEST);
    expectTheEnd(peer);
  }

  @Test
  void row74_aJsonRpcCallThatComesWhileTheServerClosesIsRefusedAsWell() throws IOException {
    ScriptedPeer peer = peerOfAClosingServer();
    JsonNode reply = ask(peer, "{'jsonrpc':'2.0','id':2,'method':'add','params':[1,2]}");
    Replies.jsonRpcError(reply, "2", ErrorCode.UNAVAILABLE, Executed.NO);
    expectTheEnd(peer);
  }

  @Test
  void row74_aBareCallThatComesWhileTheServerClosesIsRefusedInItsTurn() throws IOException {
    ScriptedPeer peer = peerOfAClosingServer("{'id':'first','method':'hold'}");
    long refused = server.stats().count("UNAVAILABLE");
    peer.sendFrame(json("{'id':'second','method':'add','params':[1,2]}"));
    await().until(() -> server.stats().count("UNAVAILABLE") == refused + 1);
    service.release();
    assertThat(peer.readFrame()).isEqualTo(json("{'id':'first','result':'released'}"));
    expectTheEnd(
        peer, "{'id':'second','error':{'code':-32005,'message':'the server is shutting down'}}");
  }

  @Test
  void row74_aNotificationThatComesWhileTheServerClosesIsDroppedAndCounted() throws IOException {
    ScriptedPeer peer = peerOfAClosingServer();
    long runs = service.runs();
    long refused = server.stats().count("UNAVAILABLE");
    peer.sendFrame(json("{'method':'add','params':[1,2],'meta':{}}"));
    lateCall(peer);
    assertThat(server.stats().count("UNAVAILABLE")).isEqualTo(refused + 2);
    assertThat(service.runs()).isEqualTo(runs);
    expectTheEnd(peer);
  }

  @Test
  void row74_aCancelWorksWhileTheServerCloses() throws IOException {
    ScriptedPeer peer =
        peerOfAClosingServer("{'id':'first','method':'sleep','params':[60000],'meta':{}}");
    peer.sendFrame(json("{'method':'rpc.cancel','params':{'id':'first'},'meta':{}}"));
    Replies.v1Error(read(peer), "\"first\"", ErrorCode.CANCELLED, Executed.MAYBE);
    peer.expectClose();
    restart(UnaryOperator.identity()); // for the polite client
  }

  @Test
  void row74_lengthZeroWhileTheServerClosesIsAnErrorOfFramingAsEver() throws IOException {
    ScriptedPeer peer = peerOfAClosingServer().sendLength(0);
    awaitCount(Oddity.BAD_FRAME, 1);
    service.release();
    assertThat(read(peer).get("id").asString()).isEqualTo("first");
    expectFarewell(peer, ErrorCode.BAD_REQUEST);
    restart(UnaryOperator.identity()); // for the polite client
  }

  @Test
  void row74_aFloodOfCallsWhileTheServerClosesIsRefusedCallByCall() throws IOException {
    ScriptedPeer peer = peerOfAClosingServer();
    Thread writer = Thread.ofPlatform().daemon().start(() -> flood(peer));
    for (int i = 0; i < FLOOD; i++) {
      Replies.v1Error(read(peer), String.valueOf(i), ErrorCode.UNAVAILABLE, Executed.NO);
    }
    join(writer);
    expectTheEnd(peer);
  }

  private static void flood(ScriptedPeer peer) {
    for (int i = 0; i < FLOOD; i++) {
      peer.sendFrame(json("{'id':" + i + ",'method':'add','params':[1,2],'meta':{}}"));
    }
  }
}
