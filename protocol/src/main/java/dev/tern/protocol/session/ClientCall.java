package dev.tern.protocol.session;

import dev.tern.protocol.Bytes;
import dev.tern.protocol.Executed;
import dev.tern.protocol.Id;
import dev.tern.protocol.Message;
import dev.tern.protocol.WireError;
import org.jspecify.annotations.Nullable;

/**
 * One call as the client sees it, from its encoded frame to its outcome. Belongs to the session's
 * serial context, but for the outcome, which its owner may read once it has been told of the end.
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

  private final long sequence;
  private final Id id;
  private final boolean expectsReply;
  private @Nullable Bytes frame;
  private Stage stage = Stage.QUEUED;
  private long sentNanos;
  private Message.@Nullable Response response;
  private @Nullable WireError failure;

  /**
   * A call that waits to be sent.
   *
   * @param sequence a number that no other call of this connection has
   * @param id what stands in the frame
   * @param frame the whole encoded frame
   * @param expectsReply false for a notification
   */
  public ClientCall(long sequence, Id id, Bytes frame, boolean expectsReply, long deadlineNanos) {
    super(deadlineNanos);
    this.sequence = sequence;
    this.id = id;
    this.frame = frame;
    this.expectsReply = expectsReply;
  }

  /** What stands in its frame. */
  public final Id id() {
    return id;
  }

  /** Whether it is no notification. */
  public final boolean expectsReply() {
    return expectsReply;
  }

  /** How far it has come. */
  public final Stage stage() {
    return stage;
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

  final long sequence() {
    return sequence;
  }

  final Bytes send(long now) {
    Bytes whole = frame;
    if (whole == null) {
      throw new IllegalStateException("call " + id + " was sent already (expected: once)");
    }
    frame = null;
    stage = Stage.SENT;
    sentNanos = now;
    return whole;
  }

  /** The verdict of a failure on this side. */
  final Executed verdict() {
    return stage == Stage.QUEUED ? Executed.NO : Executed.MAYBE;
  }

  final void succeed(Message.Response reply) {
    stage = Stage.ENDED;
    response = reply;
  }

  final void fail(WireError error) {
    stage = Stage.ENDED;
    frame = null;
    failure = error;
  }
}
