package dev.tern.core.client;

import dev.tern.core.Handler;
import dev.tern.core.Request;
import dev.tern.core.Response;
import dev.tern.core.RpcException;
import dev.tern.core.link.CancelSource;
import dev.tern.core.observe.Counters;
import dev.tern.core.runtime.Backoff;
import dev.tern.core.runtime.Timers;
import dev.tern.core.transport.Connection;
import dev.tern.core.transport.Dialer;
import dev.tern.core.transport.Transport;
import dev.tern.protocol.Dialect;
import dev.tern.protocol.ErrorCode;
import dev.tern.protocol.Executed;
import dev.tern.protocol.Limits;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Keeps one connection for many calls: opens it for the first call, and again when it has died,
 * after a backoff if the server brought nothing (see {@link Reconnects}). All calls that find none
 * wait for the same attempt to connect, and share its failure.
 */
final class Connector implements Handler, ClientConnection.Owner {
  /**
   * How often one call may find that its connection died before taking it. Nothing was sent then,
   * so it just takes the next one.
   */
  private static final int MAX_TRIES = 3;

  /** How a call travels over the connection that was found for it. */
  interface Exchange {
    @Nullable Response over(ClientConnection connection, Request request);
  }

  private final Transport transport;
  private final InetSocketAddress address;
  private final Dialect dialect;
  private final Limits limits;
  private final Duration connectTimeout;
  private final Timers timers;
  private final Counters counters;
  private final EncodedNames names = new EncodedNames();
  private final ReentrantLock lock = new ReentrantLock();

  // Guarded by the lock.
  private @Nullable ClientConnection connection;
  private @Nullable CompletableFuture<ClientConnection> attempt;

  /** All attempts under way: in the bare dialect there may be many. */
  private final Set<CompletableFuture<ClientConnection>> attempts = new HashSet<>();

  /** All connections that have not ended: those that close, and bare ones with their call, too. */
  private final Set<ClientConnection> open = new HashSet<>();

  private final Reconnects reconnects;
  private boolean closed;

  /** The same as the field, to be read without the lock: the usual case. */
  private volatile @Nullable ClientConnection current;

  /** Open while a connection is, after {@link #close} was called. */
  private final CountDownLatch allClosed = new CountDownLatch(1);

  Connector(
      Transport transport,
      InetSocketAddress address,
      Dialect dialect,
      Limits limits,
      Duration connectTimeout,
      Backoff backoff,
      RandomGenerator random,
      Timers timers,
      Counters counters) {
    this.transport = transport;
    this.address = address;
    this.dialect = dialect;
    this.limits = limits;
    this.connectTimeout = connectTimeout;
    this.reconnects = new Reconnects(backoff, random);
    this.timers = timers;
    this.counters = counters;
  }

  @Override
  public Response handle(Request request) {
    Response response = exchange(request, ClientConnection::handle);
    if (response == null) {
      throw new IllegalStateException("a call ended without a response");
    }
    return response;
  }

  void notify(Request request) {
    exchange(
        request,
        (over, notification) -> {
          over.notify(notification);
          return null;
        });
  }

  private @Nullable Response exchange(Request request, Exchange exchange) {
    for (int tries = 1; ; tries++) {
      ClientConnection found = acquire(request);
      try {
        return exchange.over(found, request);
      } catch (RpcException e) {
        boolean neverLeft =
            !e.isRemote()
                && e.executed() == Executed.NO
                && e.code().equals(ErrorCode.UNAVAILABLE.name());
        if (!neverLeft || tries == MAX_TRIES || isClosed()) {
          throw e;
        }
      } finally {
        if (dialect == Dialect.BARE) {
          found.close(); // one call a connection
        }
      }
    }
  }

  /** See {@link Client#close(Duration)}. */
  void close(long graceNanos) {
    List<ClientConnection> last;
    List<CompletableFuture<ClientConnection>> connecting;
    lock.lock();
    try {
      closed = true;
      last = List.copyOf(open);
      connecting = List.copyOf(attempts);
      connection = null;
      current = null;
      tellIfAllClosed();
    } finally {
      lock.unlock();
    }
    connecting.forEach(a -> a.completeExceptionally(new IOException("the client was closed")));
    last.forEach(ClientConnection::close);
    Runnable giveUp = () -> last.forEach(ClientConnection::abortUnlessSent);
    Timers.Scheduled patience = timers.schedule(graceNanos, giveUp);
    try {
      allClosed.await();
    } catch (InterruptedException e) {
      giveUp.run();
      Thread.currentThread().interrupt();
    } finally {
      patience.cancel();
    }
  }

  /** Under the lock. */
  private void tellIfAllClosed() {
    if (closed && open.isEmpty()) {
      allClosed.countDown();
    }
  }

  private boolean isClosed() {
    lock.lock();
    try {
      return closed;
    } finally {
      lock.unlock();
    }
  }

