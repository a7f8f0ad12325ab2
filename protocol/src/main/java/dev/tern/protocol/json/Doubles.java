package dev.tern.protocol.json;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

/** Numbers with a fraction or an exponent. */
final class Doubles {
  /** Powers of ten that a double holds exactly. */
  private static final double[] EXACT_POWERS = {
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
    1e17, 1e18, 1e19, 1e20, 1e21, 1e22
  };

  /** So many digits behind the point are written a short way. */
  static final int PLACES = 4;

  /** From here on Java writes an exponent. */
  private static final double LARGE = 1e7;

  private static final double SMALL = 1e-3;
  private static final long[] UNITS = {1, 10, 100, 1_000, 10_000};

  private Doubles() {}

  /**
   * The absolute number times 10^{@link #PLACES}, if that is an integer. With so few digits the
   * decimal is the only one as short that is read as this number, so it is what {@link
   * Double#toString(double)} writes.
   *
   * @return 0 if it is none, or Java would write an exponent
   */
  static long scaled(double number) {
    double absolute = Math.abs(number);
    if (absolute < SMALL || absolute >= LARGE) {
      return 0;
    }
    long scaled = Math.round(absolute * UNITS[PLACES]);
    return (double) scaled / UNITS[PLACES] == absolute ? scaled : 0;
  }

  /** 10^places. */
  static long unit(int places) {
    return UNITS[places];
  }

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
