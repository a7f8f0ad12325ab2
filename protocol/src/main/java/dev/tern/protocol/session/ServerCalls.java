package dev.tern.protocol.session;

import dev.tern.protocol.Bytes;
import dev.tern.protocol.Dialect;
import dev.tern.protocol.Executed;
import dev.tern.protocol.Id;
import dev.tern.protocol.Limits;
import dev.tern.protocol.Limits.Bound;
import dev.tern.protocol.Message;
import dev.tern.protocol.Meta;
import dev.tern.protocol.Oddity;
import dev.tern.protocol.WireError;
import dev.tern.protocol.envelope.Messages;
import dev.tern.protocol.session.ServerEvent.Abandoned;
import dev.tern.protocol.session.ServerEvent.Reason;
import dev.tern.protocol.session.ServerEvent.Refused;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The calls of one connection at the server, from their arrival to the return of their handlers:
 * which ids are taken, whose deadline comes next, how many run, and whose turn it is among bare
 * ones. Not thread-safe: belongs to its {@link ServerSession}.
 */
final class ServerCalls {
  private static final long NANOS_PER_MILLI = 1_000_000;

  private final int inFlightLimit;
  private final long longestDeadlineNanos;
  private final ServerOutput output;

  private final Map<Id, ServerCall> byId = new HashMap<>();
  private final DeadlineHeap<ServerCall> deadlines = new DeadlineHeap<>();

  /**
   * What waits for the bare call that runs: bare frames run one at a time and are answered in
   * order. Calls, and frames of replies that needed no handler.
   */
  private final ArrayDeque<Object> bareQueue = new ArrayDeque<>(1);

  private @Nullable ServerCall bareRunning;

  /** Of what is in {@link #bareQueue}. */
  private long waitingBytes;

  /** Of the other calls in flight. */
  private long startedBytes;

  /** Handlers that have not returned, answered or not, and bare replies that wait. */
  private int inFlight;

  /** Calls that have not ended, and bare replies that wait. */
  private int unanswered;

  ServerCalls(Limits limits, ServerOutput output) {
    this.inFlightLimit = limits.get(Bound.IN_FLIGHT);
    this.longestDeadlineNanos = limits.nanos(Bound.LONGEST_DEADLINE_MILLIS);
    this.output = output;
  }

  int inFlight() {
    return inFlight;
  }

  /** Memory held for the calls in flight and for what waits among bare ones, in bytes. */
  long heldBytes() {
    return startedBytes + waitingBytes;
  }

  /** The part of it that waits for the bare call that runs. */
  long waitingBytes() {
    return waitingBytes;
  }

  /** Whether everything that came has been answered. */
  boolean allAnswered() {
    return unanswered == 0;
  }

  /** When {@link #expire} is wanted next; {@link Long#MAX_VALUE} for never. */
  long nextDeadline() {
    return deadlines.next();
  }

  boolean isInFlight(Id id) {
    return byId.containsKey(id);
  }

  /** The call of an id that has not ended, or null. */
  @Nullable ServerCall find(Id id) {
    return byId.get(id);
  }

  /** Takes a request whose id is free, or answers why not; whether it was taken. */
  boolean begin(Message.Request request, long now) {
    if (inFlight >= inFlightLimit) {
      refuse(request, SessionErrors.TOO_MANY_IN_FLIGHT, Oddity.TOO_MANY_IN_FLIGHT, now);
      return false;
    }
    long timeout = timeoutNanos(request.meta().timeoutMillis());
    if (timeout == 0) {
      refuse(request, SessionErrors.EXPIRED_ON_ARRIVAL, Oddity.EXPIRED_ON_ARRIVAL, now);
      return false;
    }
    ServerCall call = new ServerCall(request, now, now + timeout);
    inFlight++;
    unanswered++;
    Id id = request.id();
    if (id != null && id != Id.Null.NULL) {
      byId.put(id, call);
    }
    deadlines.add(call);
    if (request.dialect() == Dialect.BARE) {
      queueBare(call, call.heldBytes());
      nextBare();
    } else {
      handOut(call);
    }
    return true;
  }

