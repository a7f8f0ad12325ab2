package dev.tern.core.client;

import static dev.tern.core.access.Access.CORE;

import dev.tern.core.Counter;
import dev.tern.core.Effect;
import dev.tern.core.Handler;
import dev.tern.core.OperationToken;
import dev.tern.core.Request;
import dev.tern.core.Response;
import dev.tern.core.RpcException;
import dev.tern.core.binding.FoundEncodings;
import dev.tern.core.client.ClientErrors.Sent;
import dev.tern.core.client.Greeting.Hello;
import dev.tern.core.client.batch.Batches;
import dev.tern.core.client.batch.Countdown;
import dev.tern.core.client.batch.FirstAttempt;
import dev.tern.core.client.batch.Gathering;
import dev.tern.core.client.retry.OperationState;
import dev.tern.core.client.retry.OtherEncoding;
import dev.tern.core.client.retry.OutgoingContext;
import dev.tern.core.link.Alarm;
import dev.tern.core.link.CancelSource;
import dev.tern.core.link.Lifetimes;
import dev.tern.core.link.Mailbox;
import dev.tern.core.link.Progress;
import dev.tern.core.link.StallWatch;
import dev.tern.core.observe.Counters;
import dev.tern.core.observe.Traffic;
import dev.tern.core.runtime.Timers;
import dev.tern.core.transport.Connection;
import dev.tern.core.transport.ConnectionHandler;
import dev.tern.core.transport.HostPort;
import dev.tern.protocol.Bytes;
import dev.tern.protocol.Dialect;
import dev.tern.protocol.ErrorCode;
import dev.tern.protocol.Executed;
import dev.tern.protocol.Id;
import dev.tern.protocol.Limits;
import dev.tern.protocol.Limits.Bound;
import dev.tern.protocol.Meta;
import dev.tern.protocol.WireError;
import dev.tern.protocol.compress.Compressions;
import dev.tern.protocol.envelope.Message;
import dev.tern.protocol.envelope.Messages;
import dev.tern.protocol.envelope.WireFormat;
import dev.tern.protocol.frame.FrameEncoder;
import dev.tern.protocol.json.JsonEncoding;
import dev.tern.protocol.peer.Lifetime;
import dev.tern.protocol.peer.Peer;
import dev.tern.protocol.session.ClientBatch;
import dev.tern.protocol.session.ClientCall;
import dev.tern.protocol.session.ClientEvent;
import dev.tern.protocol.session.ClientSession;
import dev.tern.protocol.session.ClientSession.State;
import dev.tern.protocol.session.Ping;
import dev.tern.protocol.value.Encoding;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One connection of a client's. It encodes a request on its caller's thread, hands it to the
 * connection's serial context and parks until the session says that the call has ended: by its
 * reply, its deadline, a cancel or the connection's end.
 *
 * <p>How far the connection has come is the session's {@link ClientSession.State}.
 */
final class ClientConnection implements Handler, ConnectionHandler, Gathering.Carrier {
  private static final long NANOS_PER_MILLI = 1_000_000;

  /** Of the deadline, the share at most that is kept back for the server's answer to travel. */
  private static final int MARGIN_SHARE = 10;

  /**
   * What the first call is thought to need besides the way: both ends load and compile code for it.
   * A call with a short deadline gives no more than its tenth.
   */
  private static final long FIRST_CALL_NANOS = 100 * NANOS_PER_MILLI;

  private final Connection connection;
  private final Consumer<byte[]> writer;
  private final Traffic traffic = new Traffic();
  private final InetSocketAddress address;
  private final ClientSettings settings;
  private final Timers timers;
  private final Owner owner;
  private final AtomicLong lastId = new AtomicLong();
  private final Mailbox<PendingCall> outgoing;
  private final Consumer<PendingCall> giveUp = this::giveUp;

  private final Greeting greeting;

  /** When the server was heard last. Written in the context; a caller reads what was before it. */
  private long heardNanos;

  /** How many messages may be in a batch, as far as is known. */
  private volatile int batchItems;

