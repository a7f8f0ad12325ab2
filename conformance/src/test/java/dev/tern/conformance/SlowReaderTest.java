package dev.tern.conformance;

import static dev.tern.conformance.Replies.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tern.core.transport.Connection;
import dev.tern.protocol.ErrorCode;
import dev.tern.testkit.ManualTimers;
import dev.tern.testkit.ScriptedPeer;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Closing, whatever brings it, costs a peer that reads slowly no reply. */
class SlowReaderTest extends BadInput {
  /** More than the operating system buffers for a peer that does not read. */
  private static final int REPLY = 15 << 20;

  private static final Duration STALL = Duration.ofSeconds(10);
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final ManualTimers clock = new ManualTimers();

  SlowReaderTest(TestTransport kind) {
    super(kind);
  }

  private ScriptedPeer peerThatAskedForMuch() {
    return peer().sendFrame(json("{'id':1,'method':'blob','params':[" + REPLY + "],'meta':{}}"));
  }

  /** Nothing for longer than a connection lingers, then all. */
  private static void readLate(ScriptedPeer peer) {
    try {
      var _ = new CountDownLatch(1).await(3L * Connection.LINGER_MILLIS / 2, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
    String head = json("{'id':1,'ok':true,'result':'");
    peer.readBytes(Integer.BYTES + head.length() + REPLY + "\"}".length(), PATIENCE);
  }

  @Test
  void afterItsEndOfInputItGetsTheWholeReply() {
    ScriptedPeer peer = peerThatAskedForMuch().halfClose();

    readLate(peer);

    peer.expectClose();
  }

  @Test
  void afterAnErrorOfFramingItGetsTheWholeReply() {
    ScriptedPeer peer = peerThatAskedForMuch().sendLength(0);

    readLate(peer);

    expectFarewell(peer, ErrorCode.BAD_REQUEST);
  }

  @Test
  void ofAServerThatClosesItGetsTheWholeReply() throws IOException {
    ScriptedPeer peer = peerThatAskedForMuch();
    awaitRuns(1);

    CompletableFuture<Integer> cutOff =
        CompletableFuture.supplyAsync(() -> server.close(Duration.ofSeconds(20)));
    readLate(peer);

    peer.expectClose();
    assertThat(cutOff.orTimeout(20, TimeUnit.SECONDS).join()).isZero();
    restart(UnaryOperator.identity()); // for the polite client
  }

  @Test
  void aServerThatClosesSaysThatItHasCutOffAReply() throws IOException {
    restart(s -> s.timers(clock));
    peerThatAskedForMuch();
    awaitRuns(1);

    int before = clock.pending();
    CompletableFuture<Integer> cutOff =
        CompletableFuture.supplyAsync(() -> server.close(Duration.ofSeconds(1)));
    await().atMost(PATIENCE).until(() -> clock.pending() >= before + 2); // the grace, and the end
    clock.advance(Duration.ofSeconds(2)); // less than any stall

    assertThat(cutOff.orTimeout(20, TimeUnit.SECONDS).join()).isEqualTo(1);
    restart(UnaryOperator.identity());
  }

  @Test
  void aServerThatClosesWaitsForNoPeerThatHasItAll() throws IOException {
    ScriptedPeer lingering = peer();
    expectAlive(lingering);

    assertThat(server.close(Duration.ZERO)).isZero();
    restart(UnaryOperator.identity());
  }

  @Test
  void aPeerThatReadsNothingDoesNotHoldAClosingConnection() throws IOException {
    restart(s -> s.timers(clock));
    ScriptedPeer peer = peerThatAskedForMuch().halfClose();
    awaitRuns(1);

    advanceUntil(() -> server.stats().connections() == 0, STALL);

    peer.expectReset();
  }

  private void awaitRuns(long runs) {
    await().atMost(PATIENCE).until(() -> service.runs() == runs);
  }

  private void advanceUntil(Callable<Boolean> condition, Duration step) {
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(50))
        .until(
            () -> {
              clock.advance(step);
              return condition.call();
            });
  }
}
