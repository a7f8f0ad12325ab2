package dev.tern.testkit.contracts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tern.core.runtime.IoThread;
import dev.tern.core.transport.Connection;
import dev.tern.core.transport.HostPort;
import dev.tern.core.transport.Transport;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

/**
 * What every {@link Transport} must do: a test class of JUnit to extend. For a transport over
 * sockets extend {@link SocketTransportContract}, which adds what only a plain socket at the other
 * end can show. A test class names the transport and how the names of its threads begin; each test
 * gets a new transport and closes it.
 *
 * <pre>{@code
 * final class MyTransportTest extends TransportContract {
 *   @Override protected Transport newTransport() { return new MyTransport(); }
 *   @Override protected String threadNamePrefix() { return "my-transport"; }
 * }
 * }</pre>
 *
 * <p>Its parts, one file and one superclass each: bytes, the serial context, backpressure, closing;
 * here listening and connecting. Every handler in every test also notes calls that overlap, nest,
 * come after {@code onClosed} or on the wrong thread, and bursts that are too long.
 */
public abstract class TransportContract extends ClosingContract {

  /** Called by subclasses. */
  protected TransportContract() {}

  /** Makes a new transport with its default settings. The contract closes it. */
  @Override
  protected abstract Transport newTransport();

  /** How the names of all threads of this transport begin. They end when it is closed. */
  @Override
  protected abstract String threadNamePrefix();

  @Test
  void portZeroPicksAFreePort() {
    try (Server one = server();
        Server two = server()) {
      assertThat(one.address().getPort()).isPositive().isNotEqualTo(two.address().getPort());
      assertThat(two.address().getPort()).isPositive();
    }
  }

  @Test
  void aPortInUseIsRefusedInPlainWords() {
    try (Server server = server()) {
      assertThatThrownBy(() -> transport.listen(server.address(), Recorder::new))
          .isInstanceOf(IOException.class)
          .hasMessage("cannot listen on " + HostPort.of(server.address()) + ": the port is in use");
    }
  }

  @Test
  void aPortIsFreeAgainAfterItsListenerIsClosed() throws IOException {
    Server server = server();
    connect(server.address());
    server.next();
    server.close();

    try (Transport.Listener again = transport.listen(server.address(), Recorder::new)) {
      assertThat(again.address()).isEqualTo(server.address());
    }
  }

  @Test
  void aClosedListenerAcceptsNobody() {
    Server server = server();
    server.close();
    server.close();

    assertRefused(server.address());
  }

  @Test
  void acceptedConnectionsOutliveTheirListener() {
    Server server = server();
    Recorder client = connect(server.address());
    Recorder accepted = server.next();

    server.close();

    client.send(new byte[] {1});
    assertThat(accepted.awaitBytes(1)).containsExactly(1);
  }

  @Test
  void connectReturnsTheConnectionThatItsHandlerWasMadeFor() throws IOException {
    try (Server server = server()) {
      Connection[] given = new Connection[1];
      Connection returned =
          transport.connect(
              server.address(),
              CONNECT_TIMEOUT,
              connection -> {
                given[0] = connection;
                return new Recorder(connection);
              });

      assertThat(returned).isSameAs(given[0]);
      assertThat(returned.remoteAddress()).isEqualTo(server.address());
    }
  }

  @Test
  void connectToNobodyFailsWithTheAddress() {
    InetSocketAddress address;
    try (Server server = server()) {
      address = server.address();
    }

    assertRefused(address);
  }

  @Test
  void connectToAnUnknownHostFailsWithItsName() {
    InetSocketAddress address = InetSocketAddress.createUnresolved("no-such-host.invalid", 7);

    assertThatThrownBy(() -> transport.connect(address, Duration.ofSeconds(5), Recorder::new))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("no-such-host.invalid");
  }

  @Test
  void aTimeoutMustBePositive() {
    assertThatThrownBy(() -> transport.connect(anyPort(), Duration.ZERO, Recorder::new))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("timeout: PT0S (expected: > 0)");
  }

  @Test
  void connectOnAnIoThreadIsRefused() {
    try (Server server = server()) {
      CompletableFuture<Connection> result = new CompletableFuture<>();
      Thread thread =
          new MarkedThread(
              () -> {
                try {
                  result.complete(
                      transport.connect(server.address(), CONNECT_TIMEOUT, Recorder::new));
                } catch (IOException | RuntimeException e) {
                  result.completeExceptionally(e);
                }
              });
      thread.start();
      join(thread);

      assertThatThrownBy(result::join)
          .isInstanceOf(CompletionException.class)
          .hasCauseInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void aClosedTransportRefusesToListenAndToConnect() {
    InetSocketAddress address = anyPort();
    transport.close();

    assertThatThrownBy(() -> transport.listen(address, Recorder::new))
        .isInstanceOf(IOException.class);
    assertThatThrownBy(() -> transport.connect(address, CONNECT_TIMEOUT, Recorder::new))
        .isInstanceOf(IOException.class);
  }

  private void assertRefused(InetSocketAddress address) {
    assertThatThrownBy(() -> transport.connect(address, CONNECT_TIMEOUT, Recorder::new))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(String.valueOf(address.getPort()))
        .hasMessageContaining(address.getAddress().getHostAddress());
  }

  /** A thread that must not block. */
  private static final class MarkedThread extends Thread implements IoThread {
    MarkedThread(Runnable task) {
      super(task, "marked");
    }
  }
}
