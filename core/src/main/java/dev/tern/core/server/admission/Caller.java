package dev.tern.core.server.admission;

import dev.tern.core.transport.Connection;
import dev.tern.core.transport.TlsPeer;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Who calls, as far as that is known before a call begins: all connections with one name in their
 * certificate, or else from one IP address, or from one /64 of IPv6, which one subscriber has. What
 * a token says is known only later. Thread-safe.
 */
final class Caller {
  /** Bytes of an IPv6 address that name the network. */
  private static final int NETWORK_BYTES = 8;

  /** What a caller has of one limit. */
  static final class Share {
    final AtomicInteger running = new AtomicInteger();

    /** Guarded by the lock of these places. */
    int waiting;
  }

  private final ConcurrentHashMap<Object, Share> shares = new ConcurrentHashMap<>(2);

  /** Connections that have calls, or may have some. Guarded by the map of callers. */
  private int connections;

  /**
   * What he has of a limit.
   *
   * @param limit the places, which are told by their identity
   */
  Share shareOf(Object limit) {
    Share known = shares.get(limit);
    return known == null ? shares.computeIfAbsent(limit, _ -> new Share()) : known;
  }

  /** What tells one caller from another. */
  static Object nameOf(Connection connection) {
    TlsPeer tls = connection.tls();
    String shown = tls == null ? null : tls.name();
    return shown == null ? nameOf(connection.remoteAddress()) : shown;
  }

  static Object nameOf(SocketAddress peer) {
    if (!(peer instanceof InetSocketAddress inet) || inet.getAddress() == null) {
      return peer.getClass();
    }
    return inet.getAddress() instanceof Inet6Address six
        // No certificate's name has a blank in it.
        ? "network " + HexFormat.of().formatHex(Arrays.copyOf(six.getAddress(), NETWORK_BYTES))
        : inet.getAddress();
  }

  /** The callers that are connected. Thread-safe. */
  static final class All {
    private final ConcurrentHashMap<Object, Caller> present = new ConcurrentHashMap<>();

    /** One more connection of a caller's. */
    Caller enter(Object name) {
      Caller entered =
          present.compute(
              name,
              (_, known) -> {
                Caller caller = known == null ? new Caller() : known;
                caller.connections++;
                return caller;
              });
      return entered;
    }

    /** The connection is closed and its last call has left. */
    void leave(Object name) {
      present.computeIfPresent(name, (_, caller) -> --caller.connections == 0 ? null : caller);
    }
  }
}
