package dev.tern.protocol.session;

import dev.tern.protocol.ErrorCode;
import dev.tern.protocol.Executed;
import dev.tern.protocol.WireError;

/** What a {@link ServerSession} says of its own accord: a flood can ask for it, so made once. */
final class SessionErrors {
  static final String RETRY_SOON = "{\"retry_after_ms\":100}";

  private SessionErrors() {}

  static final WireError TOO_MANY_IN_FLIGHT =
      WireError.of(ErrorCode.SERVER_BUSY, "too many calls in flight on this connection")
          .withDetails(RETRY_SOON);
  static final WireError EXPIRED_ON_ARRIVAL =
      WireError.of(ErrorCode.TIMEOUT, "the deadline had passed on arrival", Executed.NO)
          .withStage("arrival");
  static final WireError SHUTTING_DOWN =
      WireError.of(ErrorCode.UNAVAILABLE, "the server is shutting down", Executed.NO)
          .withStage("server_going_away");
  static final WireError CUT_FRAME =
      WireError.of(ErrorCode.TIMEOUT, "the frame did not arrive whole in time", Executed.NO);
  static final WireError TOO_MANY_CANCELS =
      WireError.of(ErrorCode.BAD_REQUEST, "too many cancels of calls that do not run");
  static final WireError TOO_MANY_ERRORS =
      WireError.of(ErrorCode.BAD_REQUEST, "too many errors on this connection");
  static final WireError TOO_MANY_CONTROLS =
      WireError.of(ErrorCode.SERVER_BUSY, "too many rpc.* calls on this connection")
          .withDetails(RETRY_SOON);
  static final WireError EMPTY_BATCH =
      WireError.of(ErrorCode.BAD_REQUEST, "a batch of no messages (expected: at least one)");
  static final WireError HELLO_IN_A_BATCH =
      WireError.of(ErrorCode.BAD_REQUEST, "rpc.hello in a batch (expected: in a frame of its own)");
  static final WireError REPLIES_TOO_LARGE =
      WireError.of(
          ErrorCode.TOO_LARGE,
          "the replies to a batch are too large for one frame (expected: a batch of fewer messages)",
          Executed.MAYBE);
  static final String LOST_WORDS =
      "the message and the details of this error are too large to be sent";
  static final WireError CANCELLED_BEFORE_START =
      WireError.of(ErrorCode.CANCELLED, "cancelled before the handler started", Executed.NO);

  /** For a batch whose messages, or the replies to them, are too many. */
  static WireError batchTooLong(int messages, int most, int mostBytes) {
    String message =
        messages > most
            ? "a batch of more than %d messages (expected: at most that)".formatted(most)
            : "a batch of %d messages (expected: replies that fit into a frame of %d bytes)"
                .formatted(messages, mostBytes);
    return WireError.of(ErrorCode.TOO_LARGE, message, Executed.NO);
  }

  /** For a server that waits no longer. */
  static WireError cutOff(Executed executed) {
    boolean isQueued = executed == Executed.NO;
    String where = isQueued ? "before" : "in";
    return WireError.of(
        ErrorCode.UNAVAILABLE, "the server shut down " + where + " the handler", executed);
  }

  /**
   * For a deadline that passed: whether the handler had begun is what the verdict says.
   *
   * @param serverMillis how long the call was here
   * @param waitedMillis how much of that it waited for its handler; negative for not measured
   */
  static WireError expired(Executed executed, long serverMillis, long waitedMillis) {
    boolean isQueued = executed == Executed.NO;
    String message = "the deadline passed " + (isQueued ? "before" : "in") + " the handler";
    long waited = isQueued ? serverMillis : Math.min(waitedMillis, serverMillis);
    String split =
        waited < 0
            ? ""
            : ",\"server_queue_ms\":%d,\"handler_ms\":%d".formatted(waited, serverMillis - waited);
    String stage = isQueued ? "server_queue" : "handler";
    return WireError.of(ErrorCode.TIMEOUT, message, executed)
        .withDetails("{\"stage\":\"%s\",\"server_ms\":%d%s}".formatted(stage, serverMillis, split));
  }

  /** For the deadline of a call that waited for another attempt at its operation. */
  static WireError expiredJoined(long serverMillis) {
    String message = "the deadline passed while another attempt ran";
    return WireError.of(ErrorCode.TIMEOUT, message, Executed.MAYBE)
        .withDetails("{\"stage\":\"joined\",\"server_ms\":%d}".formatted(serverMillis));
  }
}
