package dev.tern.protocol.json;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

/** Numbers as JSON writes them. */
final class Numbers {
  /** 2^64-1 is 1844674407370955161 and a last digit 5. */
  private static final long MAX_UNSIGNED_TENTH = 1_844_674_407_370_955_161L;

  /** Powers of ten that a double holds exactly. */
  private static final double[] EXACT_POWERS = {
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
    1e17, 1e18, 1e19, 1e20, 1e21, 1e22
  };

  private Numbers() {}

  /** Where the number that starts at {@code p} ends, or -1 - q if the byte at q is wrong. */
  static int end(byte[] b, int p, int end) {
    if (b[p] == '-') {
      p++;
    }
    int integer = p;
    p = digits(b, p, end);
    if (p == integer) {
      return -1 - p;
    }
    if (b[integer] == '0' && p > integer + 1) {
      return -1 - (integer + 1);
    }
    if (p < end && b[p] == '.') {
      int fraction = p + 1;
      p = digits(b, fraction, end);
      if (p == fraction) {
        return -1 - p;
      }
    }
    if (p < end && (b[p] | 0x20) == 'e') {
      p++;
      if (p < end && (b[p] == '+' || b[p] == '-')) {
        p++;
      }
      int exponent = p;
      p = digits(b, exponent, end);
      if (p == exponent) {
        return -1 - p;
      }
    }
    return p;
  }

  /** What the checked number is as an integer; {@link #bits} gives the value of the first two. */
  static JsonInteger integer(byte[] b, int start, int end) {
    for (int p = start; p < end; p++) {
      if (b[p] == '.' || (b[p] | 0x20) == 'e') {
        return JsonInteger.NOT_AN_INTEGER;
      }
    }
    boolean negative = b[start] == '-';
    int length = negative ? end - start - 1 : end - start;
    if (length < 19) {
      return JsonInteger.SIGNED;
    }
    if (length > 20) {
      return JsonInteger.OUT_OF_RANGE;
    }
    if (length == 20) {
      long tenth = magnitude(b, start, end - 1);
      boolean fits =
          !negative
              && (Long.compareUnsigned(tenth, MAX_UNSIGNED_TENTH) < 0
                  || (tenth == MAX_UNSIGNED_TENTH && b[end - 1] <= '5'));
      return fits ? JsonInteger.UNSIGNED : JsonInteger.OUT_OF_RANGE;
    }
    long magnitude = magnitude(b, negative ? start + 1 : start, end);
    if (magnitude >= 0 || (negative && magnitude == Long.MIN_VALUE)) {
      return JsonInteger.SIGNED;
    }
    return negative ? JsonInteger.OUT_OF_RANGE : JsonInteger.UNSIGNED;
  }

  /** The low 64 bits of an integer. */
  static long bits(byte[] b, int start, int end) {
    return b[start] == '-' ? -magnitude(b, start + 1, end) : magnitude(b, start, end);
  }

  /** The nearest double: infinite if it is out of range. */
  static double toDouble(byte[] b, int start, int end) {
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

  private static int digits(byte[] b, int p, int end) {
    while (p < end && b[p] >= '0' && b[p] <= '9') {
      p++;
    }
    return p;
  }

  private static long magnitude(byte[] b, int start, int end) {
    long value = 0;
    for (int p = start; p < end; p++) {
      value = value * 10 + (b[p] - '0');
    }
    return value;
  }
}
