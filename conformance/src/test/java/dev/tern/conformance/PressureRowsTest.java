package dev.tern.conformance;

import static dev.tern.conformance.Replies.json;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tern.core.transport.Connection;
import dev.tern.protocol.ErrorCode;
import dev.tern.protocol.Executed;
import dev.tern.protocol.Limits;
import dev.tern.protocol.Limits.Bound;
import dev.tern.protocol.Oddity;
import dev.tern.testkit.ManualTimers;
import dev.tern.testkit.ScriptedPeer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Rows 6-8, 11 and 35: peers that are slow, silent, greedy, deaf or that flood. */
class PressureRowsTest extends BadInput {
  private static final int MEBIBYTE = 1 << 20;
  private static final int FRAME = 16 * MEBIBYTE;
  private static final Duration FIRST_FRAME = Duration.ofSeconds(60);
  private static final Duration FRAME_TIME = Duration.ofSeconds(30);
  private static final Duration WRITE_STALL = Duration.ofSeconds(10);
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /** One for all: the heap that is measured is also that of the test. */
  private static final byte[] MOST_OF_A_FRAME = new byte[FRAME - 2];

  private final ManualTimers clock = new ManualTimers();

  PressureRowsTest(TestTransport kind) {
    super(kind);
  }

  @Test
  void row06_aFrameHasADeadlineFromItsFirstByte() throws IOException {
    restart(s -> onClock(s, clock));
    ScriptedPeer peer = peer();
    expectAlive(peer);
    clock.advance(Duration.ofSeconds(1)); // what is seen from here on is the frame
    peer.sendLength(1_000);
    for (int second = 0; second < FRAME_TIME.toSeconds(); second++) {
      awaitSeen();
      clock.advance(Duration.ofSeconds(1));
      if (second < FRAME_TIME.toSeconds() - 1) {
        peer.sendBytes(new byte[] {'{'});
      }
    }
    expectFarewell(peer, ErrorCode.TIMEOUT);
    assertThat(server.stats().count(Oddity.CUT_FRAME)).isEqualTo(1);
  }

  @Test
  void row06_eachFrameHasADeadlineOfItsOwn() throws IOException {
    restart(s -> onClock(s, clock));
    ScriptedPeer peer = peer();
    String add = json("{'id':1,'method':'add','params':[1,2],'meta':{}}");
    for (int i = 0; i < 5; i++) {
      peer.sendPartOfFrame(add, 10);
      awaitSeen();
      clock.advance(FRAME_TIME.minusMillis(1));
      peer.sendBytes(add.substring(10).getBytes(US_ASCII));
      assertThat(peer.readFrame()).isEqualTo(json("{'id':1,'ok':true,'result':3}"));
    }
  }

  @Test
  void row07_whoConnectsAndStaysSilentIsClosedQuietly() throws IOException {
    restart(s -> onClock(s, clock));
    ScriptedPeer peer = peer();
    awaitConnections(1);
    clock.advance(FIRST_FRAME.minusNanos(1));
    assertThat(server.stats().count(Oddity.SILENT_PEER)).isZero();
    clock.advance(Duration.ofNanos(1));
    peer.expectClose();
    assertThat(server.stats().count(Oddity.SILENT_PEER)).isEqualTo(1);
  }

  @Test
  void row07_afterItsFirstFrameAPeerMayBeSilent() throws IOException {
    restart(s -> onClock(s, clock));
    ScriptedPeer peer = peer();
    expectAlive(peer);
    clock.advance(Duration.ofDays(1));
    expectAlive(peer);
  }

  @Test
  void row08_aHundredHonestPrefixesWithoutABodyCostNextToNothing() {
    prefixesWithoutBodies(100);
  }

  @Test
  @Tag("slow")
  void row08_aThousandHonestPrefixesWithoutABodyCostNextToNothing() {
    prefixesWithoutBodies(1_000);
  }

