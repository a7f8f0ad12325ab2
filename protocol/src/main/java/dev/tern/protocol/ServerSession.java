package dev.tern.protocol;

import dev.tern.protocol.ServerEvent.Abandoned;
import dev.tern.protocol.ServerEvent.Noted;
import dev.tern.protocol.ServerEvent.Reason;
import dev.tern.protocol.json.JsonException;
import dev.tern.protocol.json.JsonNames;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The server's side of one connection, without the connection: bytes and the present time go in,
 * events and frames come out.
 *
 * <pre>
 *   receive(bytes, now) ──▶ nextEvent(): calls to run, calls to abandon
 *   complete(call, frame) ─▶ nextFrame(): what to send
 *   onTime(now) at wakeAt()  isDone(): close now
 * </pre>
 *
 * A session is OPEN, then FINISHING (nothing more is read; what was read is answered), then done.
 * Not thread-safe: all of it runs in the connection's serial context.
 */
public final class ServerSession {

  private static final byte[] NULL = "null".getBytes(StandardCharsets.US_ASCII);

  private final SessionLimits limits;
  private final byte[] helloResult;
  private final EnvelopeScanner scanner;
  private final FrameDecoder decoder;
  private final TokenBucket idleCancels;

  private final Map<Id, ServerCall> byId = new HashMap<>();
  private final DeadlineHeap<ServerCall> deadlines = new DeadlineHeap<>();
  private final ArrayDeque<ServerEvent> events = new ArrayDeque<>(2);
  private final ArrayDeque<byte[]> frames = new ArrayDeque<>(2);

  /**
   * What waits for the bare call that runs: bare frames run one at a time and are answered in
   * order. Calls, and frames of replies that needed no handler.
   */
  private final ArrayDeque<Object> bareQueue = new ArrayDeque<>(1);

  private @Nullable ServerCall bareRunning;

  /** Handlers that have not returned, answered or not, and bare replies that wait. */
  private int inFlight;

  /** Calls that have not ended, and bare replies that wait. */
  private int unanswered;

  private long firstFrameBy;
  private long frameBy = Long.MAX_VALUE;
  private int unreadable;
  private boolean greeted;
  private boolean finishing;
  private byte @Nullable [] farewell;

  /**
   * @param methods the names that are served, to be found without allocation
   * @param helloResult the encoded result of {@code rpc.hello}
   * @param now the time of the connection's beginning
   */
  public ServerSession(SessionLimits limits, JsonNames methods, byte[] helloResult, long now) {
    this.limits = limits;
    this.helloResult = helloResult;
    this.scanner = new EnvelopeScanner(limits.message(), methods);
    this.decoder = new FrameDecoder(limits.message().frameBytes());
    this.idleCancels = new TokenBucket(limits.cancelBurst(), limits.cancelsPerSecond(), now);
    this.firstFrameBy = now + limits.firstFrameNanos();
  }

  /** Bytes arrived. After {@link #isFinishing} they are ignored. */
  public void receive(byte[] bytes, int offset, int length, long now) {
    if (finishing) {
      return;
    }
    decoder.feed(bytes, offset, length);
    try {
      while (!finishing && decoder.next()) {
        firstFrameBy = Long.MAX_VALUE;
        frameBy = Long.MAX_VALUE;
        payload(decoder.payload(), decoder.offset(), decoder.length(), now);
      }
    } catch (FramingException e) {
      note(Oddity.BAD_FRAME);
      finish(e.toWireError());
      return;
    }
    if (!decoder.isMidFrame()) {
      frameBy = Long.MAX_VALUE;
    } else if (frameBy == Long.MAX_VALUE) {
      frameBy = now + limits.frameNanos();
    }
  }

  /** The peer has shut down its output: what was read is finished and answered. */
  public void endOfInput() {
    if (decoder.isMidFrame()) {
      note(Oddity.CUT_FRAME);
    }
    finish(null);
  }

  /** Reads nothing more; what was read is finished and answered, then {@link #isDone}. */
  public void finish() {
    finish(null);
  }

  /** The connection is gone: nobody waits for anything any more. */
  public void disconnected() {
    finish(null);
    farewell = null;
    for (ServerCall call; (call = deadlines.poll(deadlines.next())) != null; ) {
      abandon(call, Reason.DISCONNECTED);
    }
    int waiting = bareQueue.size();
    bareQueue.removeIf(next -> next instanceof byte[]);
    inFlight -= waiting - bareQueue.size();
    unanswered -= waiting - bareQueue.size();
    frames.clear();
  }

