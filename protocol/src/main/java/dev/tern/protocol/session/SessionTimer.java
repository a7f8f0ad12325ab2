package dev.tern.protocol.session;

/** What a server's session does by itself at an instant, beside ending calls at their deadlines. */
enum SessionTimer {
  /** The peer must have sent a whole frame by now. */
  FIRST_FRAME,
  /** The frame that has begun must be whole by now. */
  FRAME,
  /** The server closes, and the peer has not said anything yet: it is waited for no longer. */
  DRAIN,
  /** The peer has not called anything for long, unless it has meanwhile. */
  IDLE,
  /** The connection is old: the peer shall go elsewhere. */
  AGE
}
