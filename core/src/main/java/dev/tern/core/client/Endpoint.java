package dev.tern.core.client;

import static dev.tern.core.access.Access.CORE;

import dev.tern.core.Counter;
import dev.tern.core.Handler;
import dev.tern.core.Request;
import dev.tern.core.Response;
import dev.tern.core.RpcException;
import dev.tern.core.client.batch.FirstAttempt;
import dev.tern.core.client.retry.OutgoingContext;
import dev.tern.core.runtime.Timers;
import dev.tern.core.transport.Connection;
import dev.tern.core.transport.ConnectionHandler;
import dev.tern.core.transport.HostPort;
import dev.tern.core.transport.Transport;
import dev.tern.protocol.Dialect;
import dev.tern.protocol.ErrorCode;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Calls a server at one address. It keeps one connection for all calls: opens it for the first one,
 * and again when it takes no calls any more. In the bare dialect each call has a connection of its
 * own. Thread-safe.
 */
final class Endpoint implements Handler, ConnectAttempt.Owner, ClientConnection.Owner {
  private final Transport transport;
  private final InetSocketAddress address;
  private final Duration connectTimeout;
  private final boolean failFast;
  private final ClientSettings settings;
  private final Timers timers;
  private final boolean isBare;
  private final OpenConnections open = new OpenConnections();
  private final ReentrantLock lock = new ReentrantLock();

  // Guarded by the lock.

  private final Reconnects reconnects;

  /** Under way: one at most, but in the bare dialect. */
  private final Set<ConnectAttempt> attempts = new HashSet<>();

  // Written under the lock, read without it: each call looks at them.

  /** The one to use if it still takes calls; null if there was none. */
  private volatile @Nullable ClientConnection current;

  private volatile boolean closed;

  Endpoint(
      Transport transport,
      InetSocketAddress address,
      Duration connectTimeout,
      boolean failFast,
      Reconnects reconnects,
      ClientSettings settings) {
    this.transport = transport;
    this.address = address;
    this.connectTimeout = connectTimeout;
    this.failFast = failFast;
    this.reconnects = reconnects;
    this.settings = settings;
    this.timers = settings.timers();
    this.isBare = settings.dialect() == Dialect.BARE;
  }

  @Override
  public Response handle(Request request) {
    FirstAttempt first =
        CORE.contextOf(request) instanceof OutgoingContext context ? context.first() : null;
    Supplier<Response> made = first == null ? null : first.takeMade();
    if (made != null) {
      return made.get();
    }
    ClientConnection usable = current;
    if (usable != null && usable.takesCalls()) {
      return usable.handle(request);
    }
    long began = timers.nanoTime();
    ClientConnection found;
    try {
      found = acquire(request);
    } catch (RpcException e) {
      throw ClientErrors.waited(e, timers.nanoTime() - began, false);
    }
    long waited = timers.nanoTime() - began;
    try {
      return found.handle(request);
    } catch (RpcException e) {
      throw ClientErrors.waited(e, waited, true);
    } finally {
      if (isBare) {
        found.close(); // one call a connection
      }
    }
  }

  /**
   * Makes the first attempts at calls, all in one go, and waits until each has ended.
   *
   * @return one for each; null if there is no connection on which all that they need is known
   */
  @Nullable List<FirstAttempt> makeFirst(List<Request> requests) {
    ClientConnection usable = current;
    return usable != null && usable.takesCalls() ? usable.makeFirst(requests) : null;
  }

  /** Asks the server what it remembers, for an operation that is to be prepared. */
  void greet(Request request) {
    acquire(request).greet(request);
  }

  /** Its address, as HOST:PORT. */
  String name() {
    return HostPort.of(address).toString();
  }

  /** Whether a call finds a connection; in the bare dialect each opens its own. */
  boolean hasConnection() {
    ClientConnection usable = current;
    return isBare || (usable != null && usable.takesCalls());
  }

