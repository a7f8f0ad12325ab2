package dev.tern.core;

import dev.tern.core.transport.Timers;
import dev.tern.protocol.ErrorCode;
import dev.tern.protocol.Executed;
import java.util.Map;

/** A call that is made while a call is served ends no later than that one. */
final class DeadlineFilter implements Filter {
  private final Timers timers;

  DeadlineFilter(Timers timers) {
    this.timers = timers;
  }

  @Override
  public Response filter(Request request, Handler next) {
    Request served = Request.currentOrNull();
    if (served == null) {
      return next.handle(request);
    }
    // By what is left, not by the instant: the server's clock may be another.
    long deadline = timers.nanoTime() + served.remaining().toNanos();
    return next.handle(
        deadline - request.deadlineNanos() < 0 ? request.withDeadlineNanos(deadline) : request);
  }

  /** What to throw when the time is over before anything has left. */
  static RpcException passedBeforeSending() {
    return RpcException.ofClient(
        ErrorCode.TIMEOUT,
        "the deadline had passed before the call",
        Executed.NO,
        Map.of("stage", "caller"),
        null);
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
