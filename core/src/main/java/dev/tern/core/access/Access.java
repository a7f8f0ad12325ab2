package dev.tern.core.access;

import dev.tern.core.CancelToken;
import dev.tern.core.Effect;
import dev.tern.core.Request;
import dev.tern.core.RpcException;
import dev.tern.protocol.Bytes;
import dev.tern.protocol.ErrorCode;
import dev.tern.protocol.Executed;
import dev.tern.protocol.Meta;
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
      CancelToken cancelToken);

  /** What its end knows of the call. */
  public abstract CallContext contextOf(Request request);

  /** The params where they lie; null for none. */
  public abstract @Nullable Bytes paramsOf(Request request);

  /** A request like this one, with another deadline: an instant of its clock. */
  public abstract Request withDeadline(Request request, long nanos);

  /** A request like this one, of which its end knows something else. */
  public abstract Request withContext(Request request, CallContext context);

  /** A request like this one, with another token. */
  public abstract Request withCancelToken(Request request, CancelToken token);

  /**
   * Binds what {@link Request#current} is to code that is run or called with it. To bind it once
   * for many calls, one after the other, costs less than to bind it for each.
   *
   * @param served knows the call that the thread serves now; null for none
   */
  public abstract ScopedValue.Carrier serving(Supplier<@Nullable Request> served);

  /**
   * An error of the framework's. One that a server makes of a call that it answers has no stack
   * trace: a flood of calls can ask for it, and what it is made of is logged as an incident.
   */
  public abstract RpcException error(
      Origin origin,
      ErrorCode code,
      String message,
      Executed executed,
      Map<String, ? extends @Nullable Object> details,
      @Nullable Throwable cause);

  /** An error that a peer sent. */
  public abstract RpcException remote(
      String code,
      int number,
      String message,
      Map<String, ? extends @Nullable Object> details,
      Executed executed);

  /** An error like this one, which is its cause, with another verdict. */
  public abstract RpcException withExecuted(RpcException error, Executed executed);

  /** Who made it. */
  public abstract Origin originOf(RpcException error);

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
