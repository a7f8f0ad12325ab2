package dev.tern.core;

import dev.tern.core.transport.Timers;

/** Logs each call when it has run, with the code that the peer was told. */
final class CallLogFilter implements Filter {
  private static final long NANOS_PER_MICRO = 1_000;

  private final Timers timers;
  private final CallLog log;

  CallLogFilter(Timers timers, CallLog log) {
    this.timers = timers;
    this.log = log;
  }

  @Override
  public Response filter(Request request, Handler next) {
    CallTask task = request.task();
    if (task == null) {
      return next.handle(request);
    }
    try {
      Response response = next.handle(request);
      if (log.wantsAll() || task.serverCall().hasEnded()) {
        ended(task, Stats.OK);
      }
      return response;
    } catch (RpcException e) {
      ended(task, e.code());
      throw e;
    }
  }

  private void ended(CallTask task, String code) {
    long nanos = timers.nanoTime() - task.serverCall().receivedNanos();
    log.ended(task.serverCall().request(), task.told(code), nanos / NANOS_PER_MICRO);
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
