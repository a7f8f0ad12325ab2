package dev.tern.protocol.json;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

/** Numbers with a fraction or an exponent. */
final class Doubles {
  /** Powers of ten that a double holds exactly. */
  private static final double[] EXACT_POWERS = {
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
    1e17, 1e18, 1e19, 1e20, 1e21, 1e22
  };

  private Doubles() {}

  /** The double nearest to a checked number: infinite if it is out of range. */
  static double parse(byte[] b, int start, int end) {
    boolean negative = b[start] == '-';
    long mantissa = 0;
    int scale = 0;
    boolean fraction = false;
    // Up to 15 digits and a power of ten up to 22 are exact in a double: one division rounds once.
    if (end - start <= 17) {
      int p = negative ? start + 1 : start;
      for (; p < end; p++) {
        byte c = b[p];
        if (c == '.') {
          fraction = true;
        } else if (c >= '0' && c <= '9') {
          mantissa = mantissa * 10 + (c - '0');
          scale += fraction ? 1 : 0;
        } else {
          break;
        }
      }
      if (p == end && mantissa < 1L << 53) {
        double value = mantissa / EXACT_POWERS[scale];
        return negative ? -value : value;
      }
    }
    return Double.parseDouble(new String(b, start, end - start, ISO_8859_1));
  }
}
