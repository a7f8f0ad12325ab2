package dev.tern.core.server;

import dev.tern.core.Caller;
import dev.tern.core.Counter;
import dev.tern.core.Handler;
import dev.tern.core.Lane;
import dev.tern.core.RpcException;
import dev.tern.core.Stats;
import dev.tern.core.binding.JsonCodec;
import dev.tern.core.link.Lifetimes;
import dev.tern.core.observe.Bookkeeper;
import dev.tern.core.observe.Observer;
import dev.tern.core.observe.Tally;
import dev.tern.core.runtime.Environment;
import dev.tern.core.server.admission.ByteBudget;
import dev.tern.core.server.admission.Gates;
import dev.tern.core.server.admission.Places;
import dev.tern.core.server.admission.Refusal;
import dev.tern.core.server.auth.AuthFilter;
import dev.tern.core.server.auth.AuthResult;
import dev.tern.protocol.Bytes;
import dev.tern.protocol.ErrorCode;
import dev.tern.protocol.Executed;
import dev.tern.protocol.Limits;
import dev.tern.protocol.Limits.Bound;
import dev.tern.protocol.ReplyMeta;
import dev.tern.protocol.WireError;
import dev.tern.protocol.compress.Compressions;
import dev.tern.protocol.envelope.Message;
import dev.tern.protocol.envelope.RepeatedErrors;
import dev.tern.protocol.peer.Lifetime;
import dev.tern.protocol.session.ServerCall;
import dev.tern.protocol.session.ServerSession;
import dev.tern.protocol.value.Names;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What all connections of a server share. Thread-safe. */
final class ServerCore {
  static final String NO_THREAD = "the method's threads take no more calls";

  /** Nothing is known of how long a user's own executor will be busy. */
  private static final WireError BUSY =
      WireError.of(ErrorCode.SERVER_BUSY, NO_THREAD).withDetails(Gates.RETRY_SOON);

  static final Map<String, Integer> RETRY_SOON = Map.of("retry_after_ms", 100);

  final Limits limits;
  final int frameBytes;

  /** Writes the details of errors. */
  final JsonCodec codec;

  final long unreadOutputBytes;
  final Duration writeStall;
  final boolean exposeErrors;
  final Environment environment;
  final ByteBudget bytes;
  final Gates gates;

  /** Null where anybody may call. */
  final @Nullable AuthFilter auth;

  /** Null where nothing is compressed: what that costs a call is to look here. */
  final @Nullable Compressions compressions;

  final Stragglers stragglers = new Stragglers();

  final Set<ServerConnection> connections = ConcurrentHashMap.newKeySet();

  private final RepeatedErrors errors = new RepeatedErrors();
  private final Tally tally;
  private final ServerSettings settings;
  private final Bookkeeper observer;
  private final Map<String, ServedMethod> methods;

  /** Answers in place of methods that do not exist; null if that needs nobody to wait. */
  private final @Nullable ServedMethod unknown;

  private final Names names;
  private final Map<String, PoolThreads> pools = new HashMap<>();
  private final Runnable onClosed;
  private final AtomicInteger cutOff = new AtomicInteger();
  private final AtomicInteger notBegun = new AtomicInteger();
  private final AtomicInteger mayHaveRun = new AtomicInteger();

  /**
   * @param onClosed is told of each connection that has closed, when it is none of {@link
   *     #connections} any more
   */
  ServerCore(
      ServerSettings settings,
      Tally tally,
      Map<String, ServedMethod> methods,
      JsonCodec codec,
      Runnable onClosed) {
    this.settings = settings;
    this.limits = settings.limits;
    this.frameBytes = limits.get(Bound.FRAME_BYTES);
    this.codec = codec;
    this.unreadOutputBytes = settings.unreadOutputBytes;
    this.writeStall = settings.writeStall;
    this.exposeErrors = settings.exposeErrors;
    this.environment = settings.environment;
    this.bytes = new ByteBudget(settings.processBytes);
    this.gates = new Gates(settings.maxInFlight, bytes, tally);
    this.tally = tally;
    Set<Places> limits =
        methods.values().stream()
            .flatMap(method -> method.limits().stream())
            .collect(Collectors.toUnmodifiableSet());
    this.observer =
        new Bookkeeper(
            environment,
            tally,
            gates::inFlight,
            () -> limits.stream().mapToLong(Places::waiting).sum());
    this.methods = new HashMap<>(methods); // unlike Map.copyOf, it finds a name without dividing
    this.auth = settings.auth;
    this.compressions =
        settings.compressions.isEmpty() ? null : settings.compressions.forAnotherEnd();
    this.unknown = auth == null || !auth.mayBlock() ? null : standIn(Lane.VIRTUAL, auth.unknown());
    this.names = Names.of(List.copyOf(methods.keySet()));
    this.onClosed = onClosed;
    settings.pools.forEach(
        (name, size) -> pools.put(name, new PoolThreads(name, size, environment)));
  }

