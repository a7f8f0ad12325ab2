package dev.tern.core.outcome;

import dev.tern.protocol.Bytes;
import dev.tern.protocol.json.JsonEncoding;
import dev.tern.protocol.value.Encoding;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.function.Consumer;
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
    ParamsHash hash = of(hasher.hash(params, encoding));
    hasher.giveBack();
    return hash;
  }

  /**
   * The hash of params that are a message of a schema of its own, which differs from all others.
   *
   * @param content tells what the message says; what it throws passes through
   */
  public static ParamsHash ofMessage(Encoding encoding, Consumer<MessageDigest> content) {
    ParamsHasher hasher = ParamsHasher.take();
    ParamsHash hash = of(hasher.hashMessage(content, encoding));
    hasher.giveBack();
    return hash;
  }

  private static ParamsHash of(ByteBuffer bits) {
    return new ParamsHash(VERSION, bits.getLong(), bits.getLong(), bits.getLong(), bits.getLong());
  }

  /** The version, a colon, and 64 hexadecimal digits. */
  @Override
  public String toString() {
    return "%d:%016x%016x%016x%016x".formatted(version, first, second, third, fourth);
  }
}
