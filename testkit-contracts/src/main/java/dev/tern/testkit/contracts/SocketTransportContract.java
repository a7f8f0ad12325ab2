package dev.tern.testkit.contracts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tern.core.transport.Connection;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

/**
 * What every transport over TCP must do, with a plain socket at the other end: half-closed peers,
 * resets, peers that never close, hosts that do not answer. Its tests use the loopback interface
 * only.
 */
public abstract class SocketTransportContract extends TransportContract {

  /** More connections than a backlog of 1 takes, however the system rounds it. */
  private static final int MAX_BACKLOG_FILLERS = 64;

  /** Called by subclasses. */
  protected SocketTransportContract() {}

  private static Socket plainSocket(Server server) throws IOException {
    Socket socket = new Socket();
    socket.setSoTimeout((int) Duration.ofSeconds(Recorder.WAIT_SECONDS).toMillis());
    socket.connect(server.address());
    return socket;
  }

  @Test
  void aPeerThatHasShutItsOutputStillGetsTheReply() throws IOException {
    byte[] reply = randomBytes(MIB);
    try (Server server = server();
        Socket peer = plainSocket(server)) {
      Recorder accepted = server.next();
      peer.getOutputStream().write(new byte[] {1, 2, 3});
      peer.shutdownOutput();
      accepted.awaitEndOfInput();
      assertThat(accepted.bytes()).containsExactly(1, 2, 3);

      accepted.send(reply.clone());
      accepted.run(Connection::close);

      assertThat(peer.getInputStream().readAllBytes()).isEqualTo(reply);
      assertThat(accepted.awaitClosed()).isNull();
    }
  }

  @Test
  void aPeerThatHasShutItsOutputGetsItAllThoughItReadsLate() throws Exception {
    byte[] reply = randomBytes(FLOOD_BYTES);
    try (Server server = server();
        Socket peer = plainSocket(server)) {
      Recorder accepted = server.next();
      peer.shutdownOutput();
      accepted.awaitEndOfInput();

      accepted.send(reply.clone());
      accepted.run(Connection::close);
      byte[] read =
          CompletableFuture.supplyAsync(() -> readAll(peer), later())
              .get(Recorder.WAIT_SECONDS, TimeUnit.SECONDS);

      assertThat(read).as("seed %d", SEED).isEqualTo(reply);
      assertThat(accepted.awaitClosed()).isNull();
    }
  }

