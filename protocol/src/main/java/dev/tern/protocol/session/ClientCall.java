package dev.tern.protocol.session;

import dev.tern.protocol.Bytes;
import dev.tern.protocol.Executed;
import dev.tern.protocol.Id;
import dev.tern.protocol.WireError;
import dev.tern.protocol.envelope.Message;
import org.jspecify.annotations.Nullable;

/**
 * One call or notification as the client sees it, from its encoded frame to its outcome. It belongs
 * to the session's serial context. Only the outcome may be read elsewhere, by the owner that the
 * session has told of the end.
 *
 * <p>Each call has one, so it has no field that the others tell: see {@link #stage}.
 */
public non-sealed class ClientCall extends DeadlineHeap.Entry implements ClientEvent {

  /** How far a call has come. */
  public enum Stage {
    /** Its frame waits in this process: it has certainly not been executed. */
    QUEUED,
    /** Its frame was given to the transport: it may have been executed. */
    SENT,
    /** It has an outcome, or nobody wants one. */
    ENDED
  }

  private final @Nullable Id id;

  /** Until it is given to the transport. */
  private @Nullable Bytes frame;

  /** What it leaves in; null if it leaves alone. */
  private @Nullable ClientBatch batch;

  private long sentNanos;
  private Message.@Nullable Response response;
  private @Nullable WireError failure;

  /**
   * A call that waits to be sent.
   *
   * @param id what stands in the frame, unique among the calls of a connection; null for a
   *     notification
   * @param frame the whole encoded frame
   * @param deadlineNanos on the clock that the session is told
   */
  public ClientCall(@Nullable Id id, Bytes frame, long deadlineNanos) {
    super(deadlineNanos);
    this.id = id;
    this.frame = frame;
  }

  /** What stands in its frame; null for a notification, which gets no reply. */
  public final @Nullable Id id() {
    return id;
  }

  /** How far it has come. */
  public final Stage stage() {
    if (response != null || failure != null) {
      return Stage.ENDED;
    }
    return frame == null ? Stage.SENT : Stage.QUEUED;
  }

  /** When its frame was given to the transport; 0 before that. */
  public final long sentNanos() {
    return sentNanos;
  }

  /** The peer's answer; null if it failed on this side. */
  public final Message.@Nullable Response response() {
    return response;
  }

  /** Why it failed on this side; null if the peer answered. */
  public final @Nullable WireError failure() {
    return failure;
  }

  final Bytes send(long now) {
    Bytes whole = payload();
    frame = null;
    sentNanos = now;
    return whole;
  }

  /** Its frame's payload, as long as that has not left. */
  public final Bytes payload() {
    Bytes whole = frame;
    if (whole == null) {
      throw new IllegalStateException("call " + id + " was sent already (expected: once)");
    }
    return whole;
  }

  final @Nullable ClientBatch batch() {
    return batch;
  }

  final void leavesIn(ClientBatch with) {
    batch = with;
  }

  /** The verdict of a failure on this side. */
  final Executed verdict() {
    return stage() == Stage.QUEUED ? Executed.NO : Executed.MAYBE;
  }

  final void succeed(Message.Response reply) {
    response = reply;
  }

  final void fail(WireError error) {
    frame = null;
    failure = error;
  }
}
