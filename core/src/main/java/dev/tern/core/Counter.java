package dev.tern.core;

import java.util.Locale;

/**
 * Labels for what an end counts of its own doings: a closed set, so that counting it is bounded.
 * What peers do wrong or too late is an {@link dev.tern.protocol.Oddity}.
 */
public enum Counter {
  /** Connections that were accepted, or made. */
  CONNECTIONS_OPENED,
  /** Bytes that came, prefixes of frames included. */
  BYTES_READ,
  /** Bytes that were given to the transport, prefixes of frames included. */
  BYTES_WRITTEN,

  /** Connections that ended after the peer had shut down its output, and all was answered. */
  CLOSED_BY_PEER,
  /** Connections that broke, or were reset by the peer. */
  CLOSED_BROKEN,
  /** Connections that this end closed as it was closing itself, after all was answered. */
  CLOSED_HERE,
  /**
   * Connections that this end closed for what the peer did (see the oddities); at a client also
   * those of bare calls that were given up.
   */
  CLOSED_FOR_CAUSE,
  /** Connections that this end cut off before all was answered and sent. */
  CLOSED_CUT_OFF,

  /** Calls that were refused because too many ran at the server, over all connections. */
  REFUSED_SERVER_FULL,
  /** Calls that were refused because all connections together held too many bytes. */
  REFUSED_BYTES,
  /** Calls that were refused because a limit was reached and its queue was full. */
  REFUSED_QUEUE_FULL,
  /** Calls that were refused because their caller had its share of a limit and of its queue. */
  REFUSED_SHARE,
  /** Calls that were refused because their turn would have come after their deadline. */
  REFUSED_TOO_LATE,
  /** Calls that were refused because the threads of their lane took no more. */
  REFUSED_LANE,

  /** Attempts that waited for a run of their operation, and were told its outcome. */
  JOINED,
  /** Attempts that were told a remembered outcome of their operation. */
  REPLAYED,

  /** Times that this end asked a peer for a sign of life by {@code rpc.ping}, or gave it one. */
  PINGS_SENT,
  /** Times that a peer did so. */
  PINGS_RECEIVED,
  /** Connections over TLS whose handshakes came to their end. */
  TLS_HANDSHAKES,
  /** Connections over TLS, or without it at a port that speaks it, that ended before that. */
  TLS_HANDSHAKES_FAILED,
  /**
   * Lines for the log that were dropped, as it was slower than what came. The ends of a process
   * share one log: each counts the lines of all, since it began.
   */
  LOG_LINES_DROPPED,

  /**
   * A client's call that did not leave before its connection ended, or that a server turned away
   * which goes away; it was tried again.
   */
  NEVER_LEFT,
  /** A client's call that had failed; it was tried again. */
  RETRIED,
  /** A client's call that had failed, and would have been tried again if others had not been. */
  NO_RETRY_BUDGET,
  /** A client's call that took long, and was made once more beside itself. */
  HEDGED;

  /** Its name as {@code rpc.stats} says it: small letters. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
