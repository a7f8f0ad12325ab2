package dev.tern.core;

import dev.tern.core.access.Access;
import dev.tern.core.access.CallContext;
import dev.tern.core.access.Origin;
import dev.tern.protocol.Bytes;
import dev.tern.protocol.ErrorCode;
import dev.tern.protocol.Executed;
import dev.tern.protocol.Meta;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Opens to the framework what is closed to users. Loaded by {@link Access}. */
final class CoreAccess extends Access {
  @Override
  public Request request(
      CallContext context,
      String method,
      @Nullable Bytes params,
      Meta meta,
      Effect effect,
      long deadlineNanos,
      CancelToken cancelToken) {
    return new Request(
        context, method, params, meta, effect, deadlineNanos, cancelToken, Caller.ANONYMOUS);
  }

  @Override
  public CallContext contextOf(Request request) {
    return request.context();
  }

  @Override
  public @Nullable Bytes paramsOf(Request request) {
    return request.encodedParams();
  }

  @Override
  public Request withDeadline(Request request, long nanos) {
    return request.withDeadlineNanos(nanos);
  }

  @Override
  public Request withContext(Request request, CallContext context) {
    return request.withContext(context);
  }

  @Override
  public Request withCancelToken(Request request, CancelToken token) {
    return request.withCancelToken(token);
  }

  @Override
  public ScopedValue.Carrier serving(Supplier<@Nullable Request> served) {
    return Request.serving(served);
  }

  @Override
  public RpcException error(
      Origin origin,
      ErrorCode code,
      String message,
      Executed executed,
      Map<String, ? extends @Nullable Object> details,
      @Nullable Throwable cause) {
    return new RpcException(code.name(), code.number(), message, details, executed, origin, cause);
  }

  @Override
  public RpcException remote(
      String code,
      int number,
      String message,
      Map<String, ? extends @Nullable Object> details,
      Executed executed) {
    return new RpcException(code, number, message, details, executed, Origin.REMOTE, null);
  }

  @Override
  public RpcException withExecuted(RpcException error, Executed executed) {
    return error.withExecuted(executed);
  }

  @Override
  public Origin originOf(RpcException error) {
    return error.origin();
  }
}
