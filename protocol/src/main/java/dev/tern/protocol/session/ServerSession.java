package dev.tern.protocol.session;

import dev.tern.protocol.Bytes;
import dev.tern.protocol.Dialect;
import dev.tern.protocol.ErrorCode;
import dev.tern.protocol.Id;
import dev.tern.protocol.Limits;
import dev.tern.protocol.Limits.Bound;
import dev.tern.protocol.Message;
import dev.tern.protocol.Oddity;
import dev.tern.protocol.WireError;
import dev.tern.protocol.envelope.Details;
import dev.tern.protocol.envelope.EnvelopeScanner;
import dev.tern.protocol.envelope.IdReader;
import dev.tern.protocol.envelope.Messages;
import dev.tern.protocol.frame.FrameDecoder;
import dev.tern.protocol.frame.FramingException;
import dev.tern.protocol.frame.PayloadKind;
import dev.tern.protocol.json.JsonException;
import dev.tern.protocol.json.JsonNames;
import dev.tern.protocol.session.ServerEvent.Rejected;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.IntPredicate;
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

  private static final Bytes NULL = Bytes.of("null".getBytes(StandardCharsets.US_ASCII));
  private static final byte[] NOTHING = {};

  private final Limits limits;
  private final Bytes helloResult;
  private final EnvelopeScanner scanner;
  private final FrameDecoder decoder;
  private final TokenBucket idleCancels;
  private final TokenBucket errors;
  private final TokenBucket controls;

  private final ServerOutput output = new ServerOutput();
  private final ServerCalls calls;

  private long firstFrameBy;
  private long frameBy = Long.MAX_VALUE;
  private int unreadable;

  /** Whether the payload that is being read was rejected. */
  private boolean rejected;

  private boolean finishing;
  private @Nullable Bytes farewell;

  /**
   * A session before its first byte.
   *
   * @param methods the names that are served, to be found without allocation
   * @param helloResult the encoded result of {@code rpc.hello}
   * @param room whether so many bytes more may be held for a frame of which a fair part has come; a
   *     false makes that frame slower, no more
   * @param now the time of the connection's beginning
   */
  public ServerSession(
      Limits limits, JsonNames methods, byte[] helloResult, IntPredicate room, long now) {
    this.limits = limits;
    this.helloResult = Bytes.of(helloResult);
    this.calls = new ServerCalls(limits, output);
    this.scanner = new EnvelopeScanner(limits, methods);
    this.decoder = new FrameDecoder(limits.get(Bound.FRAME_BYTES), room);
    this.idleCancels =
        new TokenBucket(limits.get(Bound.CANCEL_BURST), limits.get(Bound.CANCELS_PER_SECOND), now);
    this.errors =
        new TokenBucket(limits.get(Bound.ERROR_BURST), limits.get(Bound.ERRORS_PER_SECOND), now);
    this.controls =
        new TokenBucket(
            limits.get(Bound.CONTROL_BURST), limits.get(Bound.CONTROLS_PER_SECOND), now);
    this.firstFrameBy = now + limits.nanos(Bound.FIRST_FRAME_MILLIS);
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
        if (rejected) { // counted when it has been answered: a last word comes last
          rejected = false;
          countError(now);
        }
      }
    } catch (FramingException e) {
      WireError error = e.toWireError();
      byte[] prefix = ByteBuffer.allocate(Integer.BYTES).putInt((int) e.announced()).array();
      output.tell(new Rejected(Oddity.BAD_FRAME, null, error.code(), e.announced(), prefix));
      finish(error);
      return;
    }
    if (!decoder.isMidFrame()) {
      frameBy = Long.MAX_VALUE;
    } else if (frameBy == Long.MAX_VALUE) {
      frameBy = now + limits.nanos(Bound.FRAME_MILLIS);
    }
  }

  /** The peer has shut down its output: what was read is finished and answered. */
  public void endOfInput() {
    if (decoder.isMidFrame()) {
      output.note(Oddity.CUT_FRAME);
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
    calls.abandonAll();
    output.dropFrames();
  }

  /** Time has come to {@link #wakeAt}. */
  public void onTime(long now) {
    calls.expire(now);
    farewellIfDone();
    if (firstFrameBy != Long.MAX_VALUE && firstFrameBy - now <= 0 && !finishing) {
      if (decoder.isMidFrame()) {
        cutFrame();
      } else {
        output.note(Oddity.SILENT_PEER);
        finish(null);
      }
    } else if (frameBy != Long.MAX_VALUE && frameBy - now <= 0 && !finishing) {
      cutFrame();
    }
  }

  private void cutFrame() {
    String code = SessionErrors.CUT_FRAME.code();
    byte[] beginning = decoder.begun(Rejected.BEGINNING_BYTES);
    output.tell(new Rejected(Oddity.CUT_FRAME, null, code, decoder.announced(), beginning));
    finish(SessionErrors.CUT_FRAME);
  }

  /** When {@link #onTime} is wanted next; {@link Long#MAX_VALUE} for never. */
  public long wakeAt() {
    long next = calls.nextDeadline();
    return finishing ? next : earlier(next, earlier(firstFrameBy, frameBy));
  }

  /**
   * The handler of a call has returned. Its slot is free now, whether or not the reply still
   * counts.
   *
   * @param frame the reply from {@link ServerCall#success} or {@link ServerCall#failure}; null for
   *     a notification
   */
  public void complete(ServerCall call, @Nullable Bytes frame) {
    calls.complete(call, frame);
    farewellIfDone();
  }

  /**
   * The peer has made a mistake that only the session's owner could see: it called a method that
   * does not exist. Too many, and the connection ends.
   */
  public void countError(long now) {
    if (!errors.take(now) && !finishing) {
      String code = SessionErrors.TOO_MANY_ERRORS.code();
      output.tell(new Rejected(Oddity.TOO_MANY_ERRORS, null, code, 0, NOTHING));
      finish(SessionErrors.TOO_MANY_ERRORS);
    }
  }

  /** The next thing that happened, or null. */
  public @Nullable ServerEvent nextEvent() {
    return output.nextEvent();
  }

  /** How many of the events that {@link #nextEvent} has yet to give are calls. */
  public int arrivedCalls() {
    return output.calls();
  }

  /** The next frame to send, or null. */
  public @Nullable Bytes nextFrame() {
    return output.nextFrame();
  }

  /** Calls whose handlers have not returned. */
  public int inFlight() {
    return calls.inFlight();
  }

  /** Memory held for an unfinished frame and for the calls in flight, in bytes. */
  public long heldBytes() {
    return decoder.heldBytes() + calls.heldBytes();
  }

  /**
   * What reading on makes more of before any of it can be used, in bytes: an unfinished frame, in
   * the length that it shall have unless it was granted all of that, and what waits for the bare
   * call that runs.
   */
  public long backlogBytes() {
    return (decoder.hasAllRoom() ? 0 : decoder.announced()) + calls.waitingBytes();
  }

  /** Whether nothing more is read. */
  public boolean isFinishing() {
    return finishing;
  }

  /** Whether everything that was read has been answered after {@link #isFinishing}: close now. */
  public boolean isDone() {
    return finishing && calls.allAnswered() && farewell == null;
  }

  private void payload(byte[] buffer, int offset, int length, long now) {
    PayloadKind encoding = PayloadKind.of(buffer, offset, length);
    if (encoding == PayloadKind.JSON) {
      Message message;
      try {
        message = scanner.scan(buffer, offset, length, decoder.ownsPayload());
      } catch (JsonException e) {
        unreadable(String.valueOf(e.getMessage()));
        return;
      }
      switch (message) {
        case Message.Request request -> request(request, now);
        case Message.Response _ -> reject(Oddity.WRONG_DIRECTION, null, null);
        case Message.Malformed malformed -> malformed(malformed);
      }
    } else if (encoding == null) {
      unreadable("the payload begins like no encoding (expected: a JSON object)");
    } else {
      reject(Oddity.UNSUPPORTED_ENCODING, null, ErrorCode.UNSUPPORTED);
      WireError error =
          WireError.of(ErrorCode.UNSUPPORTED, "encoding: " + encoding.label() + " (expected: json)")
              .withDetails(Details.encodings());
      output.send(Messages.errorWithoutRequest(error));
    }
  }

  private void unreadable(String message) {
    reject(Oddity.UNREADABLE, null, ErrorCode.PARSE_ERROR);
    output.send(Messages.errorWithoutRequest(WireError.of(ErrorCode.PARSE_ERROR, message)));
    if (++unreadable >= limits.get(Bound.UNREADABLE_PAYLOADS)) {
      finish(null);
    }
  }

  private void malformed(Message.Malformed malformed) {
    if (malformed.isResponse()) {
      reject(Oddity.WRONG_DIRECTION, malformed.dialect(), null);
      return;
    }
    ErrorCode code = ErrorCode.ofName(malformed.error().code());
    reject(Oddity.MALFORMED, malformed.dialect(), code);
    if (!malformed.reply()) {
      return;
    }
    Id id = malformed.id();
    if (id == null) {
      output.send(Messages.errorWithoutRequest(malformed.error()));
    } else if (calls.isInFlight(id)) {
      inFlightAlready(id, malformed.dialect());
    } else {
      calls.reply(malformed.dialect(), Messages.error(malformed.dialect(), id, malformed.error()));
    }
  }

  private void request(Message.Request request, long now) {
    Id id = request.id() == Id.Null.NULL ? null : request.id();
    if (id != null && calls.isInFlight(id)) {
      inFlightAlready(id, request.dialect());
      return;
    }
    if (request.method().startsWith("rpc.") && control(request, now)) {
      return;
    }
    if (calls.begin(request, now) && id != null) {
      // One cancel a call may always cross its reply: thousands time out at once.
      idleCancels.grant();
    }
  }

  /** Calls of the protocol itself that concern this connection; false for those that do not. */
  private boolean control(Message.Request request, long now) {
    if (!request.method().equals("rpc.cancel") && !controls.take(now)) {
      calls.refuse(request, SessionErrors.TOO_MANY_CONTROLS, Oddity.TOO_MANY_CONTROLS, now);
      return true;
    }
    switch (request.method()) {
      case "rpc.ping" -> calls.answer(request, NULL);
      case "rpc.hello" -> calls.answer(request, helloResult);
      case "rpc.cancel" -> {
        cancel(request.params(), now);
        calls.answer(request, NULL);
      }
      default -> {
        return false;
      }
    }
    return true;
  }

  private void cancel(@Nullable Bytes params, long now) {
    Id id = params == null ? null : IdReader.memberOf(params, limits);
    ServerCall call = id == null ? null : calls.find(id);
    if (call == null || !call.cancel()) {
      if (idleCancels.take(now)) {
        output.note(Oddity.IDLE_CANCEL);
      } else {
        reject(Oddity.IDLE_CANCEL, null, ErrorCode.BAD_REQUEST);
        finish(SessionErrors.TOO_MANY_CANCELS);
      }
      return;
    }
    calls.cancel(call);
  }

  private void inFlightAlready(Id id, Dialect dialect) {
    reject(Oddity.ID_IN_FLIGHT, dialect, ErrorCode.BAD_REQUEST);
    output.send(
        Messages.errorWithoutRequest(
            WireError.of(ErrorCode.BAD_REQUEST, "id: already in flight on this connection")
                .withDetails(Details.id(id))));
  }

  /** Tells of the payload that is being read, which is an error of the peer's. */
  private void reject(Oddity oddity, @Nullable Dialect dialect, @Nullable ErrorCode code) {
    int from = decoder.offset();
    int length = decoder.length();
    int end = from + Math.min(length, Rejected.BEGINNING_BYTES);
    byte[] beginning = Arrays.copyOfRange(decoder.payload(), from, end);
    output.tell(
        new Rejected(oddity, dialect, code == null ? null : code.name(), length, beginning));
    rejected = true;
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
    Bytes lastWord = farewell;
    if (lastWord != null && calls.allAnswered()) {
      output.send(lastWord);
      farewell = null;
    }
  }

  private static long earlier(long a, long b) {
    if (a == Long.MAX_VALUE) {
      return b;
    }
    return b == Long.MAX_VALUE || a - b < 0 ? a : b;
  }
}
