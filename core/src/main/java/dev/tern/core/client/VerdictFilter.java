package dev.tern.core.client;

import static dev.tern.core.access.Access.CORE;

import dev.tern.core.Filter;
import dev.tern.core.Handler;
import dev.tern.core.Request;
import dev.tern.core.Response;
import dev.tern.core.RpcException;
import dev.tern.core.client.retry.OutgoingContext;
import dev.tern.core.client.retry.Progress;
import dev.tern.protocol.ErrorCode;
import dev.tern.protocol.Executed;

/**
 * Stands around the user's filters, and once more inside them. Inside it sees what becomes of the
 * call; outside it gives whatever they throw the verdict that follows from that: "no" before
 * anything was sent, "maybe" until there is a reply, then the reply's.
 */
enum VerdictFilter implements Filter {
  OUTSIDE {
    @Override
    public Response filter(Request request, Handler next) {
      Progress progress = new Progress();
      OutgoingContext noting = ((OutgoingContext) CORE.contextOf(request)).withProgress(progress);
      try {
        return next.handle(
            CORE.with(request, noting, request.deadlineNanos(), request.cancelToken()));
      } catch (RpcException e) {
        Executed verdict = progress.verdict();
        throw CORE.withVerdict(e, verdict);
      } catch (Throwable e) { // whatever it is: the caller must learn whether the call may have run
        throw ClientErrors.ofClient(
            ErrorCode.INTERNAL, "a filter failed: " + described(e), progress.verdict(), e);
      }
    }
  },
  INSIDE {
    @Override
    public Response filter(Request request, Handler next) {
      Progress progress =
          CORE.contextOf(request) instanceof OutgoingContext context ? context.progress() : null;
      return progress == null ? next.handle(request) : progress.attempt(request, next);
    }
  };

  /** An exception may not even be able to say what it is. */
  private static String described(Throwable thrown) {
    try {
      return thrown.toString();
    } catch (Throwable speechless) {
      return thrown.getClass().getName();
    }
  }

  @Override
  public String toString() {
    return this == OUTSIDE ? "verdict (" : ") verdict";
  }
}
