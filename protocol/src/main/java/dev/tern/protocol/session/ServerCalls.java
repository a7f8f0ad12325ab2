package dev.tern.protocol.session;

import dev.tern.protocol.Bytes;
import dev.tern.protocol.Dialect;
import dev.tern.protocol.Executed;
import dev.tern.protocol.Id;
import dev.tern.protocol.Limits;
import dev.tern.protocol.Limits.Bound;
import dev.tern.protocol.Meta;
import dev.tern.protocol.Oddity;
import dev.tern.protocol.WireError;
import dev.tern.protocol.envelope.Message;
import dev.tern.protocol.envelope.Messages;
import dev.tern.protocol.envelope.WireFormat;
import dev.tern.protocol.session.ServerEvent.Abandoned;
import dev.tern.protocol.session.ServerEvent.Reason;
import dev.tern.protocol.session.ServerEvent.Refused;
import dev.tern.protocol.value.Encoding;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The calls of one connection at the server, from their arrival to the return of their handlers:
 * which ids are taken, whose deadline comes next, and how many run. Not thread-safe: belongs to its
 * {@link ServerSession}.
 */
final class ServerCalls implements Batch.Owner {
  private static final long NANOS_PER_MILLI = 1_000_000;

  private final Limits limits;
  private final ServerOutput output;
  private final ReplyTo direct;
  private final InOrder.Backlog backlog = new InOrder.Backlog();
  private final InOrder inOrder;
  private final BiConsumer<Batch, Bytes> completed;

  /** Batches that have no reply yet. */
  private final Set<Batch> batches = new HashSet<>();

  /** The one that is being read; null for none. */
  private @Nullable Batch reading;

  /** What the replies of those batches hold, in bytes. */
  private long gatheredBytes;

  /** Batches whose replies have been handed over, and have not come back. */
  private int completing;

  private final Map<Id, ServerCall> byId = new HashMap<>();
  private final DeadlineHeap<ServerCall> deadlines = new DeadlineHeap<>();

  /** Calls that were handed out and whose handlers have not returned, answered or not. */
  private int handedOut;

  /** Memory that their requests hold. */
  private long handedOutBytes;

  /** Calls that have no answer yet, whether handed out or waiting for their turn. */
  private int unanswered;

  /**
   * @param completed takes the replies to a batch, and gives them back by {@link #sendReplies}
   */
  ServerCalls(Limits limits, ServerOutput output, BiConsumer<Batch, Bytes> completed) {
    this.limits = limits;
    this.output = output;
    this.direct = new ReplyTo.Direct(output);
    this.inOrder = new InOrder(output, backlog);
    this.completed = completed;
  }

  /**
   * What comes until {@link #endBatch} is one batch.
   *
   * @param mostBytes how long the payload of its replies may be
   */
  void beginBatch(Encoding encoding, int mostBytes) {
    Batch batch = new Batch(encoding, limits, mostBytes, new InOrder(output, backlog), this);
    batches.add(batch);
    reading = batch;
  }

  /** The whole batch has come. */
  void endBatch() {
    Batch batch = Objects.requireNonNull(reading);
    reading = null;
    batch.read();
  }

  /** Whether what comes is in a batch. */
  boolean isInBatch() {
    return reading != null;
  }

  @Override
  public void complete(Batch batch, @Nullable Bytes replies) {
    batches.remove(batch);
    if (replies == null) {
      gathered(-batch.heldBytes());
    } else {
      completing++;
      completed.accept(batch, replies);
    }
  }

  /** Sends the replies to a batch, compressed or not. */
  void sendReplies(Batch batch, Bytes payload) {
    completing--;
    gathered(-batch.heldBytes());
    output.send(payload);
  }

  @Override
  public void gathered(long bytes) {
    gatheredBytes += bytes;
  }

  /** Memory held for replies that wait for others of their batch, in bytes. */
  long gatheredBytes() {
    return gatheredBytes;
  }

  /** Calls whose handlers have not returned, and bare replies that wait for their turn. */
  int inFlight() {
    return handedOut + backlog.size();
  }

  /** Memory held for the calls in flight and for what waits among bare ones, in bytes. */
  long heldBytes() {
    return handedOutBytes + backlog.bytes() + gatheredBytes;
  }

  /** The part of it that waits for the bare call that runs. */
  long waitingBytes() {
    return backlog.bytes();
  }

  /** Whether everything that came has been answered. */
  boolean allAnswered() {
    return unanswered == 0 && inOrder.replies() == 0 && completing == 0;
  }

  /** When {@link #expire} is wanted next; {@link Long#MAX_VALUE} for never. */
  long nextDeadline() {
    return deadlines.next();
  }

  /** The call of an id that has not ended, or null. */
  @Nullable ServerCall find(Id id) {
    return byId.get(id);
  }

  /** Whether a request must have another id: one that has not been answered has this one. */
  boolean isTaken(Id id) {
    Batch batch = reading;
    boolean isTwin = batch != null && !batch.isFirst(id);
    return isTwin || byId.containsKey(id);
  }

