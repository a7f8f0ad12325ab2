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
import dev.tern.protocol.Meta;

/**
 * What a call that is made while a call is served has from that one: it ends no later, with its
 * deadline and when nobody waits for it any more, and it belongs to the same trace. Nothing else of
 * it travels on.
 */
record NestedCallFilter(Timers timers) implements Filter {
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
    Request traced = traced(request, served.meta());
    CallContext context = CORE.contextOf(request);
    CancelToken own = request.cancelToken();
    if (!(served.cancelToken() instanceof CancelSource ending)) {
      return next.handle(CORE.with(traced, context, deadline, own));
    }
    CancelSource either = new CancelSource();
    Runnable cancel = either::cancel;
    if (own instanceof CancelSource source) {
      source.whenCancelled(cancel); // never removed: this token belongs to this one call
    }
    ending.whenCancelled(cancel);
    try {
      return next.handle(CORE.with(traced, context, deadline, either));
    } finally {
      ending.remove(cancel); // that token belongs to a handler, which may make many calls
    }
  }

  /** As W3C Trace Context wants it of one that takes no part in tracing: passed on unchanged. */
  private static Request traced(Request request, Meta served) {
    String parent = served.get(Meta.TRACEPARENT);
    if (parent == null || request.meta().get(Meta.TRACEPARENT) != null) {
      return request;
    }
    Meta meta = request.meta().with(Meta.TRACEPARENT, parent);
    String state = served.get(Meta.TRACESTATE);
    return request.withMeta(state == null ? meta : meta.with(Meta.TRACESTATE, state));
  }

  @Override
  public String toString() {
    return "nested";
  }
}
