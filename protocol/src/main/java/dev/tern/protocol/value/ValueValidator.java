package dev.tern.protocol.value;

import dev.tern.protocol.Bytes;
import org.jspecify.annotations.Nullable;

/**
 * Looks at a stranger's bytes before anything is made of them. What it has passed a {@link
 * ValueReader} walks without looking again. Reusable; not thread-safe.
 */
public interface ValueValidator {
  /**
   * Checks that the bytes are one message and nothing else. They must not change as long as it is
   * read.
   *
   * @param to exclusive
   * @return the first thing in it that is over a limit; null for none
   * @throws MalformedException if they are not one message
   */
  @Nullable OverLimit checkMessage(byte[] payload, int from, int to);

  /**
   * Checks that the bytes are one value and nothing else.
   *
   * @param value lies in one array
   * @param outside in how many objects and arrays it lies, which count towards the depth
   * @return the first thing in it that is over a limit; null for none
   * @throws MalformedException if they are not one value
   */
  @Nullable OverLimit checkValue(Bytes value, int outside);

  /** The short way for usual messages, which is this validator's own; null if there is none. */
  default @Nullable FastPath fastPath() {
    return null;
  }
}