  /** The last one; a guess before the first. */
  private volatile long roundTripNanos;

  /** In the serial context only, but for its state. */
  private final ClientSession session;

  // Only in the serial context.
  private final Alarm alarm;
  private final StallWatch stall;
  private final Progress progress;
  private final long openedNanos;
  private final List<PendingCall> ended = new ArrayList<>(0);

  /** Who has ended it, if all its calls had ended before. */
  private Counter end = Counter.CLOSED_HERE;

  private final CallerWaker callers;

  /** Who keeps connections. All but {@link #isClosed} is called in the serial context. */
  interface Owner {
    /** The server's first message has come. Once at most. */
    void heard();

    /** The server, or the way to it, has ended it before a message came. Once at most. */
    void endedUnheard(long openedNanos);

    /** It has ended. Once, and the last. */
    void ended(ClientConnection connection);

    /** Whether the client is closed. Any thread. */
    boolean isClosed();
  }

  /**
   * @param address where it leads to, as the user has said it
   * @param connectNanos how long connecting took, which is a round trip at least
   */
  ClientConnection(
      Connection connection,
      InetSocketAddress address,
      ClientSettings settings,
      long connectNanos,
      Owner owner) {
    this.connection = connection;
    this.writer = connection::write;
    this.address = address;
    this.settings = settings;
    this.timers = settings.timers();
    this.roundTripNanos = connectNanos + FIRST_CALL_NANOS;
    this.owner = owner;
    this.openedNanos = timers.nanoTime();
    this.heardNanos = openedNanos;
    Compressions read =
        settings.compressions() == null ? Compressions.NONE : settings.compressions();
    Peer plain =
        new Peer(true, true, settings.heartbeat().intervalNanos()).withCompressions(read.labels());
    int longest = settings.limits().get(Bound.FRAME_BYTES);
    boolean isUsual = longest >= Limits.DEFAULT.get(Bound.FRAME_BYTES);
    Peer self = isUsual ? plain : plain.withFrameBytes(longest); // so that batches of replies fit
    Lifetime lifetime =
        Lifetimes.beginning(
            openedNanos,
            settings.heartbeat(),
            settings.idleNanos(),
            settings.maxAgeNanos(),
            settings.environment().random());
    this.session =
        new ClientSession(
            settings.dialect(),
            settings.limits(),
            FoundEncodings.ALL,
            read,
            self,
            lifetime,
            openedNanos);
    this.outgoing = new Mailbox<>(connection, this::drainOutgoing);
    this.callers =
        new CallerWaker(outgoing, settings.environment(), connection, this::drainOutgoing);
    this.alarm = new Alarm(timers, connection, this::onAlarm);
    this.progress = new Progress(connection);
    this.stall = new StallWatch(connection, StallWatch.DEFAULT_LIMIT);
    this.greeting =
        new Greeting(
            self,
            this,
            address,
            settings.environment(),
            new OutgoingContext(settings.dialect(), timers, false),
            () -> connection.execute(connection::abort));
    settings.counters().connected(traffic, connection.tls() != null);
    alarm.setFor(session.wakeAt(), openedNanos);
  }

  /** A notification returns a null once its frame was given to the transport. */
  @Override
  public Response handle(Request asked) {
    Request spoken = spoken(asked);
    Request request = limited(spoken.effect() == Effect.ONCE ? named(spoken) : spoken);
    PendingCall call = post(request);
    if (request.cancelToken() instanceof CancelSource token) {
      await(call, token);
    } else {
      call.await(giveUp);
    }
    return outcome(request, call);
  }

  /** What an attempt that has ended has come to. */
  private Response outcome(Request request, PendingCall call) {
    Message.Response reply = call.response();
    if (reply == null) {
      WireError failure = Objects.requireNonNull(call.failure());
      throw ClientErrors.local(failure, request, sent(call), address, owner.isClosed());
    }
    WireError error = reply.error();
    if (error != null) {
      boolean isReplayed = reply.meta().replayed();
      throw ClientErrors.fromWire(error, isReplayed, request, sent(call), address);
    }
    Bytes result = reply.result();
    return result == null
        ? new Response.Value(Messages.NULL, reply.meta())
        : new Response.Value(result, reply.meta(), reply.encoding());
  }

