package dev.tern.core;

/**
 * A call is a function. The same one serves both ends: a server is a handler under filters, a
 * client is a handler under filters.
 */
@FunctionalInterface
public interface Handler {
  /**
   * Answers a request. May block unless its lane is INLINE.
   *
   * @throws RpcException if there is no result
   */
  Response handle(Request request);
}
