package dev.tern.core.server;

import static dev.tern.core.access.Access.CORE;

import dev.tern.core.Lane;
import dev.tern.core.Request;
import dev.tern.core.Response;
import dev.tern.core.RpcException;
import dev.tern.core.Stats;
import dev.tern.core.access.CallContext;
import dev.tern.core.link.CancelSource;
import dev.tern.core.runtime.Timers;
import dev.tern.protocol.Bytes;
import dev.tern.protocol.Dialect;
import dev.tern.protocol.ErrorCode;
import dev.tern.protocol.Executed;
import dev.tern.protocol.Id;
import dev.tern.protocol.Message;
import dev.tern.protocol.Meta;
import dev.tern.protocol.ReplyMeta;
import dev.tern.protocol.WireError;
import dev.tern.protocol.session.ServerCall;
import dev.tern.protocol.session.ServerEvent.Reason;
import java.net.SocketAddress;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One call on its lane: runs the chain, turns what comes of it into the reply's frame, and hands
 * that back to the connection. Also the call's cancel token.
 */
final class CallTask extends CancelSource implements CallContext, Runnable {

  private static final long NANOS_PER_MICRO = 1_000;

  private final ServerConnection connection;
  private final ServerCall call;
  private final ServedMethod served;
  private final Request request;

  /** Null if the method may not be interrupted, or runs on a thread that is not its own. */
  private final @Nullable InterruptWindow window;

  private long startedNanos;
  private volatile @Nullable Reason abandonedFor;
  private @Nullable Bytes frame;
  private @Nullable String outcome;

  CallTask(ServerConnection connection, ServerCall call, ServedMethod served) {
    this.connection = connection;
    this.call = call;
    this.served = served;
    boolean interruptible = served.interruptible() && !isInline();
    this.window = interruptible ? new InterruptWindow() : null;
    Message.Request message = call.request();
    this.request =
        CORE.request(
            this,
            message.method(),
            message.params(),
            message.meta(),
            served.method().effect(),
            call.deadlineNanos(),
            this);
  }

  /** The task that runs a request; null at the client. */
  static @Nullable CallTask of(Request request) {
    return CORE.contextOf(request) instanceof CallTask task ? task : null;
  }

  /** Whether it runs on the thread that read it. */
  boolean isInline() {
    return served.lane() instanceof Lane.Inline;
  }

  /** Whether it runs on a virtual thread of its own. */
  boolean isVirtual() {
    return served.lane() instanceof Lane.Virtual;
  }

  ServedMethod served() {
    return served;
  }

  Request request() {
    return request;
  }

  ServerCall serverCall() {
    return call;
  }

  @Override
  public Dialect dialect() {
    return call.request().dialect();
  }

  @Override
  public @Nullable Id id() {
    return call.request().id();
  }

  @Override
  public SocketAddress peer() {
    return connection.remoteAddress();
  }

  @Override
  public Timers timers() {
    return connection.timers();
  }

  /** The reply's frame, once it has run; null for a notification. */
  @Nullable Bytes frame() {
    return frame;
  }

  /**
   * Once it has run: the code that the peer is told, or {@link Stats#OK}. Null if it never ran, and
   * was counted as refused.
   */
  @Nullable String outcome() {
    return outcome;
  }

  /** Runs on a thread of the lane's and hands the reply over; later, if that has no room now. */
  @Override
  public void run() {
    if (connection.backpressure().isOutputFull()) {
      connection.backpressure().defer(this);
      return;
    }
    CORE.serving(() -> request, this::execute);
    connection.post(this);
  }

  /** Runs on this thread, which serves this request; {@link #frame} holds the reply. */
  void execute() {
    String code = Stats.OK;
    try {
      var _ = served.chain().handle(request);
    } catch (RpcException e) {
      code = e.code();
      frame = frameOf(e);
    } catch (Throwable e) { // a filter's mistake must not cost the caller its answer
      code = ErrorCode.INTERNAL.name();
      frame = frameOf(ErrorMapping.internal(e, request, connection.incidents(), false));
    }
    outcome = told(code);
  }

  /** Hands the reply over without having run on a lane. */
  void post() {
    connection.post(this);
  }

  /** Refuses without having run. */
  void refuse(WireError error) {
    frame = call.failure(error);
  }

  /**
   * Encodes the reply; {@link #frame} holds it from then on.
   *
   * @throws RpcException TOO_LARGE if no frame may be as long as that
   */
  void reply(Response response) {
    Response.Value success =
        switch (response) {
          case Response.Value value -> value;
        };
    int length = success.value().length();
    int limit = connection.frameLimit();
    Bytes reply = length > limit ? null : call.success(success.value(), timed(success.meta()));
    if (length > limit || (reply != null && reply.length() > limit)) {
      throw ErrorMapping.framework(
          ErrorCode.TOO_LARGE,
          "result: " + length + " bytes (expected: a frame of at most " + limit + ")",
          Executed.YES,
          Map.of());
    }
    frame = reply;
  }

