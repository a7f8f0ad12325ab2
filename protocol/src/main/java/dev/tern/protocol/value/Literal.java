package dev.tern.protocol.value;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

/** Some bytes that are looked for, and written, as they stand. Immutable. */
public class Literal {
  /** The most bytes that one has. */
  protected static final int LONGEST = 3 * Words.BYTES;

  private final byte[] bytes;
  private final int length;
  private final long first;
  private final long middle;
  private final long last;

  /**
   * Prepares some bytes.
   *
   * @param bytes 1 to 24, not to be changed
   */
  protected Literal(byte[] bytes) {
    if (bytes.length < 1 || bytes.length > LONGEST) {
      throw new IllegalArgumentException(
          "literal of " + bytes.length + " bytes (expected: 1 to " + LONGEST + ")");
    }
    this.bytes = bytes;
    length = bytes.length;
    first = Words.at(bytes, 0);
    middle = Words.at(bytes, middle(0));
    last = Words.at(bytes, last(0));
  }

  /**
   * Prepares some bytes.
   *
   * @param latin1 1 to 24 characters up to U+00FF, each of which is a byte
   */
  public static Literal of(String latin1) {
    return new Literal(latin1.getBytes(ISO_8859_1));
  }

  /** How many bytes it has. */
  public final int length() {
    return length;
  }

  /** The bytes; not to be changed. */
  protected final byte[] bytes() {
    return bytes;
  }

  /**
   * Writes it, and perhaps over up to seven bytes behind it, which must not be written yet.
   *
   * @return where it ends
   */
  public final int put(byte[] out, int p) {
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
  public final boolean standsAt(byte[] b, int p) {
    return Words.head(Words.at(b, p), length) == first
        && (length <= Words.BYTES
            || (Words.at(b, last(p)) == last && Words.at(b, middle(p)) == middle));
  }

  private int last(int p) {
    return length <= Words.BYTES ? p : p + length - Words.BYTES;
  }

  /** Overlaps the first and the last word as it must. */
  private int middle(int p) {
    return length <= 2 * Words.BYTES ? p : p + Words.BYTES;
  }
}
