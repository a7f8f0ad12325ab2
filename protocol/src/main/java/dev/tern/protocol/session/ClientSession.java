package dev.tern.protocol.session;

import dev.tern.protocol.Bytes;
import dev.tern.protocol.Dialect;
import dev.tern.protocol.ErrorCode;
import dev.tern.protocol.Executed;
import dev.tern.protocol.Id;
import dev.tern.protocol.Limits;
import dev.tern.protocol.Limits.Bound;
import dev.tern.protocol.Message;
import dev.tern.protocol.Oddity;
import dev.tern.protocol.ReplyMeta;
import dev.tern.protocol.WireError;
import dev.tern.protocol.envelope.EnvelopeScanner;
import dev.tern.protocol.envelope.Messages;
import dev.tern.protocol.frame.FrameDecoder;
import dev.tern.protocol.frame.FramingException;
import dev.tern.protocol.frame.PayloadKind;
import dev.tern.protocol.json.JsonException;
import dev.tern.protocol.json.JsonNames;
import dev.tern.protocol.session.ClientCall.Stage;
import dev.tern.protocol.session.ClientEvent.Noted;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The client's side of one connection, without the connection: calls, bytes and the present time go
 * in; frames and the ends of calls come out.
 *
 * <pre>
 *   send(call) ──▶ nextFrame(now): what to send
 *   receive(bytes) ─▶ nextEvent(): calls that have ended, each exactly once
 *   onTime(now) at wakeAt()
 * </pre>
 *
 * <p>Not thread-safe: all but {@link #state} runs in the connection's serial context.
 */
public final class ClientSession {

  /**
   * How far the connection has come.
   *
   * <pre>
   *   SILENT ──bytes──▶ HEARD ──rpc.goaway──▶ GOING_AWAY
   *
   *   from each of them, and never back:
   *     ──close(), endOfInput(), the last call of GOING_AWAY has ended──▶ CLOSING
   *     ──bytes that are no message; a bare call that is given up──▶ BROKEN
   *   from each of all: ──disconnected()──▶ ENDED
   * </pre>
   */
  public enum State {
    /** Calls may be sent; the server has not sent a byte. */
    SILENT,
    /** Calls may be sent; the server has sent something, which may be anything. */
    HEARD,
    /** The server wants no new calls; those that it has got are finished. */
    GOING_AWAY,
    /** All calls have ended. What {@link #nextFrame} still gives is sent, then this side closes. */
    CLOSING,
    /** All calls have ended, and nothing is sent any more. */
    BROKEN,
    /** There is no connection any more. */
    ENDED;

    /** Whether new calls are welcome. */
    public boolean takesCalls() {
      return compareTo(GOING_AWAY) < 0;
    }

    /** Whether all calls have ended, and those to come end at once. */
    public boolean isOver() {
      return compareTo(CLOSING) >= 0;
    }
  }

  private static final JsonNames NO_METHODS = JsonNames.of();
  private static final Message.Response NOTIFIED =
      new Message.Response(null, Messages.NULL, null, ReplyMeta.NONE);

  /**
   * Of an error's details: where a call was that never left this process. Nothing of it was sent.
   */
  public static final String IN_QUEUE = "client_queue";

  private static final WireError EXPIRED_IN_QUEUE =
      WireError.of(ErrorCode.TIMEOUT, "the deadline passed before sending", Executed.NO)
          .withStage(IN_QUEUE);

  /** Below this many calls that ended in the queue, sweeping them out is not worth a walk. */
  private static final int SWEEP_AT_LEAST = 64;

  private final Dialect dialect;
  private final Limits limits;
  private final EnvelopeScanner scanner;
  private final FrameDecoder decoder;

  /** Sent, and not answered. */
  private final Map<Id, ClientCall> pending = new HashMap<>();

  private final DeadlineHeap<ClientCall> deadlines = new DeadlineHeap<>();
  private final ArrayDeque<ClientCall> queue = new ArrayDeque<>();
  private final ArrayDeque<Bytes> controlFrames = new ArrayDeque<>(1);
  private final ArrayDeque<ClientEvent> events = new ArrayDeque<>();

  /**
   * Frames that left and were not answered: expired, cancelled and notified ones included. A reply
   * that pairs with nothing does not lower it: better to doubt a verdict than to believe a wrong
   * one.
   */
  private long unanswered;

  private int endedInQueue;

  private boolean understood;

  /** Whether a call that was sent has been given up: its reply may still come. */
  private boolean mayBeLate;

  /** Written in the serial context. */
  private volatile State state = State.SILENT;

  /** A session before its first frame. */
  public ClientSession(Dialect dialect, Limits limits) {
    this.dialect = dialect;
    this.limits = limits;
    this.scanner = new EnvelopeScanner(limits, NO_METHODS);
    this.decoder =
        new FrameDecoder(limits.get(Bound.FRAME_BYTES), Limits.MAX_FRAME_BYTES, _ -> true);
  }

  /** How far it has come. Any thread. */
  public State state() {
    return state;
  }

  /** Whether the server has answered a call, so that it is one that speaks this protocol. */
  public boolean hasUnderstood() {
    return understood;
  }

  /**
   * Takes a call. Its frame waits until {@link #nextFrame} takes it; its end is an event. When all
   * is over it ends at once.
   */
  public void send(ClientCall call) {
    if (state.isOver()) {
      lose(call, "the connection is closed");
      return;
    }
    deadlines.add(call);
    queue.add(call);
  }

  /**
   * The next frame to give to the transport, or null. From here on its call may have been executed,
   * so take no more than will be sent.
   */
  public @Nullable Bytes nextFrame(long now) {
    Bytes control = controlFrames.poll();
    if (control != null) {
      return control;
    }
    while (!queue.isEmpty() && pending.size() < limits.get(Bound.IN_FLIGHT)) {
      ClientCall call = queue.remove();
      if (call.stage() == Stage.ENDED) {
        endedInQueue--;
        continue;
      }
      if (call.deadlineNanos() - now <= 0) {
        deadlines.remove(call);
        end(call, EXPIRED_IN_QUEUE);
        continue;
      }
      Bytes frame = call.send(now);
      unanswered++;
      Id id = call.id();
      if (id == null) {
        deadlines.remove(call);
        answer(call, NOTIFIED);
      } else {
        pending.put(id, call);
      }
      return frame;
    }
    if (state == State.GOING_AWAY && pending.isEmpty() && queue.isEmpty()) {
      over(State.CLOSING, "the server is going away");
    }
    return null;
  }

  /** Bytes arrived. */
  public void receive(byte[] bytes, int offset, int length) {
    if (state.isOver()) {
      return;
    }
    if (state == State.SILENT) {
      state = State.HEARD;
    }
    decoder.feed(bytes, offset, length);
    try {
      while (!state.isOver() && decoder.next()) {
        payload(decoder.payload(), decoder.offset(), decoder.length());
      }
    } catch (FramingException e) {
      note(Oddity.BAD_FRAME);
      fail("the peer sent what is no frame: " + e.getMessage());
    }
  }

  /** Time has come to {@link #wakeAt}. */
  public void onTime(long now) {
    for (ClientCall call; (call = deadlines.poll(now)) != null; ) {
      boolean sent = call.stage() == Stage.SENT;
      giveUp(call, sent ? unanswered() : EXPIRED_IN_QUEUE);
    }
  }

  private WireError unanswered() {
    String silence =
        state == State.SILENT ? ", nor a byte on this connection: is this a Tern server?" : "";
    String message = "no reply before the deadline" + silence;
    return WireError.of(ErrorCode.TIMEOUT, message, Executed.MAYBE).withStage("waiting_for_reply");
  }

  /** When {@link #onTime} is wanted next; {@link Long#MAX_VALUE} for never. */
  public long wakeAt() {
    return deadlines.next();
  }

  /** The caller no longer wants this call: it ends as CANCELLED, and the server is told. */
  public void cancel(ClientCall call) {
    if (call.stage() != Stage.ENDED) {
      giveUp(call, WireError.of(ErrorCode.CANCELLED, "cancelled by the caller", call.verdict()));
    }
  }

  /**
   * This side closes: every call that still waits ends at once, with its verdict, and a server that
   * knows of cancelling is told that nobody waits. The frames that are left after this are the
   * last.
   */
  public void close(String reason) {
    if (dialect == Dialect.V1) {
      pending.keySet().forEach(id -> controlFrames.add(Messages.cancel(id)));
    }
    over(State.CLOSING, reason);
  }

  /** The server sends nothing more: every call that still waits ends at once, with its verdict. */
  public void endOfInput() {
    controlFrames.clear();
    over(State.CLOSING, "the server closed the connection");
  }

  /** The connection has ended: every call that still waits ends at once, with its verdict. */
  public void disconnected(String reason) {
    controlFrames.clear();
    over(State.ENDED, reason);
  }

  /** The next thing that happened, or null. */
  public @Nullable ClientEvent nextEvent() {
    return events.poll();
  }

  /** Calls that have left and wait for a reply. */
  public int inFlight() {
    return pending.size();
  }

  /** Calls whose frames have not been taken yet. */
  public int queued() {
    return queue.size();
  }

  private void payload(byte[] buffer, int offset, int length) {
    PayloadKind encoding = PayloadKind.of(buffer, offset, length);
    if (encoding != PayloadKind.JSON) {
      note(encoding == null ? Oddity.UNREADABLE : Oddity.UNSUPPORTED_ENCODING);
      fail("the peer sent what is no JSON object");
      return;
    }
    Message message;
    try {
      message = scan(buffer, offset, length);
    } catch (JsonException e) {
      note(Oddity.UNREADABLE);
      fail("the peer sent what is no strict JSON: " + e.getMessage());
      return;
    }
    switch (message) {
      case Message.Response response -> response(response);
      case Message.Malformed malformed -> malformed(malformed);
      case Message.Request request -> request(request);
    }
  }

  /** Of a reply over the limit only the beginning is there. */
  private Message scan(byte[] buffer, int offset, int length) throws JsonException {
    if (decoder.skipped() == 0) {
      return scanner.scanReply(buffer, offset, length, decoder.ownsPayload());
    }
    long whole = (long) length + decoder.skipped();
    String problem = "reply: " + whole + " bytes (expected: at most " + length + ")";
    return scanner.scanCutReply(buffer, offset, length, problem);
  }

  private void response(Message.Response response) {
    Id id = response.id();
    if (id == null) {
      orphan(response);
      return;
    }
    ClientCall call = take(id);
    if (call == null) {
      understood |= mayBeLate;
      note(Oddity.LATE_REPLY);
      return;
    }
    answer(call, response);
  }

  /**
   * An error that belongs to no request. If exactly one frame is unanswered it must be that one's;
   * otherwise nobody can tell whose it is, and all that wait may have run.
   */
  private void orphan(Message.Response response) {
    WireError error = response.error();
    if (error != null && unanswered == 1 && pending.size() == 1) {
      ClientCall only = take(pending.keySet().iterator().next());
      if (only != null) {
        answer(only, response);
      }
      return;
    }
    note(Oddity.MALFORMED);
    fail(
        error == null
            ? "the peer answered without an id"
            : "the peer reported an error that belongs to no request: " + error.code());
  }

  private void malformed(Message.Malformed malformed) {
    Id id = malformed.id();
    WireError error = malformed.error();
    boolean isCut = error.code().equals(ErrorCode.TOO_LARGE.name());
    note(isCut ? Oddity.BAD_FRAME : Oddity.MALFORMED);
    if (!malformed.isResponse()) {
      if (malformed.reply() && id != null && id != Id.Null.NULL) {
        reply(Messages.error(malformed.dialect(), id, error));
      }
      return;
    }
    String problem = "malformed reply: " + error.message();
    if (id == null) {
      fail("the peer sent a " + problem);
      return;
    }
    ClientCall call = take(id);
    if (call != null) {
      end(call, isCut ? error : WireError.of(ErrorCode.INTERNAL, problem, Executed.MAYBE));
    }
  }

  /** Servers may ask, too; this client answers pings and listens for goaway. */
  private void request(Message.Request request) {
    boolean offered =
        switch (request.method()) {
          case "rpc.goaway" -> {
            state = State.GOING_AWAY;
            yield true;
          }
          case "rpc.ping" -> true;
          default -> {
            note(Oddity.WRONG_DIRECTION);
            yield false;
          }
        };
    if (!request.isNotification()) {
      reply(
          offered
              ? Messages.success(request.dialect(), request.id(), Messages.NULL)
              : Messages.error(request.dialect(), request.id(), offersNo(request.method())));
    }
  }

  private static WireError offersNo(String method) {
    String message = "no such method: " + method + " (a client offers none)";
    return WireError.of(ErrorCode.METHOD_NOT_FOUND, message);
  }

  private void reply(Bytes frame) {
    if (controlFrames.size() >= limits.get(Bound.IN_FLIGHT)) {
      fail("the peer asks more than it reads");
    } else {
      controlFrames.add(frame);
    }
  }

  /** The pending call that a reply's id belongs to; it waits no more. */
  private @Nullable ClientCall take(Id id) {
    ClientCall call = pending.remove(id);
    if (call != null) {
      understood = true;
      unanswered--;
      deadlines.remove(call);
    }
    return call;
  }

  private void giveUp(ClientCall call, WireError error) {
    Id id = call.id();
    boolean sent = call.stage() == Stage.SENT;
    if (sent && id != null) {
      pending.remove(id);
      mayBeLate = true;
      if (dialect == Dialect.V1) {
        controlFrames.add(Messages.cancel(id));
      }
    }
    deadlines.remove(call);
    end(call, error);
    if (!sent) {
      sweep();
    } else if (dialect == Dialect.BARE) {
      fail("the call was given up"); // bare cancels by closing
    }
  }

  /** Keeps the queue from filling with calls that ended while the transport stood still. */
  private void sweep() {
    if (++endedInQueue >= SWEEP_AT_LEAST && endedInQueue > queue.size() / 2) {
      queue.removeIf(call -> call.stage() == Stage.ENDED);
      endedInQueue = 0;
    }
  }

  private void answer(ClientCall call, Message.Response response) {
    call.succeed(response);
    events.add(call);
  }

  private void end(ClientCall call, WireError error) {
    call.fail(error);
    events.add(call);
  }

  /** Nothing more can be understood, or shall be said. */
  private void fail(String reason) {
    controlFrames.clear();
    over(State.BROKEN, reason);
  }

  /** The first of these ends all calls; after that only the connection's own end counts. */
  private void over(State next, String reason) {
    if (state.isOver()) {
      state = next == State.ENDED ? next : state;
      return;
    }
    state = next;
    decoder.release();
    pending.values().forEach(call -> lose(call, reason));
    pending.clear();
    queue.removeIf(call -> call.stage() == Stage.ENDED);
    queue.forEach(call -> lose(call, reason));
    queue.clear();
  }

  private void lose(ClientCall call, String reason) {
    deadlines.remove(call);
    WireError lost = WireError.of(ErrorCode.UNAVAILABLE, reason, call.verdict());
    end(call, call.stage() == Stage.QUEUED ? lost.withStage(IN_QUEUE) : lost);
  }

  private void note(Oddity oddity) {
    events.add(new Noted(oddity));
  }
}
