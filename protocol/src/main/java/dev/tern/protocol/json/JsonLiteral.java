package dev.tern.protocol.json;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tern.protocol.value.Words;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Some bytes of JSON that are looked for, and written, as they stand. Immutable. */
public final class JsonLiteral {
  private static final int LONGEST = 3 * Words.BYTES;

  private final byte[] bytes;
  private final int length;
  private final long first;
  private final long middle;
  private final long last;

  private JsonLiteral(byte[] bytes) {
    this.bytes = bytes;
    length = bytes.length;
    first = Words.at(bytes, 0);
    middle = Words.at(bytes, middle(0));
    last = Words.at(bytes, last(0));
  }

  /**
   * Prepares a text.
   *
   * @param ascii 1 to 24 ASCII characters
   */
  public static JsonLiteral of(String ascii) {
    byte[] bytes = ascii.getBytes(ISO_8859_1);
    if (bytes.length < 1 || bytes.length > LONGEST) {
      throw new IllegalArgumentException(
          "literal of " + bytes.length + " bytes (expected: 1 to " + LONGEST + ")");
    }
    return new JsonLiteral(bytes);
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

  /** How many bytes it has. */
  public int length() {
    return length;
  }

  /**
   * Writes it, and perhaps over up to seven bytes behind it, which must not be written yet.
   *
   * @return where it ends
   */
  public int put(byte[] out, int p) {
    if (out.length - p < Words.BYTES) {
      System.arraycopy(bytes, 0, out, p, length);
      return p + length;
    }
    Words.put(out, p, first);
    if (length > Words.BYTES) {
      Words.put(out, middle(p), middle);
      Words.put(out, last(p), last);
    }
    return p + length;
  }

  /** Whether it stands at {@code p}, be that beyond the end of a text in the array or not. */
  public boolean standsAt(byte[] b, int p) {
    return Words.head(Words.at(b, p), length) == first
        && (length <= Words.BYTES
            || (Words.at(b, last(p)) == last && Words.at(b, middle(p)) == middle));
  }

  /**
   * Where the value behind it starts, if it is what stands before a member's value and stands at
   * {@code p}, perhaps with white space between its tokens.
   *
   * @return the first byte that is no white space, or the end; -1 if something else stands there
   */
  public int valueStart(byte[] b, int p, int end) {
    int at = standsAt(b, p) ? p + length : endWithSpace(b, p, end);
    return at < 0 ? at : PlainJson.token(b, at, end);
  }

  private int endWithSpace(byte[] b, int p, int end) {
    int brace = PlainJson.token(b, p, end);
    if (brace >= end || b[brace] != bytes[0]) {
      return PlainJson.OTHER;
    }
    int name = PlainJson.token(b, brace + 1, end);
    int behind = name + length - 2;
    if (behind >= end || !Arrays.equals(bytes, 1, length - 1, b, name, behind)) {
      return PlainJson.OTHER;
    }
    int colon = PlainJson.token(b, behind, end);
    return colon < end && b[colon] == ':' ? colon + 1 : PlainJson.OTHER;
  }

  private int last(int p) {
    return length <= Words.BYTES ? p : p + length - Words.BYTES;
  }

  /** Overlaps the first and the last word as it must. */
  private int middle(int p) {
    return length <= 2 * Words.BYTES ? p : p + Words.BYTES;
  }
}
