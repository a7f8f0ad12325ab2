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
import dev.tern.protocol.session.ClientEvent.Broken;
import dev.tern.protocol.session.ClientEvent.Noted;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
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
 * Not thread-safe: all of it runs in the connection's serial context.
 */
public final class ClientSession {

  private static final JsonNames NO_METHODS = JsonNames.of();
  private static final Bytes NULL = Bytes.of("null".getBytes(StandardCharsets.US_ASCII));
  private static final Message.Response NOTIFIED =
      new Message.Response(null, NULL, null, ReplyMeta.NONE);

  /** The number of the only call that a bare connection carries. */
  public static final long BARE_SEQUENCE = 0;

  private static final WireError EXPIRED_UNANSWERED =
      WireError.of(ErrorCode.TIMEOUT, "no reply before the deadline", Executed.MAYBE)
          .withDetails(stage("waiting_for_reply"));
  private static final WireError EXPIRED_IN_QUEUE =
      WireError.of(ErrorCode.TIMEOUT, "the deadline passed before sending", Executed.NO)
          .withDetails(stage("client_queue"));
  private static final WireError OFFERS_NOTHING =
      WireError.of(ErrorCode.METHOD_NOT_FOUND, "a client offers no methods");

  /** Below this many calls that ended in the queue, sweeping them out is not worth a walk. */
  private static final int SWEEP_AT_LEAST = 64;

  private final Dialect dialect;
  private final Limits limits;
  private final EnvelopeScanner scanner;
  private final FrameDecoder decoder;

  private final PendingTable pending = new PendingTable();
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

  private boolean broken;

  /** A session before its first frame. */
  public ClientSession(Dialect dialect, Limits limits) {
    this.dialect = dialect;
    this.limits = limits;
    this.scanner = new EnvelopeScanner(limits, NO_METHODS);
    this.decoder = new FrameDecoder(limits.get(Bound.FRAME_BYTES), _ -> true);
  }

  /**
   * Takes a call. Its frame waits until {@link #nextFrame} takes it; its end is an event. On a
   * broken session it ends at once.
   */
  public void send(ClientCall call) {
    if (broken) {
      end(call, WireError.of(ErrorCode.UNAVAILABLE, "the connection is closed", Executed.NO));
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
      if (call.expectsReply()) {
        pending.put(call);
      } else {
        deadlines.remove(call);
        call.succeed(NOTIFIED);
        events.add(call);
      }
      return frame;
    }
    return null;
  }

