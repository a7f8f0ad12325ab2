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
 * deadline and when nobody waits for it any more, it belongs to the same trace, and it is a
 * repetition if that one is. Nothing else of it travels on.
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
    Request traced = marked(traced(request, served.meta()), served.meta());
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

  /** Below another attempt everything is made again, so that nobody there is to multiply it. */
  private static Request marked(Request request, Meta served) {
    Integer attempt = served.get(Meta.ATTEMPT);
    boolean isAgain = attempt != null && attempt > 1;
    return isAgain || Boolean.TRUE.equals(served.get(Meta.REPEATED))
        ? request.withMeta(request.meta().with(Meta.REPEATED, true))
        : request;
  }

  @Override
  public String toString() {
    return "nested";
  }
}
