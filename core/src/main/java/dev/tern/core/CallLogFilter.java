package dev.tern.core;

import dev.tern.core.transport.Timers;
import dev.tern.protocol.ErrorCode;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One structured line a call: at DEBUG each one, by default (WARN) only failures, and of those not
 * more than {@link #FAILURES_PER_SECOND}, so that a flood of errors is no flood of lines. Only what
 * the envelope has checked is logged: an id and a method hold no control characters.
 */
final class CallLogFilter implements Filter {
  private static final Logger LOG = LoggerFactory.getLogger("dev.tern.calls");

  /** Enough to see what goes wrong; the counters tell how often. */
  private static final int FAILURES_PER_SECOND = 20;

  private static final long SECOND_NANOS = 1_000_000_000L;

  private final Timers timers;
  private final Counters counters;
  private final AtomicLong windowEnd = new AtomicLong();
  private final AtomicLong inWindow = new AtomicLong();

  CallLogFilter(Timers timers, Counters counters) {
    this.timers = timers;
    this.counters = counters;
    this.windowEnd.set(timers.nanoTime());
  }

  @Override
  public Response filter(Request request, Handler next) {
    if (!LOG.isDebugEnabled() && !LOG.isWarnEnabled()) {
      return next.handle(request);
    }
    boolean debug = LOG.isDebugEnabled();
    long began = debug ? timers.nanoTime() : 0;
    try {
      Response response = next.handle(request);
      if (debug) {
        LOG.debug("{}", line(request, "OK", began));
      }
      return response;
    } catch (RpcException e) {
      if (debug) {
        LOG.debug("{}", line(request, e.code(), began));
      } else if (isOfInterest(e) && admit()) {
        LOG.warn("{}", line(request, e.code(), began));
      }
      throw e;
    }
  }

  /** Someone who has gone is no failure of ours. */
  private static boolean isOfInterest(RpcException e) {
    return !e.code().equals(ErrorCode.CANCELLED.name());
  }

  private String line(Request request, String code, long began) {
    String latency = began == 0 ? "" : " latency_us=" + (timers.nanoTime() - began) / 1_000;
    return "id="
        + request.id()
        + " method="
        + request.method()
        + " dialect="
        + request.dialect().label()
        + latency
        + " code="
        + code
        + " in_flight="
        + counters.inFlight();
  }

  private boolean admit() {
    long now = timers.nanoTime();
    long end = windowEnd.get();
    if (now - end >= 0 && windowEnd.compareAndSet(end, now + SECOND_NANOS)) {
      long all = inWindow.getAndSet(0);
      if (all > FAILURES_PER_SECOND) {
        LOG.warn("failures_not_logged={}", all - FAILURES_PER_SECOND);
      }
    }
    return inWindow.incrementAndGet() <= FAILURES_PER_SECOND;
  }

  @Override
  public boolean mayBlock() {
    return false;
  }

  @Override
  public String toString() {
    return "call log";
  }
}