  /** Bytes arrived. */
  public void receive(byte[] bytes, int offset, int length) {
    if (broken) {
      return;
    }
    decoder.feed(bytes, offset, length);
    try {
      while (!broken && decoder.next()) {
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
      giveUp(call, sent ? EXPIRED_UNANSWERED : EXPIRED_IN_QUEUE);
    }
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

  /** The connection has ended: every call that still waits ends at once, with its verdict. */
  public void disconnected(String reason) {
    if (!broken) {
      broken = true;
      endAll(reason);
      controlFrames.clear();
    }
  }

  /**
   * This side closes: every call that still waits ends at once, with its verdict, and a server that
   * knows of cancelling is told that nobody waits. The frames that are left after this are the
   * last.
   */
  public void close(String reason) {
    if (!broken) {
      broken = true;
      if (dialect == Dialect.V1) {
        pending.forEach(call -> controlFrames.add(Messages.cancel(call.id())));
      }
      endAll(reason);
    }
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

  /** Whether nothing more can be sent. */
  public boolean isBroken() {
    return broken;
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
      message = scanner.scanReply(buffer, offset, length, decoder.ownsPayload());
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

  private void response(Message.Response response) {
    Id id = response.id();
    if (id == null) {
      orphan(response);
      return;
    }
    ClientCall call = take(id);
    if (call == null) {
      note(Oddity.LATE_REPLY);
      return;
    }
    call.succeed(response);
    events.add(call);
  }

  /**
   * An error that belongs to no request. If exactly one frame is unanswered it must be that one's;
   * otherwise nobody can tell whose it is, and all that wait may have run.
   */
  private void orphan(Message.Response response) {
    WireError error = response.error();
    if (error != null && unanswered == 1 && pending.size() == 1) {
      unanswered = 0;
      pending.drain(
          call -> {
            deadlines.remove(call);
            call.succeed(response);
            events.add(call);
          });
      return;
    }
    note(Oddity.MALFORMED);
    fail(
        error == null
            ? "the peer answered without an id"
            : "the peer reported an error that belongs to no request: " + error.code());
  }

  private void malformed(Message.Malformed malformed) {
    note(Oddity.MALFORMED);
    Id id = malformed.id();
    String problem = malformed.error().message();
    if (!malformed.isResponse()) {
      if (malformed.reply() && id != null && id != Id.Null.NULL) {
        answer(Messages.error(malformed.dialect(), id, malformed.error()));
      }
    } else if (id == null) {
      fail("the peer sent a malformed reply: " + problem);
    } else {
      ClientCall call = take(id);
      if (call != null) {
        end(call, WireError.of(ErrorCode.INTERNAL, "malformed reply: " + problem, Executed.MAYBE));
      }
    }
  }

  /** Servers may ask, too; this client answers pings and listens for goaway. */
  private void request(Message.Request request) {
    boolean offered =
        switch (request.method()) {
          case "rpc.goaway" -> {
            events.add(new ClientEvent.GoAway());
            yield true;
          }
          case "rpc.ping" -> true;
          default -> {
            note(Oddity.WRONG_DIRECTION);
            yield false;
          }
        };
    if (!request.isNotification()) {
      answer(
          offered
              ? Messages.success(request.dialect(), request.id(), NULL)
              : Messages.error(request.dialect(), request.id(), OFFERS_NOTHING));
    }
  }

  private void answer(Bytes frame) {
    if (controlFrames.size() >= limits.get(Bound.IN_FLIGHT)) {
      fail("the peer asks more than it reads");
    } else {
      controlFrames.add(frame);
    }
  }

  /** The pending call that a reply's id belongs to. */
  private @Nullable ClientCall take(Id id) {
    ClientCall call = pendingWith(id);
    if (call != null) {
      unanswered--;
      deadlines.remove(call);
    }
    return call;
  }

  private @Nullable ClientCall pendingWith(Id id) {
    // A bare connection carries one call, whose id is a text.
    long sequence = id instanceof Id.Number number ? number.bits() : BARE_SEQUENCE;
    ClientCall call = pending.remove(sequence);
    if (call != null && !call.id().equals(id)) {
      pending.put(call);
      return null;
    }
    return call;
  }

  private void giveUp(ClientCall call, WireError error) {
    boolean sent = call.stage() == Stage.SENT;
    if (sent) {
      pending.remove(call.sequence());
      if (dialect == Dialect.V1) {
        controlFrames.add(Messages.cancel(call.id()));
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

  private void end(ClientCall call, WireError error) {
    call.fail(error);
    events.add(call);
  }

  private void fail(String reason) {
    if (!broken) {
      broken = true;
      endAll(reason);
      controlFrames.clear();
      events.add(new Broken(reason));
    }
  }

  private void endAll(String reason) {
    pending.drain(call -> lose(call, reason));
    for (ClientCall call; (call = queue.poll()) != null; ) {
      if (call.stage() != Stage.ENDED) {
        lose(call, reason);
      }
    }
  }

  private void lose(ClientCall call, String reason) {
    deadlines.remove(call);
    end(call, WireError.of(ErrorCode.UNAVAILABLE, reason, call.verdict()));
  }

  private void note(Oddity oddity) {
    events.add(new Noted(oddity));
  }

  private static byte[] stage(String name) {
    return ("{\"stage\":\"" + name + "\"}").getBytes(StandardCharsets.US_ASCII);
  }
}
