package dev.tern.protocol.session;

/** What a server's session does by itself at an instant, beside ending calls at their deadlines. */
enum SessionTimer {
  /** The peer must have sent a whole frame by now. */
  FIRST_FRAME,
  /** The frame that has begun must be whole by now. */
  FRAME
}
