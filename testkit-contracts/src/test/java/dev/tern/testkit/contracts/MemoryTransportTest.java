package dev.tern.testkit.contracts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tern.core.transport.Connection;
import dev.tern.core.transport.Transport;
import dev.tern.transport.memory.Direction;
import dev.tern.transport.memory.MemoryTransport;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class MemoryTransportTest extends TransportContract {

  @Override
  protected Transport newTransport() {
    return new MemoryTransport();
  }

  @Override
  protected String threadNamePrefix() {
    return "tern-memory";
  }

  private MemoryTransport inMemory() {
    return (MemoryTransport) transport;
  }

  /** Replaces the transport by one with other settings. */
  private void restart(MemoryTransport.Settings settings) {
    transport.close();
    transport = new MemoryTransport(settings);
  }

  private List<Integer> sizesOfChunks(int count) {
    List<Integer> sizes = new ArrayList<>();
    Link link =
        link(
            client -> client,
            server -> server.uponBytes((connection, bytes) -> sizes.add(bytes.length)));
    byte[] sent = randomBytes(count);
    link.client().send(sent.clone());
    assertThat(link.server().awaitBytes(count)).isEqualTo(sent);
    return link.server().<List<Integer>>ask(connection -> List.copyOf(sizes));
  }

  @Test
  void handsOverInChunks() {
    restart(MemoryTransport.Settings.inChunksOf(3));

    assertThat(sizesOfChunks(10)).containsExactly(3, 3, 3, 1);
  }

  @Test
  void theSameSeedSplitsAtTheSamePlaces() {
    restart(MemoryTransport.Settings.splitAtRandom(7));
    List<Integer> first = sizesOfChunks(10_000);
    restart(MemoryTransport.Settings.splitAtRandom(7));

    assertThat(sizesOfChunks(10_000)).isEqualTo(first).hasSizeGreaterThan(1);
  }

  @Test
  void theBufferBoundsWhatAPausedSideTakes() {
    restart(new MemoryTransport.Settings(1_000, 1_000, null));
    Link link = link();
    link.server().run(Connection::pauseReading);

    link.client().send(new byte[5_000]);

    Recorder.eventually("a full buffer", () -> link.client().sentBytes() == 1_000);
    assertThat(link.client().unsentBytes()).isEqualTo(4_000);
  }

  @Test
  void aConnectionIsCutAfterSomeBytesToTheServer() {
    inMemory().cutNextConnection(Direction.TO_SERVER, 1_500);
    Link link = link();

    link.client().send(new byte[1_000]);
    link.client().send(new byte[1_000]);

    assertThat(link.server().awaitClosed()).isInstanceOf(IOException.class);
    assertThat(link.client().awaitClosed()).isInstanceOf(IOException.class);
    assertThat(link.server().count()).isEqualTo(1_500);
  }

  @Test
  void aConnectionIsCutBeforeTheFirstByteToTheClient() {
    inMemory().cutNextConnection(Direction.TO_CLIENT, 0);
    Link link = link();
    link.client().send(new byte[1_000]);
    link.server().awaitBytes(1_000);

    link.server().send(new byte[1]);

    assertThat(link.client().awaitClosed()).isInstanceOf(IOException.class);
    assertThat(link.client().count()).isZero();
  }

  @Test
  void onlyTheNextConnectionIsCut() {
    inMemory().cutNextConnection(Direction.TO_SERVER, 1);
    link();
    Link second = link();

    second.client().send(new byte[1_000]);

    assertThat(second.server().awaitBytes(1_000)).hasSize(1_000);
  }

  @Test
  void aResetIsSeenByBothSides() {
    Link link = link();

    inMemory().resetConnections();

    assertThat(link.client().awaitClosed()).hasMessageContaining("reset");
    assertThat(link.server().awaitClosed()).hasMessageContaining("reset");
  }

  @Test
  void aListenerMayHaveAnyName() throws IOException {
    InetSocketAddress orders = InetSocketAddress.createUnresolved("orders", 7070);
    try (Transport.Listener listener = transport.listen(orders, Recorder::new)) {
      assertThat(listener.address()).isEqualTo(orders);
      assertThat(connect(orders).connection.remoteAddress()).isEqualTo(orders);
    }
  }

  @Test
  void aListenerOnAllAddressesIsFoundByEach() throws IOException {
    InetSocketAddress all = new InetSocketAddress(7070);
    try (Transport.Listener listener = transport.listen(all, Recorder::new)) {
      assertThat(listener.address()).isEqualTo(all);
      connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), 7070));
      connect(InetSocketAddress.createUnresolved("localhost", 7070));
    }
  }

  @Test
  void twoTransportsDoNotSeeEachOther() {
    try (Server server = server();
        MemoryTransport other = new MemoryTransport()) {
      assertThatThrownBy(() -> other.connect(server.address(), CONNECT_TIMEOUT, Recorder::new))
          .hasMessageContaining("refused");
    }
  }

  @Test
  void settingsAreChecked() {
    assertThatThrownBy(() -> MemoryTransport.Settings.inChunksOf(0))
        .hasMessage("chunkBytes: 0 (expected: >= 1)");
  }
}
