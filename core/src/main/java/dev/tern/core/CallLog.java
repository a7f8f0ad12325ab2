package dev.tern.core;

import dev.tern.core.transport.IoThread;
import dev.tern.core.transport.Timers;
import dev.tern.protocol.Message;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * One structured line a call: at DEBUG each one, by default (WARN) only failures, and of those not
 * more than {@link #FAILURES_PER_SECOND}, so that a flood of errors is no flood of lines. Only what
 * the envelope has checked is logged: an id and a method hold no control characters. Thread-safe.
 */
final class CallLog {
  private static final Logger LOG = LoggerFactory.getLogger("dev.tern.calls");

  /** Enough to see what goes wrong; the counters tell how often. */
  private static final int FAILURES_PER_SECOND = 20;

  private static final long SECOND_NANOS = 1_000_000_000L;
  private static final long UNKNOWN = -1;

  private final Timers timers;
  private final Counters counters;
  private final AtomicLong windowEnd;
  private final AtomicLong inWindow = new AtomicLong();
  private final AtomicLong unlogged = new AtomicLong();

  CallLog(Timers timers, Counters counters) {
    this.timers = timers;
    this.counters = counters;
    this.windowEnd = new AtomicLong(timers.nanoTime());
  }

  /** Whether every call is logged, and so has to be timed. */
  boolean wantsAll() {
    return LOG.isDebugEnabled();
  }

  /** A call has ended. Any thread. */
  void ended(Message.Request request, String code, long micros) {
    if (!isDue(code)) {
      return;
    }
    if (IoThread.isCurrent()) { // a log may block, an I/O thread must not
      Thread.startVirtualThread(() -> print(request, code, micros));
    } else {
      print(request, code, micros);
    }
  }

  /** A call was refused before it began. Any thread. */
  void refused(Message.Request request, String code) {
    ended(request, code, UNKNOWN);
  }

  private boolean isDue(String code) {
    return LOG.isDebugEnabled() || (!code.equals(Stats.OK) && LOG.isWarnEnabled() && admit());
  }

  private void print(Message.Request request, String code, long micros) {
    long missed = unlogged.getAndSet(0);
    if (missed > 0) {
      LOG.warn("failures_not_logged={}", missed);
    }
    LOG.atLevel(code.equals(Stats.OK) ? Level.DEBUG : Level.WARN)
        .log("{}", line(request, code, micros));
  }

  private String line(Message.Request request, String code, long micros) {
    return "id="
        + request.id()
        + " method="
        + request.method()
        + " dialect="
        + request.dialect().label()
        + (micros == UNKNOWN ? "" : " latency_us=" + micros)
        + " code="
        + code
        + " in_flight="
        + counters.inFlight();
  }

  private boolean admit() {
    long now = timers.nanoTime();
    long end = windowEnd.get();
    if (now - end >= 0 && windowEnd.compareAndSet(end, now + SECOND_NANOS)) {
      unlogged.addAndGet(Math.max(0, inWindow.getAndSet(0) - FAILURES_PER_SECOND));
    }
    return inWindow.incrementAndGet() <= FAILURES_PER_SECOND;
  }
}
