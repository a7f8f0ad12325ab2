package dev.tern.core.server;

import dev.tern.core.Filter;
import dev.tern.core.Handler;
import dev.tern.core.Request;
import dev.tern.core.Response;
import dev.tern.core.RpcException;
import dev.tern.core.observe.Incidents;

/**
 * Maps what the application's own filters throw, as {@link Invocation} does for its handlers: an
 * error of a call that a filter made says nothing about the call that it was made for.
 */
final class UserErrorsFilter implements Filter {
  private final Incidents incidents;

  UserErrorsFilter(Incidents incidents) {
    this.incidents = incidents;
  }

  @Override
  public Response filter(Request request, Handler next) {
    try {
      return next.handle(request);
    } catch (Throwable thrown) { // the lane must survive whatever user code does
      if (thrown instanceof RpcException e && ErrorMapping.isOfServedCall(e)) {
        throw e;
      }
      throw ErrorMapping.fromUserCode(thrown, request, incidents, false);
    }
  }

  @Override
  public boolean mayBlock() {
    return false;
  }

  @Override
  public String toString() {
    return "user errors";
  }
}
