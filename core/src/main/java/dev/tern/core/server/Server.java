package dev.tern.core.server;

import dev.tern.core.Stats;
import dev.tern.core.access.Durations;
import dev.tern.core.binding.JsonCodec;
import dev.tern.core.runtime.IoThread;
import dev.tern.core.runtime.Timers;
import dev.tern.core.server.once.Once;
import dev.tern.core.transport.Connection;
import dev.tern.core.transport.Transport;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/**
 * Serves methods on one or more addresses. Made by {@link #builder}. Thread-safe.
 *
 * <p>The transport belongs to the caller, who may share it and closes it after the server.
 */
public final class Server implements AutoCloseable {
  /** How long {@link #close()} lets running calls finish. */
  public static final Duration DEFAULT_GRACE = Duration.ofSeconds(10);

  private final Transport transport;
  private final Timers timers;
  private final Once once;
  private final ServerCore core;
  private final List<Transport.Listener> listeners = new CopyOnWriteArrayList<>();
  private final CountDownLatch allClosed = new CountDownLatch(1);
  private volatile boolean closing;

  Server(Transport transport, ServerSettings settings) {
    this.transport = transport;
    this.timers = settings.environment.timers();
    boolean isUsers = settings.hasUsersOutcomes();
    this.once = new Once(settings.outcomes(), isUsers, settings.bareReplays(), timers);
    JsonCodec codec = JsonCodec.ofServer(false, settings.limits);
    Map<String, ServedMethod> methods = ServerMethods.of(settings, once, codec);
    this.core = new ServerCore(settings, methods, codec, this::connectionClosed);
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
    Transport.Listener listener =
        transport.listen(
            address,
            connection -> {
              ServerConnection accepted = new ServerConnection(core, connection);
              core.opened(accepted);
              if (closing) {
                accepted.drain();
              }
              return accepted;
            });
    listeners.add(listener);
    return listener.address();
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
   * Stops accepting, refuses new calls as UNAVAILABLE and not executed, lets those that run finish
   * and be answered, closes each connection that has none left. A connection whose calls still run
   * after the grace, or whose replies have not left, is cut off. Blocks until the last connection
   * has closed: for at most the grace and {@link Connection#LINGER_MILLIS}. A thread that is
   * interrupted meanwhile cuts all off and does not wait. Idempotent.
   *
   * @param grace 0 or more; at most a hundred years
   * @throws IllegalArgumentException if the grace is negative; nothing is closed
   * @throws IllegalStateException on an I/O thread
   * @return how many connections were cut off meanwhile; 0 if all that was read has been answered,
   *     and every reply has left for a peer that was there
   */
  public int close(Duration grace) {
    long graceNanos = Durations.graceNanos(grace);
    IoThread.refuseToBlock("Server.close");
    int cutOffBefore = core.cutOff();
    closing = true;
    listeners.forEach(Transport.Listener::close);
    core.connections.forEach(ServerConnection::drain);
    connectionClosed();
    Timers.Scheduled cutOff = timers.schedule(graceNanos, this::cutOff);
    int left = 0;
    try {
      allClosed.await();
    } catch (InterruptedException e) {
      left = core.connections.size();
      cutOff();
      Thread.currentThread().interrupt();
    } finally {
      cutOff.cancel();
      core.stopPools();
      once.close(); // what still runs has nobody to tell
    }
    return core.cutOff() - cutOffBefore + left;
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

  private void cutOff() {
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
