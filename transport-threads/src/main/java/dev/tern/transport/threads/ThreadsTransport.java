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
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

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

  /**
   * How long a connection is left alone after something has come: a peer that has just connected is
   * about to say something.
   */
  private static final long SPARED_NANOS = 1_000_000_000;

  /** Of all connections, the part at most that is given up at once for others. */
  private static final int GIVEN_UP_PART = 8;

  /** One permit for each further connection that may linger. */
  final Semaphore lingering = new Semaphore(Connection.MAX_LINGERING);

  /** One permit for each further connection that may be accepted. */
  private final Semaphore room;

  /** The listeners that are open. */
  final Set<SocketListener> listeners = ConcurrentHashMap.newKeySet();

  private final int maxConnections;

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
   * <p>While there are as many and others wait, some of those that are not in use are given up,
   * those first from which nothing has come for longest.
   *
   * @param maxConnections how many accepted connections there are at once, over all listeners; one
   *     more each waits, the others in the operating system's backlog; at least 1
   * @throws IllegalArgumentException if it is less
   */
  public ThreadsTransport(int maxConnections) {
    if (maxConnections < 1) {
      throw new IllegalArgumentException("maxConnections: " + maxConnections + " (expected: >= 1)");
    }
    this.maxConnections = maxConnections;
    room = new Semaphore(maxConnections);
  }

  /** Makes an accepted socket a connection, once there is room for it. */
  void accept(Socket socket, Acceptor acceptor) throws IOException, InterruptedException {
    try {
      awaitRoom();
    } catch (InterruptedException e) {
      socket.close();
      throw e;
    }
    start(socket, acceptor, room::release);
  }

  private void awaitRoom() throws InterruptedException {
    if (!room.tryAcquire()) {
      do {
        makeRoom();
      } while (!room.tryAcquire(Connection.LINGER_MILLIS, TimeUnit.MILLISECONDS));
    }
  }

  private record Silent(SocketConnection connection, long nanos) {}

  /** Gives up some connections that are not in use. They end a moment later. */
  private void makeRoom() {
    long now = System.nanoTime();
    List<Silent> silent =
        connections.keySet().stream()
            .map(each -> new Silent(each, each.silentNanos(now)))
            .filter(each -> each.nanos() >= SPARED_NANOS)
            .sorted(Comparator.comparingLong(Silent::nanos).reversed())
            .toList();
    int wanted = Math.max(1, maxConnections / GIVEN_UP_PART);
    for (Silent each : silent) {
      if (each.connection().givesWay() && --wanted == 0) {
        return;
      }
    }
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
  private Connection start(Socket socket, Acceptor acceptor, Runnable atEnd) throws IOException {
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