  /**
   * Takes a request whose id is free, or answers why not.
   *
   * @param bytes how much memory it holds
   */
  void begin(Message.Request request, int bytes, long now) {
    if (inFlight() >= limits.get(Bound.IN_FLIGHT)) {
      output.note(Oddity.TOO_MANY_IN_FLIGHT);
      refuse(request, SessionErrors.TOO_MANY_IN_FLIGHT, now);
      return;
    }
    long timeout = timeoutNanos(request.meta().timeoutMillis());
    if (timeout == 0) {
      output.note(Oddity.EXPIRED_ON_ARRIVAL);
      refuse(request, SessionErrors.EXPIRED_ON_ARRIVAL, now);
      return;
    }
    ReplyTo replyTo = replyTo(request);
    ServerCall call = new ServerCall(request, replyTo, bytes, now, now + timeout);
    unanswered++;
    Id id = request.id();
    if (id != null && id != Id.Null.NULL) {
      byId.put(id, call);
    }
    deadlines.add(call);
    if (replyTo.begins(call)) {
      handOut(call);
    }
  }

  private ReplyTo replyTo(Message.Request request) {
    Batch batch = reading;
    return batch == null ? replyTo(request.dialect()) : batch.slot(request);
  }

  private ReplyTo replyTo(Dialect dialect) {
    return dialect == Dialect.BARE ? inOrder : direct;
  }

  private long timeoutNanos(long millis) {
    long longest = limits.nanos(Bound.LONGEST_DEADLINE_MILLIS);
    return millis == Meta.UNSAID || millis > longest / NANOS_PER_MILLI
        ? longest
        : millis * NANOS_PER_MILLI;
  }

  private void handOut(ServerCall call) {
    handedOut++;
    handedOutBytes += call.heldBytes();
    call.handedOut = true;
    output.tell(call);
  }

  /** Its handler has returned; see {@link ServerSession#complete}. */
  void complete(ServerCall call, @Nullable Bytes frame) {
    handedOut--;
    handedOutBytes -= call.heldBytes();
    if (call.answer()) {
      end(call, frame);
    } else if (call.ranInVain()) {
      output.note(Oddity.LATE_RESULT);
    }
    ServerCall next = call.replyTo().next();
    if (next != null) {
      handOut(next);
    }
  }

  /** The peer wants it no longer: it is answered at once if its handler has not started. */
  void cancel(ServerCall call) {
    if (call.endUnlessStarted(Reason.CANCELLED)) {
      end(call, call.failure(SessionErrors.CANCELLED_BEFORE_START));
    }
    abandon(call, Reason.CANCELLED);
  }

  /** Ends the calls whose deadlines have passed. */
  void expire(long now) {
    for (ServerCall call; (call = deadlines.poll(now)) != null; ) {
      Executed executed = call.end(Reason.EXPIRED);
      if (executed != null) {
        long millis = (now - call.receivedNanos()) / NANOS_PER_MILLI;
        WireError expired =
            call.isJoined()
                ? SessionErrors.expiredJoined(millis)
                : SessionErrors.expired(executed, millis, call.waitedMillis());
        end(call, call.failure(expired));
        abandon(call, Reason.EXPIRED);
      }
    }
  }

  /** Ends all calls: the peer is gone. */
  void abandonAll() {
    batches.forEach(Batch::drop);
    for (ServerCall call; (call = deadlines.poll(deadlines.next())) != null; ) {
      if (call.end(Reason.DISCONNECTED) != null) {
        end(call, null);
        abandon(call, Reason.DISCONNECTED);
      }
    }
    inOrder.clear(); // now, as the handler that runs may take its time
  }

  /** Ends all calls, each with its verdict: the server waits no longer. */
  void cutOff() {
    for (ServerCall call; (call = deadlines.poll(deadlines.next())) != null; ) {
      Executed executed = call.end(Reason.SHUT_DOWN);
      if (executed != null) {
        end(call, call.failure(SessionErrors.cutOff(executed)));
        abandon(call, Reason.SHUT_DOWN);
      }
    }
    inOrder.flush(); // now, as the handler that runs may take its time
  }

  private void end(ServerCall call, @Nullable Bytes frame) {
    unanswered--;
    deadlines.remove(call);
    Id id = call.request().id();
    if (id != null) {
      byId.remove(id, call);
    }
    call.replyTo().send(frame);
  }

  /** Tells that nobody waits. To the session's owner a call that still waits has never arrived. */
  private void abandon(ServerCall call, Reason reason) {
    output.tell(
        call.handedOut
            ? new Abandoned(call, reason)
            : new Refused(call.request(), reason.code().name(), call.receivedNanos()));
  }

  /** Answers a request that needs no handler, and has no result. */
  void answer(Message.Request request) {
    if (!request.isNotification()) {
      reply(request.format(), request.id(), Messages.success(request.format(), request.id()));
    }
  }

  /** Answers a request with an error before it becomes a call. */
  void refuse(Message.Request request, WireError error, long now) {
    output.tell(new Refused(request, error.code(), now));
    if (!request.isNotification()) {
      reply(request.format(), request.id(), Messages.error(request.format(), request.id(), error));
    }
  }

  /** Sends a reply that needed no handler: in its turn, unless too much waits already. */
  void reply(WireFormat format, @Nullable Id id, Bytes frame) {
    Batch batch = reading;
    if (batch != null) {
      batch.add(format, id, frame);
      return;
    }
    boolean hasRoom = inFlight() < limits.get(Bound.IN_FLIGHT);
    ReplyTo replyTo = hasRoom ? replyTo(format.dialect()) : direct;
    replyTo.sendInTurn(frame);
  }

  /** Sends an error that belongs to no request. */
  void replyToNone(WireError error) {
    Batch batch = reading;
    if (batch == null) {
      output.send(Messages.errorWithoutRequest(error));
    } else {
      batch.add(error);
    }
  }
}