  /** The code and the verdict always arrive: a peer must not lose all its calls for one's words. */
  private @Nullable Bytes frameOf(RpcException e) {
    WireError error = ErrorMapping.toWire(e, request.dialect(), connection.incidents());
    byte[] details = error.details();
    int limit = connection.frameLimit();
    if (error.message().length() <= limit && (details == null || details.length <= limit)) {
      Bytes reply = call.failure(error, timed(ReplyMeta.NONE));
      if (reply == null || reply.length() <= limit) {
        return reply;
      }
    }
    String message = "the message and the details of this error are too large to be sent";
    return call.failure(
        new WireError(error.code(), error.number(), message, null, error.executed()),
        timed(ReplyMeta.NONE));
  }

  /** With the times that the caller has asked for, unless times are said already. */
  private ReplyMeta timed(ReplyMeta meta) {
    if (startedNanos == 0 || !isTimingAsked() || meta.handlerMicros() >= 0) {
      return meta;
    }
    return meta.withMicros(
        (startedNanos - call.receivedNanos()) / NANOS_PER_MICRO,
        (connection.timers().nanoTime() - startedNanos) / NANOS_PER_MICRO);
  }

  private boolean isTimingAsked() {
    return Boolean.TRUE.equals(call.request().meta().get(Meta.TIMING));
  }

  /**
   * Just before the user's code: the call runs from here on. Again if a filter calls twice.
   *
   * @throws RpcException if it has ended meanwhile; the reply has left already
   */
  void begin() {
    if (!call.start() && call.hasEnded()) { // else a filter has it run once more
      throw ENDED_IN_QUEUE;
    }
    if (isTimingAsked()) {
      startedNanos = connection.timers().nanoTime();
    }
    if (window != null) {
      window.enter();
      if (isCancelled()) { // who cancels looks into the window after that: one of the two sees it
        Thread.currentThread().interrupt();
      }
    }
  }

  /**
   * Just after the user's code: from here on nobody interrupts this thread, and what it was
   * interrupted for, also by the user's code itself, ends with it.
   */
  void end() {
    if (window != null) {
      window.leave();
    }
    Thread.interrupted();
  }

  /**
   * What the peer is told of a call whose handler and filters have come to this code: just this,
   * and nothing else from here on, unless it was told before that its time is over.
   */
  String told(String code) {
    if (call.answer()) {
      return code;
    }
    Reason reason = call.endedFor();
    return reason == null ? code : codeOf(reason).name();
  }

  /** The code that tells why nobody waits any more. */
  static ErrorCode codeOf(Reason reason) {
    return switch (reason) {
      case EXPIRED -> ErrorCode.TIMEOUT;
      case CANCELLED -> ErrorCode.CANCELLED;
      case DISCONNECTED -> ErrorCode.UNAVAILABLE;
    };
  }

  /**
   * What becomes of the call if it was abandoned and that is what made its code throw this: an
   * interrupt, or the end of a call that it had made itself. Else null.
   */
  @Nullable RpcException abandonedBy(Throwable thrown) {
    if (!Interruption.isCauseOf(thrown)) {
      return null;
    }
    Reason reason = abandonedFor;
    if (reason == null && connection.timers().nanoTime() - call.deadlineNanos() >= 0) {
      reason = Reason.EXPIRED; // the handler was faster than the timer
    }
    return switch (reason) {
      case null -> null;
      case EXPIRED -> EXPIRED_IN_HANDLER;
      case CANCELLED -> CANCELLED_IN_HANDLER;
      case DISCONNECTED -> DISCONNECTED_IN_HANDLER;
    };
  }

  /** Nobody waits any more. */
  void abandon(Reason reason) {
    abandonedFor = reason;
    cancel();
    if (window != null) {
      window.interrupt();
    }
  }

  @SuppressWarnings("StaticAssignmentOfThrowable") // nobody sees it, and a flood must stay cheap
  private static final RpcException ENDED_IN_QUEUE =
      CORE.preallocated(ErrorCode.CANCELLED, "the call ended before the handler", Map.of());

  @SuppressWarnings("StaticAssignmentOfThrowable") // it has no stack trace: a flood can ask for it
  private static final RpcException CANCELLED_IN_HANDLER =
      CORE.preallocated(ErrorCode.CANCELLED, "cancelled in the handler", Map.of());

  @SuppressWarnings("StaticAssignmentOfThrowable") // it has no stack trace: a flood can ask for it
  private static final RpcException EXPIRED_IN_HANDLER =
      CORE.preallocated(
          ErrorCode.TIMEOUT, "the deadline passed in the handler", Map.of("stage", "handler"));

  @SuppressWarnings("StaticAssignmentOfThrowable") // nobody sees it: the peer is gone
  private static final RpcException DISCONNECTED_IN_HANDLER =
      CORE.preallocated(ErrorCode.UNAVAILABLE, "the caller is gone", Map.of());
}
