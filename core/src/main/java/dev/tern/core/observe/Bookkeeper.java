package dev.tern.core.observe;

import dev.tern.core.Caller;
import dev.tern.core.Counter;
import dev.tern.core.Request;
import dev.tern.core.Stats;
import dev.tern.core.binding.error.EncodingException;
import dev.tern.core.log.LogQueue;
import dev.tern.core.log.LogText;
import dev.tern.core.runtime.Environment;
import dev.tern.core.runtime.Timers;
import dev.tern.protocol.Dialect;
import dev.tern.protocol.ErrorCode;
import dev.tern.protocol.Id;
import dev.tern.protocol.envelope.Message;
import dev.tern.protocol.session.ServerEvent;
import java.net.SocketAddress;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Counts and logs what a server does. Thread-safe.
 *
 * <p>A call is one structured line: at DEBUG each one, by default (WARN) only failures. What came
 * and was no call is a line at WARN, which shows how long it was and how it began, in hex: never a
 * peer's text as it came. What a peer has chosen, such as an id, stands in a line so that it can be
 * told from the rest ({@link LogText}). {@link LogLimit} bounds the lines of each kind.
 */
public final class Bookkeeper extends Counters implements Observer {
  private static final Logger CALLS = LoggerFactory.getLogger("dev.tern.calls");
  private static final Logger REJECTED = LoggerFactory.getLogger("dev.tern.rejected");
  private static final Logger INCIDENTS = LoggerFactory.getLogger("dev.tern.incidents");
  private static final long NANOS_PER_MICRO = 1_000;

  /** Kinds of incidents come from code, not from peers; no server has so many. */
  private static final int MAX_KINDS = 256;

  private record Kind(String method, Class<?> thrown) {}

  private final Timers timers;
  private final RandomGenerator random;
  private final LogLimit failures;
  private final LogLimit rejections;
  private final LogLimit incidents;

  /** The last incident of each kind that was logged. */
  private final Map<Kind, String> logged = new ConcurrentHashMap<>();

  /**
   * @param tally what else this server counts
   * @param inFlight knows how many calls were let in whose handlers have not returned
   * @param queued knows how many calls wait at a limit
   */
  public Bookkeeper(
      Environment environment, Tally tally, LongSupplier inFlight, LongSupplier queued) {
    super(environment.timers(), tally, inFlight, queued);
    this.timers = environment.timers();
    this.random = environment.random();
    this.failures = new LogLimit(timers, n -> CALLS.warn("failures_not_logged={}", n));
    this.rejections = new LogLimit(timers, n -> REJECTED.warn("rejections_not_logged={}", n));
    this.incidents = new LogLimit(timers, n -> INCIDENTS.error("incidents_not_logged={}", n));
  }

  @Override
  public void opened(SocketAddress peer, Traffic traffic, boolean overTls) {
    connected(traffic, overTls);
  }

  @Override
  public void closed(SocketAddress peer, Traffic traffic, Counter how) {
    disconnected(traffic, how);
  }

  @Override
  public boolean wantsSuccesses() {
    return CALLS.isDebugEnabled();
  }

  @Override
  public void ended(Message.Request request, Caller caller, String code, long receivedNanos) {
    if (!code.equals(Stats.OK)) {
      ended(code);
    }
    if (isDue(request.method(), code)) {
      LogQueue.SHARED.add(line(request, caller.name(), code, receivedNanos));
    }
  }

  /**
   * A handler that always fails must not fill the disk with stack traces: past the limit, a failure
   * has the id of the last one that was logged of its method and class. The first of its kind is
   * always logged.
   */
  @Override
  public String incident(Throwable thrown, Request request) {
    String method = request.method();
    Kind kind = new Kind(method, thrown.getClass());
    String earlier = logged.get(kind);
    if (earlier != null && !incidents.admit()) {
      return earlier;
    }
    String incident = Long.toHexString(random.nextLong() | Long.MIN_VALUE);
    if (logged.size() >= MAX_KINDS) {
      logged.clear();
    }
    logged.put(kind, incident);
    Id id = request.id();
    LogQueue.SHARED.add(
        thrown,
        why ->
            INCIDENTS.error(
                "incident={} method={} id={}", incident, LogText.of(method), text(id), why));
    return incident;
  }

  @Override
  public void detailsLost(String method, String code, Throwable why) {
    if (!incidents.admit()) {
      return;
    }
    String line = "method={} code={} details_left_out={}";
    String reason = LogText.quoted(String.valueOf(why.getMessage()));
    boolean saysWhere = why instanceof EncodingException && why.getCause() == null;
    if (saysWhere) { // and a stack trace would say no more
      LogQueue.SHARED.add(
          reason.length(),
          () -> INCIDENTS.warn(line, LogText.of(method), LogText.of(code), reason));
    } else {
      LogQueue.SHARED.add(
          why, said -> INCIDENTS.warn(line, LogText.of(method), LogText.of(code), reason, said));
    }
  }

  @Override
  public void rejected(SocketAddress peer, ServerEvent.Rejected what) {
    noted(what.oddity());
    if (!REJECTED.isWarnEnabled() || !rejections.admit()) {
      return;
    }
    Dialect dialect = what.dialect();
    LogQueue.SHARED.add(
        () ->
            REJECTED.warn(
                "peer={} rejected={} code={} dialect={} bytes={} begins={}",
                peer,
                what.oddity(),
                what.code() == null ? "-" : what.code(),
                dialect == null ? "-" : dialect.label(),
                what.length(),
                HexFormat.of().formatHex(what.beginning())));
  }

  /** The server has stopped: what was not logged is told at once. */
  public void stopped() {
    failures.tellNow();
    rejections.tellNow();
    incidents.tellNow();
  }

  private boolean isDue(String method, String code) {
    return CALLS.isDebugEnabled()
        || (!code.equals(Stats.OK)
            && CALLS.isWarnEnabled()
            && !isUnwanted(method, code)
            && failures.admit());
  }

  /** Who asks by himself what there is, and goes before he is told, has not failed in anything. */
  private static boolean isUnwanted(String method, String code) {
    return method.startsWith("rpc.")
        && (code.equals(ErrorCode.UNAVAILABLE.name()) || code.equals(ErrorCode.CANCELLED.name()));
  }

  /** The figures are of now, whenever the line is written. */
  private Runnable line(Message.Request request, String caller, String code, long receivedNanos) {
    long micros = (timers.nanoTime() - receivedNanos) / NANOS_PER_MICRO;
    long running = inFlight();
    Level level = code.equals(Stats.OK) ? Level.DEBUG : Level.WARN;
    Id id = request.id();
    String method = request.method(); // not the request: its params must not wait for a slow log
    String dialect = request.dialect().label();
    return () ->
        CALLS
            .atLevel(level)
            .log(
                "id={} method={} dialect={} latency_us={} code={} in_flight={} caller={}",
                text(id),
                LogText.of(method),
                dialect,
                micros,
                LogText.of(code),
                running,
                caller.isEmpty() ? "-" : LogText.of(caller));
  }

  /** A string in quotes, so that "5" is told from 5. */
  private static String text(@Nullable Id id) {
    return switch (id) {
      case Id.Text said -> LogText.quoted(said.value());
      case null -> "-";
      case Id.Number number -> number.toString();
      case Id.Null none -> "null";
    };
  }
}
