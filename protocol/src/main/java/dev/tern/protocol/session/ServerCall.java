package dev.tern.protocol.session;

import dev.tern.protocol.Bytes;
import dev.tern.protocol.Executed;
import dev.tern.protocol.Message;
import dev.tern.protocol.Meta;
import dev.tern.protocol.ReplyMeta;
import dev.tern.protocol.WireError;
import dev.tern.protocol.envelope.Messages;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One call as the server sees it. Its state moves by compare-and-set, so that exactly one reply
 * leaves and the verdict of a reply is true:
 *
 * <pre>
 *   QUEUED ── start ──▶ RUNNING ── answer ──▶ ANSWERED
 *      │                   └────── end ─────▶ EXPIRED, CANCELLED or DISCONNECTED
 *      └───── the same two, without having run
 * </pre>
 *
 * {@link #start}, {@link #answer} and {@link #endedFor} may be called on any thread; the rest
 * belongs to the session's serial context. A handler that runs in that context itself, on an event
 * loop, is {@linkplain #runsInContext alone} with the call, and moves it without an atomic step:
 * two of them would cost an inline call a tenth of its time.
 */
public final class ServerCall extends DeadlineHeap.Entry implements ServerEvent {

  private static final int QUEUED = 0;
  private static final int RUNNING = 1;
  private static final int ANSWERED = 2;

  private static final int EXPIRED = 4;
  private static final int CANCELLED = 5;
  private static final int DISCONNECTED = 6;

  /** Comes on top of the three above if the handler had begun. */
  private static final int RAN = 8;

  private static final VarHandle STATE;

  static {
    try {
      STATE = MethodHandles.lookup().findVarHandle(ServerCall.class, "state", int.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  /** What a short string costs beside its characters: a list may hold thousands of them. */
  private static final int STRING_BYTES = 64;

  private final Message.Request request;
  private final long receivedNanos;
  private final int heldBytes;
  private volatile int state; // QUEUED; written here it would cost a fence a call

  private boolean inContext;
  private boolean cancelled;

  /** Whatever the owner of the session wants to find again with this call. */
  private @Nullable Object attachment;

  ServerCall(Message.Request request, long receivedNanos, long deadlineNanos) {
    super(deadlineNanos);
    this.request = request;
    this.receivedNanos = receivedNanos;
    Bytes params = request.params();
    this.heldBytes = (params == null ? 0 : params.array().length) + heldBytes(request.meta());
  }

  /** What the peer asked for. */
  public Message.Request request() {
    return request;
  }

  /** When its frame was read. */
  public long receivedNanos() {
    return receivedNanos;
  }

  /** About how much memory the request holds, in bytes: its params and the texts of its meta. */
  public int heldBytes() {
    return heldBytes;
  }

  /**
   * Says that the handler runs from here on. To be called just before the user's code.
   *
   * @return false if the call has already been answered (expired, cancelled, disconnected): then
   *     the handler must not run, and the verdict {@link Executed#NO} that was sent stays true
   */
  public boolean start() {
    return move(QUEUED, RUNNING);
  }

  /** Promises that from now on this call is only touched in the session's serial context. */
  public void runsInContext() {
    inContext = true;
  }

  private boolean move(int from, int to) {
    if (inContext) {
      if ((int) STATE.get(this) != from) {
        return false;
      }
      STATE.setRelease(this, to);
      return true;
    }
    return STATE.compareAndSet(this, from, to);
  }

  /**
   * Says that the handler's answer is the one that counts, unless the call has ended before. From
   * here on no time-out and no cancel takes its place. May be asked again.
   *
   * @return false if the peer was told something else; then see {@link #endedFor}
   */
  public boolean answer() {
    for (int now = state; now < ANSWERED; now = state) {
      if (move(now, ANSWERED)) {
        return true;
      }
    }
    return state == ANSWERED;
  }

  /** Whether it has an answer, or nobody waits for one any more. */
  public boolean hasEnded() {
    return state >= ANSWERED;
  }

  /** Why it ended without the handler's answer; null as long as it has not. */
  public @Nullable Reason endedFor() {
    return switch (state & ~RAN) {
      case EXPIRED -> Reason.EXPIRED;
      case CANCELLED -> Reason.CANCELLED;
      case DISCONNECTED -> Reason.DISCONNECTED;
      default -> null;
    };
  }

  /** The payload of a successful reply; null for a notification. Any thread. */
  public @Nullable Bytes success(Bytes result) {
    return request.isNotification()
        ? null
        : Messages.success(request.dialect(), request.id(), result);
  }

  /** The payload of a successful reply that says more about itself; null for a notification. */
  public @Nullable Bytes success(Bytes result, ReplyMeta meta) {
    return request.isNotification()
        ? null
        : Messages.success(request.dialect(), request.id(), result, meta);
  }

  /** The payload of a failed reply that says more about itself; null for a notification. */
  public @Nullable Bytes failure(WireError error, ReplyMeta meta) {
    return request.isNotification()
        ? null
        : Messages.error(request.dialect(), request.id(), error, meta);
  }

  /** The payload of a failed reply; null for a notification. Any thread. */
  public @Nullable Bytes failure(WireError error) {
    return request.isNotification() ? null : Messages.error(request.dialect(), request.id(), error);
  }

  /** What was {@linkplain #attach attached}; null before. In the serial context. */
  public @Nullable Object attachment() {
    return attachment;
  }

  /** Lets the session's owner keep something of its own with the call. In the serial context. */
  public void attach(Object object) {
    attachment = object;
  }

  /**
   * Ends the call without the handler's answer.
   *
   * @return the verdict: NO if the handler had not begun, which now never will, MAYBE if it had;
   *     null if the call has ended before
   */
  @Nullable Executed end(Reason reason) {
    if (endUnlessStarted(reason)) {
      return Executed.NO;
    }
    return STATE.compareAndSet(this, RUNNING, ended(reason) | RAN) ? Executed.MAYBE : null;
  }

  /** Ends the call if its handler has not begun, which then never will. */
  boolean endUnlessStarted(Reason reason) {
    return STATE.compareAndSet(this, QUEUED, ended(reason));
  }

  private static int ended(Reason reason) {
    return switch (reason) {
      case EXPIRED -> EXPIRED;
      case CANCELLED -> CANCELLED;
      case DISCONNECTED -> DISCONNECTED;
    };
  }

  /** Whether its handler ran, or runs, for nobody. */
  boolean ranInVain() {
    return state >= RAN;
  }

  /** Remembers that the peer wants it no longer; false if it has said so before. */
  boolean cancel() {
    boolean first = !cancelled;
    cancelled = true;
    return first;
  }

  /** About how much memory the texts of meta hold, in bytes: nothing for the usual request. */
  private static int heldBytes(Meta meta) {
    int bytes = 0;
    if (meta.saysMoreThanATimeout()) {
      for (Meta.Key<?> key : Meta.keys()) {
        bytes += heldBytes(meta.get(key));
      }
    }
    return bytes;
  }

  private static int heldBytes(@Nullable Object said) {
    return switch (said) {
      case String text -> text.length();
      case List<?> names -> {
        int bytes = 0;
        for (Object name : names) {
          bytes += STRING_BYTES + ((String) name).length();
        }
        yield bytes;
      }
      case null, default -> 0;
    };
  }
}
