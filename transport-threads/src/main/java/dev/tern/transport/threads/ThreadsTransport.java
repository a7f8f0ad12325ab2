package dev.tern.transport.threads;

import dev.tern.core.runtime.IoThread;
import dev.tern.core.transport.ClosedTransport;
import dev.tern.core.transport.Connection;
import dev.tern.core.transport.Dialer;
import dev.tern.core.transport.Transport;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;

/**
 * A transport over plain sockets: one accepting thread per listener, one reading and one writing
 * thread per connection. All are daemon platform threads whose names begin with {@value
 * #THREAD_NAME_PREFIX}. The serial context of a connection is a lock: {@link Connection#execute}
 * takes it and runs the task on the calling thread.
 */
public final class ThreadsTransport implements Transport {

  /** How many accepted connections there are at once by default: each costs two threads. */
  public static final int MAX_CONNECTIONS = 500;

  static final String THREAD_NAME_PREFIX = "tern-threads";

  /** How long a close waits for a thread, in case that a handler never returns. */
  static final long CLOSE_MILLIS = 5_000;

  /** One permit for each further connection that may linger. */
  final Semaphore lingering = new Semaphore(Connection.MAX_LINGERING);

  /** One permit for each further connection that may be accepted. */
  final Semaphore room;

  /** The listeners that are open. */
  final Set<SocketListener> listeners = ConcurrentHashMap.newKeySet();

  private final Dialer dialer = new Dialer();

  /** The connections that live, each with what is run after its end. */
  private final Map<SocketConnection, Runnable> connections = new ConcurrentHashMap<>();

  private volatile boolean closed;

  /** A transport that accepts up to {@link #MAX_CONNECTIONS} connections. */
  public ThreadsTransport() {
    this(MAX_CONNECTIONS);
  }

  /**
   * A transport that accepts up to so many connections.
   *
   * @param maxConnections how many accepted connections there are at once, over all listeners;
   *     further ones wait in the operating system's backlog; at least 1
   * @throws IllegalArgumentException if it is less
   */
  public ThreadsTransport(int maxConnections) {
    if (maxConnections < 1) {
      throw new IllegalArgumentException("maxConnections: " + maxConnections + " (expected: >= 1)");
    }
    room = new Semaphore(maxConnections);
  }

  @Override
  public Listener listen(InetSocketAddress address, Acceptor acceptor) throws IOException {
    refuseIfClosed();
    SocketListener listener = new SocketListener(this, address, acceptor);
    listeners.add(listener);
    listener.start();
    if (closed) {
      listener.close();
    }
    return listener;
  }

  @Override
  public Connection connect(InetSocketAddress address, Duration timeout, Acceptor acceptor)
      throws IOException {
    refuseIfClosed();
    Socket connected =
        dialer.dial(
            address, timeout, (candidate, millis) -> connected(new Socket(), candidate, millis));
    return start(connected, acceptor, () -> {});
  }

  /** The socket, connected to somebody else; closed if it fails. */
  static Socket connected(Socket socket, InetSocketAddress address, int millis) throws IOException {
    socket.connect(address, millis); // closes the socket if it fails
    if (Dialer.isToItself(socket.getLocalSocketAddress(), socket.getRemoteSocketAddress())) {
      socket.setSoLinger(true, 0); // so that the port is free at once for whom it belongs to
      socket.close();
      throw new ConnectException("refused, it would lead to itself");
    }
    return socket;
  }

  /** Makes a socket a connection, and does something once after the connection's end. */
  Connection start(Socket socket, Acceptor acceptor, Runnable atEnd) throws IOException {
    SocketConnection connection;
    try {
      connection = new SocketConnection(this, socket, acceptor);
    } catch (IOException | RuntimeException e) {
      socket.close();
      atEnd.run();
      throw e;
    }
    connections.put(connection, atEnd);
    connection.start();
    if (closed) {
      connection.abort();
    }
    return connection;
  }

  void forget(SocketConnection connection) {
    Runnable atEnd = connections.remove(connection);
    if (atEnd != null) {
      atEnd.run();
    }
  }

  private void refuseIfClosed() throws IOException {
    if (closed) {
      throw new ClosedTransport();
    }
  }

  /** Waits for its threads, and is therefore refused on an {@link IoThread}. */
  @Override
  public void close() {
    IoThread.refuseToBlock("close of a transport");
    closed = true;
    listeners.forEach(SocketListener::close); // from here on no connection is accepted
    List<SocketConnection> last = List.copyOf(connections.keySet());
    last.forEach(SocketConnection::abort);
    last.forEach(SocketConnection::awaitEnd);
  }
}
