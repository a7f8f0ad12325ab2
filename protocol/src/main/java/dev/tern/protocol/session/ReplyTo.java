package dev.tern.protocol.session;

import dev.tern.protocol.Bytes;
import org.jspecify.annotations.Nullable;

/**
 * Where the reply to a request goes, and when its call may begin. Each call keeps its own. The
 * defaults are for calls that do not wait for each other. In the session's serial context.
 */
sealed interface ReplyTo permits ReplyTo.Direct, InOrder, Batch.Slot {

  /** Whether a call that has arrived may begin now. If not, {@link #next} returns it later. */
  default boolean begins(ServerCall call) {
    return true;
  }

  /**
   * Takes the reply to a call.
   *
   * @param frame null if there is none, as for a notification
   */
  void send(@Nullable Bytes frame);

  /** Takes the reply to a request that needed no handler. */
  default void sendInTurn(@Nullable Bytes frame) {
    send(frame);
  }

  /** To be called when a handler has returned: the call that may begin now, or null. */
  default @Nullable ServerCall next() {
    return null;
  }

  /** Whether the reply leaves in one frame with others. Any thread. */
  default boolean isInBatch() {
    return false;
  }

  /** Says that the length of that frame must not show what is in it. Any thread. */
  default void neverCompress() {}

  /** To the peer at once, in any order. */
  record Direct(ServerOutput output) implements ReplyTo {
    @Override
    public void send(@Nullable Bytes frame) {
      output.send(frame);
    }
  }
}