  private ClientConnection acquire(Request request) {
    ClientConnection usable = current;
    if (usable != null && !usable.isUnusable()) {
      return usable;
    }
    if (request.deadlineNanos() - timers.nanoTime() <= 0) {
      throw DeadlineFilter.passedBeforeSending(); // not worth an attempt
    }
    CompletableFuture<ClientConnection> connecting;
    lock.lock();
    try {
      if (closed) {
        throw ClientErrors.ofClient(ErrorCode.UNAVAILABLE, "the client is closed", Executed.NO);
      }
      usable = connection;
      if (usable != null && !usable.isUnusable()) {
        return usable;
      }
      if (dialect == Dialect.BARE) {
        connecting = startAttempt();
      } else {
        CompletableFuture<ClientConnection> running = attempt;
        connecting = running == null ? startAttempt() : running;
        attempt = connecting;
      }
    } finally {
      lock.unlock();
    }
    return await(connecting, request);
  }

  /** Connects on a thread of its own after what is left of the backoff. Under the lock. */
  private CompletableFuture<ClientConnection> startAttempt() {
    CompletableFuture<ClientConnection> started = new CompletableFuture<>();
    attempts.add(started);
    Runnable connect = () -> Thread.ofVirtual().name("tern-connect").start(() -> connect(started));
    long wait = reconnects.waitNanos(timers.nanoTime());
    if (wait <= 0) {
      connect.run();
    } else {
      timers.schedule(wait, connect);
    }
    return started;
  }

  private void connect(CompletableFuture<ClientConnection> result) {
    if (result.isDone()) {
      return; // the client was closed during the backoff
    }
    ClientConnection[] made = new ClientConnection[1];
    long began = timers.nanoTime();
    try {
      Connection opened =
          transport.connect(
              address, connectTimeout, fresh -> made[0] = opened(fresh, timers.nanoTime() - began));
      ClientConnection client = made[0];
      if (client == null) {
        throw new IOException("the transport made no connection to " + opened.remoteAddress());
      }
      succeeded(result, client);
      result.complete(client);
    } catch (IOException | RuntimeException | Error e) { // whoever waits must not hang
      failed(result);
      result.completeExceptionally(e);
    }
  }

  private ClientConnection opened(Connection fresh, long tookNanos) {
    ClientConnection client =
        new ClientConnection(fresh, dialect, limits, timers, counters, names, tookNanos, this);
    lock.lock();
    try {
      open.add(client);
    } finally {
      lock.unlock();
    }
    return client;
  }

  private void succeeded(CompletableFuture<ClientConnection> of, ClientConnection client) {
    boolean tooLate;
    lock.lock();
    try {
      tooLate = closed;
      ended(of);
      if (!tooLate && dialect != Dialect.BARE) {
        connection = client;
        current = client;
      }
    } finally {
      lock.unlock();
    }
    if (tooLate) {
      client.close();
    }
  }

  private void failed(CompletableFuture<ClientConnection> of) {
    lock.lock();
    try {
      reconnects.failed(timers.nanoTime());
      ended(of);
    } finally {
      lock.unlock();
    }
  }

  /** Under the lock. */
  @SuppressWarnings("CollectionUndefinedEquality") // a future equals itself alone: what is meant
  private void ended(CompletableFuture<ClientConnection> of) {
    attempts.remove(of);
    attempt = null; // outside the bare dialect there is one at a time
  }

  @Override
  public void heard() {
    lock.lock();
    try {
      reconnects.succeeded();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void endedUnheard(long openedNanos) {
    lock.lock();
    try {
      reconnects.endedUnheard(openedNanos, timers.nanoTime());
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void unusable(ClientConnection unusable) {
    lock.lock();
    try {
      if (connection == unusable) {
        connection = null;
        current = null;
      }
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void closed(ClientConnection ended) {
    lock.lock();
    try {
      open.remove(ended);
      tellIfAllClosed();
    } finally {
      lock.unlock();
    }
  }

  /** Waits for the attempt, but no longer than this request's deadline or cancellation. */
  private ClientConnection await(CompletableFuture<ClientConnection> connecting, Request request) {
    CompletableFuture<ClientConnection> mine = connecting.copy();
    long left = request.deadlineNanos() - timers.nanoTime();
    Timers.Scheduled alarm =
        timers.schedule(left, () -> mine.completeExceptionally(connectTimedOut()));
    if (request.cancelToken() instanceof CancelSource token) {
      token.whenCancelled(() -> mine.completeExceptionally(cancelled()));
    }
    boolean got = false;
    try {
      ClientConnection opened = mine.get();
      got = true;
      return opened;
    } catch (ExecutionException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      if (cause instanceof RpcException own) {
        throw own;
      }
      throw ClientErrors.ofClient(
          ErrorCode.UNAVAILABLE,
          cause.getMessage() == null
              ? "cannot connect to " + Dialer.text(address)
              : cause.getMessage(),
          Executed.NO,
          Map.of("stage", "connecting"),
          cause);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw cancelled();
    } finally {
      alarm.cancel();
      if (!got && dialect == Dialect.BARE) {
        var _ = connecting.thenAccept(ClientConnection::close); // opened for this call alone
      }
    }
  }

  private RpcException connectTimedOut() {
    return ClientErrors.ofClient(
        ErrorCode.TIMEOUT,
        "the deadline passed while connecting to " + Dialer.text(address),
        Executed.NO,
        Map.of("stage", "connecting"),
        null);
  }

  private static RpcException cancelled() {
    return ClientErrors.ofClient(ErrorCode.CANCELLED, "cancelled while connecting", Executed.NO);
  }

  @Override
  public String toString() {
    return "connection to " + Dialer.text(address);
  }
}
