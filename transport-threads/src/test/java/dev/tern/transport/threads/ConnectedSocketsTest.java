package dev.tern.transport.threads;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tern.core.transport.Connection;
import dev.tern.core.transport.ConnectionHandler;
import dev.tern.core.transport.Transport;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import jdk.net.ExtendedSocketOptions;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The sockets under this transport's connections: what is set on them, and whom they reach. */
@Timeout(30)
final class ConnectedSocketsTest {
  private static final InetSocketAddress ANY_PORT =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
  private static final int MILLIS = 10_000;

  private static final class DeafHandler implements ConnectionHandler {
    @Override
    public void onBytes(byte[] buffer, int offset, int length) {}

    @Override
    public void onReadComplete() {}

    @Override
    public void onEndOfInput() {}

    @Override
    public void onSendProgress() {}

    @Override
    public void onClosed(@Nullable Throwable cause) {}
  }

  @Test
  void bothEndsProbeASilentPeer() throws IOException {
    CompletableFuture<Connection> accepted = new CompletableFuture<>();
    try (ThreadsTransport transport = new ThreadsTransport();
        Transport.Listener listener =
            transport.listen(
                ANY_PORT,
                connection -> {
                  accepted.complete(connection);
                  return new DeafHandler();
                })) {
      Connection connected =
          transport.connect(
              listener.address(), Duration.ofMillis(MILLIS), connection -> new DeafHandler());

      assertProbes(((SocketConnection) connected).socket);
      assertProbes(((SocketConnection) accepted.join()).socket);
    }
  }

  private static void assertProbes(Socket socket) throws IOException {
    assertThat(socket.getKeepAlive()).isTrue();
    assumeTrue(
        socket.supportedOptions().contains(ExtendedSocketOptions.TCP_KEEPIDLE),
        "this system lets nobody set the times");
    assertThat(socket.getOption(ExtendedSocketOptions.TCP_KEEPIDLE)).isEqualTo(60);
    assertThat(socket.getOption(ExtendedSocketOptions.TCP_KEEPINTERVAL)).isEqualTo(10);
    assertThat(socket.getOption(ExtendedSocketOptions.TCP_KEEPCOUNT)).isEqualTo(6);
  }

  /** A socket that connects from the very port it connects to, as chance may have it. */
  private static Socket boundToItsTarget() throws IOException {
    Socket socket = new Socket();
    socket.setReuseAddress(true);
    socket.bind(ANY_PORT);
    return socket;
  }

  private static InetSocketAddress addressOf(Socket socket) {
    return (InetSocketAddress) socket.getLocalSocketAddress();
  }

  @Test
  void aSocketCanBeConnectedToItself() throws IOException {
    try (Socket socket = boundToItsTarget()) {
      socket.connect(addressOf(socket), MILLIS);

      socket.getOutputStream().write(7);

      assertThat(socket.getInputStream().read()).isEqualTo(7);
    }
  }

  @Test
  void aConnectionToItselfIsRefused() throws IOException {
    Socket socket = boundToItsTarget();

    assertThatThrownBy(() -> ThreadsTransport.connected(socket, addressOf(socket), MILLIS))
        .isInstanceOf(ConnectException.class)
        .hasMessageContaining("refused");
    assertThat(socket.isClosed()).isTrue();
  }

  @Test
  void aRefusedConnectionToItselfLeavesThePortFree() throws IOException {
    Socket socket = boundToItsTarget();
    InetSocketAddress address = addressOf(socket);
    assertThatThrownBy(() -> ThreadsTransport.connected(socket, address, MILLIS));

    try (ServerSocket server = new ServerSocket()) {
      server.setReuseAddress(false);
      server.bind(address);
      assertThat(server.isBound()).isTrue();
    }
  }
}
