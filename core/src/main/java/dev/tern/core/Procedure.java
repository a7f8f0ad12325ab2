package dev.tern.core;

import org.jspecify.annotations.Nullable;

/**
 * The user's code behind a method.
 *
 * @param <P> the parameters, usually a record
 * @param <R> the result
 */
@FunctionalInterface
public interface Procedure<P extends @Nullable Object, R extends @Nullable Object> {
  /**
   * Does the work. {@link Request#current} tells the caller, the deadline, the cancel token and the
   * peer.
   *
   * @throws RpcException to answer with an error of the application, or with a {@linkplain
   *     RpcException#refusal refusal}
   * @throws Exception anything else becomes INTERNAL with an incident id; the peer sees no more
   */
  R call(P params) throws Exception;
}