  /** From here on it is the session's: it leaves alone, or with the others of its batch. */
  private PendingCall post(Request request) {
    FirstAttempt first =
        CORE.contextOf(request) instanceof OutgoingContext context ? context.first() : null;
    FirstAttempt free = first != null && first.isFree() && takesBatches(request) ? first : null;
    PendingCall call = encode(request, free != null, null);
    Gathering others = free == null ? null : free.take();
    if (others != null) {
      call.hold();
    }
    outgoing.post(call);
    if (others != null) {
      others.arrived(this, arrival(request, call));
    }
    return call;
  }

  private Gathering.Arrival arrival(Request request, PendingCall call) {
    return new Gathering.Arrival(
        call,
        CORE.contextOf(request).encoding(),
        call.payload(),
        settings.compressions() != null && !isBarred(request));
  }

  /**
   * Makes the first attempts at calls in as few frames as may be, and waits until each has ended.
   *
   * @return one for each; null if it must be asked first what the server reads and remembers
   */
  @Nullable List<FirstAttempt> makeFirst(List<Request> requests) {
    for (Request request : requests) {
      boolean isUnknown = settings.dialect() == Dialect.V1 && greeting.known(request) == null;
      if (isUnknown || !takesBatches(request)) {
        return null;
      }
    }
    long began = timers.nanoTime();
    Countdown countdown = new Countdown(requests.size());
    List<Ahead> ahead = new ArrayList<>(requests.size());
    for (Request asked : requests) {
      ahead.add(ahead(asked, countdown));
    }
    List<PendingCall> calls = new ArrayList<>(requests.size());
    List<Gathering.Arrival> leaving = new ArrayList<>(requests.size());
    for (Ahead each : ahead) {
      if (each instanceof Ahead.Leaving(Request request, PendingCall call)) {
        calls.add(call);
        leaving.add(arrival(request, call));
      }
    }
    List<ClientBatch> batches = leaving.isEmpty() ? List.of() : batchesOf(leaving);
    connection.execute(
        () -> {
          for (int i = calls.size(); i < ahead.size(); i++) {
            countdown.ended();
          }
          batches.forEach(session::sendAll);
          pump();
        });
    countdown.await(_ -> calls.forEach(giveUp));
    return ahead.stream().map(each -> made(each, began)).toList();
  }

  /** A first attempt that is made before its call. */
  private sealed interface Ahead {
    record Leaving(Request request, PendingCall call) implements Ahead {}

    /** It does not leave; the others do. */
    record Failed(RpcException failure) implements Ahead {}
  }

  private Ahead ahead(Request asked, Countdown countdown) {
    try {
      Request spoken = spoken(asked);
      Request request = spoken.effect() == Effect.ONCE ? named(spoken) : spoken;
      return new Ahead.Leaving(request, encode(request, true, countdown));
    } catch (RpcException e) {
      return new Ahead.Failed(e);
    }
  }

  private FirstAttempt made(Ahead each, long began) {
    return switch (each) {
      case Ahead.Leaving(Request request, PendingCall call) -> {
        Message.Response reply = call.response();
        boolean hasSucceeded = reply != null && reply.error() == null;
        yield FirstAttempt.made(() -> outcome(request, call), hasSucceeded, began);
      }
      case Ahead.Failed(RpcException failure) ->
          FirstAttempt.made(
              () -> {
                throw failure;
              },
              false,
              began);
    };
  }

  private boolean takesBatches(Request request) {
    int most = settings.limits().get(Bound.BATCH_ITEMS);
    if (settings.dialect() == Dialect.V1) { // JSON-RPC has no word for it
      most = Math.min(most, greeting.of(request, false).batchItems());
    }
    batchItems = most;
    return most > 1;
  }

