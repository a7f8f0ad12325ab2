package dev.tern.protocol.json;

import static java.nio.charset.StandardCharsets.UTF_8;

/** A known name of an object's member, prepared for comparing and writing without allocation. */
public final class JsonName {
  private final String text;
  private final byte[] utf8;
  private final byte[] encoded;
  private final int hash;

  private JsonName(String text) {
    this.text = text;
    this.utf8 = text.getBytes(UTF_8);
    this.hash = hash(utf8, 0, utf8.length);
    this.encoded = JsonWriter.encodeName(text);
  }

  /**
   * Prepares a name.
   *
   * @throws IllegalArgumentException if it holds a lone surrogate
   */
  public static JsonName of(String text) {
    return new JsonName(text);
  }

  /** The name itself. */
  public String text() {
    return text;
  }

  @Override
  public String toString() {
    return text;
  }

  int hash() {
    return hash;
  }

  /** The name in quotes, and its colon. */
  byte[] encoded() {
    return encoded;
  }

  boolean equalsUtf8(byte[] bytes, int start, int end) {
    int length = end - start;
    if (length != utf8.length) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      if (utf8[i] != bytes[start + i]) {
        return false;
      }
    }
    return true;
  }

  static int hash(byte[] bytes, int start, int end) {
    int hash = 0;
    for (int i = start; i < end; i++) {
      hash = 31 * hash + bytes[i];
    }
    return hash;
  }
}
