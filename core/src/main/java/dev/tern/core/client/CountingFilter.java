package dev.tern.core.client;

import dev.tern.core.Filter;
import dev.tern.core.Handler;
import dev.tern.core.Request;
import dev.tern.core.Response;
import dev.tern.core.RpcException;
import dev.tern.core.Stats;
import dev.tern.core.observe.Counters;
import dev.tern.protocol.ErrorCode;

/** Counts a client's calls, by code. A server counts where its calls end: in the connection. */
record CountingFilter(Counters counters) implements Filter {
  @Override
  public Response filter(Request request, Handler next) {
    String code = ErrorCode.INTERNAL.name();
    counters.began();
    try {
      Response response = next.handle(request);
      code = Stats.OK;
      return response;
    } catch (RpcException e) {
      code = e.code();
      throw e;
    } finally {
      counters.ended(code);
    }
  }

  @Override
  public String toString() {
    return "counting";
  }
}
