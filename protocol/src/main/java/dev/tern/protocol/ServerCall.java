package dev.tern.protocol;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * One call as the server sees it. Its state moves by compare-and-set, so that exactly one reply
 * leaves and the verdict of a reply is true:
 *
 * <pre>
 *   QUEUED ── start ──▶ RUNNING ── end ──▶ ENDED
 *      └───── end ────▶ NEVER_RAN
 * </pre>
 *
 * {@link #start} may be called on any thread; the rest belongs to the session's serial context.
 */
public final class ServerCall extends DeadlineHeap.Entry implements ServerEvent {

  private static final int QUEUED = 0;
  private static final int RUNNING = 1;
  private static final int ENDED = 2;
  private static final int NEVER_RAN = 3;
  private static final VarHandle STATE;

  static {
    try {
      STATE = MethodHandles.lookup().findVarHandle(ServerCall.class, "state", int.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final Message.Request request;
  private final long receivedNanos;
  private volatile int state = QUEUED;

  private boolean cancelled;

  /** Whatever the owner of the session wants to find again with this call. */
  private @Nullable Object attachment;

  ServerCall(Message.Request request, long receivedNanos, long deadlineNanos) {
    super(deadlineNanos);
    this.request = request;
    this.receivedNanos = receivedNanos;
  }

  /** What the peer asked for. */
  public Message.Request request() {
    return request;
  }

  /** When its frame was read. */
  public long receivedNanos() {
    return receivedNanos;
  }

  /**
   * Says that the handler runs from here on. To be called just before the user's code.
   *
   * @return false if the call has already been answered (expired, cancelled, disconnected): then
   *     the handler must not run, and the verdict {@link Executed#NO} that was sent stays true
   */
  public boolean start() {
    return STATE.compareAndSet(this, QUEUED, RUNNING);
  }

  /** Whether a reply has left or nobody waits for one any more. */
  public boolean hasEnded() {
    return state >= ENDED;
  }

  /** The frame of a successful reply; null for a notification. Any thread. */
  public byte @Nullable [] success(byte[] result) {
    return request.isNotification()
        ? null
        : Messages.success(request.dialect(), request.id(), result);
  }

  /**
   * The same with the times that the caller asked for; what its dialect has no place for is left
   * out.
   */
  public byte @Nullable [] success(byte[] result, long queueMicros, long handlerMicros) {
    return request.isNotification()
        ? null
        : Messages.success(
            request.dialect(), request.id(), result, false, queueMicros, handlerMicros);
  }

  /** The frame of a failed reply with the times that the caller asked for. */
  public byte @Nullable [] failure(WireError error, long queueMicros, long handlerMicros) {
    return request.isNotification()
        ? null
        : Messages.error(request.dialect(), request.id(), error, queueMicros, handlerMicros);
  }

  /** The frame of a failed reply; null for a notification. Any thread. */
  public byte @Nullable [] failure(WireError error) {
    return request.isNotification() ? null : Messages.error(request.dialect(), request.id(), error);
  }

  public @Nullable Object attachment() {
    return attachment;
  }

  public void attach(Object object) {
    attachment = object;
  }

  /**
   * Ends the call; the verdict is NO if it had not started, MAYBE if it had, null if it is over.
   */
  @Nullable Executed end() {
    if (endUnlessStarted()) {
      return Executed.NO;
    }
    return STATE.compareAndSet(this, RUNNING, ENDED) ? Executed.MAYBE : null;
  }

  /** Ends the call if its handler has not started, which then never will. */
  boolean endUnlessStarted() {
    return STATE.compareAndSet(this, QUEUED, NEVER_RAN);
  }

  /** Whether it ended before its handler started, which now never will. */
  boolean neverRan() {
    return state == NEVER_RAN;
  }

  /** Remembers that the peer wants it no longer; false if it has said so before. */
  boolean cancel() {
    boolean first = !cancelled;
    cancelled = true;
    return first;
  }
}
