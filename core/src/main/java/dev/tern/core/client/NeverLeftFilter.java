package dev.tern.core.client;

import dev.tern.core.Counter;
import dev.tern.core.Filter;
import dev.tern.core.Handler;
import dev.tern.core.Request;
import dev.tern.core.Response;
import dev.tern.core.RpcException;
import dev.tern.core.observe.Counters;

/** Makes a call again that never left, as {@link NeverLeftPolicy} says, and counts that. */
record NeverLeftFilter(Counters counters) implements Filter {
  @Override
  public Response filter(Request request, Handler next) {
    for (int tries = 1; ; tries++) {
      try {
        return next.handle(request);
      } catch (RpcException e) {
        if (!NeverLeftPolicy.triesAgain(e, tries)) {
          throw e;
        }
        counters.count(Counter.NEVER_LEFT);
      }
    }
  }

  @Override
  public String toString() {
    return "again if never left, " + NeverLeftPolicy.MAX_TRIES + " tries";
  }
}
