package dev.tern.core.server;

import dev.tern.core.Counter;
import dev.tern.core.Stats;
import dev.tern.core.access.Durations;
import dev.tern.core.binding.JsonCodec;
import dev.tern.core.observe.Tally;
import dev.tern.core.runtime.IoThread;
import dev.tern.core.runtime.Timers;
import dev.tern.core.server.once.Once;
import dev.tern.core.transport.Connection;
import dev.tern.core.transport.ConnectionHandler;
import dev.tern.core.transport.Transport;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Serves methods on one or more addresses. Made by {@link #builder}. Thread-safe.
 *
 * <p>The transport belongs to the caller, who may share it and closes it after the server.
 */
public final class Server implements AutoCloseable {
  /** How long {@link #close()} lets running calls finish. */
  public static final Duration DEFAULT_GRACE = Duration.ofSeconds(10);

  private static final long LINGER_NANOS = TimeUnit.MILLISECONDS.toNanos(Connection.LINGER_MILLIS);

  private final Transport transport;
  private final Timers timers;
  private final Once once;
  private final ServerCore core;
  private final List<Transport.Listener> listeners = new CopyOnWriteArrayList<>();
  private final long drainDelayNanos;

  /** Whether it is about to stop, or has. */
  private final AtomicBoolean draining = new AtomicBoolean();

  private final CountDownLatch delayOver = new CountDownLatch(1);
  private final CountDownLatch allClosed = new CountDownLatch(1);
  private final CountDownLatch noneRuns = new CountDownLatch(1);
  private final CountDownLatch noneStraggles = new CountDownLatch(1);
  private final AtomicInteger operationsCutOff = new AtomicInteger();
  private volatile boolean closing;

  Server(Transport transport, ServerSettings settings) {
    this.transport = transport;
    this.timers = settings.environment.timers();
    this.drainDelayNanos = settings.drainDelay.toNanos();
    boolean isUsers = settings.hasUsersOutcomes();
    Tally tally = new Tally();
    this.once = new Once(settings.outcomes(), isUsers, settings.bareReplays(), timers, tally);
    JsonCodec codec = JsonCodec.ofServer(false, settings.limits);
    Map<String, ServedMethod> methods =
        ServerMethods.of(settings, once, codec, tally, draining::get, this::stats);
    this.core = new ServerCore(settings, tally, methods, codec, this::connectionClosed);
  }

  /** Starts to describe a server. */
  public static ServerBuilder builder(Transport transport) {
    return new ServerBuilder(transport);
  }

  /**
   * Starts to accept connections there.
   *
   * @return the address with its real port
   * @throws IOException if the address cannot be bound
   */
  InetSocketAddress listen(InetSocketAddress address) throws IOException {
    Transport.Listener listener = transport.listen(address, new Accepting());
    listeners.add(listener);
    return listener.address();
  }

  private final class Accepting implements Transport.Acceptor {
    @Override
    public ConnectionHandler accept(Connection connection) {
      ServerConnection accepted = new ServerConnection(core, connection);
      core.opened(accepted);
      if (closing) {
        accepted.drain();
      }
      return accepted;
    }

    @Override
    public void handshakeFailed() {
      core.count(Counter.TLS_HANDSHAKES_FAILED);
    }
  }

  /** The first address that it listens on. */
  public InetSocketAddress address() {
    return listeners.getFirst().address();
  }

  /** The port of {@link #address}. */
  public int port() {
    return address().getPort();
  }

  /** What it has counted. */
  public Stats stats() {
    return core.stats();
  }

  /** Closes, letting running calls finish for {@link #DEFAULT_GRACE}. */
  @Override
  public void close() {
    close(DEFAULT_GRACE);
  }

  /**
   * Closes as {@link #drain} does, but without the delay before it, and without waiting for methods
   * whose callers are gone.
   *
   * @param grace 0 or more; at most a hundred years
   * @throws IllegalArgumentException if the grace is negative; nothing is closed
   * @throws IllegalStateException on an I/O thread
   * @return how many connections were cut off; 0 if all that was read has been answered, and every
   *     reply has left for a peer that was there
   */
  public int close(Duration grace) {
    long graceNanos = Durations.graceNanos(grace);
    IoThread.refuseToBlock("Server.close");
    return stop(0, graceNanos, false).connections();
  }

  /**
   * Stops without losing a call of a client that obeys. In this order: says in {@code rpc.health}
   * that it drains, and goes on accepting for the {@linkplain ServerBuilder#drainDelay delay};
   * stops accepting, and says {@code rpc.goaway} to the peers that want to hear it; refuses new
   * calls as UNAVAILABLE and not executed, and lets those that run finish and be answered, methods
   * too whose callers are gone. A peer that was told to go is read from until it has closed its
   * end, any other until all that runs there has been answered. After the grace what still runs is
   * cancelled and answered as UNAVAILABLE, with the verdict that is true, and the connections
   * close; those whose replies do not leave within {@link Connection#LINGER_MILLIS} are reset.
   *
   * <p>Blocks until the last connection has closed: for at most the delay, the grace and twice
   * {@link Connection#LINGER_MILLIS}. Idempotent, and a second call hurries the first: it ends the
   * delay, and its own grace counts if that is over earlier. A thread that is interrupted meanwhile
   * resets all connections and does not wait.
   *
   * @param grace how long what runs may take from the moment at which the peers are told; 0 or
   *     more; at most a hundred years
   * @return what was cut off
   * @throws IllegalArgumentException if the grace is negative; nothing is stopped
   * @throws IllegalStateException on an I/O thread
   */
  public DrainReport drain(Duration grace) {
    long graceNanos = Durations.graceNanos(grace);
    IoThread.refuseToBlock("Server.drain");
    return stop(draining.get() ? 0 : drainDelayNanos, graceNanos, true);
  }

  private DrainReport stop(long delayNanos, long graceNanos, boolean waitsForStragglers) {
    draining.set(true);
    int aborted = 0;
    int abandoned = 0;
    List<Timers.Scheduled> patience = new ArrayList<>();
    try {
      if (delayNanos == 0) {
        delayOver.countDown();
      } else {
        patience.add(timers.schedule(delayNanos, delayOver::countDown));
      }
      delayOver.await();
      stopAccepting();
      if (graceNanos == 0) {
        cutOff();
      } else {
        patience.add(timers.schedule(graceNanos, this::cutOff));
      }
      patience.add(timers.schedule(graceNanos + LINGER_NANOS, this::abort));
      allClosed.await();
      once.whenNoneRuns(noneRuns::countDown);
      noneRuns.await();
      if (waitsForStragglers) {
        core.stragglers.whenNone(noneStraggles::countDown);
        noneStraggles.await();
        abandoned = core.stragglers.count();
      }
    } catch (InterruptedException e) {
      stopAccepting();
      aborted = core.connections.size();
      abort();
      Thread.currentThread().interrupt();
    } finally {
      patience.forEach(Timers.Scheduled::cancel);
      core.stopped();
      operationsCutOff.accumulateAndGet(once.cancelAll(), Math::max);
      once.close(); // what still runs has nobody to tell
    }
    return core.cutOff(aborted, operationsCutOff.get(), abandoned);
  }

  private void stopAccepting() {
    closing = true; // who is accepted from here on is told at once
    core.connections.forEach(ServerConnection::drain);
    listeners.forEach(Transport.Listener::close);
    connectionClosed();
  }

  /**
   * Blocks until the server has been {@linkplain #close() closed} and its last connection has
   * ended: for a {@code main} that has nothing else to do, as all threads of the server are
   * daemons.
   *
   * @throws InterruptedException if the thread is interrupted, which closes nothing
   * @throws IllegalStateException on an I/O thread
   */
  public void awaitTermination() throws InterruptedException {
    IoThread.refuseToBlock("Server.awaitTermination");
    allClosed.await();
  }

  /** The grace is over: what runs is answered as it stands. */
  private void cutOff() {
    core.connections.forEach(ServerConnection::finishNow);
    operationsCutOff.accumulateAndGet(once.cancelAll(), Math::max);
    noneRuns.countDown();
    noneStraggles.countDown();
  }

  /** What has not left by now will not. */
  private void abort() {
    core.connections.forEach(ServerConnection::abortUnlessDone);
  }

  private void connectionClosed() {
    if (closing && core.connections.isEmpty()) {
      allClosed.countDown();
    }
  }

  /** The filters around a method, outermost first; null if there is no such method. */
  @Nullable String onion(String method) {
    ServedMethod served = core.find(method);
    return served == null ? null : served.chain().toString();
  }

  @Override
  public String toString() {
    return "Server" + listeners.stream().map(Transport.Listener::address).toList();
  }
}