  @Override
  public void carry(List<Gathering.Arrival> arrivals) {
    List<ClientBatch> batches = batchesOf(arrivals);
    connection.execute(
        () -> {
          takeOutgoing(); // among them those that are held: a mailbox that waits for more is not
          batches.forEach(session::send);
          pump();
        });
  }

  private List<ClientBatch> batchesOf(List<Gathering.Arrival> arrivals) {
    int longest = Math.min(settings.limits().get(Bound.FRAME_BYTES), session.serverFrameBytes());
    return Batches.of(arrivals, batchItems, longest, settings.compressions(), session);
  }

  /** The request in an encoding that this server speaks. */
  private Request spoken(Request request) {
    if (!(CORE.contextOf(request) instanceof OutgoingContext context)) {
      return request;
    }
    OtherEncoding other = context.other();
    if (other == null || greeting.of(request, false).speaks(other.encoding())) {
      return request;
    }
    OperationState operation = context.operation();
    if (operation != null && !operation.isFree()) { // its token names the encoding
      throw ClientErrors.encodingMissing(other.encoding().label());
    }
    Supplier<@Nullable Bytes> json = other.json();
    if (json == null) {
      throw ClientErrors.noPlaceForMessages(HostPort.of(address), other.encoding().label());
    }
    settings.notice().give(HostPort.of(address).toString(), other.encoding().label());
    return CORE.request(
        context.withEncoding(null),
        request.method(),
        json.get(),
        request.meta(),
        request.effect(),
        request.deadlineNanos(),
        request.cancelToken(),
        request.caller());
  }

  private Sent sent(PendingCall call) {
    long now = timers.nanoTime();
    return new Sent(call.queuedNanos(now), call.sentNanos(), heardNanos, now);
  }

  /** Asks what the server remembers, for an operation that is to be prepared. */
  void greet(Request request) {
    named(spoken(request));
  }

  /** A request that says which operation it is, if this server remembers operations. */
  private Request named(Request request) {
    OperationState operation =
        CORE.contextOf(request) instanceof OutgoingContext context ? context.operation() : null;
    if (operation == null) {
      return request;
    }
    Hello hello = greeting.of(request, operation.takesNewGreeting());
    String dedup = hello.dedup();
    Meta meta = request.meta();
    if (dedup == null) {
      operation.forgotten();
      if (operation.mayHaveRun()) {
        throw ClientErrors.forgetful();
      }
      return request;
    }
    OperationToken token =
        operation.next(
            dedup,
            hello.storeMillis(timers.nanoTime()),
            hello.caller(),
            CORE.contextOf(request).encoding().label());
    if (token == null) {
      throw ClientErrors.otherCaller(hello.caller());
    }
    return request.withMeta(
        meta.with(Meta.DEDUP, token.dedup()).with(Meta.FIRST_MILLIS, token.firstMillis()));
  }

  /** The time of an attempt begins here: it has a connection, and knows what to say. */
  private Request limited(Request request) {
    long nanos =
        CORE.contextOf(request) instanceof OutgoingContext known ? known.attemptNanos() : 0;
    if (nanos == 0) {
      return request;
    }
    long deadline = timers.nanoTime() + nanos;
    return deadline - request.deadlineNanos() >= 0
        ? request
        : CORE.with(request, CORE.contextOf(request), deadline, request.cancelToken());
  }

  private void await(PendingCall call, CancelSource token) {
    Runnable cancel = () -> giveUp(call);
    token.whenCancelled(cancel);
    try {
      call.await(giveUp);
    } finally {
      token.remove(cancel); // a filter may make any number of calls with one token
    }
  }

  /** Whether new calls are welcome. Any thread. */
  boolean takesCalls() {
    return session.state().takesCalls();
  }

