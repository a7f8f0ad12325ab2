package dev.tern.core.client;

import static dev.tern.core.access.Access.CORE;

import dev.tern.core.Handler;
import dev.tern.core.Request;
import dev.tern.core.Response;
import dev.tern.core.RpcException;
import dev.tern.core.link.Alarm;
import dev.tern.core.link.CancelSource;
import dev.tern.core.link.Mailbox;
import dev.tern.core.link.StallWatch;
import dev.tern.core.observe.Counters;
import dev.tern.core.runtime.Timers;
import dev.tern.core.transport.Connection;
import dev.tern.core.transport.ConnectionHandler;
import dev.tern.protocol.Bytes;
import dev.tern.protocol.Dialect;
import dev.tern.protocol.ErrorCode;
import dev.tern.protocol.Executed;
import dev.tern.protocol.Id;
import dev.tern.protocol.Limits;
import dev.tern.protocol.Limits.Bound;
import dev.tern.protocol.Message;
import dev.tern.protocol.Meta;
import dev.tern.protocol.WireError;
import dev.tern.protocol.envelope.Messages;
import dev.tern.protocol.frame.FrameEncoder;
import dev.tern.protocol.session.ClientCall;
import dev.tern.protocol.session.ClientEvent;
import dev.tern.protocol.session.ClientSession;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The innermost handler of a client: encodes a request on its caller's thread, hands it to the
 * connection's context, parks, and is woken by the reply, the deadline or the connection's end.
 */
final class ClientConnection implements Handler, ConnectionHandler {
  private static final long NANOS_PER_MILLI = 1_000_000;

  /** Of the deadline, the share at most that is kept back for the server's answer to travel. */
  private static final int MARGIN_SHARE = 10;

  private final Connection connection;
  private final Consumer<byte[]> writer;
  private final Dialect dialect;
  private final int frameLimit;
  private final Timers timers;
  private final Counters counters;
  private final Owner owner;
  private final EncodedNames names;
  private final AtomicLong sequence = new AtomicLong();
  private final Mailbox<PendingCall> outgoing;

  /** The last one; a guess before the first. */
  private volatile long roundTripNanos;

  /** Once true, new calls go elsewhere. */
  private volatile boolean unusable;

  // Only in the serial context.
  private final ClientSession session;
  private final Alarm alarm;
  private final StallWatch stall;
  private final long openedNanos;
  private boolean heard;
  private boolean closing;
  private boolean goingAway;
  private final List<PendingCall> ended = new ArrayList<>(0);
  private final CallerWaker callers;

  /** Who keeps connections. Told in the serial context. */
  interface Owner {
    /** The server's first bytes have come. Once at most. */
    void heard();

    /** The server, or the way to it, has ended it before a byte came. Once at most. */
    void endedUnheard(long openedNanos);

    /** It takes no new calls any more. Once. */
    void unusable(ClientConnection connection);

    /** It has ended. Once, and the last. */
    void closed(ClientConnection connection);
  }

  /**
   * @param connectNanos how long connecting took, which is a round trip at least
   */
  ClientConnection(
      Connection connection,
      Dialect dialect,
      Limits limits,
      Timers timers,
      Counters counters,
      EncodedNames names,
      long connectNanos,
      Owner owner) {
    this.connection = connection;
    this.writer = connection::write;
    this.dialect = dialect;
    this.frameLimit = limits.get(Bound.FRAME_BYTES);
    this.timers = timers;
    this.counters = counters;
    this.names = names;
    this.roundTripNanos = connectNanos + FIRST_CALL_NANOS;
    this.owner = owner;
    this.openedNanos = timers.nanoTime();
    this.session = new ClientSession(dialect, limits);
    this.outgoing = new Mailbox<>(connection, this::drainOutgoing);
    this.callers = new CallerWaker(outgoing, timers, connection, this::drainOutgoing);
    this.alarm = new Alarm(timers, connection, this::onAlarm);
    this.stall = new StallWatch(connection, StallWatch.DEFAULT_LIMIT);
    counters.connected();
  }

