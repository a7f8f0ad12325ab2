package dev.tern.core;

/**
 * Stands around a {@link Handler}: looks at the request, may answer itself, looks at the response.
 */
@FunctionalInterface
public interface Filter {
  /**
   * A filter that says that it does not block, so that it may stand around methods of the INLINE
   * lane; for a lambda, which cannot say so itself.
   *
   * @param filter never parks its thread: no lock that is held for long, no I/O, no client call
   */
  static Filter nonBlocking(Filter filter) {
    return new Filter() {
      @Override
      public Response filter(Request request, Handler next) {
        return filter.filter(request, next);
      }

      @Override
      public boolean mayBlock() {
        return false;
      }

      @Override
      public boolean appliesTo(Method<?, ?> method) {
        return filter.appliesTo(method);
      }

      @Override
      public String toString() {
        return filter.toString();
      }
    };
  }

  /**
   * Answers a request, usually by asking the next handler. What it hands to that one is what the
   * user's code sees as {@link Request#current}.
   *
   * <p>At a server, what a filter throws before the user's code has begun has the verdict "no",
   * unless the filter has called {@link Request#mayHaveRun}. What it throws after that is "maybe",
   * unless it is the very exception that the user's code has thrown. To refuse a call, throw {@link
   * RpcException#refusal}.
   *
   * @throws RpcException if there is no result
   */
  Response filter(Request request, Handler next);

  /**
   * Whether this filter may park its thread. A method on the INLINE lane is refused under one that
   * may.
   */
  default boolean mayBlock() {
    return true;
  }

  /**
   * Whether this filter stands around a method. A server asks it for each of its methods when it
   * starts. A client does not ask: its filters stand around all its calls.
   */
  default boolean appliesTo(Method<?, ?> method) {
    return true;
  }
}