  ServerSession newSession(IntPredicate room, long now) {
    Lifetime lifetime =
        Lifetimes.beginning(
            now,
            settings.heartbeat,
            settings.idleNanos,
            settings.maxAgeNanos,
            environment.random());
    Compressions read = compressions == null ? Compressions.NONE : compressions;
    return new ServerSession(limits, settings.encodings, read, names, lifetime, room, now);
  }

  /** Starts a call on a thread of its lane's. */
  void start(CallTask task) {
    switch (task.lane()) {
      case Lane.Pool(String name) -> give(task, pool(name));
      // From a thread that may wait: who knows what the user's executor does before it returns.
      case Lane.Threads(Executor users) -> environment.startVirtual(() -> give(task, users));
      case Lane.Virtual _, Lane.Inline _ -> environment.startVirtual(task); // one that has waited
    }
  }

  /**
   * Runs a part of a call on a thread of a lane that has its own.
   *
   * @throws RpcException SERVER_BUSY, "no", if it takes no more
   */
  void runOn(Lane lane, Runnable part) {
    try {
      switch (lane) {
        case Lane.Pool(String name) -> Handover.give(part, pool(name));
        case Lane.Threads(Executor users) -> Handover.give(part, users);
        case Lane.Virtual _, Lane.Inline _ -> part.run();
      }
    } catch (RuntimeException e) { // the executor is full, or closed, or broken
      tally.count(Counter.REFUSED_LANE);
      throw Refusal.thrown(lane instanceof Lane.Pool(String name) ? pool(name).busy() : BUSY);
    }
  }

  private PoolThreads pool(String name) {
    PoolThreads pool = pools.get(name);
    if (pool == null) {
      throw new AssertionError(
          "pool " + name + " (expected: one that was looked for at the start)");
    }
    return pool;
  }

  private void give(CallTask task, Executor threads) {
    try {
      Handover.give(task, threads);
    } catch (RuntimeException | Error e) { // the executor is full, or closed, or broken
      tally.count(Counter.REFUSED_LANE);
      refused(task.call, task.caller(), BUSY.code());
      task.refuse(threads instanceof PoolThreads pool ? pool.busy() : BUSY);
    }
  }

  /**
   * Its connections have closed. The pools' threads end when the calls that they have taken have.
   */
  void stopped() {
    pools.values().forEach(PoolThreads::shutdown);
    observer.stopped();
    if (compressions != null) {
      compressions.close();
    }
  }

  /** Counts and logs a call that never began. */
  void refused(ServerCall call, Caller caller, String code) {
    observer.ended(call.request(), caller, code, call.receivedNanos());
  }

  /** The payload of a failed reply; null for a notification. */
  @Nullable Bytes failure(ServerCall call, WireError error, ReplyMeta meta) {
    Message.Request request = call.request();
    return request.isNotification()
        ? null
        : errors.error(request.format(), request.id(), error, meta);
  }

  @Nullable ServedMethod find(String method) {
    return methods.get(method);
  }

  /**
   * What answers a call.
   *
   * @param found null if there is no such method
   * @return null if nothing does
   */
  @Nullable ServedMethod answering(@Nullable ServedMethod found, AuthResult who) {
    Handler failure = who.failure();
    if (failure != null) {
      return standIn(Lane.INLINE, failure);
    }
    return found == null ? unknown : found;
  }

  private static ServedMethod standIn(Lane lane, Handler handler) {
    return new ServedMethod(AuthFilter.UNKNOWN, lane, handler, List.of(), null, false);
  }

  Observer observer() {
    return observer;
  }

  /** It has happened once. */
  void count(Counter what) {
    tally.count(what);
  }

  Stats stats() {
    return observer.snapshot();
  }

  void opened(ServerConnection connection) {
    connections.add(connection);
    observer.opened(connection.remoteAddress(), connection.traffic(), connection.isOverTls());
  }

  /** A call was answered because the grace was over. */
  void cutOff(ServerCall call) {
    boolean hasBegun = call.verdict(Executed.MAYBE) != Executed.NO;
    (hasBegun ? mayHaveRun : notBegun).incrementAndGet();
  }

  /**
   * What this server has cut off.
   *
   * @param others connections that are being cut off and have not closed
   * @param operations operations whose runs were cancelled
   * @param abandoned methods that run on for nobody
   */
  DrainReport cutOff(int others, int operations, int abandoned) {
    return new DrainReport(
        cutOff.get() + others, notBegun.get(), mayHaveRun.get(), operations, abandoned);
  }

  /** It has closed. Once. */
  void closed(ServerConnection connection, Counter how) {
    if (connection.wasCutOff()) {
      cutOff.incrementAndGet(); // first: whoever finds the set empty reads this
    }
    if (connections.remove(connection)) {
      observer.closed(connection.remoteAddress(), connection.traffic(), how);
      onClosed.run();
    }
  }
}