  private void prefixesWithoutBodies(int peers) {
    politeCall();
    List<ScriptedPeer> greedy = new ArrayList<>();
    for (int i = 0; i < peers; i++) {
      ScriptedPeer peer = peer();
      expectAlive(peer); // what a connection costs anyhow is not counted
      greedy.add(peer);
    }
    long before = usedHeap();
    String call = json("{'id':1,'method':'add','params':[1,2],'meta':{}}");
    for (ScriptedPeer peer : greedy) {
      peer.sendFrame(call).sendLength(FRAME).sendBytes(new byte[100]);
    }
    for (ScriptedPeer peer : greedy) {
      assertThat(peer.readFrame()).isEqualTo(json("{'id':1,'ok':true,'result':3}"));
    }
    politeCall();
    assertThat(usedHeap() - before).isLessThan(peers * 64L * 1024 + 8L * MEBIBYTE);
  }

  @Test
  void row08_bodiesAreReadNoFurtherThanTheBudgetOfTheProcess() throws IOException {
    int peers = 24;
    long budget = 8L * MEBIBYTE;
    restart(s -> onClock(s, clock).processBytes(budget));
    politeCall();
    long before = usedHeap();
    List<ScriptedPeer> greedy = new ArrayList<>();
    for (int i = 0; i < peers; i++) {
      greedy.add(peer().sendLength(FRAME).sendBytes(new byte[] {'{'}));
    }
    List<Thread> writers =
        greedy.stream().map(p -> Thread.ofPlatform().daemon().start(() -> sendMost(p))).toList();
    awaitNothingRead(clock);
    politeCall();
    long held = usedHeap() - before;
    clock.advance(FRAME_TIME); // each loses its connection, and what it held is free again
    for (ScriptedPeer peer : greedy) {
      peer.close();
    }
    awaitConnections(1, clock, FRAME_TIME);
    writers.forEach(BadInput::join);
    assertThat(held).isLessThan(2 * budget + peers * 256L * 1024 + 8L * MEBIBYTE);
  }

  /** What is left of a frame, but for its last byte, in one piece. */
  private static void sendMost(ScriptedPeer peer) {
    try {
      peer.sendBytes(MOST_OF_A_FRAME);
    } catch (UncheckedIOException e) {
      // The test has closed it.
    }
  }

  @Test
  void row11_callsOverTheCapOfAConnectionAreBusy() throws IOException {
    restart(s -> s.limits(Limits.DEFAULT.with(Bound.IN_FLIGHT, 10)));
    ScriptedPeer peer = peer();
    for (int i = 0; i < 15; i++) {
      peer.sendFrame(json("{'id':" + i + ",'method':'hold','meta':{}}"));
    }
    for (int i = 10; i < 15; i++) {
      JsonNode error =
          Replies.v1Error(read(peer), String.valueOf(i), ErrorCode.SERVER_BUSY, Executed.NO);
      assertThat(error.get("details").get("retry_after_ms").intValue()).isPositive();
    }
    awaitHolding(10);
    politeCall();
    service.release();
    for (int i = 0; i < 10; i++) {
      assertThat(read(peer).get("ok").booleanValue()).isTrue();
    }
    assertThat(service.runs()).isEqualTo(11);
    assertThat(server.stats().count(Oddity.TOO_MANY_IN_FLIGHT)).isEqualTo(5);
  }

  @Test
  void row11_tenThousandRequestsWhoseRepliesNobodyReadsAreAnsweredOnceSomebodyDoes() {
    int calls = 10_000;
    ScriptedPeer peer = peer();
    for (int i = 0; i < calls; i++) {
      peer.sendFrame(json("{'id':" + i + ",'method':'add','params':[1,2],'meta':{}}"));
    }
    politeCall();
    Set<Integer> answered = new HashSet<>();
    for (int i = 0; i < calls; i++) {
      answered.add(read(peer).get("id").intValue());
    }
    assertThat(answered).hasSize(calls);
    expectAlive(peer);
  }

