package dev.tern.core.server.once;

import static dev.tern.core.access.Access.CORE;

import dev.tern.core.Filter;
import dev.tern.core.Handler;
import dev.tern.core.Request;
import dev.tern.core.Response;
import dev.tern.core.access.OperationKeys;
import dev.tern.core.access.ServedCall;
import dev.tern.protocol.Dialect;
import dev.tern.protocol.Meta;
import org.jspecify.annotations.Nullable;

/**
 * Stands around a method of which nothing is remembered. Another attempt at an operation of it is
 * refused, as nobody can tell whether an earlier one ran. A bare call with a UUID is remembered for
 * a moment all the same: bare clients repeat it, and cannot know effects.
 */
final class UnsafeFilter implements Filter {
  private final @Nullable OnceRunner replays;

  /**
   * @param replays remembers bare calls; null for none
   */
  UnsafeFilter(@Nullable OnceRunner replays) {
    this.replays = replays;
  }

  @Override
  public Response filter(Request request, Handler next) {
    if (request.dialect() == Dialect.BARE) {
      String key = OperationKeys.ofBare(Dialect.BARE, request.id());
      return replays == null || key == null
          ? next.handle(request)
          : replays.once(request, key, 1, next);
    }
    Integer attempt = request.meta().get(Meta.ATTEMPT);
    if (attempt != null && attempt > 1 && request.meta().get(Meta.KEY) != null) {
      ((ServedCall) CORE.contextOf(request)).join();
      throw OnceErrors.stale();
    }
    return next.handle(request);
  }

  @Override
  public boolean mayBlock() {
    return false;
  }

  @Override
  public String toString() {
    return "unsafe";
  }
}
