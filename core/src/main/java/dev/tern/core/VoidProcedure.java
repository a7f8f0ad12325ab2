package dev.tern.core;

import org.jspecify.annotations.Nullable;

/**
 * The user's code behind a method without a result.
 *
 * @param <P> the parameters
 */
@FunctionalInterface
public interface VoidProcedure<P extends @Nullable Object> {
  /** Runs once for each call; what it throws is the call's error. */
  void call(P params) throws Exception;
}
