package dev.tern.testkit;

import dev.tern.transport.memory.Direction;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A bad network between a client and a server: a TCP proxy on the loopback interface that delays,
 * stalls, cuts and resets what passes through, or loses connections. Without a fault everything
 * passes as it came, ends and resets included. Thread-safe.
 *
 * <p>Faults of a direction hold for all connections, those that are there and those to come.
 */
public final class FaultProxy implements AutoCloseable {

  private final InetSocketAddress target;
  private final ServerSocket serverSocket;
  private final Map<Direction, FaultLane> lanes = new EnumMap<>(Direction.class);
  private final Set<FaultLink> links = ConcurrentHashMap.newKeySet();

  private final ReentrantLock lock = new ReentrantLock();
  // Guarded by lock:
  private Random losses = new Random(0);
  private double lostShare;

  private FaultProxy(InetSocketAddress target, ServerSocket serverSocket) {
    this.target = target;
    this.serverSocket = serverSocket;
    for (Direction direction : Direction.values()) {
      lanes.put(direction, new FaultLane());
    }
  }

  /** Starts a proxy in front of a server. */
  public static FaultProxy to(InetSocketAddress target) {
    try {
      ServerSocket serverSocket = new ServerSocket(0, 128, InetAddress.getLoopbackAddress());
      FaultProxy proxy = new FaultProxy(target, serverSocket);
      Thread.ofVirtual().name("fault-proxy-accept").start(proxy::acceptUntilClosed);
      return proxy;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Where the client connects to. */
  public InetSocketAddress address() {
    return (InetSocketAddress) serverSocket.getLocalSocketAddress();
  }

  /**
   * Bytes that pass from now on arrive later by this much. Their rate stays as it is, up to 1 MiB
   * under way.
   *
   * @param delay zero for none
   */
  public FaultProxy delay(Direction direction, Duration delay) {
    if (delay.isNegative()) {
      throw new IllegalArgumentException("delay: " + delay + " (expected: >= 0)");
    }
    lane(direction).delay(delay.toNanos());
    return this;
  }

  /** Nothing passes until {@link #resume}, and no connection ends: a black hole. */
  public FaultProxy stall(Direction direction) {
    lane(direction).stall(true);
    return this;
  }

  /** Undoes {@link #stall}: what was held back passes. */
  public FaultProxy resume(Direction direction) {
    lane(direction).stall(false);
    return this;
  }

  /**
   * Each connection made from now on is reset after exactly so many bytes in this direction have
   * been passed on. A reset overtakes what the receiver has no room for yet.
   *
   * @param bytes 0 or more; {@link Long#MAX_VALUE} for never
   */
  public FaultProxy cutAfter(Direction direction, long bytes) {
    if (bytes < 0) {
      throw new IllegalArgumentException("bytes: " + bytes + " (expected: >= 0)");
    }
    lane(direction).cutAfter(bytes);
    return this;
  }

  /**
   * Loses some of the connections made from now on: they are reset as soon as they are made. A
   * client may see that while it still connects.
   *
   * @param share from 0, none, to 1, all
   * @param seed the same seed loses the same ones, counted from now
   */
  public FaultProxy loseConnections(double share, long seed) {
    if (!(share >= 0 && share <= 1)) {
      throw new IllegalArgumentException("share: " + share + " (expected: 0 to 1)");
    }
    lock.lock();
    try {
      losses = new Random(seed);
      lostShare = share;
      return this;
    } finally {
      lock.unlock();
    }
  }

  /** Resets all connections that are there, on both sides. */
  public FaultProxy resetAll() {
    links.forEach(FaultLink::reset);
    return this;
  }

  /** How many connections pass through now. */
  public int connections() {
    return links.size();
  }

  /** Stops listening and resets all connections. Idempotent. */
  @Override
  public void close() {
    try {
      serverSocket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    resetAll();
  }

  private void acceptUntilClosed() {
    while (!serverSocket.isClosed()) {
      try {
        Socket client = serverSocket.accept();
        if (isLost()) {
          FaultLink.reset(client);
        } else {
          Thread.ofVirtual().name("fault-proxy-connect").start(() -> link(client));
        }
      } catch (IOException e) {
        // Closed, as the loop will find; or a connection that ended before it began.
      }
    }
  }

  private boolean isLost() {
    lock.lock();
    try {
      return losses.nextDouble() < lostShare;
    } finally {
      lock.unlock();
    }
  }

  private void link(Socket client) {
    Socket server = new Socket();
    try {
      server.connect(target);
      FaultLink link =
          new FaultLink(
              client, server, lane(Direction.TO_SERVER), lane(Direction.TO_CLIENT), links::remove);
      links.add(link);
      link.start();
      if (serverSocket.isClosed()) {
        link.reset();
      }
    } catch (IOException e) {
      for (Socket socket : Arrays.asList(client, server)) { // as if nobody had listened here
        FaultLink.reset(socket);
      }
    }
  }

  private FaultLane lane(Direction direction) {
    FaultLane lane = lanes.get(direction);
    if (lane == null) {
      throw new AssertionError(direction);
    }
    return lane;
  }
}
