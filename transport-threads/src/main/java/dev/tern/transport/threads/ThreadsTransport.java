package dev.tern.transport.threads;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import dev.tern.core.transport.Connection;
import dev.tern.core.transport.IoThread;
import dev.tern.core.transport.Transport;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A transport over plain sockets: one accepting thread per listener, one reading and one writing
 * thread per connection, and one thread that ends what lingers. All are daemon platform threads
 * whose names begin with {@value #THREAD_NAME_PREFIX}.
 *
 * <p>The serial context of a connection is a lock: {@link Connection#execute} takes it and runs the
 * task on the calling thread. {@link Connection#abort} resets the connection.
 */
public final class ThreadsTransport implements Transport {

  /** How many accepted connections there are at once by default: each costs two threads. */
  public static final int MAX_CONNECTIONS = 500;

  static final String THREAD_NAME_PREFIX = "tern-threads";

  /** How long a close waits for a thread: a handler that hangs must not hang us too. */
  static final long CLOSE_MILLIS = 5_000;

  /** Ends what lingers for too long. */
  final ScheduledThreadPoolExecutor lingerTimer;

  /** One permit for each further connection that may linger. */
  final Semaphore lingerSlots;

  /** One permit for each further connection that may be accepted. */
  final Semaphore room;

  private final Dialer dialer = new Dialer(InetAddress::getAllByName);
  private final Set<SocketListener> listeners = ConcurrentHashMap.newKeySet();
  private final Set<SocketConnection> connections = ConcurrentHashMap.newKeySet();
  private final AtomicInteger lastId = new AtomicInteger();
  private volatile boolean closed;

  /** A transport that accepts up to {@link #MAX_CONNECTIONS} connections. */
  public ThreadsTransport() {
    this(MAX_CONNECTIONS);
  }

  /**
   * @param maxConnections how many accepted connections there are at once, over all listeners;
   *     further ones wait in the operating system's backlog; at least 1
   */
  public ThreadsTransport(int maxConnections) {
    this(maxConnections, Connection.MAX_LINGERING);
  }

  ThreadsTransport(int maxConnections, int maxLingering) {
    if (maxConnections < 1) {
      throw new IllegalArgumentException("maxConnections: " + maxConnections + " (expected: >= 1)");
    }
    this.room = new Semaphore(maxConnections);
    this.lingerSlots = new Semaphore(maxLingering);
    this.lingerTimer = new ScheduledThreadPoolExecutor(1, task -> new SocketThread("linger", task));
    lingerTimer.setRemoveOnCancelPolicy(true);
  }

  @Override
  public Listener listen(InetSocketAddress address, Acceptor acceptor) throws IOException {
    checkOpen("listen on " + Dialer.text(address));
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
    IoThread.refuseToBlock("connect to " + Dialer.text(address));
    if (!timeout.isPositive()) {
      throw new IllegalArgumentException("timeout: " + timeout + " (expected: > 0)");
    }
    checkOpen("connect to " + Dialer.text(address));
    return start(dialer.dial(address, timeout), acceptor, () -> {});
  }

  /**
   * Makes a socket a connection.
   *
   * @param released runs once, when the connection has ended
   */
  SocketConnection start(Socket socket, Acceptor acceptor, Runnable released) throws IOException {
    SocketConnection connection;
    try {
      int id = lastId.incrementAndGet();
      connection = new SocketConnection(this, socket, id, acceptor, released);
    } catch (IOException | RuntimeException e) {
      socket.close();
      released.run();
      throw e;
    }
    connections.add(connection);
    connection.start();
    if (closed) {
      connection.abort();
    }
    return connection;
  }

  void forget(SocketConnection connection) {
    connections.remove(connection);
  }

  void forget(SocketListener listener) {
    listeners.remove(listener);
  }

  private void checkOpen(String what) throws IOException {
    if (closed) {
      throw new IOException("cannot " + what + ": the transport is closed");
    }
  }

  /** Waits for its threads, and is therefore refused on an {@link IoThread}. */
  @Override
  public void close() {
    IoThread.refuseToBlock("close of a transport");
    closed = true;
    Set.copyOf(listeners).forEach(SocketListener::close); // afterwards nobody new is accepted
    Set<SocketConnection> last = Set.copyOf(connections);
    last.forEach(SocketConnection::abort);
    lingerTimer.shutdownNow();
    try {
      for (SocketConnection connection : last) {
        connection.join(CLOSE_MILLIS);
      }
      lingerTimer.awaitTermination(CLOSE_MILLIS, MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
