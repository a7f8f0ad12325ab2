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
    long deadline = request.hasDeadline() ? request.deadlineNanos() : now + byDefault.toNanos();
    Request served = Request.currentOrNull();
    if (served != null && served.hasDeadline() && served.deadlineNanos() - deadline < 0) {
      deadline = served.deadlineNanos();
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
