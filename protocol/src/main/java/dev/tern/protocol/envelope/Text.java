package dev.tern.protocol.envelope;

import dev.tern.protocol.Limits;
import dev.tern.protocol.Limits.Bound;

/** What strings in an envelope may hold. Lone surrogates never come this far: JSON refused them. */
public final class Text {
  private Text() {}

  /** Whether it has 1 to {@code max} characters, all of them visible ASCII. */
  static boolean isVisibleAscii(String text, int max) {
    int length = text.length();
    if (length < 1 || length > max) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      char c = text.charAt(i);
      if (c < 0x21 || c > 0x7E) {
        return false;
      }
    }
    return true;
  }

  /** Whether it has 1 to {@code maxBytes} UTF-8 bytes and no control character (C0, DEL, C1). */
  static boolean isPlain(String text, int maxBytes) {
    int length = text.length();
    if (length < 1 || length > maxBytes) {
      return false;
    }
    int bytes = length;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < 0x20 || (c >= 0x7F && c <= 0x9F)) {
        return false;
      }
      if (c >= 0x80) {
        // Each half of a surrogate pair stands for two bytes.
        bytes += c < 0x800 || Character.isSurrogate(c) ? 1 : 2;
      }
    }
    return bytes <= maxBytes;
  }

  /**
   * Whether a text, which holds nothing but ASCII from the space on, is {@linkplain #isPlain
   * plain}.
   */
  static boolean isPlainAscii(String text, int maxBytes) {
    int length = text.length();
    return length >= 1 && length <= maxBytes && text.indexOf(0x7F) < 0;
  }

  /** Whether it has no half of a surrogate pair alone. */
  static boolean isWellFormed(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (Character.isSurrogate(text.charAt(i))) {
        if (!Character.isSupplementaryCodePoint(text.codePointAt(i))) {
          return false;
        }
        i++; // the other half
      }
    }
    return true;
  }

  /** Whether it can be a {@code meta.key}: see {@link #keyRule}. */
  public static boolean isKey(String text, Limits limits) {
    return isPlain(text, limits.get(Bound.KEY_BYTES)) && isWellFormed(text);
  }

  /** In words, what a {@code meta.key} must be. */
  public static String keyRule(Limits limits) {
    return "1 to " + limits.get(Bound.KEY_BYTES) + " bytes of UTF-8 without control characters";
  }

  /** Whether it can be a {@code meta.auth}: it has no control characters, and fits into meta. */
  public static boolean isToken(String text, Limits limits) {
    return isPlain(text, limits.get(Bound.META_BYTES)) && isWellFormed(text);
  }

  /** Whether it can be an {@code id}: as a key otherwise. */
  public static boolean isId(String text, Limits limits) {
    return isPlain(text, limits.get(Bound.ID_BYTES)) && isWellFormed(text);
  }

  /** In words, what an id must be. */
  static String idRule(Limits limits) {
    return "a string of 1 to "
        + limits.get(Bound.ID_BYTES)
        + " bytes without control characters, or a 64-bit integer";
  }

  /** Whether it can be a {@code method}: see {@link #methodRule}. */
  public static boolean isMethod(String text, Limits limits) {
    return isVisibleAscii(text, limits.get(Bound.METHOD_BYTES));
  }

  /** In words, what a method must be. */
  public static String methodRule(Limits limits) {
    return "1 to " + limits.get(Bound.METHOD_BYTES) + " visible ASCII characters";
  }
}
