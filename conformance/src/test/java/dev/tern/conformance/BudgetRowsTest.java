package dev.tern.conformance;

import static dev.tern.conformance.Replies.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tern.protocol.ErrorCode;
import dev.tern.protocol.Executed;
import dev.tern.testkit.ManualTimers;
import dev.tern.testkit.ScriptedPeer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Rows 8, 11 and 32: peers that would use up the memory of the process, were it not bounded. */
class BudgetRowsTest extends BadInput {
  private static final int MEBIBYTE = 1 << 20;
  private static final int FRAME = 16 * MEBIBYTE;
  private static final Duration FRAME_TIME = Duration.ofSeconds(30);
  private static final Duration PATIENCE = Duration.ofSeconds(50);
  private static final int LARGE = 100_000;

  /** Much more than the operating system keeps of what nobody reads. */
  private static final int MANY = 400;

  /** So many large ones are more than a connection may hold. */
  private static final int BLOBS = 200;

  private final ManualTimers clock = new ManualTimers();

  BudgetRowsTest(TestTransport kind) {
    super(kind);
  }

  private void restartWithBytes(long budget) throws IOException {
    restart(s -> onClock(s, clock).processBytes(budget));
  }

  @Test
  void row08_smallPartsOfLargeFramesAreBoundedByTheBudget() throws IOException {
    restartWithBytes(6 * MEBIBYTE);
    List<ScriptedPeer> greedy = new ArrayList<>();
    for (int i = 0; i < MANY; i++) {
      ScriptedPeer peer = peer();
      expectAlive(peer); // what a connection costs anyhow is not counted
      greedy.add(peer);
    }
    politeCall();
    long before = usedHeap();
    byte[] part = new byte[60 << 10];
    for (ScriptedPeer peer : greedy) { // in turn: at one moment each would be read from once more
      peer.sendLength(FRAME).sendBytes(part);
      politeCall();
    }
    awaitNothingRead(clock);
    long held = usedHeap() - before;
    awaitConnections(1, clock, FRAME_TIME); // all but the polite one are too late
    assertThat(held).isLessThan(20L * MEBIBYTE).isLessThan((long) MANY * part.length);
  }

  @Test
  void row08_bareCallsThatWaitAreBoundedByTheBudget() throws IOException {
    restartWithBytes(MEBIBYTE);
    ScriptedPeer peer = peer();
    peer.sendFrame(json("{'id':'first','method':'hold'}"));
    awaitHolding(1);
    Thread writer = inBackground(() -> askForEchoes(peer));
    awaitNothingRead(clock);
    assertThat(writer.isAlive()).as("it waits until more is read").isTrue();
    politeCall();
    ScriptedPeer other = peer();
    Replies.v1Error(ask(other, echo(2_000)), "1", ErrorCode.SERVER_BUSY, Executed.NO);

    service.release();
    List<String> ids = new ArrayList<>();
    advanceUntilDone(
        List.of(
            CompletableFuture.runAsync(
                () -> {
                  for (int i = 0; i <= MANY; i++) {
                    ids.add(read(peer).get("id").asString());
                  }
                })));

    assertThat(ids).hasSize(MANY + 1).startsWith("first", "0", "1").endsWith("" + (MANY - 1));
    join(writer);
    expectAlive(peer);
    expectRoom(other);
  }

  @Test
  void row11_unreadRepliesOfAllPeersTogetherAreBoundedByTheBudget() throws IOException {
    int budget = 8 * MEBIBYTE;
    int peers = 5;
    restartWithBytes(budget);
    politeCall();
    long before = usedHeap();
    List<ScriptedPeer> greedy = new ArrayList<>();
    List<Thread> writers = new ArrayList<>();
    for (int i = 0; i < peers; i++) {
      ScriptedPeer peer = peer();
      greedy.add(peer);
      writers.add(inBackground(() -> askForBlobs(peer)));
    }
    awaitNothingRead(clock);
    politeCall();
    long held = usedHeap() - before;

    advanceUntilDone(
        greedy.stream()
            .map(peer -> CompletableFuture.runAsync(() -> readFrames(peer, BLOBS)))
            .toList());

    writers.forEach(BadInput::join);
    greedy.forEach(BadInput::expectAlive);
    assertThat(held).isLessThan(budget + 16L * MEBIBYTE).isLessThan(peers * 8L * MEBIBYTE);
  }

