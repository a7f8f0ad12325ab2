package dev.tern.testkit;

import dev.tern.core.access.Durations;
import dev.tern.core.transport.Dialer;
import dev.tern.core.transport.HostPort;
import dev.tern.core.transport.ListenFailure;
import dev.tern.transport.memory.Direction;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * A bad network between clients and a server: a TCP proxy that delays, narrows, stalls, cuts and
 * resets what passes through, and loses or repeats whole frames of Tern's. Without a fault
 * everything passes as it came, ends and resets included. Thread-safe.
 *
 * <p>Faults of a direction hold for all connections, those that are there and those to come, unless
 * a method says otherwise. What is decided at random is decided by a seed, counted from the call
 * that sets the fault: the n-th is hit if the n-th {@code nextDouble()} of {@code new
 * java.util.SplittableRandom(seed)} is less than the share. So a run is the same again if the same
 * things come in the same order.
 *
 * <p>All but the faults of frames work for any service over TCP. Those need a stream in which each
 * message stands behind its length, in four bytes, the highest first.
 */
public final class FaultProxy implements AutoCloseable {
  private static final int BACKLOG = 128;

  /** How long the server may take to accept: a client has given up by then. */
  private static final int CONNECT_MILLIS = 10_000;

  private final ServerSocket serverSocket;
  private final Map<Direction, FaultLane> lanes = new EnumMap<>(Direction.class);
  private final Set<FaultLink> links = ConcurrentHashMap.newKeySet();
  private final LongAdder accepted = new LongAdder();
  private final LongAdder lost = new LongAdder();
  private final LongAdder refused = new LongAdder();
  private final LongAdder cut = new LongAdder();

  private volatile InetSocketAddress target;
  private volatile Chance loss = Chance.NEVER;

