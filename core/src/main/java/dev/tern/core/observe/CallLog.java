package dev.tern.core.observe;

import dev.tern.core.Stats;
import dev.tern.core.log.LogLimit;
import dev.tern.core.log.LogQueue;
import dev.tern.core.runtime.IoThread;
import dev.tern.core.runtime.Timers;
import dev.tern.protocol.Id;
import dev.tern.protocol.Message;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * One structured line a call: at DEBUG each one, by default (WARN) only failures, as many as {@link
 * LogLimit} allows. Only what the envelope has checked is logged: an id and a method hold no
 * control characters. Thread-safe.
 */
public final class CallLog {
  private static final Logger LOG = LoggerFactory.getLogger("dev.tern.calls");
  private static final long NANOS_PER_MICRO = 1_000;

  private final Timers timers;
  private final Counters counters;
  private final LogLimit limit;

  public CallLog(Timers timers, Counters counters) {
    this.timers = timers;
    this.counters = counters;
    this.limit = new LogLimit(timers, count -> LOG.warn("failures_not_logged={}", count));
  }

  /** Whether every call is logged, and so has to be timed. */
  public boolean wantsAll() {
    return LOG.isDebugEnabled();
  }

  /** A call has ended, on the thread of its lane. */
  public void ended(Message.Request request, String code, long receivedNanos) {
    if (!isDue(code)) {
      return;
    }
    Runnable line = line(request, code, receivedNanos);
    if (IoThread.isCurrent()) {
      LogQueue.SHARED.add(line);
    } else {
      line.run();
    }
  }

  /** A call was refused before it began, in a serial context. */
  public void refused(Message.Request request, String code, long receivedNanos) {
    if (isDue(code)) {
      LogQueue.SHARED.add(line(request, code, receivedNanos));
    }
  }

  private boolean isDue(String code) {
    return LOG.isDebugEnabled() || (!code.equals(Stats.OK) && LOG.isWarnEnabled() && limit.admit());
  }

  /** The figures are of now, whenever the line is written. */
  private Runnable line(Message.Request request, String code, long receivedNanos) {
    long micros = (timers.nanoTime() - receivedNanos) / NANOS_PER_MICRO;
    long inFlight = counters.inFlight();
    Level level = code.equals(Stats.OK) ? Level.DEBUG : Level.WARN;
    Id id = request.id();
    String method = request.method(); // not the request: its params must not wait for a slow log
    String dialect = request.dialect().label();
    return () ->
        LOG.atLevel(level)
            .log(
                "id={} method={} dialect={} latency_us={} code={} in_flight={}",
                id,
                method,
                dialect,
                micros,
                code,
                inFlight);
  }
}
