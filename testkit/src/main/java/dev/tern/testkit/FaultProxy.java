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

  /**
   * Starts a proxy in front of a server, on a free port of the loopback interface.
   *
   * @throws UncheckedIOException if it cannot listen
   */
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

  /** The address that the client connects to instead of the server's. */
  public InetSocketAddress address() {
    return (InetSocketAddress) serverSocket.getLocalSocketAddress();
  }

  /**
   * Delays the bytes that arrive from now on. Their rate stays as it is, as long as no more than 1
   * MiB is under way.
   *
   * @param delay 0 or more; zero for none
   * @return this
   */
  public FaultProxy delay(Direction direction, Duration delay) {
    if (delay.isNegative()) {
      throw new IllegalArgumentException("delay: " + delay + " (expected: >= 0)");
    }
    lane(direction).delay(delay.toNanos());
    return this;
  }

  /**
   * Holds all bytes back until {@link #resume}, as a network does that loses every packet. No
   * connection ends by it.
   *
   * @return this
   */
  public FaultProxy stall(Direction direction) {
    lane(direction).stall(true);
    return this;
  }

  /**
   * Ends a {@link #stall}: what was held back is passed on.
   *
   * @return this
   */
  public FaultProxy resume(Direction direction) {
    lane(direction).stall(false);
    return this;
  }

  /**
   * Resets each connection that is made from now on, after exactly so many bytes in this direction
   * have been passed on. The receiver may lose the last of them, as a reset discards what it has
   * not read.
   *
   * @param bytes 0 or more; {@link Long#MAX_VALUE} for never
   * @return this
   */
  public FaultProxy cutAfter(Direction direction, long bytes) {
    if (bytes < 0) {
      throw new IllegalArgumentException("bytes: " + bytes + " (expected: >= 0)");
    }
    lane(direction).cutAfter(bytes);
    return this;
  }

  /**
   * Resets some of the connections that are made from now on, as soon as they are made. A client
   * may see that while it still connects.
   *
   * @param share which part of them, from 0 for none to 1 for all
   * @param seed decides which ones, counted from now: with the same seed it is the same ones
   * @return this
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

  /**
   * Resets all connections that pass through now, on both sides.
   *
   * @return this
   */
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
        // The proxy was closed, which ends the loop, or this one connection failed.
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
      for (Socket socket : Arrays.asList(client, server)) { // the client sees that nobody serves it
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
