package dev.tern.protocol.value;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;

/** A known name of an object's member, prepared for comparing and writing without allocation. */
public final class Name {
  /** 2^64 divided by the golden ratio: multiples of it fall far apart (Knuth, TAOCP 3, 6.4). */
  private static final long GOLDEN_RATIO = 0x9E3779B97F4A7C15L;

  private final String text;
  private final byte[] utf8;
  private final byte[] encoded;

  private final long word;
  private final long lastWord;
  private final int hash;

  private Name(String text) {
    this.text = text;
    this.utf8 = text.getBytes(UTF_8);
    this.word = Words.at(utf8, 0);
    this.lastWord = Words.at(utf8, Math.max(0, utf8.length - Words.BYTES));
    this.hash = hash(word, utf8, 0, utf8.length);
    this.encoded = encode(text).getBytes(UTF_8);
  }

  /**
   * Prepares a name.
   *
   * @throws IllegalArgumentException if it holds a lone surrogate or a control character
   */
  public static Name of(String text) {
    Name name = new Name(text);
    if (!text.equals(new String(name.utf8, UTF_8)) || text.chars().anyMatch(c -> c < ' ')) {
      throw new IllegalArgumentException(
          "name: \"" + text + "\" (expected: neither lone surrogates nor control characters)");
    }
    return name;
  }

  /** Not by a writer, which itself knows names. */
  private static String encode(String text) {
    return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\":";
  }

  /** The name itself. */
  public String text() {
    return text;
  }

  @Override
  public String toString() {
    return text;
  }

  /** As {@link #hash(long, byte[], int, int)} of its bytes. */
  public int hash() {
    return hash;
  }

  /** In JSON: the name in quotes, and its colon; not to be changed. */
  public byte[] encoded() {
    return encoded;
  }

  /**
   * Whether these bytes spell this name.
   *
   * @param firstWord the first eight of them, see {@link Words#head}
   */
  public boolean equalsUtf8(long firstWord, byte[] bytes, int start, int end) {
    int length = utf8.length;
    return firstWord == word
        && end - start == length
        && (length <= Words.BYTES
            || (Words.at(bytes, end - Words.BYTES) == lastWord
                && (length <= 2 * Words.BYTES
                    || Arrays.equals(utf8, 0, length, bytes, start, end))));
  }

  /** How many bytes it has in UTF-8. */
  public int length() {
    return utf8.length;
  }

  /** Its bytes in UTF-8; not to be changed. */
  public byte[] utf8() {
    return utf8;
  }

  /** Whether it stands at {@code p}, be that beyond the end of a text in the array or not. */
  public boolean standsAt(byte[] bytes, int p) {
    int length = utf8.length;
    return Words.head(Words.at(bytes, p), length) == word
        && (length <= Words.BYTES
            || (p + length <= bytes.length
                && Words.at(bytes, p + length - Words.BYTES) == lastWord
                && (length <= 2 * Words.BYTES
                    || Arrays.equals(utf8, 0, length, bytes, p, p + length))));
  }

  /**
   * A hash of the name that these bytes spell.
   *
   * @param firstWord the first eight of them, see {@link Words#head}
   */
  public static int hash(long firstWord, byte[] bytes, int start, int end) {
    long hash = firstWord * GOLDEN_RATIO;
    if (end - start > Words.BYTES) {
      int last = end - Words.BYTES;
      for (int p = start + Words.BYTES; p < last; p += Words.BYTES) {
        hash = (hash ^ Words.at(bytes, p)) * GOLDEN_RATIO;
        hash ^= hash >>> Integer.SIZE;
      }
      hash = (hash ^ Words.at(bytes, last)) * GOLDEN_RATIO;
    }
    return (int) (hash >>> Integer.SIZE);
  }
}