  private static byte[] readAll(Socket peer) {
    try {
      return peer.getInputStream().readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @RepeatedTest(20)
  void closingWithUnreadInputDoesNotCostThePeerTheLastReply() throws IOException {
    byte[] reply = randomBytes(1_000);
    try (Server server =
            server(
                recorder -> recorder.uponBytes((connection, bytes) -> connection.pauseReading()));
        Socket peer = plainSocket(server)) {
      Recorder accepted = server.next();
      peer.getOutputStream().write(1);
      accepted.awaitBytes(1);
      peer.getOutputStream().write(new byte[32 << 10]);

      accepted.run(
          connection -> {
            connection.write(reply.clone());
            connection.close();
          });

      assertThat(peer.getInputStream().readAllBytes()).isEqualTo(reply);
    }
  }

  @Test
  void aPeerThatNeverClosesHoldsACloseForAboutASecond() throws IOException {
    try (Server server = server();
        Socket peer = plainSocket(server)) {
      Recorder accepted = server.next();
      long start = System.nanoTime();

      accepted.run(Connection::close);

      assertThat(peer.getInputStream().read()).isEqualTo(-1);
      assertThat(accepted.awaitClosed()).isNull();
      assertThat(Recorder.millisSince(start)).isLessThan(LINGERED_MILLIS);
    }
  }

  @Test
  void aPeerThatKeepsSendingHoldsACloseForAboutASecond() throws IOException {
    try (Server server = server();
        Socket peer = plainSocket(server)) {
      Recorder accepted = server.next();
      Thread sender = Thread.ofPlatform().start(() -> sendUntilItFails(peer));
      accepted.awaitBytes(1);
      long start = System.nanoTime();

      accepted.run(Connection::close);

      assertThat(accepted.awaitClosed()).isNull();
      assertThat(Recorder.millisSince(start)).isLessThan(LINGERED_MILLIS);
      join(sender);
    }
  }

  private static void sendUntilItFails(Socket peer) {
    try {
      while (true) {
        peer.getOutputStream().write(new byte[1_000]);
      }
    } catch (IOException expected) {
      // The other side has closed, as it should.
    }
  }

  @Test
  void aPeerThatClosesEndsALingeringCloseEarly() throws IOException {
    try (Server server = server();
        Socket peer = plainSocket(server)) {
      Recorder accepted = server.next();
      long start = System.nanoTime();

      accepted.run(Connection::close);
      hangUp(peer);

      assertThat(accepted.awaitClosed()).isNull();
      assertThat(Recorder.millisSince(start)).isLessThan(Connection.LINGER_MILLIS);
    }
  }

  @Test
  void aResetEndsTheConnectionWithItsCause() throws IOException {
    try (Server server = server();
        Socket peer = plainSocket(server)) {
      Recorder accepted = server.next();

      reset(peer);

      assertThat(accepted.awaitClosed()).isNotNull();
    }
  }

  @Test
  void aResetEndsAConnectionThatIsWriting() throws IOException {
    try (Server server = server();
        Socket peer = plainSocket(server)) {
      Recorder accepted = server.next();
      accepted.send(new byte[FLOOD_BYTES]);

      reset(peer);

      assertThat(accepted.awaitClosed()).isNotNull();
    }
  }

  @Test
  void aPeerThatIsGoneAfterItsLastByteIsFoundByWriting() throws IOException {
    try (Server server = server();
        Socket peer = plainSocket(server)) {
      Recorder accepted = server.next();
      hangUp(peer);
      accepted.awaitEndOfInput();

      Recorder.eventually(
          "a write fails",
          () -> {
            accepted.send(new byte[1]);
            return accepted.timesClosed() > 0;
          });

      assertThat(accepted.awaitClosed()).isNotNull();
    }
  }

  private static void hangUp(Socket peer) throws IOException {
    peer.close();
  }

  private static void reset(Socket peer) throws IOException {
    peer.setSoLinger(true, 0);
    peer.close();
  }

  @Test
  void aPlainPeerSeesAnAbortAsAReset() throws IOException {
    try (Server server = server();
        Socket peer = plainSocket(server)) {
      server.next().connection.abort();

      assertThatThrownBy(() -> peer.getInputStream().read())
          .isInstanceOf(IOException.class)
          .isNotInstanceOf(SocketTimeoutException.class);
    }
  }

  @Test
  void bytesOneByOneArriveInOrder() throws IOException {
    byte[] sent = randomBytes(2_000);
    try (Server server = server();
        Socket peer = plainSocket(server)) {
      peer.setTcpNoDelay(true);
      for (byte b : sent) {
        peer.getOutputStream().write(b);
      }

      assertThat(server.next().awaitBytes(sent.length)).isEqualTo(sent);
    }
  }

  @Test
  void aHostNameIsLookedUp() {
    try (Server server = server()) {
      Recorder client =
          connect(InetSocketAddress.createUnresolved("localhost", server.address().getPort()));

      client.send(new byte[] {5});

      assertThat(server.next().awaitBytes(1)).containsExactly(5);
    }
  }

  @Test
  void anAddressOfAnotherMachineIsRefusedInPlainWords() throws IOException {
    // 192.0.2.0/24 is kept for examples: no machine has it.
    InetAddress foreign = InetAddress.getByAddress(new byte[] {(byte) 192, 0, 2, 1});
    assertThatThrownBy(() -> transport.listen(new InetSocketAddress(foreign, 7070), Recorder::new))
        .isInstanceOf(IOException.class)
        .hasMessage("cannot listen on 192.0.2.1:7070: not an address of this machine");
  }

  @Test
  void aHostThatWasNotFoundIsRefusedInPlainWords() {
    InetSocketAddress unknown = InetSocketAddress.createUnresolved("no-such-host.invalid", 7070);
    assertThatThrownBy(() -> transport.listen(unknown, Recorder::new))
        .isInstanceOf(IOException.class)
        .hasMessage("cannot listen on no-such-host.invalid:7070: the host is unknown");
  }

  @Test
  void aHostThatDoesNotAnswerIsGivenUpInTime() throws IOException {
    List<Socket> fillers = new ArrayList<>();
    try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      assumeTrue(fill(silent, fillers), "a full backlog of this system does not answer");
      InetSocketAddress address = (InetSocketAddress) silent.getLocalSocketAddress();
      long start = System.nanoTime();

      assertThatThrownBy(() -> transport.connect(address, Duration.ofMillis(300), Recorder::new))
          .isInstanceOf(IOException.class)
          .hasMessageContaining(String.valueOf(address.getPort()))
          .hasMessageContaining("300 ms");
      assertThat(Recorder.millisSince(start)).isBetween(250L, 5_000L);
    } finally {
      for (Socket filler : fillers) {
        filler.close();
      }
    }
  }

  /** Connects until nobody answers. */
  private static boolean fill(ServerSocket silent, List<Socket> fillers) throws IOException {
    for (int i = 0; i < MAX_BACKLOG_FILLERS; i++) {
      Socket filler = new Socket();
      fillers.add(filler);
      try {
        filler.connect(silent.getLocalSocketAddress(), 300);
      } catch (SocketTimeoutException full) {
        return true;
      }
    }
    return false;
  }

  @Test
  void closingTheTransportEndsPlainPeersToo() throws IOException {
    try (Server server = server();
        Socket peer = plainSocket(server)) {
      server.next();

      transport.close();

      assertThatThrownBy(() -> peer.getInputStream().read())
          .isInstanceOf(IOException.class)
          .isNotInstanceOf(SocketTimeoutException.class);
    }
  }

  @Test
  void aPlainServerIsTalkedTo() throws IOException {
    try (ServerSocket listening = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Recorder client = connect((InetSocketAddress) listening.getLocalSocketAddress());
      try (Socket accepted = listening.accept()) {
        client.send(new byte[] {1, 2});
        assertThat(accepted.getInputStream().readNBytes(2)).containsExactly(1, 2);
        accepted.getOutputStream().write(new byte[] {3, 4});
      }

      assertThat(Arrays.copyOf(client.awaitBytes(2), 2)).containsExactly(3, 4);
      client.awaitEndOfInput();
    }
  }
}
