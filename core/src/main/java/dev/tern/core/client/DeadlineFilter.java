package dev.tern.core.client;

import static dev.tern.core.access.Access.CORE;

import dev.tern.core.CancelToken;
import dev.tern.core.Filter;
import dev.tern.core.Handler;
import dev.tern.core.Request;
import dev.tern.core.Response;
import dev.tern.core.access.CallContext;
import dev.tern.core.link.CancelSource;
import dev.tern.core.runtime.Timers;

/**
 * A call that is made while a call is served ends no later than that one: with its deadline, and
 * when nobody waits for it any more.
 */
record DeadlineFilter(Timers timers) implements Filter {
  @Override
  public Response filter(Request request, Handler next) {
    Request served = Request.currentOrNull();
    if (served == null) {
      return next.handle(request);
    }
    // By what is left, not by the instant: the server's clock may be another.
    long deadline = timers.nanoTime() + served.remaining().toNanos();
    if (deadline - request.deadlineNanos() > 0) {
      deadline = request.deadlineNanos();
    }
    CallContext context = CORE.contextOf(request);
    CancelToken own = request.cancelToken();
    if (!(served.cancelToken() instanceof CancelSource ending)) {
      return next.handle(CORE.with(request, context, deadline, own));
    }
    CancelSource either = new CancelSource();
    Runnable cancel = either::cancel;
    if (own instanceof CancelSource source) {
      source.whenCancelled(cancel); // never removed: this token belongs to this one call
    }
    ending.whenCancelled(cancel);
    try {
      return next.handle(CORE.with(request, context, deadline, either));
    } finally {
      ending.remove(cancel); // that token belongs to a handler, which may make many calls
    }
  }

  @Override
  public String toString() {
    return "deadline";
  }
}