  @Test
  void row11_readingPausesForUnreadRepliesAndGoesOnWhenTheyAreRead() throws IOException {
    restart(s -> s.timers(clock).unreadOutput(MEBIBYTE, WRITE_STALL));
    int calls = 500;
    int bytes = 100_000;
    ScriptedPeer peer = peer();
    Thread writer = Thread.ofPlatform().daemon().start(() -> askForBlobs(peer, calls, bytes));
    awaitNothingRead(clock);
    long ranUnread = service.runs();
    politeCall();
    for (int i = 0; i < calls; i++) {
      assertThat(peer.readFrame()).hasSizeGreaterThan(bytes);
    }
    join(writer);
    assertThat(ranUnread).as("calls that ran though no reply was read").isLessThan(calls / 2);
    expectAlive(peer);
  }

  @Test
  void row11_aPeerThatReadsNothingIsClosed() throws IOException {
    restart(s -> s.timers(clock).unreadOutput(MEBIBYTE, WRITE_STALL));
    ScriptedPeer peer = peer();
    Thread writer = Thread.ofPlatform().daemon().start(() -> askForBlobs(peer, 1_000, 100_000));
    await().atMost(PATIENCE).until(() -> service.runs() > 0);
    awaitClosedForStall();
    join(writer);
    assertThat(server.stats().count(Oddity.STALLED_PEER)).isEqualTo(1);
  }

  @Test
  void row11_aPeerThatReadsNothingIsClosedAlsoWhenSomethingElseWasDueBefore() throws IOException {
    restart(s -> s.timers(clock).unreadOutput(MEBIBYTE, WRITE_STALL));
    ScriptedPeer peer = peer();
    peer.sendFrame(json("{'id':'h','method':'hold','meta':{'timeout_ms':5000}}"));
    awaitHolding(1);
    Thread writer = Thread.ofPlatform().daemon().start(() -> askForBlobs(peer, 1_000, 100_000));
    await().atMost(PATIENCE).until(() -> service.runs() > 1);
    clock.advance(Duration.ofSeconds(5));
    awaitClosedForStall();
    join(writer);
  }

  @Test
  void row11_aPeerThatStopsReadingIsClosedElevenSecondsLaterAtMost() throws IOException {
    restart(s -> s.timers(clock).unreadOutput(MEBIBYTE, WRITE_STALL));
    ScriptedPeer peer = peer();
    Thread writer = Thread.ofPlatform().daemon().start(() -> askForBlobs(peer, 1_000, 100_000));
    awaitNothingRead(clock);
    Connection connection = transport.lastAccepted();
    long sent = ObservedTransport.sentBytes(connection);
    int seconds = 0; // since the system has taken anything: it may, though the peer does not read
    while (server.stats().count(Oddity.STALLED_PEER) == 0) {
      clock.advance(Duration.ofSeconds(1));
      long sentNow = ObservedTransport.sentBytes(connection); // after the look of this second
      seconds = sentNow == sent ? seconds + 1 : 0;
      sent = sentNow;
    }
    awaitConnections(0);
    join(writer);
    assertThat(seconds).isBetween(10, 11);
  }

  @Test
  void row35_aCancelOfAnUnknownIdIsIgnored() {
    ScriptedPeer peer = peer();
    peer.sendFrame(json("{'method':'rpc.cancel','params':{'id':99},'meta':{}}"));
    expectAlive(peer);
    assertThat(server.stats().count(Oddity.IDLE_CANCEL)).isEqualTo(1);
  }

  @Test
  void row35_aCancelOfAFinishedIdIsIgnored() {
    ScriptedPeer peer = peer();
    expectAlive(peer);
    peer.sendFrame(json("{'method':'rpc.cancel','params':{'id':'alive'},'meta':{}}"));
    expectAlive(peer);
    assertThat(server.stats().count(Oddity.IDLE_CANCEL)).isEqualTo(1);
  }

