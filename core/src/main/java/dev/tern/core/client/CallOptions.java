package dev.tern.core.client;

import dev.tern.protocol.Limits;
import dev.tern.protocol.envelope.Text;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How one call differs from its client's defaults. Immutable.
 *
 * @param timeout for the whole call; null for the client's default. One of 0 has passed at once;
 *     one of more than a hundred years counts as that
 * @param key the identity of the operation over all its attempts: 1 to 256 bytes of UTF-8 without
 *     control characters; null for none. In the bare dialect it is the id, of 128 bytes at most
 */
public record CallOptions(@Nullable Duration timeout, @Nullable String key) {
  /** No difference. */
  public static final CallOptions DEFAULT = new CallOptions(null, null);

  /**
   * Checks both.
   *
   * @throws IllegalArgumentException if the timeout is negative, or the key is not as said above
   */
  public CallOptions {
    if (timeout != null && timeout.isNegative()) {
      throw new IllegalArgumentException("timeout: " + timeout + " (expected: 0 or more)");
    }
    if (key != null && !Text.isKey(key, Limits.DEFAULT)) {
      throw new IllegalArgumentException(
          "key: " + key.length() + " characters (expected: " + Text.keyRule(Limits.DEFAULT) + ")");
    }
  }

  /**
   * Options with a timeout and nothing else.
   *
   * @throws IllegalArgumentException if it is negative
   */
  public static CallOptions timeout(Duration timeout) {
    return new CallOptions(timeout, null);
  }

  /**
   * These options with a key.
   *
   * @param operation 1 to 256 bytes of UTF-8 without control characters; 128 in the bare dialect
   * @throws IllegalArgumentException if it is something else
   */
  public CallOptions withKey(String operation) {
    return new CallOptions(timeout, operation);
  }
}