  private FaultProxy(ServerSocket serverSocket, InetSocketAddress target) {
    this.serverSocket = serverSocket;
    this.target = target;
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
    return listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), target);
  }

  /**
   * Starts a proxy in front of a server.
   *
   * @param listen where clients connect to; port 0 for a free one
   * @param target where the server listens; a name is looked up for each connection
   * @throws IllegalArgumentException if the target is the proxy itself
   * @throws UncheckedIOException if it cannot listen there, with the address and the reason in its
   *     message
   */
  public static FaultProxy listen(InetSocketAddress listen, InetSocketAddress target) {
    InetSocketAddress own = resolved(listen);
    try {
      ServerSocket serverSocket = new ServerSocket();
      try {
        serverSocket.bind(own, BACKLOG);
        refuseItself(target, (InetSocketAddress) serverSocket.getLocalSocketAddress());
      } catch (IOException | RuntimeException e) {
        serverSocket.close();
        throw e;
      }
      FaultProxy proxy = new FaultProxy(serverSocket, target);
      Thread.ofVirtual().name("fault-proxy-accept").start(proxy::acceptUntilClosed);
      return proxy;
    } catch (IOException e) {
      IOException failure = ListenFailure.of(own, e);
      throw new UncheckedIOException(failure.getMessage(), failure);
    }
  }

  /** The address that the client connects to instead of the server's. */
  public InetSocketAddress address() {
    return (InetSocketAddress) serverSocket.getLocalSocketAddress();
  }

  /**
   * Changes where the connections lead that are made from now on, such as to a server that has
   * started again on another port.
   *
   * @return this
   * @throws IllegalArgumentException if it is the proxy itself
   */
  public FaultProxy target(InetSocketAddress target) {
    refuseItself(target, address());
    this.target = target;
    return this;
  }

  /**
   * Delays the bytes that arrive from now on. Their rate stays as it is, as long as no more than
   * about 1 MiB is under way.
   *
   * @param delay 0 or more; zero for none
   * @return this
   */
  public FaultProxy delay(Direction direction, Duration delay) {
    lane(direction).delay(nanos("delay", delay));
    return this;
  }

  /**
   * Adds a random time to the delay of what arrives from now on, another one each time that bytes
   * arrive. Their order stays as it is.
   *
   * @param most the longest that is added, 0 or more; zero for none
   * @return this
   */
  public FaultProxy jitter(Direction direction, Duration most, long seed) {
    lane(direction).jitter(nanos("most", most), seed);
    return this;
  }

  /**
   * Lets no more than so many bytes a second pass, in all connections together. Who sends more is
   * slowed down once about 1 MiB of a connection is under way.
   *
   * @param bytesPerSecond 1 or more; {@link Long#MAX_VALUE} for no bound
   * @return this
   */
  public FaultProxy bandwidth(Direction direction, long bytesPerSecond) {
    if (bytesPerSecond < 1) {
      throw new IllegalArgumentException("bytesPerSecond: " + bytesPerSecond + " (expected: >= 1)");
    }
    lane(direction).bandwidth(bytesPerSecond);
    return this;
  }

  /**
   * Cuts what passes into small pieces, each a write of its own.
   *
   * @param bytes the longest piece, 1 or more; {@link Integer#MAX_VALUE} for whole ones
   * @param pause before each piece, 0 or more
   * @return this
   */
  public FaultProxy drip(Direction direction, int bytes, Duration pause) {
    if (bytes < 1) {
      throw new IllegalArgumentException("bytes: " + bytes + " (expected: >= 1)");
    }
    lane(direction).drip(bytes, nanos("pause", pause));
    return this;
  }

  /**
   * Passes the end of the input, or a reset, on only after a while, in addition to the delay: until
   * then the receiver takes the sender for alive.
   *
   * @param delay 0 or more; zero for none
   * @return this
   */
  public FaultProxy slowClose(Direction direction, Duration delay) {
    lane(direction).slowClose(nanos("delay", delay));
    return this;
  }

  /**
   * Loses some of the frames that begin from now on. Such a frame vanishes whole, and all others
   * pass. A frame that is lost {@link Direction#TO_CLIENT} is a reply that is lost after the call
   * had its effect.
   *
   * @param share which part of them, from 0 for none to 1 for all
   * @param seed decides which ones, in the order in which they begin, in all connections together
   * @return this
   */
  public FaultProxy loseFrames(Direction direction, double share, long seed) {
    lane(direction).lose(Chance.of("share", share, seed));
    return this;
  }

  /**
   * Passes some of the frames that begin from now on twice, one right behind the other. A frame
   * that is lost is not repeated, nor one of more than 16 MiB.
   *
   * @param share which part of them, from 0 for none to 1 for all
   * @param seed decides which ones, in the order in which they begin, in all connections together
   * @return this
   */
  public FaultProxy duplicateFrames(Direction direction, double share, long seed) {
    lane(direction).repeat(Chance.of("share", share, seed));
    return this;
  }

  /**
   * Holds all bytes back until {@link #resume}, and ends and resets, as a network does that loses
   * every packet. No connection ends by it.
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
   * @param seed decides which ones, in the order in which they are accepted
   * @return this
   */
  public FaultProxy loseConnections(double share, long seed) {
    loss = Chance.of("share", share, seed);
    return this;
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

  /** What has passed since it began, and what was done to it. */
  public FaultCounts counts() {
    return new FaultCounts(
        accepted.sum(),
        lost.sum(),
        refused.sum(),
        cut.sum(),
        lane(Direction.TO_SERVER).counts(),
        lane(Direction.TO_CLIENT).counts());
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
        accepted.increment();
        if (loss.next()) {
          lost.increment();
          FaultLink.reset(client);
        } else {
          InetSocketAddress to = target;
          Thread.ofVirtual().name("fault-proxy-connect").start(() -> link(client, to));
        }
      } catch (IOException e) {
        // The proxy was closed, which ends the loop, or this one connection failed.
      }
    }
  }

  private void link(Socket client, InetSocketAddress to) {
    Socket server = new Socket();
    try {
      server.connect(resolved(to), CONNECT_MILLIS);
      if (Dialer.isToItself(server.getLocalSocketAddress(), server.getRemoteSocketAddress())) {
        throw new IOException("refused, nobody listens there");
      }
      FaultLane toServer = lane(Direction.TO_SERVER);
      FaultLane toClient = lane(Direction.TO_CLIENT);
      FaultLink link = new FaultLink(client, server, toServer, toClient, new Links());
      links.add(link);
      link.start();
      if (serverSocket.isClosed()) {
        link.reset();
      }
    } catch (IOException e) { // the client sees that nobody serves it
      refused.increment();
      FaultLink.reset(client);
      FaultLink.reset(server);
    }
  }

  private final class Links implements FaultLink.Owner {
    @Override
    public void cut() {
      cut.increment();
    }

    @Override
    public void ended(FaultLink link) {
      links.remove(link);
    }
  }

  private static InetSocketAddress resolved(InetSocketAddress address) {
    return address.isUnresolved()
        ? new InetSocketAddress(address.getHostString(), address.getPort())
        : address;
  }

  /** A proxy in front of itself would connect to itself without end. */
  private static void refuseItself(InetSocketAddress target, InetSocketAddress own) {
    InetAddress to = resolved(target).getAddress();
    boolean isHere =
        to != null
            && (to.equals(own.getAddress())
                || to.isAnyLocalAddress()
                || (own.getAddress().isAnyLocalAddress() && to.isLoopbackAddress()));
    if (isHere && target.getPort() == own.getPort()) {
      throw new IllegalArgumentException(
          "target: " + HostPort.of(target) + " (expected: another address than the proxy's own)");
    }
  }

  private static long nanos(String name, Duration duration) {
    if (duration.isNegative()) {
      throw new IllegalArgumentException(name + ": " + duration + " (expected: >= 0)");
    }
    return Durations.nanos(duration);
  }

  private FaultLane lane(Direction direction) {
    FaultLane lane = lanes.get(direction);
    if (lane == null) {
      throw new AssertionError(direction);
    }
    return lane;
  }
}