  @Test
  void row35_cancelsOfNothingAreIgnored() {
    ScriptedPeer peer = peer();
    for (String params : List.of("{}", "[]", "[1]", "{'id':null}", "{'id':{}}", "{'id':1.5}")) {
      peer.sendFrame(json("{'method':'rpc.cancel','params':" + params + ",'meta':{}}"));
    }
    peer.sendFrame(json("{'method':'rpc.cancel','meta':{}}"));
    expectAlive(peer);
    assertThat(server.stats().count(Oddity.IDLE_CANCEL)).isEqualTo(7);
  }

  @Test
  void row35_aFloodOfCancelsIsCountedAndEndsTheConnection() throws IOException {
    restart(s -> onClock(s, clock)); // which stands still: nothing is forgiven
    ScriptedPeer peer = peer();
    String cancel = json("{'method':'rpc.cancel','params':{'id':99},'meta':{}}");
    for (int i = 0; i < Limits.DEFAULT.get(Bound.CANCEL_BURST); i++) {
      peer.sendFrame(cancel);
    }
    expectAlive(peer); // a call, for which one more cancel is forgiven
    peer.sendFrame(cancel).sendFrame(cancel);
    expectFarewell(peer, ErrorCode.BAD_REQUEST);
    assertThat(server.stats().count(Oddity.IDLE_CANCEL)).isEqualTo(1_002);
  }

  @Test
  void row35_cancelsAtASensibleRateAreForgiven() throws IOException {
    restart(s -> onClock(s, clock));
    ScriptedPeer peer = peer();
    String cancel = json("{'method':'rpc.cancel','params':{'id':99},'meta':{}}");
    for (int second = 0; second < 20; second++) {
      for (int i = 0; i < Limits.DEFAULT.get(Bound.CANCELS_PER_SECOND); i++) {
        peer.sendFrame(cancel);
      }
      expectAlive(peer);
      clock.advance(Duration.ofSeconds(1));
    }
    assertThat(server.stats().count(Oddity.IDLE_CANCEL)).isEqualTo(2_000);
  }

  @Test
  void row35_cancelledWorkThatStillRunsCountsTowardsTheLimit() throws IOException {
    restart(s -> s.limits(Limits.DEFAULT.with(Bound.IN_FLIGHT, 1)));
    ScriptedPeer peer = peer();
    peer.sendFrame(json("{'id':1,'method':'hold','meta':{}}"));
    awaitHolding(1);
    peer.sendFrame(json("{'method':'rpc.cancel','params':{'id':1},'meta':{}}"));
    JsonNode busy = ask(peer, "{'id':2,'method':'add','params':[1,2],'meta':{}}");
    Replies.v1Error(busy, "2", ErrorCode.SERVER_BUSY, Executed.NO);
    service.release();
    assertThat(read(peer).get("id").intValue()).isEqualTo(1);
    expectAlive(peer);
  }

  @Test
  void row35_aFloodOfCallsOfUnknownMethodsIsAnsweredAndEndsNothing() throws IOException {
    restart(s -> onClock(s, clock)); // which stands still: nothing is forgiven
    int calls = 2 * Limits.DEFAULT.get(Bound.ERROR_BURST) + 1;
    ScriptedPeer peer = peer();
    Thread writer =
        Thread.ofPlatform()
            .daemon()
            .start(
                () -> {
                  for (int i = 0; i < calls; i++) {
                    peer.sendFrame(json("{'id':" + i + ",'method':'no.such','meta':{}}"));
                  }
                });
    for (int i = 0; i < calls; i++) {
      JsonNode reply = read(peer);
      Replies.v1Error(reply, String.valueOf(i), ErrorCode.METHOD_NOT_FOUND, Executed.NO);
    }
    join(writer);
    expectAlive(peer);
    assertThat(server.stats().count("METHOD_NOT_FOUND")).isEqualTo(calls);
    assertThat(server.stats().count(Oddity.TOO_MANY_ERRORS)).isZero();
  }

