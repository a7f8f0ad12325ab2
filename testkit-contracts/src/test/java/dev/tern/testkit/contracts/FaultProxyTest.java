package dev.tern.testkit.contracts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tern.testkit.FaultCounts;
import dev.tern.testkit.FaultProxy;
import dev.tern.testkit.ScriptedPeer;
import dev.tern.transport.memory.Direction;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
final class FaultProxyTest {

  private static final long SEED = 11;
  private static final Duration SHORT = Duration.ofMillis(50);

  private ScriptedPeer.Server listening;
  private FaultProxy proxy;
  private final List<ScriptedPeer> peers = new CopyOnWriteArrayList<>();

  @BeforeEach
  void open() {
    listening = ScriptedPeer.listen();
    proxy = FaultProxy.to(listening.address());
  }

  @AfterEach
  void close() {
    proxy.close();
    listening.close();
    peers.forEach(ScriptedPeer::close);
  }

  private ScriptedPeer client() {
    return kept(ScriptedPeer.connect(proxy.address()));
  }

  private ScriptedPeer server() {
    return kept(listening.accept());
  }

  private ScriptedPeer kept(ScriptedPeer peer) {
    peers.add(peer);
    return peer;
  }

  @Test
  void withoutFaultsEverythingPasses() {
    byte[] bytes = new byte[1 << 20];
    new Random(SEED).nextBytes(bytes);
    ScriptedPeer client = client();
    ScriptedPeer server = server();
    Thread sender = Thread.ofVirtual().start(() -> client.sendFrame(bytes));

    assertThat(server.readFrameBytes(Duration.ofSeconds(10))).as("seed %d", SEED).isEqualTo(bytes);
    server.sendFrame("reply");
    assertThat(client.readFrame()).isEqualTo("reply");
    TransferContract.join(sender);
  }

  @Test
  void aHalfClosePasses() {
    ScriptedPeer client = client().halfClose();
    ScriptedPeer server = server();
    server.expectClose();

    server.sendFrame("reply").halfClose();

    assertThat(client.readFrame()).isEqualTo("reply");
    client.expectClose();
    Recorder.eventually("the proxy forgets it", () -> proxy.connections() == 0);
  }

  @Test
  void aResetPasses() {
    ScriptedPeer client = client();
    ScriptedPeer server = server();

    client.reset();

    server.expectReset();
  }

  @Test
  void aDelayHoldsForItsDirectionOnly() {
    proxy.delay(Direction.TO_SERVER, Duration.ofMillis(200));
    ScriptedPeer client = client();
    ScriptedPeer server = server();
    server.sendFrame("at once");
    assertThat(client.readFrame()).isEqualTo("at once");
    long start = System.nanoTime();

    client.sendFrame("late");

    assertThat(server.readFrame()).isEqualTo("late");
    assertThat(Recorder.millisSince(start)).isGreaterThanOrEqualTo(200);
  }

  @Test
  void aDelayDoesNotSlowTheRateDown() {
    proxy.delay(Direction.TO_SERVER, Duration.ofMillis(200));
    ScriptedPeer client = client();
    ScriptedPeer server = server();
    long start = System.nanoTime();

    // 32 chunks: one after the other they would take more than six seconds.
    client.sendFrame(new byte[512 << 10]);
    server.readFrameBytes(Duration.ofSeconds(10));

    assertThat(Recorder.millisSince(start)).isBetween(200L, 3_000L);
  }

  @Test
  void aStallHoldsBackUntilItIsResumed() {
    proxy.stall(Direction.TO_SERVER);
    ScriptedPeer client = client().sendFrame("held back");
    ScriptedPeer server = server();
    server.expectNothing(SHORT);
    server.sendFrame("the other way");
    assertThat(client.readFrame()).isEqualTo("the other way");

    proxy.resume(Direction.TO_SERVER);

    assertThat(server.readFrame()).isEqualTo("held back");
  }

  @Test
  void aStallHidesTheEnd() {
    proxy.stall(Direction.TO_SERVER);
    client().halfClose();

    server().expectNothing(SHORT);
  }

  @Test
  void aConnectionIsCutAfterSomeBytes() {
    proxy.cutAfter(Direction.TO_SERVER, 7);
    ScriptedPeer client = client().sendFrame("12345");
    ScriptedPeer server = server();

    assertThat(server.readBytes(7, Duration.ofSeconds(5)))
        .containsExactly(0, 0, 0, 5, '1', '2', '3');
    server.expectReset();
    client.expectReset();
  }

  @Test
  void aCutHoldsForNewConnectionsOnly() {
    ScriptedPeer client = client();
    ScriptedPeer server = server();
    client.sendFrame("1");
    server.readFrame();

    proxy.cutAfter(Direction.TO_SERVER, 0);

    client.sendFrame("2");
    assertThat(server.readFrame()).isEqualTo("2");
    assertThat(isLost()).isTrue();
  }

