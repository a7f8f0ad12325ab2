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
final class CountingFilter implements Filter {
  private final Counters counters;

  CountingFilter(Counters counters) {
    this.counters = counters;
  }

  @Override
  public Response filter(Request request, Handler next) {
    counters.began();
    Response response;
    try {
      response = next.handle(request);
    } catch (RpcException e) {
      counters.ended(e.code());
      throw e;
    } catch (Throwable e) {
      counters.ended(ErrorCode.INTERNAL.name());
      throw e;
    }
    counters.ended(Stats.OK);
    return response;
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
