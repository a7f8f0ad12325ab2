package dev.tern.core;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tern.protocol.Limits;
import dev.tern.protocol.Limits.Bound;
import dev.tern.protocol.json.JsonException;
import dev.tern.protocol.json.JsonValidator;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A JSON value as the very bytes that travel: as a component of a params record, or as a result, it
 * is neither read nor written again, so {@code 1.10} stays {@code 1.10}. A JSON null is a null
 * instead. Immutable, as long as nobody changes its bytes.
 */
public final class EncodedJson {
  /** How deep it may nest is known to whoever writes the message that it lies in. */
  private static final Limits LIMITS = Limits.DEFAULT.with(Bound.DEPTH, Integer.MAX_VALUE);

  private final byte[] bytes;

  /**
   * Takes a value, and not the white space around it.
   *
   * @param json one JSON value in UTF-8; not to be changed any more
   * @throws IllegalArgumentException if it is not strict JSON, or has a name or a number longer
   *     than a peer reads
   */
  public EncodedJson(byte[] json) {
    try {
      this.bytes = JsonValidator.readable(json, 0, LIMITS).toByteArray();
    } catch (JsonException e) {
      throw new IllegalArgumentException("encoded JSON: " + e.getMessage(), e);
    }
  }

  /** The bytes themselves; not to be changed. */
  public byte[] bytes() {
    return bytes;
  }

  /** Whether the other one has the same bytes: {@code 1.0} and {@code 1} are not equal. */
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof EncodedJson that && Arrays.equals(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  /** The JSON text. */
  @Override
  public String toString() {
    return new String(bytes, UTF_8);
  }
}