  @Test
  void allAreReset() {
    ScriptedPeer client = client();
    ScriptedPeer server = server();
    client.sendFrame("1");
    server.readFrame();

    proxy.resetAll();

    client.expectReset();
    server.expectReset();
    assertThat(proxy.connections()).isZero();
  }

  @Test
  void theSameSeedLosesTheSameConnections() {
    Thread.ofVirtual().start(this::greetAll);
    List<Boolean> first = lost(20);

    assertThat(lost(20)).as("seed %d", SEED).isEqualTo(first).contains(true, false);
  }

  private void greetAll() {
    try {
      while (true) {
        server().sendFrame("hello");
      }
    } catch (UncheckedIOException e) {
      // The test is over.
    }
  }

  private List<Boolean> lost(int count) {
    proxy.loseConnections(0.5, SEED);
    List<Boolean> lost = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      lost.add(isLost());
    }
    return lost;
  }

  /** One that passes is greeted; one that is lost is reset, perhaps while it still connects. */
  private boolean isLost() {
    try {
      client().readFrame();
      return false;
    } catch (AssertionError | UncheckedIOException reset) {
      return true;
    }
  }

  @Test
  void aShareIsChecked() {
    assertThatThrownBy(() -> proxy.loseConnections(1.5, SEED))
        .hasMessage("share: 1.5 (expected: 0 to 1)");
  }

  @Test
  void aServerThatIsNotThereResets() {
    listening.close();

    assertThat(isLost()).isTrue();
  }

  @Test
  void aServerThatIsNotThereIsCounted() {
    listening.close();

    assertThat(isLost()).isTrue();
    Recorder.eventually("it is counted", () -> proxy.counts().refusedConnections() == 1);
  }

  @Test
  void connectionsToComeLeadToTheNewTarget() {
    client();
    server();
    try (ScriptedPeer.Server next = ScriptedPeer.listen()) {
      proxy.target(next.address());
      client().sendFrame("hello");

      assertThat(kept(next.accept()).readFrame()).isEqualTo("hello");
    }
  }

  @Test
  void itListensWhereItIsTold() {
    InetSocketAddress anywhere = new InetSocketAddress("0.0.0.0", 0);
    try (FaultProxy open = FaultProxy.listen(anywhere, listening.address())) {
      assertThat(open.address().getAddress().isAnyLocalAddress()).isTrue();
      InetSocketAddress loopback =
          new InetSocketAddress(InetAddress.getLoopbackAddress(), open.address().getPort());
      kept(ScriptedPeer.connect(loopback)).sendFrame("hello");
      assertThat(server().readFrame()).isEqualTo("hello");
      assertThatThrownBy(() -> open.target(loopback)).hasMessageContaining("the proxy's own");
    }
  }

  @Test
  void itDoesNotLeadToItself() {
    assertThatThrownBy(() -> proxy.target(proxy.address()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "target: 127.0.0.1:%d (expected: another address than the proxy's own)",
            proxy.address().getPort());
  }

  @Test
  void anAddressInUseIsRefused() {
    assertThatThrownBy(() -> FaultProxy.listen(proxy.address(), listening.address()))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessage("cannot listen on 127.0.0.1:%d: the port is in use", proxy.address().getPort());
  }

  @Test
  void aSlowCloseHidesTheEndButNotWhatCameBefore() {
    proxy.slowClose(Direction.TO_SERVER, Duration.ofMillis(200));
    ScriptedPeer client = client();
    ScriptedPeer server = server();
    long start = System.nanoTime();

    client.sendFrame("last").halfClose();

    assertThat(server.readFrame()).isEqualTo("last");
    server.expectClose();
    assertThat(Recorder.millisSince(start)).isGreaterThanOrEqualTo(200);
  }

  @Test
  void aSlowCloseHidesAReset() {
    proxy.slowClose(Direction.TO_SERVER, Duration.ofMillis(200));
    ScriptedPeer client = client();
    ScriptedPeer server = server();
    long start = System.nanoTime();

    client.reset();

    server.expectReset();
    assertThat(Recorder.millisSince(start)).isGreaterThanOrEqualTo(200);
  }

  @Test
  void aSenderLearnsThatTheReceiverIsGone() {
    ScriptedPeer client = client();
    ScriptedPeer server = server();
    server.halfClose();
    client.expectClose();

    server.reset();

    Recorder.eventually(
        "the proxy forgets it",
        () -> {
          try {
            client.sendFrame("is anybody there?");
          } catch (UncheckedIOException e) {
            // It has been reset.
          }
          return proxy.connections() == 0;
        });
  }

  @Test
  void jitterKeepsTheOrder() {
    proxy.jitter(Direction.TO_SERVER, Duration.ofMillis(20), SEED);
    ScriptedPeer client = client();
    ScriptedPeer server = server();
    for (int i = 0; i < 50; i++) {
      client.sendFrame("" + i);
    }

    for (int i = 0; i < 50; i++) {
      assertThat(server.readFrame()).isEqualTo("" + i);
    }
  }

  @Test
  void theBandwidthIsBounded() {
    proxy.bandwidth(Direction.TO_SERVER, 100_000);
    ScriptedPeer client = client();
    ScriptedPeer server = server();
    long start = System.nanoTime();

    client.sendFrame(new byte[30_000]);
    server.readFrameBytes(Duration.ofSeconds(20));

    assertThat(Recorder.millisSince(start)).isGreaterThanOrEqualTo(290);
  }

  @Test
  void aDripPassesEverythingInPieces() {
    proxy.drip(Direction.TO_SERVER, 3, Duration.ofMillis(1));
    ScriptedPeer client = client().sendFrame("in small pieces");
    ScriptedPeer server = server();

    assertThat(server.readFrame()).isEqualTo("in small pieces");
    server.sendFrame("at once");
    assertThat(client.readFrame()).isEqualTo("at once");
  }

  @Test
  void lostFramesVanishWhole() {
    proxy.loseFrames(Direction.TO_SERVER, 0.5, SEED);
    ScriptedPeer client = client();
    ScriptedPeer server = server();
    SplittableRandom random = new SplittableRandom(SEED);
    List<String> kept = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      client.sendFrame("frame " + i);
      if (random.nextDouble() >= 0.5) {
        kept.add("frame " + i);
      }
    }
    client.halfClose();

    assertThat(kept).as("seed %d", SEED).hasSizeBetween(1, 39);
    for (String frame : kept) {
      assertThat(server.readFrame()).as("seed %d", SEED).isEqualTo(frame);
    }
    server.expectClose();
    FaultCounts.Way counts = proxy.counts().of(Direction.TO_SERVER);
    assertThat(counts.frames()).isEqualTo(kept.size());
    assertThat(counts.lostFrames()).isEqualTo(40 - kept.size());
  }

  @Test
  void repliesAreLostOrRepeatedTheOtherWay() {
    proxy.loseFrames(Direction.TO_CLIENT, 1, SEED);
    ScriptedPeer client = client().sendFrame("request");
    ScriptedPeer server = server();
    assertThat(server.readFrame()).isEqualTo("request");
    server.sendFrame("lost");
    Recorder.eventually("it is lost", () -> proxy.counts().toClient().lostFrames() == 1);

    proxy.loseFrames(Direction.TO_CLIENT, 0, SEED).duplicateFrames(Direction.TO_CLIENT, 1, SEED);
    server.sendFrame("twice");

    assertThat(client.readFrame()).isEqualTo("twice");
    assertThat(client.readFrame()).isEqualTo("twice");
    assertThat(proxy.counts().toClient().duplicatedFrames()).isEqualTo(1);
    assertThat(proxy.counts().toServer().lostFrames()).isZero();
  }

  @Test
  void whatHappenedToConnectionsIsCounted() {
    proxy.cutAfter(Direction.TO_SERVER, 0);
    assertThat(isLost()).isTrue();
    Recorder.eventually("the cut is counted", () -> proxy.counts().cutConnections() == 1);
    proxy.loseConnections(1, SEED);
    assertThat(isLost()).isTrue();

    assertThat(proxy.counts().connections()).isEqualTo(2);
    assertThat(proxy.counts().lostConnections()).isEqualTo(1);
  }

  @Test
  void valuesAreChecked() {
    Direction any = Direction.TO_CLIENT;
    Duration negative = Duration.ofMillis(-1);
    assertThatThrownBy(() -> proxy.delay(any, negative))
        .hasMessage("delay: PT-0.001S (expected: >= 0)");
    assertThatThrownBy(() -> proxy.jitter(any, negative, SEED))
        .hasMessage("most: PT-0.001S (expected: >= 0)");
    assertThatThrownBy(() -> proxy.slowClose(any, negative))
        .hasMessage("delay: PT-0.001S (expected: >= 0)");
    assertThatThrownBy(() -> proxy.bandwidth(any, 0))
        .hasMessage("bytesPerSecond: 0 (expected: >= 1)");
    assertThatThrownBy(() -> proxy.drip(any, 0, Duration.ZERO))
        .hasMessage("bytes: 0 (expected: >= 1)");
    assertThatThrownBy(() -> proxy.loseFrames(any, Double.NaN, SEED))
        .hasMessage("share: NaN (expected: 0 to 1)");
    assertThatThrownBy(() -> proxy.duplicateFrames(any, -0.1, SEED))
        .hasMessage("share: -0.1 (expected: 0 to 1)");
  }
}
