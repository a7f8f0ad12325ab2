package dev.tern.core;

import dev.tern.core.access.Access;
import dev.tern.core.access.CallContext;
import dev.tern.core.access.Origin;
import dev.tern.protocol.Bytes;
import dev.tern.protocol.Executed;
import dev.tern.protocol.Meta;
import dev.tern.protocol.WireError;
import java.util.List;
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
      CancelToken cancelToken,
      Caller caller) {
    return new Request(context, method, params, meta, effect, deadlineNanos, cancelToken, caller);
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
  public Request with(
      Request request, CallContext context, long deadlineNanos, CancelToken cancelToken) {
    return request.with(context, deadlineNanos, cancelToken);
  }

  @Override
  public ScopedValue.Carrier serving(Supplier<@Nullable Request> served) {
    return Request.serving(served);
  }

  @Override
  public RpcException error(
      Origin origin,
      WireError error,
      Map<String, ? extends @Nullable Object> details,
      @Nullable Throwable cause) {
    return new RpcException(origin, error, details, cause);
  }

  @Override
  public RpcException withVerdict(RpcException error, Executed verdict) {
    boolean ofFilter = error.origin() == Origin.APPLICATION;
    if (error.executed() == verdict && !ofFilter) {
      return error;
    }
    WireError wire = wireOf(error);
    WireError other = new WireError(wire.code(), wire.number(), wire.message(), null, verdict);
    Origin origin = ofFilter ? Origin.CLIENT : error.origin();
    RpcException copy = new RpcException(origin, other, error.details(), error);
    copy.annotate(error.attempts(), error.operation());
    if (error.isReplayed()) {
      copy.markReplayed();
    }
    return copy;
  }

  @Override
  public void markReplayed(RpcException error) {
    error.markReplayed();
  }

  @Override
  public void annotate(
      RpcException error, List<CallAttempt> attempts, @Nullable OperationToken operation) {
    error.annotate(attempts, operation);
  }

  @Override
  public OperationToken operationToken(
      String method, String key, String encoding, String caller, String dedup, long firstMillis) {
    return new OperationToken(method, key, encoding, caller, dedup, firstMillis, false);
  }

  @Override
  public void noteMayHaveRun(OperationToken token) {
    token.noteMayHaveRun();
  }

  @Override
  public WireError wireOf(RpcException error) {
    return error.wire();
  }

  @Override
  public Origin originOf(RpcException error) {
    return error.origin();
  }
}
