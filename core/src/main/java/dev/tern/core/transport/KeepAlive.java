package dev.tern.core.transport;

import java.net.SocketOption;
import java.util.Map;
import jdk.net.ExtendedSocketOptions;

/**
 * How a connection that carries nothing finds out that its peer is gone without a word: a machine
 * that lost its power, a cable, a firewall that forgot the connection. The system probes the peer,
 * and the connection breaks after two minutes. Bytes that are under way are another matter: until
 * they are acknowledged the system repeats them instead of probing, and gives up when it does.
 */
public final class KeepAlive {

  /**
   * Silence before the first probe. Routers and firewalls forget a silent connection after some
   * minutes, four at the least that are usual: a probe a minute also keeps them from that.
   */
  public static final int IDLE_SECONDS = 60;

  /** Between probes: longer than any way there and back. */
  public static final int INTERVAL_SECONDS = 10;

  /** Unanswered ones that end the connection: a minute's outage of the network is outlived. */
  public static final int PROBES = 6;

  /** The times as options of the JDK's sockets; not every system has them. */
  public static final Map<SocketOption<Integer>, Integer> TIMES =
      Map.of(
          ExtendedSocketOptions.TCP_KEEPIDLE, IDLE_SECONDS,
          ExtendedSocketOptions.TCP_KEEPINTERVAL, INTERVAL_SECONDS,
          ExtendedSocketOptions.TCP_KEEPCOUNT, PROBES);

  private KeepAlive() {}
}
