package dev.tern.core;

import dev.tern.core.transport.Timers;
import dev.tern.protocol.ErrorCode;
import dev.tern.protocol.Executed;
import java.time.Duration;
import java.util.Map;

/**
 * Gives every call a deadline: its own, else the client's default; never later than that of the
 * call that the current thread serves.
 */
final class DeadlineFilter implements Filter {
  private final Timers timers;
  private final Duration byDefault;

  DeadlineFilter(Timers timers, Duration byDefault) {
    this.timers = timers;
    this.byDefault = byDefault;
  }

  @Override
  public Response filter(Request request, Handler next) {
    long now = timers.nanoTime();
    Request bounded = request.hasDeadline() ? request : request.withTimeout(byDefault);
    long deadline = bounded.deadlineNanos();
    Request served = Request.currentOrNull();
    Duration leftToServe = served == null ? null : served.remaining();
    if (leftToServe != null && leftToServe.toNanos() < deadline - now) {
      deadline = now + leftToServe.toNanos(); // what is left: the server's clock may be another
    }
    if (deadline - now <= 0) {
      throw RpcException.ofClient(
          ErrorCode.TIMEOUT,
          "the deadline had passed before the call",
          Executed.NO,
          Map.of("stage", "caller"),
          null);
    }
    return next.handle(request.withDeadlineNanos(deadline));
  }

  @Override
  public boolean mayBlock() {
    return false;
  }

  @Override
  public String toString() {
    return "deadline";
  }
}
