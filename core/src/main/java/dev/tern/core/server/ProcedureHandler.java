package dev.tern.core.server;

import static dev.tern.core.access.Access.CORE;

import dev.tern.core.Handler;
import dev.tern.core.Method;
import dev.tern.core.Procedure;
import dev.tern.core.Request;
import dev.tern.core.Response;
import dev.tern.core.binding.JsonCodec;
import dev.tern.core.binding.JsonCodec.ResultWriter;
import dev.tern.core.binding.ParamsReader;
import dev.tern.protocol.Bytes;
import dev.tern.protocol.Executed;
import dev.tern.protocol.ReplyMeta;
import dev.tern.protocol.value.Encoding;
import org.jspecify.annotations.Nullable;

/**
 * The innermost handler of a server: binds the params, calls the user's code, encodes the result.
 *
 * <p>The call counts as running from just before the user's code, which is what makes a verdict of
 * "not executed" true. It may be interrupted only within that code.
 */
final class ProcedureHandler<P extends @Nullable Object, R extends @Nullable Object>
    implements Handler {
  private final Method<P, R> method;
  private final Procedure<P, R> procedure;
  private final ParamsReader<P> params;
  private final ResultWriter results;

  /**
   * @throws IllegalArgumentException if the method's types can never be read and written
   */
  ProcedureHandler(Method<P, R> method, Procedure<P, R> procedure, JsonCodec codec) {
    this.method = method;
    this.procedure = procedure;
    this.params = codec.paramsReader(method.paramsType());
    this.results = codec.resultWriter(method.resultType());
  }

  @Override
  public Response handle(Request request) {
    CallTask task = CallTask.of(request);
    R result = call(bind(request, task), request, task);
    try {
      Encoding encoding = task.encoding();
      Bytes value = results.write(result, encoding);
      return new Response.Value(task.concluded(value), ReplyMeta.NONE, encoding);
    } catch (Throwable thrown) { // it has no JSON form, or an accessor threw
      throw task.concluded(task.internal(thrown, request, Executed.YES));
    }
  }

  /** What constructors of params throw is no answer of the user's code, which has not begun. */
  private P bind(Request request, CallTask task) {
    try {
      return params.read(CORE.paramsOf(request), task.encoding(), task);
    } catch (Throwable thrown) {
      throw task.unbound(thrown, request);
    }
  }

  private R call(P bound, Request request, CallTask task) {
    Throwable thrown;
    task.enter();
    try {
      return task.run(procedure, bound, request);
    } catch (Throwable e) { // the lane must survive whatever user code does
      thrown = e;
    } finally {
      task.leave();
    }
    throw task.concluded(task.errorOf(thrown, request));
  }

  @Override
  public String toString() {
    return method.name();
  }
}
