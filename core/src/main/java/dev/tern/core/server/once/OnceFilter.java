package dev.tern.core.server.once;

import dev.tern.core.Filter;
import dev.tern.core.Handler;
import dev.tern.core.Request;
import dev.tern.core.Response;
import dev.tern.core.access.OperationKeys;
import dev.tern.protocol.Meta;

/** Stands around a method that must happen once, and has its operations {@link OnceRunner} run. */
final class OnceFilter implements Filter {
  private final OnceRunner runner;

  OnceFilter(OnceRunner runner) {
    this.runner = runner;
  }

  /** A request without a key of its own passes as it is: nothing is remembered of it. */
  @Override
  public Response filter(Request request, Handler next) {
    String key = OperationKeys.of(request.dialect(), request.id(), request.meta());
    Integer said = request.meta().get(Meta.ATTEMPT);
    int number = said == null ? 1 : said;
    if (key == null) {
      if (number > 1) {
        throw OnceErrors.noKey(number);
      }
      return next.handle(request);
    }
    if (request.caller().isAnonymous() && OnceErrors.isShort(key)) {
      throw OnceErrors.shortKey(key);
    }
    return runner.once(request, key, number, next);
  }

  /** A run that is joined is waited for, but never by an inline call: see {@link Duplicates}. */
  @Override
  public boolean mayBlock() {
    return runner.mayBlock();
  }

  @Override
  public String toString() {
    return "once";
  }
}