  /** Time has come to {@link #wakeAt}. */
  public void onTime(long now) {
    for (ServerCall call; (call = deadlines.poll(now)) != null; ) {
      expire(call);
    }
    if (firstFrameBy != Long.MAX_VALUE && firstFrameBy - now <= 0 && !finishing) {
      boolean silent = !decoder.isMidFrame();
      note(silent ? Oddity.SILENT_PEER : Oddity.CUT_FRAME);
      finish(silent ? null : SessionErrors.CUT_FRAME);
    } else if (frameBy != Long.MAX_VALUE && frameBy - now <= 0 && !finishing) {
      note(Oddity.CUT_FRAME);
      finish(SessionErrors.CUT_FRAME);
    }
  }

  /** When {@link #onTime} is wanted next; {@link Long#MAX_VALUE} for never. */
  public long wakeAt() {
    long next = deadlines.next();
    return finishing ? next : earlier(next, earlier(firstFrameBy, frameBy));
  }

  /**
   * The handler of a call has returned. Its slot is free now, whether or not the reply still
   * counts.
   *
   * @param frame the reply from {@link ServerCall#success} or {@link ServerCall#failure}; null for
   *     a notification
   */
  public void complete(ServerCall call, byte @Nullable [] frame) {
    inFlight--;
    if (call.end() == null) {
      if (!call.neverRan()) {
        note(Oddity.LATE_RESULT);
      }
    } else {
      forget(call);
      if (frame != null) {
        frames.add(frame);
      }
    }
    if (call == bareRunning) {
      bareRunning = null;
      nextBare();
    }
    farewellIfDone();
  }

  /** The next thing that happened, or null. */
  public @Nullable ServerEvent nextEvent() {
    return events.poll();
  }

  /** The next frame to send, or null. */
  public byte @Nullable [] nextFrame() {
    return frames.poll();
  }

  /** Calls whose handlers have not returned. */
  public int inFlight() {
    return inFlight;
  }

  /** Memory held for an unfinished frame, in bytes. */
  public int heldBytes() {
    return decoder.heldBytes();
  }

  /** Whether nothing more is read. */
  public boolean isFinishing() {
    return finishing;
  }

  /** Whether everything that was read has been answered after {@link #isFinishing}: close now. */
  public boolean isDone() {
    return finishing && unanswered == 0 && farewell == null;
  }

  /**
   * Whether the peer has said {@code rpc.hello}, and so may be sent frames that it did not ask for.
   */
  public boolean isGreeted() {
    return greeted;
  }

  private void payload(byte[] buffer, int offset, int length, long now) {
    Encoding encoding = Encoding.of(buffer, offset, length);
    if (encoding == Encoding.JSON) {
      Message message;
      try {
        message = scanner.scan(buffer, offset, length);
      } catch (JsonException e) {
        unreadable(String.valueOf(e.getMessage()));
        return;
      }
      switch (message) {
        case Message.Request request -> request(request, now);
        case Message.Response _ -> note(Oddity.WRONG_DIRECTION);
        case Message.Malformed malformed -> malformed(malformed);
      }
    } else if (encoding == null) {
      unreadable("the payload begins like no encoding (expected: a JSON object)");
    } else {
      note(Oddity.UNSUPPORTED_ENCODING);
      WireError error =
          WireError.of(ErrorCode.UNSUPPORTED, "encoding: " + encoding.label() + " (expected: json)")
              .withDetails(Details.encodings());
      frames.add(Messages.errorWithoutRequest(error));
    }
  }

  private void unreadable(String message) {
    note(Oddity.UNREADABLE);
    frames.add(Messages.errorWithoutRequest(WireError.of(ErrorCode.PARSE_ERROR, message)));
    if (++unreadable >= limits.unreadablePayloads()) {
      finish(null);
    }
  }

  private void malformed(Message.Malformed malformed) {
    if (malformed.isResponse()) {
      note(Oddity.WRONG_DIRECTION);
      return;
    }
    note(Oddity.MALFORMED);
    if (!malformed.reply()) {
      return;
    }
    Id id = malformed.id();
    if (id == null) {
      frames.add(Messages.errorWithoutRequest(malformed.error()));
    } else if (byId.containsKey(id)) {
      inFlightAlready(id);
    } else {
      reply(malformed.dialect(), Messages.error(malformed.dialect(), id, malformed.error()));
    }
  }

  private void request(Message.Request request, long now) {
    Id id = request.id() == Id.Null.NULL ? null : request.id();
    if (id != null && byId.containsKey(id)) {
      inFlightAlready(id);
      return;
    }
    if (request.method().startsWith("rpc.") && control(request, now)) {
      return;
    }
    if (inFlight >= limits.inFlight()) {
      note(Oddity.TOO_MANY_IN_FLIGHT);
      answerNow(request, SessionErrors.TOO_MANY_IN_FLIGHT);
      return;
    }
    long timeoutMillis = request.meta().timeoutMillis();
    long timeout =
        timeoutMillis == Meta.UNSAID
            ? limits.longestDeadlineNanos()
            : Math.min(millisToNanos(timeoutMillis), limits.longestDeadlineNanos());
    if (timeout == 0) {
      answerNow(request, SessionErrors.EXPIRED_ON_ARRIVAL);
      return;
    }
    ServerCall call = new ServerCall(request, now, now + timeout);
    inFlight++;
    unanswered++;
    if (id != null) {
      byId.put(id, call);
      idleCancels
          .grant(); // one cancel a call may always cross its reply: thousands time out at once
    }
    deadlines.add(call);
    if (request.dialect() == Dialect.BARE) {
      bareQueue.add(call);
      nextBare();
    } else {
      events.add(call);
    }
  }

