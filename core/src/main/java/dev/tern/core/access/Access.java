package dev.tern.core.access;

import dev.tern.core.CallAttempt;
import dev.tern.core.Caller;
import dev.tern.core.CancelToken;
import dev.tern.core.Effect;
import dev.tern.core.OperationToken;
import dev.tern.core.Request;
import dev.tern.core.RpcException;
import dev.tern.protocol.Bytes;
import dev.tern.protocol.Executed;
import dev.tern.protocol.Meta;
import dev.tern.protocol.WireError;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What only the framework may do with the public types of {@code dev.tern.core}: their constructors
 * and inner parts, for the two ends. Users cannot see this package.
 */
public abstract class Access {
  /** The only one. It is found by its name, so that nothing here depends on it. */
  public static final Access CORE = load();

  /** For the implementation. */
  protected Access() {}

  /** A request as an end makes it. */
  public abstract Request request(
      CallContext context,
      String method,
      @Nullable Bytes params,
      Meta meta,
      Effect effect,
      long deadlineNanos,
      CancelToken cancelToken,
      Caller caller);

  /** What its end knows of the call. */
  public abstract CallContext contextOf(Request request);

  /** The params where they lie; null for none. */
  public abstract @Nullable Bytes paramsOf(Request request);

  /**
   * A request like this one in all that is not given here.
   *
   * @param deadlineNanos an instant of its clock
   */
  public abstract Request with(
      Request request, CallContext context, long deadlineNanos, CancelToken cancelToken);

  /**
   * Binds what {@link Request#current} is to code that is run or called with it. To bind it once
   * for many calls, one after the other, costs less than to bind it for each.
   *
   * @param served knows the call that the thread serves now; null for none
   */
  public abstract ScopedValue.Carrier serving(Supplier<@Nullable Request> served);

  /**
   * An error that an end has made, or that a peer has sent. One that a server makes of a call that
   * it answers has no stack trace: a flood of calls can ask for it, and what it is made of is
   * logged as an incident.
   *
   * @param details what the error's own say, which are not looked at
   */
  public abstract RpcException error(
      Origin origin,
      WireError error,
      Map<String, ? extends @Nullable Object> details,
      @Nullable Throwable cause);

  /** Who made it. */
  public abstract Origin originOf(RpcException error);

  /**
   * An error like this one, which is its cause, with another verdict. What a client's filter has
   * thrown becomes the client's own: thrown on by a handler, it is no answer of that handler's.
   */
  public abstract RpcException withVerdict(RpcException error, Executed verdict);

  /** Says that it is the answer of an earlier attempt. */
  public abstract void markReplayed(RpcException error);

  /** Says which attempts led to it, and what identifies the operation. */
  public abstract void annotate(
      RpcException error, List<CallAttempt> attempts, @Nullable OperationToken operation);

  /** What identifies an operation that has not run. */
  public abstract OperationToken operationToken(
      String method, String key, String encoding, String caller, String dedup, long firstMillis);

  /** Says that an operation may have run. */
  public abstract void noteMayHaveRun(OperationToken token);

  /** The error as it would travel, without its details. */
  public abstract WireError wireOf(RpcException error);

  private static Access load() {
    try {
      var constructor = Class.forName("dev.tern.core.CoreAccess").getDeclaredConstructor();
      constructor.setAccessible(true);
      return (Access) constructor.newInstance();
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }
}
