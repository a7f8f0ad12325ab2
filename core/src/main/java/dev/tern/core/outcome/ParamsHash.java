package dev.tern.core.outcome;

import dev.tern.protocol.Bytes;
import dev.tern.protocol.json.JsonEncoding;
import dev.tern.protocol.value.Encoding;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Whether two requests have the same params, whatever they look like: SHA-256 over the {@linkplain
 * CanonicalParams values}, not over the bytes. White space, the order of names, escapes in strings
 * and the way in which a number is written do not count, nor do members that are null.
 *
 * @param version of what is hashed; 1 today
 */
public record ParamsHash(int version, long first, long second, long third, long fourth) {
  /** Params are hashed in this way today. */
  public static final int VERSION = 1;

  /**
   * The hash of params in JSON.
   *
   * @param params an object or an array; null for none, which is as an empty object
   */
  public static ParamsHash of(@Nullable Bytes params) {
    return of(params, JsonEncoding.JSON);
  }

  /**
   * The hash of params: in each encoding another one, as all attempts at an operation keep theirs.
   *
   * @param params an object or an array; null for none, which is as an empty object
   */
  public static ParamsHash of(@Nullable Bytes params, Encoding encoding) {
    ParamsHasher hasher = ParamsHasher.take();
    ByteBuffer bits = hasher.hash(params, encoding);
    ParamsHash hash =
        new ParamsHash(VERSION, bits.getLong(), bits.getLong(), bits.getLong(), bits.getLong());
    hasher.giveBack();
    return hash;
  }

  /** The version, a colon, and 64 hexadecimal digits. */
  @Override
  public String toString() {
    return "%d:%016x%016x%016x%016x".formatted(version, first, second, third, fourth);
  }
}