  private void nextBare() {
    while (bareRunning == null && !bareQueue.isEmpty()) {
      Object next = bareQueue.remove();
      if (next instanceof ServerCall call && !call.hasEnded()) {
        bareRunning = call;
        events.add(call);
        return;
      }
      inFlight--;
      if (next instanceof byte[] frame) {
        unanswered--;
        frames.add(frame);
      } // else it ended while it waited: its handler will never run
    }
  }

  /** Calls of the protocol itself that concern this connection; false for those that do not. */
  private boolean control(Message.Request request, long now) {
    switch (request.method()) {
      case "rpc.ping" -> answerNow(request, NULL);
      case "rpc.hello" -> {
        greeted = true;
        answerNow(request, helloResult);
      }
      case "rpc.cancel" -> {
        cancel(request.params(), now);
        answerNow(request, NULL);
      }
      default -> {
        return false;
      }
    }
    return true;
  }

  private void cancel(byte @Nullable [] params, long now) {
    Id id = params == null ? null : IdReader.memberOf(params, limits.message());
    ServerCall call = id == null ? null : byId.get(id);
    if (call == null || !call.cancel()) {
      note(Oddity.IDLE_CANCEL);
      if (!idleCancels.take(now)) {
        finish(SessionErrors.TOO_MANY_CANCELS);
      }
      return;
    }
    if (call.endUnlessStarted()) {
      forget(call);
      byte[] frame = call.failure(SessionErrors.CANCELLED_BEFORE_START);
      if (frame != null) {
        frames.add(frame);
      }
    }
    events.add(new Abandoned(call, Reason.CANCELLED));
  }

  private void expire(ServerCall call) {
    Executed executed = call.end();
    if (executed == null) {
      return;
    }
    forget(call);
    byte[] frame =
        call.failure(
            executed == Executed.NO
                ? SessionErrors.EXPIRED_IN_QUEUE
                : SessionErrors.EXPIRED_WHILE_RUNNING);
    if (frame != null) {
      frames.add(frame);
    }
    events.add(new Abandoned(call, Reason.EXPIRED));
    farewellIfDone();
  }

  private void abandon(ServerCall call, Reason reason) {
    if (call.end() != null) {
      forget(call);
      events.add(new Abandoned(call, reason));
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

  private void inFlightAlready(Id id) {
    note(Oddity.ID_IN_FLIGHT);
    frames.add(
        Messages.errorWithoutRequest(
            WireError.of(ErrorCode.BAD_REQUEST, "id: already in flight on this connection")
                .withDetails(Details.id(id))));
  }

  private void answerNow(Message.Request request, byte[] result) {
    if (!request.isNotification()) {
      reply(request.dialect(), Messages.success(request.dialect(), request.id(), result));
    }
  }

  private void answerNow(Message.Request request, WireError error) {
    if (!request.isNotification()) {
      reply(request.dialect(), Messages.error(request.dialect(), request.id(), error));
    }
  }

  /** Sends a reply that needed no handler, in its turn. What waits has a slot like a call. */
  private void reply(Dialect dialect, byte[] frame) {
    if (dialect == Dialect.BARE && bareRunning != null && inFlight < limits.inFlight()) {
      bareQueue.add(frame);
      inFlight++;
      unanswered++;
    } else {
      frames.add(frame);
    }
  }

  private void finish(@Nullable WireError lastWord) {
    if (!finishing) {
      finishing = true;
      decoder.release();
      farewell = lastWord == null ? null : Messages.errorWithoutRequest(lastWord);
      farewellIfDone();
    }
  }

  private void farewellIfDone() {
    byte[] lastWord = farewell;
    if (lastWord != null && unanswered == 0) {
      frames.add(lastWord);
      farewell = null;
    }
  }

  private void note(Oddity oddity) {
    events.add(new Noted(oddity));
  }

  private static long millisToNanos(long millis) {
    return millis > Long.MAX_VALUE / 1_000_000 ? Long.MAX_VALUE : millis * 1_000_000;
  }

  private static long earlier(long a, long b) {
    if (a == Long.MAX_VALUE) {
      return b;
    }
    return b == Long.MAX_VALUE || a - b < 0 ? a : b;
  }
}
