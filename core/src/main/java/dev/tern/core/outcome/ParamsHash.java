package dev.tern.core.outcome;

import dev.tern.protocol.Bytes;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
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

  private static final MessageDigest SHA_256 = sha256();

  /**
   * The hash of params.
   *
   * @param params strict JSON, an object or an array; null for none, which is as an empty object
   */
  public static ParamsHash of(@Nullable Bytes params) {
    MessageDigest digest;
    try {
      digest = (MessageDigest) SHA_256.clone(); // to find the provider costs more than to hash
    } catch (CloneNotSupportedException e) {
      throw new AssertionError(e);
    }
    new CanonicalParams(params).update(digest);
    ByteBuffer hash = ByteBuffer.wrap(digest.digest());
    return new ParamsHash(VERSION, hash.getLong(), hash.getLong(), hash.getLong(), hash.getLong());
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has it", e);
    }
  }

  /** The version, a colon, and 64 hexadecimal digits. */
  @Override
  public String toString() {
    return "%d:%016x%016x%016x%016x".formatted(version, first, second, third, fourth);
  }
}
