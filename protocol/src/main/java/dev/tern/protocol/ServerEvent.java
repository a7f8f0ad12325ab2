package dev.tern.protocol;

/**
 * What a {@link ServerSession} tells its owner. A {@link ServerCall} is the event of its arrival.
 */
public sealed interface ServerEvent permits ServerCall, ServerEvent.Abandoned, ServerEvent.Noted {

  /** Nobody waits for this call any more; its handler may still run, and should be told. */
  record Abandoned(ServerCall call, Reason reason) implements ServerEvent {}

  /** Something odd that is worth counting. */
  record Noted(Oddity oddity) implements ServerEvent {}

  /** Why nobody waits. */
  enum Reason {
    /** The deadline passed; TIMEOUT was sent. */
    EXPIRED,
    /** The caller said {@code rpc.cancel}; CANCELLED was sent if the handler had not started. */
    CANCELLED,
    /** The connection was reset. A shut-down output alone is not "gone". */
    DISCONNECTED
  }
}
