package dev.tern.transport.threads;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tern.core.transport.Connection;
import dev.tern.core.transport.ConnectionHandler;
import dev.tern.core.transport.Transport;
import dev.tern.testkit.ScriptedPeer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is this transport's own; see {@link ThreadsTransportTest} for what every one must do. */
@Timeout(30)
final class SocketConnectionTest {

  private static final Duration SHORT = Duration.ofMillis(50);
  private static final byte[] HELLO = {1};

  private static InetSocketAddress anyPort() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
  }

  /** Does nothing, but tells of the end. */
  private static class QuietHandler implements ConnectionHandler {
    final CompletableFuture<@Nullable Throwable> closed = new CompletableFuture<>();

    @Override
    public void onBytes(byte[] buffer, int offset, int length) {}

    @Override
    public void onReadComplete() {}

    @Override
    public void onEndOfInput() {}

    @Override
    public void onSendProgress() {}

    @Override
    public void onClosed(@Nullable Throwable cause) {
      closed.complete(cause);
    }

    @Nullable Throwable awaitClosed() {
      return closed.orTimeout(20, SECONDS).join();
    }
  }

  private static QuietHandler greet(Connection connection) {
    connection.write(HELLO.clone());
    connection.flush();
    return new QuietHandler();
  }

  @Test
  void aConnectionBeyondTheMaximumWaitsForRoom() throws IOException {
    try (ThreadsTransport transport = new ThreadsTransport(1);
        Transport.Listener listener = transport.listen(anyPort(), SocketConnectionTest::greet);
        ScriptedPeer first = ScriptedPeer.connect(listener.address());
        ScriptedPeer second = ScriptedPeer.connect(listener.address())) {
      assertThat(first.readBytes(1, ScriptedPeer.DEFAULT_TIMEOUT)).isEqualTo(HELLO);
      second.expectNothing(SHORT);

      first.reset();

      assertThat(second.readBytes(1, ScriptedPeer.DEFAULT_TIMEOUT)).isEqualTo(HELLO);
    }
  }

  @Test
  void aConnectionThatIsNotInUseGivesWayToOthers() throws IOException {
    try (ThreadsTransport transport = new ThreadsTransport(1);
        Transport.Listener listener =
            transport.listen(
                anyPort(),
                connection -> {
                  greet(connection);
                  return new QuietHandler() {
                    @Override
                    public boolean onRoomWanted() {
                      connection.close();
                      return true;
                    }
                  };
                });
        ScriptedPeer first = ScriptedPeer.connect(listener.address());
        ScriptedPeer second = ScriptedPeer.connect(listener.address())) {
      assertThat(first.readBytes(1, ScriptedPeer.DEFAULT_TIMEOUT)).isEqualTo(HELLO);
      first.expectClose();
      first.reset();

      assertThat(second.readBytes(1, ScriptedPeer.DEFAULT_TIMEOUT)).isEqualTo(HELLO);
    }
  }

  @Test
  void aListenerThatWaitsForRoomCanBeClosed() throws IOException {
    try (ThreadsTransport transport = new ThreadsTransport(1)) {
      Transport.Listener listener = transport.listen(anyPort(), SocketConnectionTest::greet);
      try (ScriptedPeer first = ScriptedPeer.connect(listener.address());
          ScriptedPeer second = ScriptedPeer.connect(listener.address())) {
        first.readBytes(1, ScriptedPeer.DEFAULT_TIMEOUT);
        second.expectNothing(SHORT);
        listener.close();

        transport.listen(listener.address(), SocketConnectionTest::greet).close();
      }
    }
  }

  @Test
  void whenTooManyLingerAConnectionIsClosedAtOnceAfterTheFlush() throws IOException {
    BlockingQueue<QuietHandler> handlers = new LinkedBlockingQueue<>();
    ThreadsTransport transport = new ThreadsTransport();
    transport.lingering.drainPermits();
    try (transport;
        Transport.Listener listener =
            transport.listen(
                anyPort(),
                connection -> {
                  connection.write(HELLO.clone());
                  connection.close();
                  QuietHandler handler = new QuietHandler();
                  handlers.add(handler);
                  return handler;
                });
        ScriptedPeer peer = ScriptedPeer.connect(listener.address())) {
      long start = System.nanoTime();
      assertThat(peer.readBytes(1, ScriptedPeer.DEFAULT_TIMEOUT)).isEqualTo(HELLO);
      peer.expectClose();

      assertThat(handlers.element().awaitClosed()).isNull();
      assertThat(Duration.ofNanos(System.nanoTime() - start))
          .isLessThan(Duration.ofMillis(Connection.LINGER_MILLIS));
    }
  }

  @Test
  void aHandlerThatFailsEndsItsConnectionOnly() throws IOException {
    IllegalStateException failure = new IllegalStateException("a bug");
    QuietHandler failing =
        new QuietHandler() {
          @Override
          public void onBytes(byte[] buffer, int offset, int length) {
            throw failure;
          }
        };
    AtomicInteger accepted = new AtomicInteger();
    try (ThreadsTransport transport = new ThreadsTransport();
        Transport.Listener listener =
            transport.listen(
                anyPort(),
                connection -> accepted.incrementAndGet() == 1 ? failing : greet(connection));
        ScriptedPeer first = ScriptedPeer.connect(listener.address());
        ScriptedPeer second = ScriptedPeer.connect(listener.address())) {
      first.sendBytes(HELLO);

      assertThat(failing.awaitClosed()).isSameAs(failure);
      assertThat(second.readBytes(1, ScriptedPeer.DEFAULT_TIMEOUT)).isEqualTo(HELLO);
    }
  }

  @Test
  void anAcceptorThatFailsCostsItsConnectionOnly() throws IOException {
    AtomicInteger accepted = new AtomicInteger();
    try (ThreadsTransport transport = new ThreadsTransport(1);
        Transport.Listener listener =
            transport.listen(
                anyPort(),
                connection -> {
                  if (accepted.incrementAndGet() == 1) {
                    throw new IllegalStateException("a bug");
                  }
                  return greet(connection);
                });
        ScriptedPeer first = ScriptedPeer.connect(listener.address());
        ScriptedPeer second = ScriptedPeer.connect(listener.address())) {
      first.expectClose();
      assertThat(second.readBytes(1, ScriptedPeer.DEFAULT_TIMEOUT)).isEqualTo(HELLO);
    }
  }

  @Test
  void onReadCompleteIsOutsideTheLock() throws IOException {
    CompletableFuture<Boolean> othersGotIn = new CompletableFuture<>();
    try (ThreadsTransport transport = new ThreadsTransport();
        Transport.Listener listener =
            transport.listen(
                anyPort(),
                connection ->
                    new QuietHandler() {
                      @Override
                      public void onReadComplete() {
                        CountDownLatch ran = new CountDownLatch(1);
                        Thread.ofVirtual().start(() -> connection.execute(ran::countDown));
                        try {
                          othersGotIn.complete(ran.await(20, SECONDS));
                        } catch (InterruptedException e) {
                          othersGotIn.completeExceptionally(e);
                        }
                      }
                    });
        ScriptedPeer peer = ScriptedPeer.connect(listener.address())) {
      peer.sendBytes(HELLO);

      assertThat(othersGotIn.join()).isTrue();
    }
  }

  @Test
  void atLeastOneConnectionMustBeAllowed() {
    assertThatThrownBy(() -> new ThreadsTransport(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("maxConnections: 0 (expected: >= 1)");
  }
}
