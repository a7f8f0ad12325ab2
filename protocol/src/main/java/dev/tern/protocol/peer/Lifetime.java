package dev.tern.protocol.peer;

/**
 * How long an end keeps a connection.
 *
 * @param heartbeat finds out that a peer is gone that has said that it answers pings
 * @param idleNanos without a call, before the connection is reclaimed; 0 for ever
 * @param untilNanos the instant from which on calls shall go elsewhere
 * @param hasEnd whether there is such an instant
 */
public record Lifetime(Heartbeat heartbeat, long idleNanos, long untilNanos, boolean hasEnd) {
  /** As long as the peer likes. */
  public static final Lifetime ENDLESS = new Lifetime(Heartbeat.NONE, 0, 0, false);
}
