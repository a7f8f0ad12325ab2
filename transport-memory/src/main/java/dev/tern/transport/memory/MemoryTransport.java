package dev.tern.transport.memory;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import dev.tern.core.runtime.IoThread;
import dev.tern.core.transport.ClosedTransport;
import dev.tern.core.transport.Connection;
import dev.tern.core.transport.HostPort;
import dev.tern.core.transport.Transport;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Both ends of every connection in one JVM, without sockets. One daemon thread, an {@link
 * IoThread}, is the serial context of all connections, as an event loop is. Addresses mean
 * something only within one instance; a listener's host may be any name, looked up or not.
 *
 * <p>It can hand bytes over in awkward pieces ({@link Settings}), cut a connection after some bytes
 * and reset connections. What is sent stays in a bounded buffer until the other side reads it, so a
 * side that pauses makes {@link Connection#unsentBytes} of its peer grow. Any number of connections
 * may linger at once. Handlers that keep the array which they are given find other bytes in it
 * later.
 */
public final class MemoryTransport implements Transport {

  /**
   * How bytes are buffered and handed over.
   *
   * @param bufferBytes what fits between the two sides, per direction; at least 1
   * @param chunkBytes the most that is handed over in one {@code onBytes}; at least 1
   * @param splitSeed cuts what is handed over at random places, the same for the same seed; null
   *     for no cuts
   */
  public record Settings(int bufferBytes, int chunkBytes, @Nullable Long splitSeed) {

    /** 64 KiB of buffer, handed over in pieces as large as they come. */
    public static final Settings DEFAULT = new Settings(64 << 10, 64 << 10, null);

    /** Checks the ranges. */
    public Settings {
      requirePositive("bufferBytes", bufferBytes);
      requirePositive("chunkBytes", chunkBytes);
    }

    /** As {@link #DEFAULT}, but handed over in chunks of at most so many bytes. */
    public static Settings inChunksOf(int chunkBytes) {
      return new Settings(DEFAULT.bufferBytes, chunkBytes, null);
    }

    /** As {@link #DEFAULT}, but cut at random places. */
    public static Settings splitAtRandom(long seed) {
      return new Settings(DEFAULT.bufferBytes, DEFAULT.chunkBytes, seed);
    }

    private static void requirePositive(String name, int value) {
      if (value < 1) {
        throw new IllegalArgumentException(name + ": " + value + " (expected: >= 1)");
      }
    }
  }

  /** What the next connection is cut by. */
  record Cut(Direction direction, long afterBytes) {}

  private static final int FIRST_FREE_PORT = 49_152;
  private static final String ANY_HOST = "*";

  private final Settings settings;
  private final MemoryLoop loop = new MemoryLoop();
  private final ConcurrentHashMap<String, MemoryListener> listeners = new ConcurrentHashMap<>();
  private final Set<MemoryConnection> connections = ConcurrentHashMap.newKeySet();
  private final AtomicInteger nextPort = new AtomicInteger(FIRST_FREE_PORT);
  private final AtomicReference<@Nullable Cut> nextCut = new AtomicReference<>();
  private volatile boolean closed;

  /** A transport with {@link Settings#DEFAULT}. */
  public MemoryTransport() {
    this(Settings.DEFAULT);
  }

  /** A transport all of whose connections have these settings. */
  public MemoryTransport(Settings settings) {
    this.settings = settings;
  }

  /**
   * Has the next connection reset after so many bytes in a direction have arrived: both sides see a
   * failure.
   *
   * @param afterBytes 0 or more
   */
  public void cutNextConnection(Direction direction, long afterBytes) {
    if (afterBytes < 0) {
      throw new IllegalArgumentException("afterBytes: " + afterBytes + " (expected: >= 0)");
    }
    nextCut.set(new Cut(direction, afterBytes));
  }

  /** Resets every connection as a failing network does: both sides see a failure. */
  public void resetConnections() {
    for (MemoryConnection connection : connections) {
      loop.post(connection::reset);
    }
  }

  @Override
  public Listener listen(InetSocketAddress address, Acceptor acceptor) throws IOException {
    checkOpen();
    InetSocketAddress bound = address.getPort() == 0 ? withFreePort(address) : address;
    MemoryListener listener = new MemoryListener(bound, acceptor);
    if (listeners.putIfAbsent(key(bound), listener) != null) {
      throw new IOException("cannot listen on " + HostPort.of(bound) + ": the port is in use");
    }
    return listener;
  }

  private InetSocketAddress withFreePort(InetSocketAddress address) {
    int port = nextPort.getAndIncrement();
    return address.isUnresolved()
        ? InetSocketAddress.createUnresolved(address.getHostString(), port)
        : new InetSocketAddress(address.getAddress(), port);
  }

  @Override
  public Connection connect(InetSocketAddress address, Duration timeout, Acceptor acceptor)
      throws IOException {
    IoThread.refuseToBlock("connect to " + HostPort.of(address));
    if (!timeout.isPositive()) {
      throw new IllegalArgumentException("timeout: " + timeout + " (expected: > 0)");
    }
    checkOpen();
    CompletableFuture<Connection> result = new CompletableFuture<>();
    loop.post(() -> connectInLoop(address, acceptor, result));
    try {
      return result.get(NANOSECONDS.convert(timeout), NANOSECONDS);
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case IOException cause -> throw cause;
        case RuntimeException cause -> throw cause;
        case null, default -> throw new AssertionError(e);
      }
    } catch (TimeoutException e) {
      result.cancel(false);
      throw failure(address, "no answer within " + timeout.toMillis() + " ms");
    } catch (InterruptedException e) {
      result.cancel(false);
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while connecting to " + HostPort.of(address));
    }
  }

  private void connectInLoop(
      InetSocketAddress address, Acceptor acceptor, CompletableFuture<Connection> result) {
    MemoryListener listener;
    MemoryConnection client;
    MemoryConnection server;
    try {
      listener = find(address);
      InetSocketAddress from =
          new InetSocketAddress(InetAddress.getLoopbackAddress(), nextPort.getAndIncrement());
      InetSocketAddress to = address.isUnresolved() ? listener.address : address;
      client = new MemoryConnection(loop, settings, from, to, connections::remove);
      server = new MemoryConnection(loop, settings, to, from, connections::remove);
      MemoryConnection.link(client, server, nextCut.getAndSet(null));
      client.open(acceptor);
    } catch (IOException | RuntimeException e) {
      result.completeExceptionally(e);
      return;
    }
    connections.add(client);
    connections.add(server);
    if (!result.complete(client)) {
      client.abort(); // nobody waits for it any more
    }
    try {
      server.open(listener.acceptor);
    } catch (RuntimeException e) {
      client.reset(); // as a server does that cannot serve a new connection
      throw e;
    }
  }

  private MemoryListener find(InetSocketAddress address) throws IOException {
    checkOpen();
    MemoryListener exact = listeners.get(key(address));
    if (exact != null) {
      return exact;
    }
    if (address.isUnresolved() && !isLocal(address.getHostString())) {
      throw failure(address, "the host is unknown");
    }
    MemoryListener any = listeners.get(ANY_HOST + ":" + address.getPort());
    if (any == null) {
      throw failure(address, "refused, nobody listens there");
    }
    return any;
  }

  private static IOException failure(InetSocketAddress address, String reason) {
    return new IOException("cannot connect to " + HostPort.of(address) + ": " + reason);
  }

  private void checkOpen() throws IOException {
    if (closed) {
      throw new ClosedTransport();
    }
  }

  private static boolean isLocal(String host) {
    return host.toLowerCase(Locale.ROOT).equals("localhost");
  }

  private static String key(InetSocketAddress address) {
    String host;
    if (address.isUnresolved()) {
      host =
          isLocal(address.getHostString())
              ? InetAddress.getLoopbackAddress().getHostAddress()
              : address.getHostString().toLowerCase(Locale.ROOT);
    } else {
      host =
          address.getAddress().isAnyLocalAddress()
              ? ANY_HOST
              : address.getAddress().getHostAddress();
    }
    return host + ":" + address.getPort();
  }

  /** Waits for its thread, and is therefore refused on an {@link IoThread}. */
  @Override
  public void close() {
    IoThread.refuseToBlock("close of a transport");
    closed = true;
    listeners.clear();
    loop.post(
        () -> {
          for (MemoryConnection connection : Set.copyOf(connections)) {
            connection.end();
          }
        });
    loop.close();
  }

  /** An address under which connections are accepted. */
  private final class MemoryListener implements Listener {
    private final InetSocketAddress address;
    private final Acceptor acceptor;

    MemoryListener(InetSocketAddress address, Acceptor acceptor) {
      this.address = address;
      this.acceptor = acceptor;
    }

    @Override
    public InetSocketAddress address() {
      return address;
    }

    @Override
    public void close() {
      listeners.remove(key(address), this);
    }
  }
}