  /**
   * A connection that takes calls. To wait for one is no attempt at the call: it lasts until the
   * deadline, through any number of attempts to connect, unless the user wants to hear of the
   * first.
   */
  private ClientConnection acquire(Request request) {
    if (request.deadlineNanos() - timers.nanoTime() <= 0) {
      throw ClientErrors.passedBeforeSending(request, address); // not worth an attempt
    }
    RpcException last = null;
    while (true) {
      try {
        return connected(request);
      } catch (RpcException e) {
        boolean isOver = !e.code().equals(ErrorCode.UNAVAILABLE.name());
        if (isOver && last != null && e.code().equals(ErrorCode.TIMEOUT.name())) {
          throw ClientErrors.notConnected(request, address, last);
        }
        if (failFast || isOver || !e.isTransient()) {
          throw e;
        }
        last = e;
      }
    }
  }

  private ClientConnection connected(Request request) {
    ConnectAttempt attempt;
    lock.lock();
    try {
      if (closed) {
        throw ClientErrors.unavailable(true, "the client is closed", Map.of(), null);
      }
      ClientConnection usable = current;
      if (usable != null && usable.takesCalls()) {
        return usable;
      }
      attempt = isBare || attempts.isEmpty() ? newAttempt() : attempts.iterator().next();
    } finally {
      lock.unlock();
    }
    try {
      return attempt.await(request, timers);
    } catch (Throwable e) { // whatever it is: in the bare dialect nobody else waits for it
      if (isBare) {
        attempt.abandon();
        locked(() -> attempts.remove(attempt));
      }
      throw e;
    }
  }

  /** Under the lock. */
  private ConnectAttempt newAttempt() {
    ConnectAttempt attempt = new ConnectAttempt(address, this);
    attempts.add(attempt);
    attempt.start(reconnects.waitNanos(timers.nanoTime()), settings.environment());
    return attempt;
  }

  @Override
  public ClientConnection connect() throws IOException {
    Connecting connecting = new Connecting();
    Connection opened = transport.connect(address, connectTimeout, connecting);
    ClientConnection made = connecting.made;
    if (made == null) {
      throw new IOException("the transport made no connection to " + opened.remoteAddress());
    }
    return made;
  }

  private final class Connecting implements Transport.Acceptor {
    private final long beganNanos = timers.nanoTime();
    private volatile @Nullable ClientConnection made;

    @Override
    public ConnectionHandler accept(Connection connection) {
      long took = timers.nanoTime() - beganNanos;
      ClientConnection fresh =
          new ClientConnection(connection, address, settings, took, Endpoint.this);
      open.add(fresh);
      made = fresh;
      return fresh;
    }

    @Override
    public void handshakeFailed() {
      settings.counters().count(Counter.TLS_HANDSHAKES_FAILED);
    }
  }

  @Override
  public void attempted(ConnectAttempt attempt, @Nullable ClientConnection opened) {
    locked(
        () -> {
          attempts.remove(attempt);
          if (opened == null) {
            reconnects.failed(timers.nanoTime());
          } else if (!closed && !isBare) {
            current = opened;
          }
        });
    if (opened != null && closed) {
      opened.close(); // it came too late to be closed with the others
    }
  }

  @Override
  public void heard() {
    locked(reconnects::succeeded);
  }

  @Override
  public void endedUnheard(long openedNanos) {
    locked(() -> reconnects.endedUnheard(openedNanos, timers.nanoTime()));
  }

  @Override
  public void ended(ClientConnection connection) {
    locked(() -> current = current == connection ? null : current);
    open.remove(connection);
  }

  @Override
  public boolean isClosed() {
    return closed;
  }

  /** See {@link Client#close(Duration)}. */
  void close(long graceNanos) {
    locked(
        () -> {
          closed = true;
          current = null;
          attempts.forEach(ConnectAttempt::giveUp);
        });
    open.close(graceNanos, timers);
  }

  private void locked(Runnable change) {
    lock.lock();
    try {
      change.run();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public String toString() {
    return "connection to " + HostPort.of(address);
  }
}