  private long timeoutNanos(long millis) {
    if (millis == Meta.UNSAID || millis > longestDeadlineNanos / NANOS_PER_MILLI) {
      return longestDeadlineNanos;
    }
    return millis * NANOS_PER_MILLI;
  }

  private void handOut(ServerCall call) {
    startedBytes += call.heldBytes();
    output.tell(call);
  }

  private void queueBare(Object next, int bytes) {
    bareQueue.add(next);
    waitingBytes += bytes;
  }

  /** Its handler has returned; see {@link ServerSession#complete}. */
  void complete(ServerCall call, @Nullable Bytes frame) {
    inFlight--;
    startedBytes -= call.heldBytes();
    if (call.answer()) {
      forget(call);
      output.send(frame);
    } else if (call.ranInVain()) {
      output.note(Oddity.LATE_RESULT);
    }
    if (call == bareRunning) {
      bareRunning = null;
      nextBare();
    }
  }

  /** The peer wants it no longer: it is answered at once if its handler has not started. */
  void cancel(ServerCall call) {
    if (call.endUnlessStarted(Reason.CANCELLED)) {
      forget(call);
      output.send(call.failure(SessionErrors.CANCELLED_BEFORE_START));
    }
    output.tell(new Abandoned(call, Reason.CANCELLED));
  }

  /** Ends the calls whose deadlines have passed. */
  void expire(long now) {
    for (ServerCall call; (call = deadlines.poll(now)) != null; ) {
      Executed executed = call.end(Reason.EXPIRED);
      if (executed != null) {
        forget(call);
        output.send(
            call.failure(
                executed == Executed.NO
                    ? SessionErrors.EXPIRED_IN_QUEUE
                    : SessionErrors.EXPIRED_WHILE_RUNNING));
        output.tell(new Abandoned(call, Reason.EXPIRED));
      }
    }
  }

  /** Ends all calls: the peer is gone. */
  void abandonAll() {
    for (ServerCall call; (call = deadlines.poll(deadlines.next())) != null; ) {
      if (call.end(Reason.DISCONNECTED) != null) {
        forget(call);
        output.tell(new Abandoned(call, Reason.DISCONNECTED));
      }
    }
    for (Object next : bareQueue) { // now, as the handler that runs may take its time
      inFlight--;
      if (next instanceof Bytes) {
        unanswered--;
      }
    }
    bareQueue.clear();
    waitingBytes = 0;
  }

  /** Answers a request that needs no handler. */
  void answer(Message.Request request, Bytes result) {
    if (!request.isNotification()) {
      reply(request.dialect(), Messages.success(request.dialect(), request.id(), result));
    }
  }

  /** The same with an error. */
  void refuse(Message.Request request, WireError error, Oddity oddity, long now) {
    output.tell(new Refused(oddity, request, error.code(), now));
    if (!request.isNotification()) {
      reply(request.dialect(), Messages.error(request.dialect(), request.id(), error));
    }
  }

  /** Sends a reply that needed no handler, in its turn. What waits has a slot like a call. */
  void reply(Dialect dialect, Bytes frame) {
    if (dialect == Dialect.BARE && bareRunning != null && inFlight < inFlightLimit) {
      queueBare(frame, frame.length());
      inFlight++;
      unanswered++;
    } else {
      output.send(frame);
    }
  }

  private void nextBare() {
    while (bareRunning == null && !bareQueue.isEmpty()) {
      Object next = bareQueue.remove();
      waitingBytes -= next instanceof ServerCall call ? call.heldBytes() : ((Bytes) next).length();
      if (next instanceof ServerCall call && !call.hasEnded()) {
        bareRunning = call;
        handOut(call);
        return;
      }
      inFlight--;
      if (next instanceof Bytes frame) {
        unanswered--;
        output.send(frame);
      } // else it ended while it waited: its handler will never run
    }
  }

  private void forget(ServerCall call) {
    unanswered--;
    deadlines.remove(call);
    Id id = call.request().id();
    if (id != null) {
      byId.remove(id, call);
    }
  }
}
