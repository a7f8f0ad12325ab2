package dev.tern.core.auth;

import org.jspecify.annotations.Nullable;

/**
 * Finds out who calls, by the bearer token that came with the call. Thread-safe. A server asks it
 * for each call with a token, before the params are bound; {@link TokenFile} is one. Of a call
 * without one it is never asked.
 */
@FunctionalInterface
public interface TokenVerifier {
  /**
   * Whose token it is.
   *
   * @param token as the caller sent it: 1 byte to 16 KiB of anything without control characters.
   *     Compare secrets in constant time, and let none into an exception
   * @return null if it is nobody's: the call is refused as UNAUTHORIZED
   * @throws dev.tern.core.RpcException to refuse the call otherwise, such as UNAVAILABLE when it
   *     cannot be known now; anything else that is thrown becomes INTERNAL, not executed
   */
  @Nullable Identity verify(String token);

  /**
   * Whether {@link #verify} may park its thread, for a file, a lock or another server. The server
   * asks when it is described.
   *
   * <p>One that may is asked on the lane of the call's method, in its {@link
   * dev.tern.core.Request#current}, and methods on the INLINE lane are refused under it. One that
   * may not is asked by the thread that reads, so that a stranger's call costs neither a thread nor
   * a place under a limit: what it takes, others wait, and no request is current.
   */
  default boolean mayBlock() {
    return true;
  }
}
