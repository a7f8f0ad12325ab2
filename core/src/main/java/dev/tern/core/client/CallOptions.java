package dev.tern.core.client;

import dev.tern.protocol.Limits;
import dev.tern.protocol.envelope.Text;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What one call wants otherwise than its client's defaults.
 *
 * @param timeout for the whole call; null for the client's default. One of 0 has passed at once;
 *     one of more than a hundred years counts as that
 * @param key the identity of the operation over all its attempts: 1 to 256 bytes of UTF-8 without
 *     control characters; null for none. In the bare dialect it is the id, of 128 bytes at most
 */
public record CallOptions(@Nullable Duration timeout, @Nullable String key) {
  /** As the client says. */
  public static final CallOptions DEFAULT = new CallOptions(null, null);

  /**
   * Checks them.
   *
   * @throws IllegalArgumentException if the timeout is negative, or if the key is none
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
   * With a timeout.
   *
   * @throws IllegalArgumentException if it is negative
   */
  public static CallOptions timeout(Duration timeout) {
    return new CallOptions(timeout, null);
  }

  /**
   * The same with a key.
   *
   * @param operation 1 to 256 bytes of UTF-8 without control characters; 128 in the bare dialect
   * @throws IllegalArgumentException if it is none
   */
  public CallOptions withKey(String operation) {
    return new CallOptions(timeout, operation);
  }
}
