package dev.tern.protocol.json;

import dev.tern.protocol.value.IntegerKind;
import dev.tern.protocol.value.Words;

/** The number seen last. What it is as an integer is found in the pass that checks it. */
final class NumberToken {
  /** 2^64-1 is 1844674407370955161 and a last digit 5. */
  private static final long MAX_UNSIGNED_TENTH = 1_844_674_407_370_955_161L;

  private boolean negative;
  private boolean isInteger;

  /** Where its integer part starts, and how many digits that has. */
  private int first;

  private int digits;

  /** Its integer part without the sign, modulo 2^64. */
  private long magnitude;

  /** Where the number that starts at {@code p} ends, or -1 - q if the byte at q is wrong. */
  int scan(byte[] b, int p, int end) {
    negative = b[p] == '-';
    first = negative ? p + 1 : p;
    long word = Words.at(b, first);
    int count = Math.min(Words.digits(word), end - first);
    long value = count == 0 ? 0 : Words.decimal(word, count);
    int at = first + count;
    if (count == Words.BYTES) {
      for (; at < end && isDigit(b[at]); at++) {
        value = value * 10 + (b[at] - '0');
      }
    }
    magnitude = value;
    digits = at - first;
    if (digits == 0) {
      return -1 - at;
    }
    if (digits > 1 && b[first] == '0') {
      return -1 - (first + 1);
    }
    isInteger = at == end || (b[at] != '.' && (b[at] | 0x20) != 'e');
    return isInteger ? at : fractionAndExponent(b, at, end);
  }

  private static int fractionAndExponent(byte[] b, int p, int end) {
    if (b[p] == '.') {
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

  /** What it is as an integer; {@link #bits} gives the value of the first two. */
  IntegerKind integer(byte[] b) {
    if (isInteger && digits < 19) {
      return IntegerKind.SIGNED;
    }
    IntegerKind kind = isInteger ? longInteger(b) : IntegerKind.NOT_AN_INTEGER;
    if (kind == IntegerKind.OUT_OF_RANGE || kind == IntegerKind.NOT_AN_INTEGER) {
      magnitude = 0;
    }
    return kind;
  }

  private IntegerKind longInteger(byte[] b) {
    if (digits == 19 && (magnitude >= 0 || (negative && magnitude == Long.MIN_VALUE))) {
      return IntegerKind.SIGNED;
    }
    boolean fits = digits == 19 || (digits == 20 && fitsTwentyDigits(b));
    return fits && !negative ? IntegerKind.UNSIGNED : IntegerKind.OUT_OF_RANGE;
  }

  private boolean fitsTwentyDigits(byte[] b) {
    int last = first + 19;
    long tenth = 0;
    for (int p = first; p < last; p++) {
      tenth = tenth * 10 + (b[p] - '0');
    }
    return Long.compareUnsigned(tenth, MAX_UNSIGNED_TENTH) < 0
        || (tenth == MAX_UNSIGNED_TENTH && b[last] <= '5');
  }

  /** The low 64 bits of an integer; 0 if {@link #integer} has found that it is none. */
  long bits() {
    return negative ? -magnitude : magnitude;
  }

  private static int digits(byte[] b, int p, int end) {
    while (p < end && isDigit(b[p])) {
      p++;
    }
    return p;
  }

  private static boolean isDigit(byte b) {
    return b >= '0' && b <= '9';
  }
}
