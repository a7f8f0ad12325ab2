package dev.tern.core;

/** Wraps a {@link Handler}: looks at the request, may answer itself, looks at the response. */
@FunctionalInterface
public interface Filter {
  /**
   * Answers a request, usually by asking the next handler.
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

  /** This filter around a handler. {@code toString} of the result prints the onion. */
  default Handler wrap(Handler next) {
    return new Onion(this, next);
  }
}