  @Override
  public Response handle(Request request) {
    PendingCall call = encode(request, true);
    outgoing.post(call);
    if (request.cancelToken() instanceof CancelSource token) {
      token.whenCancelled(() -> giveUp(call));
    }
    call.await(() -> giveUp(call));
    Message.Response reply = call.response();
    if (reply == null) {
      throw failed(call, request);
    }
    WireError error = reply.error();
    if (error != null) {
      throw ClientErrors.fromWire(error);
    }
    Bytes result = reply.result();
    return new Response.Value(result == null ? NULL : result, reply.meta());
  }

  /** Sends without waiting for more than that its frame was given to the transport. */
  void notify(Request request) {
    PendingCall call = encode(request, false);
    outgoing.post(call);
    call.await(() -> giveUp(call));
    if (call.failure() != null) {
      throw failed(call, request);
    }
  }

  boolean isUnusable() {
    return unusable;
  }

  /** Ends the calls that still wait; closes after what was accepted has left. Any thread. */
  void close() {
    connection.execute(
        () -> {
          session.close("the client was closed");
          closing = true;
          pump();
          connection.close();
        });
  }

  /** Ends at once, unless all has been sent, and nothing but the end is left. Any thread. */
  void abortUnlessSent() {
    connection.execute(
        () -> {
          if (connection.unsentBytes() > 0) {
            connection.abort();
          }
        });
  }

  @Override
  public void onBytes(byte[] buffer, int offset, int length) {
    long now = timers.nanoTime();
    counters.seen(now);
    if (!heard) {
      heard = true;
      owner.heard();
    }
    session.receive(buffer, offset, length);
    pump(now);
  }

  @Override
  public void onReadComplete() {}

  @Override
  public void onEndOfInput() {
    tellIfUnheard();
    closing = true;
    end("the server closed the connection");
    connection.close();
  }

  @Override
  public void onSendProgress() {
    pump();
  }

  @Override
  public void onClosed(@Nullable Throwable cause) {
    tellIfUnheard();
    end(
        cause == null
            ? "the connection was closed"
            : "the connection broke: " + cause.getMessage());
    alarm.cancel();
    counters.disconnected();
    owner.closed(this);
  }

  /** What this side has ended says nothing about the server. */
  private void tellIfUnheard() {
    if (!heard && !closing && !unusable) {
      owner.endedUnheard(openedNanos);
    }
  }

  private void end(String reason) {
    becomeUnusable();
    session.disconnected(reason);
    pump();
  }

  private void drainOutgoing() {
    for (var letter = outgoing.takeAll(); letter != null; letter = letter.next) {
      PendingCall call = letter.item;
      if (call.isGivenUp()) {
        session.cancel(call);
      } else {
        session.send(call);
      }
    }
    pump();
  }

  private void onAlarm() {
    long now = timers.nanoTime();
    session.onTime(now);
    pump(now);
  }

  private void pump() {
    pump(timers.nanoTime());
  }

  private void pump(long now) {
    send(now);
    for (ClientEvent event; (event = session.nextEvent()) != null; ) {
      switch (event) {
        case ClientCall call -> ended.add((PendingCall) call);
        case ClientEvent.Noted noted -> counters.noted(noted.oddity());
        case ClientEvent.GoAway _ -> {
          becomeUnusable();
          goingAway = true;
        }
        case ClientEvent.Broken _ -> {
          becomeUnusable();
          if (dialect == Dialect.BARE) {
            connection.abort(); // how it cancels: an end of input alone leaves the handler running
          } else {
            closing = true;
            connection.close();
          }
        }
      }
    }
    if (!ended.isEmpty()) {
      PendingCall last = ended.getLast();
      if (last.response() != null && last.expectsReply()) {
        roundTripNanos = now - last.sentNanos();
      }
      callers.wake(ended);
      ended.clear();
    }
    if (goingAway && !closing && session.inFlight() == 0 && session.queued() == 0) {
      session.close("the server is going away"); // what comes too late for it goes elsewhere
      closing = true;
      connection.close();
    }
    if (closing) {
      alarm.setFor(stall.look(now), now);
      if (stall.isStalled()) {
        connection.abort(); // the server takes nothing; nobody waits for it any more
      }
    }
    alarm.setFor(session.wakeAt(), now);
  }

