package dev.tern.core.server;

import static dev.tern.core.access.Access.CORE;

import dev.tern.core.Caller;
import dev.tern.core.Effect;
import dev.tern.core.Filter;
import dev.tern.core.Handler;
import dev.tern.core.Lane;
import dev.tern.core.Procedure;
import dev.tern.core.Request;
import dev.tern.core.Response;
import dev.tern.core.RpcException;
import dev.tern.core.Stats;
import dev.tern.core.access.LostCall;
import dev.tern.core.access.Onion;
import dev.tern.core.access.Origin;
import dev.tern.core.access.ReadyError;
import dev.tern.core.access.ServedCall;
import dev.tern.core.binding.error.BindingException;
import dev.tern.core.link.CancelSource;
import dev.tern.core.observe.Observer;
import dev.tern.core.runtime.Timers;
import dev.tern.core.server.admission.Admission;
import dev.tern.core.server.admission.Ticket;
import dev.tern.core.server.once.Duplicates;
import dev.tern.protocol.Bytes;
import dev.tern.protocol.Dialect;
import dev.tern.protocol.ErrorCode;
import dev.tern.protocol.Executed;
import dev.tern.protocol.Id;
import dev.tern.protocol.Limits;
import dev.tern.protocol.Meta;
import dev.tern.protocol.Metadata;
import dev.tern.protocol.ReplyMeta;
import dev.tern.protocol.WireError;
import dev.tern.protocol.compress.Compressions;
import dev.tern.protocol.envelope.Message;
import dev.tern.protocol.session.ServerCall;
import dev.tern.protocol.session.ServerEvent.Reason;
import dev.tern.protocol.value.Encoding;
import dev.tern.protocol.value.MalformedException;
import dev.tern.protocol.value.NoRoomException;
import dev.tern.protocol.value.OverLimit;
import dev.tern.protocol.value.Transcode;
import java.net.SocketAddress;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One call on its lane: runs the chain, makes the reply's frame of what comes of it, tells the
 * observer, and hands the frame to the connection. It is also the call's cancel token.
 *
 * <p>{@link #enter} to {@link #concluded} are for the innermost handler of the chain, which may run
 * more than once, or on a thread of a filter's own.
 */
class CallTask extends CancelSource implements ServedCall, ServerCall.Runner, Runnable {
  private static final long NANOS_PER_MICRO = 1_000;
  private static final long NANOS_PER_MILLI = 1_000_000;

  /** Stands for a {@link ReadyError}, which is the {@link #conclusion}. */
  private static final Response REFUSED = new Response.Value(new byte[0]);

  /** Of its deadline, the share at most that a client keeps back. */
  private static final int NESTED_MARGIN_SHARE = 10;

  final ServerCall call;
  final ServedMethod served;
  final ServerConnection connection;

  /**
   * Null where nobody may interrupt the user's code: the method forbids it, it runs on the thread
   * that reads, or it is an operation that outlives its call.
   */
  private @Nullable InterruptWindow window;

  /** Where {@link Request#current} is bound to {@link #current}; null until it runs. */
  private @Nullable Thread thread;

  /** What code on that thread sees as the request that it serves: in filters, as it came. */
  private Request current;

  /** What few calls have: null for the others, which pay nothing for it. */
  private @Nullable Extras extras;

  /**
   * The error, or the encoded result, that the user's code has come to in its last run; null for
   * none. A thread that sees an old value makes of it no verdict of "no": the state of the call is
   * looked at, too.
   */
  private @Nullable Object conclusion;

  private @Nullable Bytes frame;

  /** Whether it has come to run what is remembered, or to wait for that. */
  private volatile boolean isRemembered;

  private static final class Extras {
    /** When the user's code began, if the caller has asked where the time goes. */
    private @Nullable Long startedNanos;

    /** What the user's code says beside the result. */
    private Metadata said = Metadata.NONE;

    /** Whether the answer is a remembered one. */
    private boolean replayed;

    /** Who calls, if a filter has found that out. */
    private @Nullable Caller caller;

    /** What the budget has been told of what its params are made of. */
    private long paramsBytes;
  }

  private Extras extras() {
    extras = Objects.requireNonNullElseGet(extras, Extras::new);
    return extras;
  }

  /**
   * The task of a call that has been let in.
   *
   * @param known who calls, as far as that is known before it begins
   */
  static CallTask accepted(
      ServerConnection connection,
      ServerCall call,
      ServedMethod served,
      Caller known,
      Admission admission) {
    Duplicates duplicates = served.duplicates();
    Duplicates.Place place = duplicates == null ? null : duplicates.enter(call.request(), known);
    return place == null && served.limits().isEmpty()
        ? new CallTask(connection, call, served, known, served.lane())
        : new GatedTask(connection, call, served, known, place, admission);
  }

  /**
   * @param lane where it begins
   */
  CallTask(
      ServerConnection connection, ServerCall call, ServedMethod served, Caller known, Lane lane) {
    this.connection = connection;
    this.call = call;
    this.served = served;
    boolean isInterruptible = served.method().isInterruptible() && !(lane instanceof Lane.Inline);
    this.window = isInterruptible ? new InterruptWindow() : null;
    Message.Request message = call.request();
    this.current =
        CORE.request(
            this,
            message.method(),
            message.params(),
            message.meta(),
            served.method().effect(),
            call.deadlineNanos(),
            this,
            known);
  }

  /**
   * The task that runs a request.
   *
   * @throws IllegalStateException if it is none of a server's
   */
  static CallTask of(Request request) {
    if (CORE.contextOf(request) instanceof CallTask task) {
      return task;
    }
    throw new IllegalStateException(request + " (expected: one that a server has received)");
  }

  /** Where it runs. */
  Lane lane() {
    return served.lane();
  }

  /** Whether it runs on the thread that read it. */
  final boolean isInline() {
    return lane() instanceof Lane.Inline;
  }

  /** Whether it runs on a virtual thread of its own. */
  final boolean isVirtual() {
    return lane() instanceof Lane.Virtual;
  }

  /**
   * Whether it has to wait until another attempt at its operation runs, or is gone; it is started
   * then. In the serial context.
   */
  boolean parks() {
    return false;
  }

  /** Asks for the places of the limits that it is under. */
  Ticket.Answer enterLimits(long now) {
    return Ticket.Answer.ADMITTED;
  }

  /**
   * What the peer is told if the limits refuse it.
   *
   * @throws IllegalStateException if they have not
   */
  WireError refusal() {
    throw new IllegalStateException("a call without limits (expected: one that they refuse)");
  }

  @Override
  public boolean runsOperation() {
    isRemembered = true;
    return true;
  }

  @Override
  public @Nullable Response onLane(Supplier<? extends @Nullable Response> code) {
    CompletableFuture<@Nullable Response> done = new CompletableFuture<>();
    connection
        .server()
        .runOn(
            served.lane(),
            () -> {
              try {
                done.complete(code.get());
              } catch (Throwable thrown) { // whoever waits must not hang
                done.completeExceptionally(thrown);
              }
            });
    try {
      return done.join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof RuntimeException thrown ? thrown : e;
    }
  }

  @Override
  public Response refuse(ReadyError error) {
    boolean isSeenByOthers =
        !(served.chain() instanceof Onion(Filter _, Handler next)) || next instanceof Onion;
    if (isSeenByOthers) {
      throw error.thrown();
    }
    conclusion = error;
    return REFUSED;
  }

  /** Makes the reply's frame of a refusal, most of which is ready; returns the code. */
  private String refused() {
    ReadyError error = (ReadyError) Objects.requireNonNull(conclusion);
    WireError wire = error.wire();
    if (call.answer()) { // first, as in fail
      Executed verdict = call.verdict(Executed.MAYBE);
      Bytes reply =
          verdict == wire.executed()
              ? connection.server().failure(call, wire, timed(ReplyMeta.NONE))
              : null;
      boolean isWhole = reply != null && fits(reply, connection.server().frameBytes);
      frame = isWhole ? reply : failureFrame(error.thrown(), verdict);
    }
    return wire.code();
  }

  /** About what an element of a list takes, or an entry of a map, however short its text is. */
  private static final long VALUE_BYTES = 64;

  @Override
  public boolean take(int values) {
    long bytes = values * VALUE_BYTES;
    extras().paramsBytes += bytes;
    boolean taken = connection.server().bytes.tryTake(bytes);
    if (!taken) {
      extras().paramsBytes -= bytes;
    }
    return taken;
  }

  @Override
  public RpcException unbound(Throwable thrown, Request request) {
    return switch (thrown) {
      case BindingException e -> ErrorMapping.invalidParams(e);
      case NoRoomException _ -> noRoom();
      default -> errorOf(thrown, request); // by a constructor
    };
  }

  /** The error of params that more would be made of than there is room for. */
  private RpcException noRoom() {
    Bytes params = call.request().params();
    long bytes = extras().paramsBytes + STEP * VALUE_BYTES + (params == null ? 0 : params.length());
    boolean isForEver = !connection.server().bytes.canEverTake(bytes);
    return isForEver
        ? ErrorMapping.framework(
            ErrorCode.TOO_LARGE,
            "params: more elements and entries than this server has room for",
            Executed.NO,
            Map.of())
        : ErrorMapping.framework(
            ErrorCode.SERVER_BUSY,
            "no room for what the params are made of",
            Executed.NO,
            ServerCore.RETRY_SOON);
  }

  /** It has come to its end on its lane, and nothing of it is left there. */
  void left(long now) {
    if (extras != null && extras.paramsBytes > 0) {
      connection.server().bytes.add(-extras.paramsBytes);
    }
  }

  @Override
  public Dialect dialect() {
    return call.request().dialect();
  }

  @Override
  public Encoding encoding() {
    return call.request().encoding();
  }

  @Override
  public @Nullable Id id() {
    return call.request().id();
  }

  @Override
  public boolean isNotification() {
    return call.request().isNotification();
  }

  @Override
  public SocketAddress peer() {
    return connection.remoteAddress();
  }

  @Override
  public Timers timers() {
    return connection.server().environment.timers();
  }

  /**
   * The reply's frame, once it has run; null for a notification, if it is lost, and if nobody
   * waits.
   */
  @Nullable Bytes frame() {
    return frame;
  }

  /** Runs on a thread of the lane's and hands the reply over; later, if that has no room now. */
  @Override
  public void run() {
    if (!connection.backpressure().mayBegin()) {
      connection.backpressure().defer(this);
      return;
    }
    CORE.serving(this::current).run(this::serveAlone);
    connection.post(this);
  }

  private void serveAlone() {
    if (serve()) {
      connection.server().observer().succeeded(1);
    }
  }

  /** Hands an error over without having run. */
  void refuse(WireError error) {
    frame = call.failure(error);
    connection.post(this);
  }

  /** Nobody waits any more. */
  @Override
  public void abandon(Reason reason) {
    boolean isCounted = isRemembered && served.method().effect() == Effect.ONCE; // among the runs
    if (reason != Reason.SHUT_DOWN && !isCounted) {
      connection.server().stragglers.add(call);
    }
    cancel();
    InterruptWindow open = window;
    if (open != null) {
      open.interrupt();
    }
  }

  /**
   * Runs the chain on this thread, on which this request is current; {@link #frame} holds the
   * reply.
   *
   * @return whether it counts as a success: the peer is told its result, and it was a user's call
   */
  @SuppressWarnings("ReferenceEquality") // REFUSED is a mark
  boolean serve() {
    thread = Thread.currentThread();
    String code = Stats.OK;
    try {
      Response response = served.chain().handle(current);
      if (response == REFUSED) {
        code = refused();
      } else {
        frame =
            switch (response) {
              case Response.Value answer ->
                  successFrame(answer.value(), answer.meta(), answer.encoding());
            };
      }
    } catch (LostCall lost) { // no frame leaves
      code = LostCall.CODE;
    } catch (
        Throwable thrown) { // the lane, and the caller's answer, survive whatever a filter does
      code = failWhateverHappens(thrown);
    }
    if (!call.answer()) {
      Reason reason = call.endedFor();
      code = reason == null ? code : reason.code().name(); // what the peer was told
    }
    boolean succeeded = code.equals(Stats.OK);
    boolean counts = succeeded && !served.isHousekeeping();
    Observer observer = connection.server().observer();
    if (!succeeded || (counts && observer.wantsSuccesses())) {
      observer.ended(call.request(), caller(), code, call.receivedNanos());
    }
    return counts;
  }

  /** An exception may not even say what it is; its call ends all the same. */
  private String failWhateverHappens(Throwable thrown) {
    try {
      return fail(thrown);
    } catch (Throwable again) {
      if (call.answer()) {
        Executed verdict = call.verdict(Executed.MAYBE);
        frame = call.failure(WireError.of(ErrorCode.INTERNAL, "internal error", verdict));
      }
      return ErrorCode.INTERNAL.name();
    }
  }

  /** Makes the reply's frame of what came out of the chain; returns the code. */
  private String fail(Throwable thrown) {
    RpcException error =
        thrown instanceof RpcException e && CORE.originOf(e) == Origin.FRAMEWORK
            ? e
            : errorOf(thrown, current);
    // First: from here on no handler starts, also on another thread, and the verdict is final.
    if (call.answer()) {
      frame = failureFrame(withTimes(error), verdictOf(error));
    }
    return error.code();
  }

  /** A TIMEOUT says where its time went here, of what was measured. */
  private RpcException withTimes(RpcException error) {
    boolean isOver =
        error.code().equals(ErrorCode.TIMEOUT.name()) && !error.details().containsKey("server_ms");
    if (!isOver) {
      return error;
    }
    long millis = (timers().nanoTime() - call.receivedNanos()) / NANOS_PER_MILLI;
    boolean begun = call.verdict(Executed.MAYBE) != Executed.NO;
    long waited = begun ? call.waitedMillis() : millis;
    Map<String, @Nullable Object> details = new LinkedHashMap<>(error.details());
    details.put("server_ms", millis);
    if (waited >= 0) {
      details.put("server_queue_ms", waited);
      details.put("handler_ms", millis - waited);
    }
    return CORE.error(Origin.FRAMEWORK, CORE.wireOf(error), details, null);
  }

  /**
   * The frame of a result.
   *
   * @throws RpcException TOO_LARGE if no frame may be as long as that
   * @throws MalformedException if a filter has answered with what no peer would read
   */
  @SuppressWarnings("ReferenceEquality") // equal bytes of a filter's own may be changed later
  private @Nullable Bytes successFrame(Bytes value, ReplyMeta said, Encoding encoding) {
    Bytes result = value == conclusion ? value : encodedByFilter(value, encoding);
    int length = result.length();
    int limit = connection.server().frameBytes;
    Extras known = extras;
    ReplyMeta meta = known == null || known.said.isEmpty() ? said : said.withMetadata(known.said);
    Bytes reply = length > limit ? null : call.success(result, timed(meta));
    if (length <= limit && fits(reply, limit)) {
      return compressed(reply);
    }
    String message = "result: " + length + " bytes (expected: a frame of at most " + limit + ")";
    throw concluded(ErrorMapping.framework(ErrorCode.TOO_LARGE, message, Executed.YES, Map.of()));
  }

  /**
   * A result that a filter has answered with, in the encoding of the call.
   *
   * @throws MalformedException if no peer would read it
   */
  private Bytes encodedByFilter(Bytes value, Encoding from) {
    Limits limits = connection.server().limits;
    Bytes joined = value.joined();
    OverLimit over = from.validator(limits).checkValue(joined, 1);
    if (over != null) {
      throw new IllegalArgumentException("result: " + over.message(limits));
    }
    return Transcode.convert(joined, from, encoding(), 1);
  }

  /** The code and the verdict always arrive: a peer must not lose all its calls for one's words. */
  private @Nullable Bytes failureFrame(RpcException e, Executed executed) {
    ServerCore server = connection.server();
    WireError error =
        ErrorMapping.toWire(e, executed, call.request(), server.codec, server.observer());
    byte[] details = error.details();
    int limit = connection.server().frameBytes;
    boolean isSmall =
        error.message().length() <= limit && (details == null || details.length <= limit);
    ReplyMeta meta = timed(ReplyMeta.NONE.withReplayed(extras != null && extras.replayed));
    Bytes reply = isSmall ? connection.server().failure(call, error, meta) : null;
    if (isSmall && fits(reply, limit)) {
      return compressed(reply);
    }
    String message = "the message and the details of this error are too large to be sent";
    return call.failure(new WireError(error.code(), error.number(), message, null, executed), meta);
  }

  /** With the times that the caller has asked for, unless times are said already. */
  private ReplyMeta timed(ReplyMeta meta) {
    Extras known = extras;
    Long started = known == null ? null : known.startedNanos;
    return started == null || meta.handlerMicros() >= 0
        ? meta
        : meta.withMicros(
            (started - call.receivedNanos()) / NANOS_PER_MICRO,
            (timers().nanoTime() - started) / NANOS_PER_MICRO);
  }

  /** On the thread that has made it: nobody else shall wait for that. */
  private @Nullable Bytes compressed(@Nullable Bytes reply) {
    Compressions with = connection.server().compressions;
    if (with == null || reply == null) {
      return reply;
    }
    if (served.method().isUncompressed()) {
      call.neverCompress();
      return reply;
    }
    return call.isInBatch() ? reply : connection.compressed(call.request(), reply, with);
  }

  private static boolean fits(@Nullable Bytes reply, int limit) {
    return reply == null || reply.length() <= limit;
  }

  /** What {@link Request#current} is on the thread where this runs. */
  Request current() {
    return current;
  }

  /** Runs the user's code, which sees the request that the filters have passed on. */
  @SuppressWarnings("ReferenceEquality") // a thread is the one, or it is not
  <P extends @Nullable Object, R extends @Nullable Object> R run(
      Procedure<P, R> code, P params, Request passed) throws Exception {
    if (Thread.currentThread() != thread) { // one of a filter's own
      return CORE.serving(() -> passed).call(() -> code.call(params));
    }
    Request outer = current;
    current = passed;
    try {
      return code.call(params);
    } finally {
      current = outer;
    }
  }

  /** Who calls, as far as anybody has found out. */
  Caller caller() {
    Extras known = extras;
    return known == null || known.caller == null ? current.caller() : known.caller;
  }

  @Override
  public void calledBy(Caller found) {
    extras().caller = found;
  }

  @Override
  public void replyWith(Metadata metadata) {
    extras().said = Objects.requireNonNull(metadata, "metadata (expected: Metadata.NONE for none)");
  }

  @Override
  public void mayHaveRun() {
    if (!call.mayHaveRun()) {
      throw ended(ErrorCode.CANCELLED, "the call has ended");
    }
  }

  /**
   * Just before the user's code: the call runs from here on.
   *
   * @throws RpcException if it has ended meanwhile: the reply has left already; or SERVER_BUSY,
   *     "no", if it came to wait for another attempt, has to run after all, and finds no place
   */
  void enter() {
    // An inline call begins when it is read: to read the clock again would cost every call. One
    // that has waited for another attempt does not.
    boolean isInline = isInline();
    long now = isInline ? 0 : timers().nanoTime();
    if (!isInline && now - call.deadlineNanos() >= 0) {
      throw expired(false);
    }
    takePlaces();
    boolean started =
        isInline ? call.start() : call.start((now - call.receivedNanos()) / NANOS_PER_MILLI);
    if (!started) {
      throw ended(ErrorCode.CANCELLED, "the call has ended");
    }
    conclusion = null;
    if (Boolean.TRUE.equals(call.request().meta().get(Meta.TIMING))) {
      extras().startedNanos = timers().nanoTime();
    }
    if (window != null) {
      window.enter();
      if (isCancelled()) { // a cancel that comes later finds this thread in the window
        Thread.currentThread().interrupt();
      }
    }
  }

  /**
   * Takes the places that it does not hold yet of the limits that it is under.
   *
   * @throws RpcException SERVER_BUSY, "no", if there is none
   */
  void takePlaces() {}

  /**
   * Just after the user's code: from here on nobody interrupts this thread, and what it was
   * interrupted for, also by the user's code itself, ends with it.
   */
  void leave() {
    if (window != null) {
      window.leave();
    }
    Thread.interrupted();
  }

  @Override
  public Executed verdictOf(RpcException error) {
    return call.verdict(error == conclusion ? error.executed() : Executed.MAYBE);
  }

  @Override
  public boolean hasEnded() {
    return call.endedFor() != null || isPastDeadline();
  }

  /** The timer, which ends the call, may be late; an inline call begins when it is read. */
  private boolean isPastDeadline() {
    return timers().nanoTime() - call.deadlineNanos() >= 0;
  }

  @Override
  public void detach() {
    window = null;
  }

  @Override
  public boolean join() {
    boolean wasSure = call.join();
    if (!wasSure) {
      mayHaveRun(); // throws if it has ended
    }
    return wasSure;
  }

  @Override
  public void joined() {
    call.joined();
  }

  @Override
  public void unjoin() {
    call.unjoin();
  }

  @Override
  public void replayed() {
    extras().replayed = true;
  }

  @Override
  public byte[] detailsOf(RpcException error) {
    return connection.server().codec.encodeDetails(error.details()).toByteArray();
  }

  /** Notes the result that the user's code has come to: it is known to be sound. */
  @Override
  public Bytes concluded(Bytes result) {
    conclusion = result;
    return result;
  }

  /** Notes the error that the user's code has come to: of it alone the verdict stands. */
  @Override
  public RpcException concluded(RpcException error) {
    conclusion = error;
    return error;
  }

  /**
   * The error that code around or in a handler has come to. An application's own passes, and so
   * does a refusal. Anything else, an error of a nested call included, says nothing about this
   * operation and becomes INTERNAL. Code that gave up because nobody waits for its call any more
   * did what it should, and is no incident.
   */
  RpcException errorOf(Throwable thrown, Request passed) {
    if (thrown instanceof RpcException e && CORE.originOf(e) == Origin.APPLICATION) {
      return e;
    }
    RpcException abandoned = Interruption.isCauseOf(thrown) ? abandonment(passed) : null;
    return abandoned == null ? internal(thrown, passed, Executed.MAYBE) : abandoned;
  }

  /** Anything unexpected: the log gets all, the peer an incident id, and the message if it may. */
  RpcException internal(Throwable thrown, Request passed, Executed executed) {
    String incident = connection.server().observer().incident(thrown, passed);
    String message =
        connection.server().exposeErrors && thrown.getMessage() != null
            ? thrown.getMessage()
            : "internal error, incident " + incident;
    return ErrorMapping.framework(
        ErrorCode.INTERNAL, message, executed, Map.of("incident", incident));
  }

  /** The error of a call that nobody waits for any more; null if somebody does. */
  private @Nullable RpcException abandonment(Request passed) {
    Reason reason = call.endedFor();
    if (reason == null && isCancelled()) {
      reason = Reason.CANCELLED; // the handler ran already, and is told to end
    }
    if (reason == null && isAsGoodAsOver(passed)) {
      reason = Reason.EXPIRED; // the handler was faster than the timer
    }
    boolean begun = call.verdict(Executed.MAYBE) != Executed.NO;
    String where = begun ? "in the handler" : "before the handler";
    return switch (reason) {
      case null -> null;
      case EXPIRED -> expired(begun);
      case CANCELLED -> ended(ErrorCode.CANCELLED, "cancelled " + where);
      case DISCONNECTED -> ended(ErrorCode.UNAVAILABLE, "the caller is gone");
      case SHUT_DOWN -> ended(ErrorCode.UNAVAILABLE, "the server shut down " + where);
    };
  }

  /** The verdict follows from the state of the call. */
  private static RpcException expired(boolean begun) {
    return ErrorMapping.framework(
        ErrorCode.TIMEOUT,
        "the deadline passed " + (begun ? "in" : "before") + " the handler",
        Executed.MAYBE,
        Map.of("stage", begun ? "handler" : "server_queue"));
  }

  /**
   * Whether so little time is left that a nested call, which has kept back a margin for its
   * server's answer to travel, has run out of it.
   */
  private boolean isAsGoodAsOver(Request passed) {
    long whole = passed.deadlineNanos() - call.receivedNanos();
    long left = passed.deadlineNanos() - timers().nanoTime();
    return left <= Math.max(NANOS_PER_MILLI, whole / NESTED_MARGIN_SHARE);
  }

  private static RpcException ended(ErrorCode code, String message) {
    return ErrorMapping.framework(code, message, Executed.MAYBE, Map.of());
  }
}
