package dev.tern.core;

import dev.tern.protocol.ErrorCode;

/** Counts calls, by code. */
final class CountingFilter implements Filter {
  private final Counters counters;

  CountingFilter(Counters counters) {
    this.counters = counters;
  }

  @Override
  public Response filter(Request request, Handler next) {
    if (request.task() == null) {
      counters.began(); // a server's gates have counted it
    }
    Response response;
    try {
      response = next.handle(request);
    } catch (RpcException e) {
      counters.ended(told(request, e.code()));
      throw e;
    } catch (Throwable e) {
      counters.ended(told(request, ErrorCode.INTERNAL.name()));
      throw e;
    }
    counters.ended(told(request, Stats.OK));
    return response;
  }

  /** A server counts what it tells the peer: a result after the deadline is a TIMEOUT. */
  private static String told(Request request, String code) {
    CallTask task = request.task();
    return task == null ? code : task.told(code);
  }

  @Override
  public boolean mayBlock() {
    return false;
  }

  @Override
  public String toString() {
    return "counting";
  }
}
