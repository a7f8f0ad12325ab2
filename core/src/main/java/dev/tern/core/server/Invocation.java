package dev.tern.core.server;

import static dev.tern.core.access.Access.CORE;

import dev.tern.core.Handler;
import dev.tern.core.Method;
import dev.tern.core.Procedure;
import dev.tern.core.Request;
import dev.tern.core.Response;
import dev.tern.core.binding.BindingException;
import dev.tern.core.binding.JsonCodec;
import dev.tern.core.binding.ParamsReader;
import dev.tern.core.observe.Incidents;
import org.jspecify.annotations.Nullable;

/**
 * The innermost handler of a server: binds the params, calls the user's code, encodes the result.
 *
 * <p>The call counts as running from just before the user's code, which is what makes a verdict of
 * "not executed" true; it may be interrupted only within it.
 */
final class Invocation<P extends @Nullable Object, R extends @Nullable Object> implements Handler {
  private final Method<P, R> method;
  private final Procedure<P, R> procedure;
  private final ParamsReader<P> params;
  private final JsonCodec codec;
  private final Incidents incidents;
  private final boolean exposeErrors;

  Invocation(
      Method<P, R> method,
      Procedure<P, R> procedure,
      Incidents incidents,
      boolean refuseUnknownFields,
      boolean exposeErrors) {
    this.method = method;
    this.procedure = procedure;
    this.codec = refuseUnknownFields ? JsonCodec.REFUSING_UNKNOWN_FIELDS : JsonCodec.DEFAULT;
    this.params = codec.paramsReader(method.paramsType());
    codec.requireAccess(method.resultType());
    this.incidents = incidents;
    this.exposeErrors = exposeErrors;
  }

  @Override
  public Response handle(Request request) {
    P bound;
    try {
      bound = params.read(CORE.paramsOf(request));
    } catch (BindingException e) {
      throw ErrorMapping.invalidParams(e);
    } catch (Throwable thrown) { // by a constructor, which is user code as well
      throw ErrorMapping.fromUserCode(thrown, request, incidents, exposeErrors);
    }
    R result = run(bound, request);
    try {
      return new Response.Value(codec.encode(result));
    } catch (Throwable thrown) { // it has no JSON form, or an accessor threw
      throw ErrorMapping.internal(thrown, request, incidents, exposeErrors);
    }
  }

  private R run(P bound, Request request) {
    CallTask task = CallTask.of(request);
    if (task != null) {
      task.begin();
    }
    try {
      return procedure.call(bound);
    } catch (Throwable thrown) { // the lane must survive whatever user code does
      throw ErrorMapping.fromUserCode(thrown, request, incidents, exposeErrors);
    } finally {
      if (task != null) {
        task.end();
      }
    }
  }

  @Override
  public String toString() {
    return method.name();
  }
}
