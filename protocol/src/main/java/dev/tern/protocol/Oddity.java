package dev.tern.protocol;

/** Labels for what a peer did wrong or too late: a closed set, so that counting it is bounded. */
public enum Oddity {
  /** A length of 0 or over the limit. */
  BAD_FRAME,
  /** The peer ended or fell silent in the middle of a frame. */
  CUT_FRAME,
  /** A sound frame that holds no strict JSON. */
  UNREADABLE,
  /** An encoding or compression that is not there. */
  UNSUPPORTED_ENCODING,
  /** What is no acceptable request or response: strict JSON, or as much of it as can be read. */
  MALFORMED,
  /** Something in the {@code meta} of a reply that is not legal: it counts as not said. */
  BAD_META,
  /** An id that was in flight already. */
  ID_IN_FLIGHT,
  /** A call over the limit of calls in flight. */
  TOO_MANY_IN_FLIGHT,
  /** A call whose time was over when it came. */
  EXPIRED_ON_ARRIVAL,
  /** A call of the protocol's own, over the rate that is allowed for them. */
  TOO_MANY_CONTROLS,
  /** The one error too many that belongs to no call, for which the connection was closed. */
  TOO_MANY_ERRORS,
  /** A response sent to a server, or a request sent to a client that accepts none. */
  WRONG_DIRECTION,
  /** A reply for an id that is unknown, was answered or has timed out. */
  LATE_REPLY,
  /** A result that nobody waited for any more: past its deadline, or the connection was gone. */
  LATE_RESULT,
  /** A cancel of an unknown or finished id, or of one that was cancelled before. */
  IDLE_CANCEL,
  /** No first frame in time. */
  SILENT_PEER,
  /** A peer that was silent, and did not answer a ping. */
  DEAD_PEER,
  /** A peer that took nothing of what it was sent. */
  STALLED_PEER
}
