package dev.tern.testkit.contracts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tern.testkit.FaultProxy;
import dev.tern.testkit.ScriptedPeer;
import dev.tern.transport.memory.Direction;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
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
}
