package dev.tern.protocol.session;

/**
 * What a session does by itself at an instant, beside ending calls at their deadlines; a client's
 * only the last two.
 */
enum SessionTimer {
  /** The peer must have sent a whole frame by now. */
  FIRST_FRAME,
  /** The frame that has begun must be whole by now. */
  FRAME,
  /** The server closes, and the peer has not said anything yet: it is waited for no longer. */
  DRAIN,
  /** No call has come or ended for long, unless one has meanwhile. */
  IDLE,
  /** The connection is old: calls shall go elsewhere. */
  AGE
}