  /** Ends the calls that still wait; closes after what was accepted has left. Any thread. */
  void close() {
    connection.execute(
        () -> {
          session.close("the client was closed");
          pump();
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
    settings.counters().seen(now);
    traffic.read(length);
    heardNanos = now;
    session.heard(now);
    boolean hadUnderstood = session.hasUnderstood();
    boolean tookCalls = takesCalls();
    session.receive(buffer, offset, length);
    if (!hadUnderstood && session.hasUnderstood()) {
      owner.heard();
    } else if (!session.hasUnderstood() && tookCalls && !takesCalls()) {
      // Whatever it speaks is not this protocol, or it goes away before it has answered anything.
      owner.endedUnheard(openedNanos);
    }
    pump(now);
  }

  @Override
  public void onReadComplete() {}

  @Override
  public void onEndOfInput() {
    end = session.state().isOver() ? end : Counter.CLOSED_BY_PEER;
    tellIfUnheard();
    session.endOfInput();
    pump();
  }

  @Override
  public void onSendProgress() {
    pump();
  }

  @Override
  public void onClosed(@Nullable Throwable cause) {
    Counter how =
        switch (session.state()) {
          case SILENT, HEARD, GOING_AWAY -> Counter.CLOSED_BROKEN;
          case CLOSING, ENDED -> end;
          case BROKEN -> Counter.CLOSED_FOR_CAUSE;
        };
    tellIfUnheard();
    session.disconnected(
        cause == null
            ? "the connection was closed"
            : "the connection broke: " + cause.getMessage());
    pump();
    alarm.cancel();
    settings.counters().disconnected(traffic, how);
    owner.ended(this);
  }

  /** Says so if the server ends it without a message, and nothing has ended it before. */
  private void tellIfUnheard() {
    if (!session.hasUnderstood() && takesCalls()) {
      owner.endedUnheard(openedNanos);
    }
  }

  private void drainOutgoing() {
    takeOutgoing();
    pump();
  }

  private void takeOutgoing() {
    for (var letter = outgoing.takeAll(); letter != null; letter = letter.next) {
      PendingCall call = letter.item;
      if (!call.isWanted()) {
        session.cancel(call);
      } else if (call.isHeld()) {
        session.hold(call);
      } else {
        session.send(call);
      }
    }
  }

  private void onAlarm() {
    long now = timers.nanoTime();
    if (progress.hasMoved()) {
      session.heard(now);
    }
    pump(now);
  }

  private void pump() {
    pump(timers.nanoTime());
  }

  /** Does what the session wants: ends calls in time, sends, wakes callers, closes. */
  private void pump(long now) {
    session.onTime(now);
    send(now);
    for (ClientEvent event; (event = session.nextEvent()) != null; ) {
      switch (event) {
        case ClientCall call -> ended.add((PendingCall) call);
        case ClientEvent.Noted noted -> settings.counters().noted(noted.oddity());
        case Ping ping -> settings.counters().count(Counters.of(ping));
      }
    }
    alarm.setFor(session.wakeAt(), now); // before callers go on, who may move a manual clock
    if (!ended.isEmpty()) {
      PendingCall last = ended.getLast();
      if (last.response() != null && last.id() != null) {
        roundTripNanos = now - last.sentNanos();
      }
      callers.wake(ended);
      ended.clear();
    }
    State state = session.state();
    if (state == State.CLOSING || state == State.BROKEN) {
      leave(state, now);
    }
  }

  /** Closes, after what is queued at the transport has left, and looks whether it does leave. */
  private void leave(State state, long now) {
    boolean isBareCancel = state == State.BROKEN && settings.dialect() == Dialect.BARE;
    if (isBareCancel || session.isServerGone()) {
      connection.abort(); // an end of input alone would leave the bare call's handler running
      return;
    }
    connection.close();
    alarm.setFor(stall.look(now), now);
    if (stall.isStalled()) {
      connection.abort(); // the server takes nothing; nobody waits for it any more
    }
  }

  /**
   * Takes frames only as long as the transport sends them: what it has not got did not run. The
   * last ones, which tell of cancels, all go.
   */
  private void send(long now) {
    long bytes = 0;
    while (connection.unsentBytes() < Connection.SEND_PROGRESS_BYTES || session.state().isOver()) {
      Bytes payload = session.nextFrame(now);
      if (payload == null) {
        break;
      }
      bytes += FrameEncoder.encode(payload, writer);
    }
    if (bytes > 0) {
      traffic.written(bytes);
      connection.flush();
    }
  }

  private void giveUp(PendingCall call) {
    if (call.giveUp()) {
      outgoing.post(call);
    }
  }

  /**
   * The call with its frame.
   *
   * @param isBatched whether it leaves with others, which are compressed together
   * @param together who waits for it and others; null for its caller
   * @throws RpcException if the deadline has passed, no server takes the method's name, or the
   *     frame or its meta would be over the limit, also over what this server has said
   */
  private PendingCall encode(Request request, boolean isBatched, @Nullable Countdown together) {
    Dialect dialect = settings.dialect();
    Id id = request.isNotification() ? null : newId(request);
    long now = timers.nanoTime();
    long timeoutMillis = timeoutMillis(request, now);
    settings.tokens().check(request.meta(), connection);
    Meta meta =
        dialect == Dialect.V1
            ? accepting(request.meta()).withTimeoutMillis(timeoutMillis)
            : Meta.NONE; // the peer knows nothing but requests
    Encoding encoding = CORE.contextOf(request).encoding();
    byte[] method = settings.names().encoded(request.method(), encoding);
    WireFormat format =
        encoding == JsonEncoding.JSON
            ? WireFormat.json(dialect)
            : new WireFormat(dialect, encoding);
    Bytes payload = Messages.request(format, id, method, CORE.paramsOf(request), meta);
    int length = payload.length();
    checkLength(ErrorCode.TOO_LARGE, "request", length, settings.limits().get(Bound.FRAME_BYTES));
    int metaBytes = settings.limits().get(Bound.META_BYTES);
    if (length > metaBytes) { // else meta is no longer, and no server takes so little
      checkLength(ErrorCode.BAD_REQUEST, "meta", Messages.lengthOf(meta), metaBytes);
      checkLength(ErrorCode.TOO_LARGE, "request", length, session.serverFrameBytes());
    }
    Compressions with = settings.compressions();
    Bytes sent = with == null || isBatched ? payload : compressed(request, payload, with);
    return new PendingCall(id, sent, request.deadlineNanos(), now, together);
  }

  /** Until the server has read what this side reads, each request says so. */
  private Meta accepting(Meta meta) {
    Compressions with = settings.compressions();
    return with == null || session.isGreeted() ? meta : meta.with(Meta.ACCEPT, with.labels());
  }

  /**
   * The payload, compressed if the server reads that and it pays. One with a token is not: who may
   * choose a part of it would learn from its length what the token is like.
   */
  private Bytes compressed(Request request, Bytes payload, Compressions with) {
    String label = session.requestCompression();
    return label == null || isBarred(request) ? payload : with.compress(label, payload);
  }

  private static boolean isBarred(Request request) {
    return request.meta().get(Meta.AUTH) != null
        || (CORE.contextOf(request) instanceof OutgoingContext context && context.isUncompressed());
  }

  private static void checkLength(ErrorCode code, String what, int length, int limit) {
    if (length > limit) {
      String message = what + ": " + length + " bytes (expected: at most " + limit + ")";
      throw ClientErrors.ofClient(code, message, Executed.NO, null);
    }
  }

  /** A bare server knows an operation by its id: the key is the same one for each attempt. */
  private Id newId(Request request) {
    if (settings.dialect() != Dialect.BARE) {
      return new Id.Number(lastId.incrementAndGet());
    }
    String key = request.meta().get(Meta.KEY);
    return new Id.Text(key == null ? RandomKeys.next() : key);
  }

  /**
   * What is left, less a margin in which the server's exact answer can still arrive.
   *
   * @throws RpcException if nothing is
   */
  private long timeoutMillis(Request request, long now) {
    long left = request.deadlineNanos() - now;
    if (left <= 0) {
      throw ClientErrors.passedBeforeSending(request, address);
    }
    long margin = Math.min(Math.max(NANOS_PER_MILLI, roundTripNanos), left / MARGIN_SHARE);
    return Math.max(1, (left - margin) / NANOS_PER_MILLI);
  }
}
