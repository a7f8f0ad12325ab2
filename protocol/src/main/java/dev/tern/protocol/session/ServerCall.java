package dev.tern.protocol.session;

import dev.tern.protocol.Bytes;
import dev.tern.protocol.Executed;
import dev.tern.protocol.ReplyMeta;
import dev.tern.protocol.WireError;
import dev.tern.protocol.envelope.Message;
import dev.tern.protocol.envelope.Messages;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.function.IntUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * One call as the server sees it. Its state moves by compare-and-set, so that exactly one reply
 * leaves and the verdict of a reply is true:
 *
 * <pre>
 *   QUEUED ── start ──▶ RUNNING ── start, mayHaveRun ──▶ UNSURE
 *   QUEUED ── mayHaveRun ──────────────────────────────▶ UNSURE
 *   QUEUED ── join ──▶ JOINED ── joined ──▶ RUNNING, ── unjoin ──▶ QUEUED
 *   each of the four ── answer ──▶ ANSWERED
 *   each of the four ── end ─────▶ EXPIRED, CANCELLED or DISCONNECTED
 * </pre>
 *
 * An end remembers the state before it, which decides the {@link #verdict}.
 *
 * <p>{@link #start}, {@link #mayHaveRun}, {@link #answer}, {@link #verdict}, {@link #hasEnded},
 * {@link #endedFor} and the frames of its replies may be asked for on any thread; the rest belongs
 * to the session's serial context.
 */
public final class ServerCall extends DeadlineHeap.Entry implements ServerEvent {

  /** Whoever runs a call, and wants to know when nobody waits for it any more. */
  public interface Runner {
    /** In the session's serial context. At most once for each reason. */
    void abandon(Reason reason);
  }

  private static final int QUEUED = 0;

  /** The handler has begun once. */
  private static final int RUNNING = 1;

  /** It may have begun more than once, or elsewhere: no single run can speak for the operation. */
  private static final int UNSURE = 2;

  /** It waits for a run of its operation elsewhere. */
  private static final int JOINED = 3;

  /** The bits of the four states above; an end comes on top of them. */
  private static final int PROGRESS = 3;

  /** One end's distance from the next. */
  private static final int END = 4;

  private static final int ANSWERED = END;

  /** The bits of all states and ends: what stands above them is when the handler began. */
  private static final int STATES = 255;

  /** One millisecond of that; none of them for "not measured". */
  private static final int MILLI = STATES + 1;

  private static final int MOST_MILLIS = Integer.MAX_VALUE / MILLI;

  private static final Reason[] REASONS = Reason.values();

  private static final AtomicIntegerFieldUpdater<ServerCall> STATE =
      AtomicIntegerFieldUpdater.newUpdater(ServerCall.class, "state");

  private final Message.Request request;
  private final ReplyTo replyTo;
  private final long receivedNanos;
  private final int heldBytes;

  /**
   * Begins as QUEUED, which is 0: nothing need be written for that, and no call pays for it. Above
   * the state stands how long the call waited for its handler, and one millisecond more.
   */
  private volatile int state;

  /** Whether it had to wait for another call of its connection. */
  boolean waited;

  /** Whether the session's owner has been told of it. */
  boolean handedOut;

  private boolean cancelled;
  private @Nullable Runner runner;

  ServerCall(
      Message.Request request,
      ReplyTo replyTo,
      int heldBytes,
      long receivedNanos,
      long deadlineNanos) {
    super(deadlineNanos);
    this.request = request;
    this.replyTo = replyTo;
    this.heldBytes = heldBytes;
    this.receivedNanos = receivedNanos;
  }

  /** What the peer asked for. */
  public Message.Request request() {
    return request;
  }

  ReplyTo replyTo() {
    return replyTo;
  }

  /** When its frame was read. */
  public long receivedNanos() {
    return receivedNanos;
  }

  /** About how much memory the request holds, in bytes: as much as its payload was long. */
  public int heldBytes() {
    return heldBytes;
  }

  /** Whether it had to wait for another call of its connection before it was handed out. */
  public boolean hasWaited() {
    return waited;
  }

  /** Names who runs it. Nobody does if it was refused. */
  public void runBy(Runner whoRuns) {
    runner = whoRuns;
  }

  /** Tells whoever runs it that nobody waits for it any more. */
  public void abandon(Reason reason) {
    if (runner != null) {
      runner.abandon(reason);
    }
  }

  /**
   * Says that the handler runs from here on. To be called just before the user's code, each time.
   *
   * @return false if the call has already ended: then the handler must not run, so that the verdict
   *     that was sent stays true
   */
  public boolean start() {
    return start(-1);
  }

  /**
   * Says the same, and how long the call waited for it, of which the first counts.
   *
   * @param waitedMillis since its frame was read; negative for not measured
   */
  public boolean start(long waitedMillis) {
    int waited = MILLI * (1 + Math.clamp(waitedMillis, -1, MOST_MILLIS - 1));
    for (int now = state; isOpen(now); now = state) {
      int progress = now == QUEUED ? RUNNING : UNSURE;
      int measured = now < MILLI ? waited : now & ~STATES;
      if (STATE.compareAndSet(this, now, measured | progress)) {
        return true;
      }
    }
    return false;
  }

  /** How long it waited for its handler, in milliseconds; -1 if it has not begun, or unmeasured. */
  public int waitedMillis() {
    return state / MILLI - 1;
  }

  private static boolean isOpen(int state) {
    return (state & STATES) < ANSWERED;
  }

  /**
   * Says that the operation may have run, whatever becomes of this call: no end of it has the
   * verdict {@link Executed#NO} from here on.
   *
   * @return false if the call has already ended
   */
  public boolean mayHaveRun() {
    return move(now -> (now & ~STATES) | UNSURE);
  }

  /**
   * Says that it waits for a run of its operation elsewhere; its verdict is "maybe" until that run
   * is known to be over, or not to be.
   *
   * @return whether it was QUEUED before; false also if it has ended
   */
  public boolean join() {
    boolean wasQueued = STATE.compareAndSet(this, QUEUED, JOINED);
    if (!wasQueued) {
      mayHaveRun();
    }
    return wasQueued;
  }

  /**
   * The run that it waited for is over, and speaks for the operation. Only after {@link #join} has
   * returned true.
   */
  public void joined() {
    STATE.compareAndSet(this, JOINED, RUNNING);
  }

  /** There was no run to wait for. Only after {@link #join} has returned true. */
  public void unjoin() {
    STATE.compareAndSet(this, JOINED, QUEUED);
  }

  /** Moves it to the state that follows; false if it has ended. */
  private boolean move(IntUnaryOperator next) {
    for (int now = state; isOpen(now); now = state) {
      if (STATE.compareAndSet(this, now, next.applyAsInt(now))) {
        return true;
      }
    }
    return false;
  }

  /**
   * Says that the handler's answer is the one that counts, unless the call has ended before. From
   * here on no time-out and no cancel takes its place, and no handler starts. May be asked again.
   *
   * @return false if the peer was told something else; then see {@link #endedFor}
   */
  public boolean answer() {
    return move(now -> ANSWERED | now) || (state & STATES & ~PROGRESS) == ANSWERED;
  }

  /**
   * The verdict of an error. It is final once the call has ended.
   *
   * @param said what the handler that ran says of the error; {@link Executed#MAYBE} if it is not
   *     the handler's own
   * @return NO if no handler has begun; what was said if one has begun once; at least MAYBE if it
   *     may have begun more than once, or elsewhere
   */
  public Executed verdict(Executed said) {
    return switch (state & PROGRESS) {
      case QUEUED -> Executed.NO;
      case RUNNING -> said;
      default -> said == Executed.NO ? Executed.MAYBE : said;
    };
  }

  /** Whether it has an answer, or nobody waits for one any more. */
  public boolean hasEnded() {
    return !isOpen(state);
  }

  /** Why it ended without the handler's answer; null as long as it has not. */
  public @Nullable Reason endedFor() {
    int end = (state & STATES) / END;
    return end < 2 ? null : REASONS[end - 2];
  }

  /**
   * Whether its reply leaves in one frame with others, so that it is not compressed by itself. Any
   * thread.
   */
  public boolean isInBatch() {
    return replyTo.isInBatch();
  }

  /** Says that the length of what its reply leaves in must not show what is in it. Any thread. */
  public void neverCompress() {
    replyTo.neverCompress();
  }

  /** The payload of a successful reply that says more about itself; null for a notification. */
  public @Nullable Bytes success(Bytes result, ReplyMeta meta) {
    return request.isNotification()
        ? null
        : Messages.success(request.format(), request.id(), result, meta);
  }

  /** The payload of a failed reply; null for a notification. */
  public @Nullable Bytes failure(WireError error) {
    return failure(error, ReplyMeta.NONE);
  }

  /** The payload of a failed reply that says more about itself; null for a notification. */
  public @Nullable Bytes failure(WireError error, ReplyMeta meta) {
    return request.isNotification()
        ? null
        : Messages.error(request.format(), request.id(), error, meta);
  }

  /**
   * Ends the call without the handler's answer.
   *
   * @return the verdict: NO if the handler had not begun, which now never will, MAYBE if it may
   *     have; null if the call has ended before
   */
  @Nullable Executed end(Reason reason) {
    return move(now -> ended(reason) | now) ? verdict(Executed.MAYBE) : null;
  }

  @SuppressWarnings("EnumOrdinal") // never kept longer than the call
  private static int ended(Reason reason) {
    return ANSWERED + END * (1 + reason.ordinal());
  }

  /** Ends the call if its handler has not begun, which then never will. */
  boolean endUnlessStarted(Reason reason) {
    return STATE.compareAndSet(this, QUEUED, ended(reason));
  }

  /** Whether it waits, or waited in the end, for a run of its operation elsewhere. */
  boolean isJoined() {
    return (state & PROGRESS) == JOINED;
  }

  /** Whether its handler ran, or runs, for nobody. */
  boolean ranInVain() {
    return endedFor() != null && (state & PROGRESS) != QUEUED;
  }

  /** Remembers that the peer wants it no longer; false if it has said so before. */
  boolean cancel() {
    boolean first = !cancelled;
    cancelled = true;
    return first;
  }
}
