package dev.tern.core.transport;

import dev.tern.core.runtime.IoThread;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;

/**
 * Carries bytes between peers. It knows nothing of frames, messages or calls. Thread-safe.
 *
 * <p>Closing it closes its listeners and aborts its connections, and returns when its threads have
 * ended. Servers and clients that still use it have lost their connections then; to close them
 * afterwards is allowed and takes no time.
 */
public interface Transport extends AutoCloseable {

  /**
   * Starts to accept connections.
   *
   * @param address port 0 picks a free one
   * @param acceptor makes the handler of each accepted connection
   * @throws IOException in plain words with the address if it cannot be bound ({@link
   *     ListenFailure}); {@link ClosedTransport} if the transport is closed
   */
  Listener listen(InetSocketAddress address, Acceptor acceptor) throws IOException;

  /**
   * Connects. Blocks the calling thread, and is therefore refused on an {@link IoThread}.
   *
   * @param address may be unresolved: the host is looked up here, at each call
   * @param timeout for the look-up and the connecting together; positive
   * @param acceptor makes the handler of this connection
   * @throws IOException in plain words with the address if nobody could be reached; a connection
   *     that would lead to itself counts as refused; {@link ClosedTransport} if the transport is
   *     closed
   * @throws IllegalArgumentException if the timeout is not positive
   * @throws IllegalStateException on an {@link IoThread}
   */
  Connection connect(InetSocketAddress address, Duration timeout, Acceptor acceptor)
      throws IOException;

  /**
   * Closes its listeners, aborts its connections, waits for its threads. Idempotent.
   *
   * @throws IllegalStateException on an {@link IoThread}, which cannot wait for itself
   */
  @Override
  void close();

  /**
   * Whether each connection that is accepted is of a client that has shown a certificate: {@link
   * Connection#tls} names it.
   */
  default boolean asksForCertificates() {
    return false;
  }

  /** Makes the handler of a new connection, in its serial context, before its first byte. */
  @FunctionalInterface
  interface Acceptor {
    /**
     * Makes the handler. Never blocks; what it throws ends the connection.
     *
     * @param connection the new one: writing to it is allowed already
     */
    ConnectionHandler accept(Connection connection);

    /**
     * A connection has ended in a handshake, such as that of TLS, before there was anything to
     * accept. In its serial context; never blocks.
     */
    default void handshakeFailed() {}
  }

  /** A bound address that accepts connections. */
  interface Listener extends AutoCloseable {
    /** The address with its real port. */
    InetSocketAddress address();

    /**
     * Stops accepting and frees the port; connections that were accepted live on. Idempotent, and
     * without effect once the transport is closed.
     */
    @Override
    void close();
  }
}