  /**
   * Takes frames only as long as the transport sends them: what it has not got did not run. The
   * last ones, which tell of cancels, all go.
   */
  private void send(long now) {
    boolean any = false;
    while (closing || connection.unsentBytes() < Connection.SEND_PROGRESS_BYTES) {
      Bytes payload = session.nextFrame(now);
      if (payload == null) {
        break;
      }
      FrameEncoder.encode(payload, writer);
      any = true;
    }
    if (any) {
      connection.flush();
    }
  }

  private void becomeUnusable() {
    if (!unusable) {
      unusable = true;
      owner.unusable(this);
    }
  }

  private void giveUp(PendingCall call) {
    if (call.hasEnded()) {
      return; // a future that the call itself completed
    }
    call.giveUp();
    outgoing.post(call);
  }

  private PendingCall encode(Request request, boolean expectsReply) {
    long number = ClientSession.BARE_SEQUENCE;
    Id id;
    if (dialect == Dialect.BARE) {
      id = bareId(request.meta().get(Meta.KEY));
    } else {
      number = sequence.incrementAndGet();
      id = new Id.Number(number);
    }
    long timeoutMillis = timeoutMillis(request.deadlineNanos());
    Meta meta =
        dialect == Dialect.V1
            ? request.meta().withTimeoutMillis(timeoutMillis)
            : Meta.NONE; // the peer knows nothing but requests
    Bytes payload =
        Messages.request(
            dialect,
            expectsReply ? id : null,
            names.encoded(request.method()),
            CORE.paramsOf(request),
            meta);
    int length = payload.length();
    if (length > frameLimit) {
      throw ClientErrors.ofClient(
          ErrorCode.TOO_LARGE,
          "request: " + length + " bytes (expected: at most " + frameLimit + ")",
          Executed.NO);
    }
    return new PendingCall(number, id, payload, expectsReply, request.deadlineNanos());
  }

  /** A bare peer knows an operation by its id: the same one for each attempt. */
  private static Id bareId(@Nullable String key) {
    return new Id.Text(key == null ? UUID.randomUUID().toString() : key);
  }

  /**
   * What is left, less a margin in which the server's exact answer can still arrive.
   *
   * @throws RpcException if nothing is
   */
  private long timeoutMillis(long deadlineNanos) {
    long left = deadlineNanos - timers.nanoTime();
    if (left <= 0) {
      throw DeadlineFilter.passedBeforeSending();
    }
    long margin = Math.min(Math.max(NANOS_PER_MILLI, roundTripNanos), left / MARGIN_SHARE);
    return Math.max(1, (left - margin) / NANOS_PER_MILLI);
  }

  private RpcException failed(PendingCall call, Request request) {
    WireError error = call.failure();
    if (error == null) {
      throw new IllegalStateException("call " + call.id() + " ended without an outcome");
    }
    long left = request.deadlineNanos() - timers.nanoTime();
    Map<String, ?> late =
        error.code().equals(ErrorCode.TIMEOUT.name())
            ? Map.of("late_ms", Math.max(0, -left / NANOS_PER_MILLI))
            : Map.of();
    return ClientErrors.local(error, late);
  }

  /**
   * What the first call is thought to need besides the way: both ends load and compile code for it.
   * A call with a short deadline gives no more than its tenth.
   */
  private static final long FIRST_CALL_NANOS = 100 * NANOS_PER_MILLI;

  private static final Bytes NULL = Bytes.of(new byte[] {'n', 'u', 'l', 'l'});
}