  @Test
  void row35_callsThatAreMalformedEndNothingHoweverManyThereAre() throws IOException {
    restart(
        s ->
            onClock(s, clock)
                .limits(
                    Limits.DEFAULT.with(Bound.ERROR_BURST, 3).with(Bound.ERRORS_PER_SECOND, 1)));
    ScriptedPeer peer = peer();
    for (int i = 0; i < 20; i++) {
      JsonNode reply = ask(peer, "{'id':1,'method':'add','params':7,'meta':{}}");
      Replies.v1Error(reply, "1", ErrorCode.INVALID_PARAMS, Executed.NO);
      peer.sendFrame(json("{'method':'add','params':7,'meta':{}}"));
    }
    expectAlive(peer);
  }

  @Test
  void row35_aFloodOfMessagesThatAreNoCallsEndsTheConnection() throws IOException {
    restart(
        s ->
            onClock(s, clock)
                .limits(
                    Limits.DEFAULT.with(Bound.ERROR_BURST, 3).with(Bound.ERRORS_PER_SECOND, 1)));
    ScriptedPeer peer = peer();
    peer.sendFrame("[]").sendFrame(json("{'id':1.5}")).sendFrame(json("{'id':1,'result':1}"));
    Replies.orphan(read(peer), ErrorCode.BAD_REQUEST);
    Replies.orphan(read(peer), ErrorCode.BAD_REQUEST);
    expectAlive(peer);
    peer.sendFrame("[]");
    Replies.orphan(read(peer), ErrorCode.BAD_REQUEST);
    expectFarewell(peer, ErrorCode.BAD_REQUEST);
    assertThat(server.stats().count(Oddity.TOO_MANY_ERRORS)).isEqualTo(1);
  }

  @Test
  void row35_errorsAtASensibleRateAreForgiven() throws IOException {
    restart(
        s ->
            onClock(s, clock)
                .limits(
                    Limits.DEFAULT.with(Bound.ERROR_BURST, 3).with(Bound.ERRORS_PER_SECOND, 2)));
    ScriptedPeer peer = peer();
    for (int second = 0; second < 20; second++) {
      Replies.orphan(ask(peer, "[]"), ErrorCode.BAD_REQUEST);
      Replies.orphan(ask(peer, "[]"), ErrorCode.BAD_REQUEST);
      clock.advance(Duration.ofSeconds(1));
    }
    expectAlive(peer);
  }

  @Test
  void row35_aHandlerThatFailsGivesNothingAway() {
    ScriptedPeer peer = peer();
    JsonNode error =
        Replies.v1Error(
            ask(peer, "{'id':1,'method':'boom','meta':{}}"),
            "1",
            ErrorCode.INTERNAL,
            Executed.MAYBE);
    assertThat(error.get("details").get("incident").asString()).matches("[0-9a-f]{16}");
    Replies.bareError(ask(peer, "{'id':1,'method':'boom'}"), "1", ErrorCode.APPLICATION_NUMBER);
    expectAlive(peer);
  }

  private void askForBlobs(ScriptedPeer peer, int calls, int bytes) {
    try {
      for (int i = 0; i < calls; i++) {
        peer.sendFrame(
            json("{'id':" + i + ",'method':'blob','params':[" + bytes + "],'meta':{}}")
                // fills the frame, so that not all of them fit into one read
                + " ".repeat(8_000));
      }
    } catch (UncheckedIOException e) {
      // The server has closed it, as it should.
    }
  }

  /** Moves the clock on until the connection is gone; while bytes still move it is not. */
  private void awaitClosedForStall() {
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(50))
        .until(
            () -> {
              clock.advance(WRITE_STALL.plusMillis(1));
              return server.stats().connections() == 0;
            });
  }

  /** Until the server has read something at the present time of the clock. */
  private void awaitSeen() {
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(1))
        .until(() -> Duration.ZERO.equals(server.stats().sinceLastSeen()));
  }
}
