package dev.tern.core.server;

import dev.tern.core.Lane;
import dev.tern.core.observe.CallLog;
import dev.tern.core.observe.Counters;
import dev.tern.core.observe.Incidents;
import dev.tern.core.observe.RejectionLog;
import dev.tern.core.runtime.Timers;
import dev.tern.core.server.admission.ByteBudget;
import dev.tern.core.server.admission.Gates;
import dev.tern.protocol.ErrorCode;
import dev.tern.protocol.Limits;
import dev.tern.protocol.Limits.Bound;
import dev.tern.protocol.WireError;
import dev.tern.protocol.json.JsonNames;
import dev.tern.protocol.session.ServerCall;
import dev.tern.protocol.session.ServerEvent;
import dev.tern.protocol.session.ServerSession;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/** What all connections of a server share. Thread-safe. */
final class ServerCore {
  private static final WireError POOL_FULL =
      WireError.of(ErrorCode.SERVER_BUSY, "the method's pool of threads is full")
          .withDetails(Gates.RETRY_SOON);

  private final Limits limits;
  private final long unreadOutputBytes;
  private final Duration writeStall;
  private final Timers timers;
  private final Counters counters;
  private final CallLog log;
  private final RejectionLog rejections;
  private final Incidents incidents;
  private final ByteBudget bytes;
  private final Gates gates;
  private final Map<String, ServedMethod> methods;
  private final Map<String, Executor> pools;
  private final JsonNames names;
  private final byte[] helloResult;
  private final Runnable onClosed;
  private final Set<ServerConnection> connections = ConcurrentHashMap.newKeySet();
  private final AtomicInteger cutOff = new AtomicInteger();

  ServerCore(
      Limits limits,
      long unreadOutputBytes,
      Duration writeStall,
      Timers timers,
      Counters counters,
      CallLog log,
      Incidents incidents,
      ByteBudget bytes,
      Gates gates,
      Map<String, ServedMethod> methods,
      Map<String, Executor> pools,
      byte[] helloResult,
      Runnable onClosed) {
    this.limits = limits;
    this.unreadOutputBytes = unreadOutputBytes;
    this.writeStall = writeStall;
    this.timers = timers;
    this.counters = counters;
    this.log = log;
    this.rejections = new RejectionLog(timers);
    this.incidents = incidents;
    this.bytes = bytes;
    this.gates = gates;
    this.methods = methods;
    this.pools = pools;
    this.names = JsonNames.of(List.copyOf(methods.keySet()));
    this.helloResult = helloResult;
    this.onClosed = onClosed;
  }

  ServerSession newSession(IntPredicate room, long now) {
    return new ServerSession(limits, names, helloResult, room, now);
  }

  /** Starts a call on a thread of its lane's. */
  void start(CallTask task) {
    if (task.served().lane() instanceof Lane.Pool(String name)) {
      Executor pool = pools.get(name);
      try {
        if (pool != null) {
          pool.execute(task);
          return;
        }
      } catch (RejectedExecutionException e) {
        refused(task.serverCall(), POOL_FULL.code());
      }
      task.refuse(POOL_FULL);
      task.post();
    } else {
      Thread.startVirtualThread(task);
    }
  }

  /** Counts and logs a call that never began. */
  void refused(ServerCall call, String code) {
    counters.refused(code);
    log.refused(call.request(), code, call.receivedNanos());
  }

  /** The same for a call that the session refused. */
  void refused(ServerEvent.Refused refused) {
    counters.noted(refused.oddity());
    counters.refused(refused.code());
    log.refused(refused.request(), refused.code(), refused.receivedNanos());
  }

  /** Counts and logs what is no call at all. */
  void rejected(SocketAddress peer, ServerEvent.Rejected rejected) {
    counters.noted(rejected.oddity());
    rejections.rejected(peer, rejected);
  }

  @Nullable ServedMethod find(String method) {
    return methods.get(method);
  }

  Timers timers() {
    return timers;
  }

  Counters counters() {
    return counters;
  }

  Incidents incidents() {
    return incidents;
  }

  ByteBudget bytes() {
    return bytes;
  }

  Gates gates() {
    return gates;
  }

  int frameLimit() {
    return limits.get(Bound.FRAME_BYTES);
  }

  long unreadOutputBytes() {
    return unreadOutputBytes;
  }

  Duration writeStall() {
    return writeStall;
  }

  Set<ServerConnection> connections() {
    return connections;
  }

  void opened(ServerConnection connection) {
    connections.add(connection);
    counters.connected();
  }

  /** How many connections this server has cut off, of all that have closed. */
  int cutOff() {
    return cutOff.get();
  }

  /** It has closed. Once. */
  void closed(ServerConnection connection) {
    if (connection.wasCutOff()) {
      cutOff.incrementAndGet(); // first: whoever finds the set empty reads this
    }
    if (connections.remove(connection)) {
      counters.disconnected();
      onClosed.run();
    }
  }
}
