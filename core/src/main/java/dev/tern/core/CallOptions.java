package dev.tern.core;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What one call wants otherwise than its client's defaults.
 *
 * @param timeout for the whole call; null for the client's default
 * @param key the identity of the operation over all its attempts; null for none
 */
public record CallOptions(@Nullable Duration timeout, @Nullable String key) {
  /** As the client says. */
  public static final CallOptions DEFAULT = new CallOptions(null, null);

  public CallOptions {
    if (timeout != null && timeout.isNegative()) {
      throw new IllegalArgumentException("timeout: " + timeout + " (expected: 0 or more)");
    }
  }

  /** With a timeout. */
  public static CallOptions timeout(Duration timeout) {
    return new CallOptions(timeout, null);
  }

  /** The same with a key. */
  public CallOptions withKey(String operation) {
    return new CallOptions(timeout, operation);
  }
}