  @Test
  void row11_whenAPeerThatHeldEverythingIsGoneTheOthersGoOn() throws IOException {
    restartWithBytes(MEBIBYTE);
    ScriptedPeer greedy = peer();
    Thread writer = inBackground(() -> askForBlobs(greedy));
    awaitNothingRead(clock);
    ScriptedPeer other = peer().sendFrame(echo(LARGE));
    CompletableFuture<String> reply = CompletableFuture.supplyAsync(other::readFrame);
    awaitNothingRead(clock);
    assertThat(reply).as("there is no room for the frame").isNotDone();

    greedy.reset();
    advanceUntilDone(List.of(reply));

    join(writer);
    assertThat(Replies.parse(reply.join()).get("id").intValue()).isEqualTo(1);
    expectRoom(other);
  }

  @Test
  void row11_smallCallsAreBusyOnceTheBudgetIsFull() throws IOException {
    restartWithBytes(100_000);
    ScriptedPeer peer = peer();
    int calls = 1_000;
    for (int i = 0; i < calls; i++) {
      peer.sendFrame(json("{'id':" + i + ",'method':'hold','meta':{}}"));
    }
    long let = awaitAllHeldOrBusy(calls);
    service.release();
    readFrames(peer, calls);
    assertThat(let).as("a hundred, and what was read with the last of them").isBetween(90L, 900L);
  }

  @Test
  void row32_theMetaOfCallsIsBoundedByTheBudget() throws IOException {
    restartWithBytes(100_000);
    ScriptedPeer peer = peer();
    String auth = "a".repeat(2_000);
    int calls = 60;
    for (int i = 0; i < calls; i++) {
      peer.sendFrame(json("{'id':" + i + ",'method':'hold','meta':{'auth':'" + auth + "'}}"));
    }
    long let = awaitAllHeldOrBusy(calls);
    politeCall();
    service.release();
    readFrames(peer, calls);
    assertThat(let).isBetween(20L, 40L);
  }

  /** Returns how many are held. */
  private long awaitAllHeldOrBusy(int calls) {
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(20))
        .until(
            () -> {
              clock.advance(Duration.ofMillis(20)); // the answers have to leave as well
              return service.holding() + server.stats().count("SERVER_BUSY") == calls;
            });
    return service.holding();
  }

  /** Three bytes of text are some sixty of memory. */
  @Test
  void row164_whatIsMadeOfParamsIsBoundedByTheBudget() throws IOException {
    restartWithBytes(4 * MEBIBYTE);
    ScriptedPeer peer = peer();
    for (int i = 0; i < 10; i++) { // what one has taken is there for the next one
      assertThat(ask(peer, echoList(40_000)).get("ok").booleanValue()).as("call %d", i).isTrue();
      JsonNode error =
          Replies.v1Error(ask(peer, echoList(100_000)), "1", ErrorCode.TOO_LARGE, Executed.NO);
      assertThat(error.get("message").asString()).contains("more elements and entries");
    }
    politeCall();
    expectAlive(peer);
  }

  private static String list(int elements) {
    return "[" + "{},".repeat(elements - 1) + "{}]";
  }

  private static String echoList(int elements) {
    return json("{'id':1,'method':'echo','params':{'value':" + list(elements) + "},'meta':{}}");
  }

  private static String echo(int bytes) {
    return json(
        "{'id':1,'method':'echo','params':{'value':'" + "v".repeat(bytes) + "'},'meta':{}}");
  }

  private static void askForEchoes(ScriptedPeer peer) {
    String value = "v".repeat(LARGE);
    for (int i = 0; i < MANY; i++) {
      peer.sendFrame(json("{'id':'" + i + "','method':'echo','params':{'value':'" + value + "'}}"));
    }
  }

  private static void askForBlobs(ScriptedPeer peer) {
    try {
      for (int i = 0; i < BLOBS; i++) {
        peer.sendFrame(
            json("{'id':" + i + ",'method':'blob','params':[" + LARGE + "],'meta':{}}")
                + " ".repeat(8_000)); // so that few of them fit into one read
      }
    } catch (UncheckedIOException e) {
      // The test has reset it.
    }
  }

  private static void readFrames(ScriptedPeer peer, int count) {
    for (int i = 0; i < count; i++) {
      peer.readFrame();
    }
  }

  private static Thread inBackground(Runnable task) {
    return Thread.ofPlatform().daemon().start(task);
  }

  /** Large calls are served again, soon. */
  private void expectRoom(ScriptedPeer peer) {
    advanceUntilDone(
        List.of(
            CompletableFuture.runAsync(
                () -> {
                  while (!ask(peer, echo(LARGE)).get("ok").booleanValue()) {
                    // what others held is being given back
                  }
                })));
  }

  /** Moves the clock on, slowly enough that no frame is late. */
  private void advanceUntilDone(List<? extends CompletableFuture<?>> all) {
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(10))
        .until(
            () -> {
              clock.advance(Duration.ofMillis(10));
              return all.stream().allMatch(CompletableFuture::isDone);
            });
    all.forEach(CompletableFuture::join);
  }
}
