package dev.tern.protocol.session;

/** What a session tells its owner of an {@code rpc.ping}. */
public enum Ping implements ServerEvent, ClientEvent {
  /** This end asks for a sign of life, or gives one. */
  SENT,
  /** The peer does; it is answered, if it wants that. */
  RECEIVED
}
