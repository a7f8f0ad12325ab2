package dev.tern.core.server;

import dev.tern.core.Filter;
import dev.tern.core.Handler;
import dev.tern.core.Request;
import dev.tern.core.Response;
import dev.tern.core.RpcException;
import dev.tern.core.Stats;
import dev.tern.core.observe.CallLog;
import dev.tern.protocol.ErrorCode;
import dev.tern.protocol.session.ServerCall;

/** Logs each call when it has run, with the code that the peer was told. */
final class CallLogFilter implements Filter {
  private final CallLog log;

  CallLogFilter(CallLog log) {
    this.log = log;
  }

  @Override
  public Response filter(Request request, Handler next) {
    CallTask task = CallTask.of(request);
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
    } catch (Throwable e) {
      ended(task, ErrorCode.INTERNAL.name());
      throw e;
    }
  }

  private void ended(CallTask task, String code) {
    ServerCall call = task.serverCall();
    log.ended(call.request(), task.told(code), call.receivedNanos());
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
