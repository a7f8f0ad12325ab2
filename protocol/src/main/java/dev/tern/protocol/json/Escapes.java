package dev.tern.protocol.json;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.tern.protocol.value.Utf8;

/** Backslash escapes in JSON strings. */
final class Escapes {
  /** The longest escape that {@link #put} writes. */
  static final int LONGEST = 6;

  private static final byte[] HEX = "0123456789abcdef".getBytes(ISO_8859_1);

  private Escapes() {}

  /**
   * Checks the escape whose backslash is at {@code p}; two that make a surrogate pair count as one.
   *
   * @return where the next character starts; -1 if it is no escape, cut off, or a lone surrogate
   */
  static int check(byte[] b, int p, int end) {
    if (end - p < 2) {
      return -1;
    }
    return switch (b[p + 1]) {
      case '"', '\\', '/', 'b', 'f', 'n', 'r', 't' -> p + 2;
      case 'u' -> checkUnit(b, p, end);
      default -> -1;
    };
  }

  private static int checkUnit(byte[] b, int p, int end) {
    int unit = end - p < 6 ? -1 : hex(b, p + 2);
    if (unit < 0 || isLow(unit)) {
      return -1;
    }
    if (!isHigh(unit)) {
      return p + 6;
    }
    boolean paired = end - p >= 12 && b[p + 6] == '\\' && b[p + 7] == 'u' && isLow(hex(b, p + 8));
    return paired ? p + 12 : -1;
  }

  /** How long the checked escape at {@code p} is. */
  static int length(byte[] b, int p) {
    return b[p + 1] != 'u' ? 2 : isHigh(hex(b, p + 2)) ? 12 : 6;
  }

  /** What the checked escape at {@code p} stands for. */
  static int codePoint(byte[] b, int p) {
    return switch (b[p + 1]) {
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'u' -> {
        int unit = hex(b, p + 2);
        yield isHigh(unit) ? Character.toCodePoint((char) unit, (char) hex(b, p + 8)) : unit;
      }
      default -> b[p + 1];
    };
  }

  /** Decodes checked text into UTF-8, which is never longer, and says how long it became. */
  static int decode(byte[] b, int start, int end, byte[] out) {
    int to = 0;
    for (int p = start; p < end; ) {
      if (b[p] == '\\') {
        to = Utf8.put(out, to, codePoint(b, p));
        p += length(b, p);
      } else {
        out[to++] = b[p++];
      }
    }
    return to;
  }

  /** Writes the escape of an ASCII character that needs one, and says where the next byte goes. */
  static int put(byte[] out, int p, int c) {
    out[p] = '\\';
    byte letter =
        switch (c) {
          case '"', '\\' -> (byte) c;
          case '\n' -> 'n';
          case '\r' -> 'r';
          case '\t' -> 't';
          case '\b' -> 'b';
          case '\f' -> 'f';
          default -> 'u';
        };
    out[p + 1] = letter;
    if (letter != 'u') {
      return p + 2;
    }
    out[p + 2] = '0';
    out[p + 3] = '0';
    out[p + 4] = HEX[c >> 4];
    out[p + 5] = HEX[c & 0xF];
    return p + LONGEST;
  }

  private static boolean isHigh(int unit) {
    return (unit & ~0x3FF) == 0xD800;
  }

  private static boolean isLow(int unit) {
    return (unit & ~0x3FF) == 0xDC00;
  }

  /** Four hexadecimal digits, or -1. */
  private static int hex(byte[] b, int p) {
    int value = 0;
    for (int i = p; i < p + 4; i++) {
      int digit = b[i] < 0 ? -1 : Character.digit(b[i], 16);
      if (digit < 0) {
        return -1;
      }
      value = value << 4 | digit;
    }
    return value;
  }
}
