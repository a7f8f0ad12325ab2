package dev.tern.protocol.json;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tern.protocol.value.Literal;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Some bytes of JSON that are looked for, and written, as they stand. Immutable. */
public final class JsonLiteral extends Literal {
  private JsonLiteral(byte[] bytes) {
    super(bytes);
  }

  /**
   * Prepares a text.
   *
   * @param ascii 1 to 24 ASCII characters
   */
  public static JsonLiteral of(String ascii) {
    return new JsonLiteral(ascii.getBytes(ISO_8859_1));
  }

  /**
   * What stands before the value of a member in a compact text: a brace or a comma, the name, a
   * colon. Null if that is too long, or the name may be written in several ways.
   *
   * @param first whether it is the object's first member
   */
  public static @Nullable JsonLiteral beforeMember(String name, boolean first) {
    byte[] encoded = (first ? "{\"" + name + "\":" : ",\"" + name + "\":").getBytes(UTF_8);
    boolean plain = name.chars().allMatch(c -> c >= ' ' && c < 0x7F && c != '"' && c != '\\');
    return plain && encoded.length <= LONGEST ? new JsonLiteral(encoded) : null;
  }

  /**
   * Where the value behind it starts, if it is what stands before a member's value and stands at
   * {@code p}, perhaps with white space between its tokens.
   *
   * @return the first byte that is no white space, or the end; -1 if something else stands there
   */
  public int valueStart(byte[] b, int p, int end) {
    int at = standsAt(b, p) ? p + length() : endWithSpace(b, p, end);
    return at < 0 ? at : PlainJson.token(b, at, end);
  }

  private int endWithSpace(byte[] b, int p, int end) {
    byte[] bytes = bytes();
    int brace = PlainJson.token(b, p, end);
    if (brace >= end || b[brace] != bytes[0]) {
      return PlainJson.OTHER;
    }
    int name = PlainJson.token(b, brace + 1, end);
    int behind = name + length() - 2;
    if (behind >= end || !Arrays.equals(bytes, 1, bytes.length - 1, b, name, behind)) {
      return PlainJson.OTHER;
    }
    int colon = PlainJson.token(b, behind, end);
    return colon < end && b[colon] == ':' ? colon + 1 : PlainJson.OTHER;
  }
}
