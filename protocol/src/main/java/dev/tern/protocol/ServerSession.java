package dev.tern.protocol;

import dev.tern.protocol.json.JsonException;
import dev.tern.protocol.json.JsonNames;
import java.nio.charset.StandardCharsets;
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

  private final ServerOutput output = new ServerOutput();
  private final ServerCalls calls;

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
    this.calls = new ServerCalls(limits, output);
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
      output.note(Oddity.BAD_FRAME);
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
      boolean silent = !decoder.isMidFrame();
      output.note(silent ? Oddity.SILENT_PEER : Oddity.CUT_FRAME);
      finish(silent ? null : SessionErrors.CUT_FRAME);
    } else if (frameBy != Long.MAX_VALUE && frameBy - now <= 0 && !finishing) {
      output.note(Oddity.CUT_FRAME);
      finish(SessionErrors.CUT_FRAME);
    }
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
  public void complete(ServerCall call, byte @Nullable [] frame) {
    calls.complete(call, frame);
    farewellIfDone();
  }

  /** The next thing that happened, or null. */
  public @Nullable ServerEvent nextEvent() {
    return output.nextEvent();
  }

  /** The next frame to send, or null. */
  public byte @Nullable [] nextFrame() {
    return output.nextFrame();
  }

  /** Calls whose handlers have not returned. */
  public int inFlight() {
    return calls.inFlight();
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
    return finishing && calls.allAnswered() && farewell == null;
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
        case Message.Response _ -> output.note(Oddity.WRONG_DIRECTION);
        case Message.Malformed malformed -> malformed(malformed);
      }
    } else if (encoding == null) {
      unreadable("the payload begins like no encoding (expected: a JSON object)");
    } else {
      output.note(Oddity.UNSUPPORTED_ENCODING);
      WireError error =
          WireError.of(ErrorCode.UNSUPPORTED, "encoding: " + encoding.label() + " (expected: json)")
              .withDetails(Details.encodings());
      output.send(Messages.errorWithoutRequest(error));
    }
  }

  private void unreadable(String message) {
    output.note(Oddity.UNREADABLE);
    output.send(Messages.errorWithoutRequest(WireError.of(ErrorCode.PARSE_ERROR, message)));
    if (++unreadable >= limits.unreadablePayloads()) {
      finish(null);
    }
  }

  private void malformed(Message.Malformed malformed) {
    if (malformed.isResponse()) {
      output.note(Oddity.WRONG_DIRECTION);
      return;
    }
    output.note(Oddity.MALFORMED);
    if (!malformed.reply()) {
      return;
    }
    Id id = malformed.id();
    if (id == null) {
      output.send(Messages.errorWithoutRequest(malformed.error()));
    } else if (calls.isInFlight(id)) {
      inFlightAlready(id);
    } else {
      calls.reply(malformed.dialect(), Messages.error(malformed.dialect(), id, malformed.error()));
    }
  }

  private void request(Message.Request request, long now) {
    Id id = request.id() == Id.Null.NULL ? null : request.id();
    if (id != null && calls.isInFlight(id)) {
      inFlightAlready(id);
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
    switch (request.method()) {
      case "rpc.ping" -> calls.answer(request, NULL);
      case "rpc.hello" -> {
        greeted = true;
        calls.answer(request, helloResult);
      }
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

  private void cancel(byte @Nullable [] params, long now) {
    Id id = params == null ? null : IdReader.memberOf(params, limits.message());
    ServerCall call = id == null ? null : calls.find(id);
    if (call == null || !call.cancel()) {
      output.note(Oddity.IDLE_CANCEL);
      if (!idleCancels.take(now)) {
        finish(SessionErrors.TOO_MANY_CANCELS);
      }
      return;
    }
    calls.cancel(call);
  }

  private void inFlightAlready(Id id) {
    output.note(Oddity.ID_IN_FLIGHT);
    output.send(
        Messages.errorWithoutRequest(
            WireError.of(ErrorCode.BAD_REQUEST, "id: already in flight on this connection")
                .withDetails(Details.id(id))));
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
