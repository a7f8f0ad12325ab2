package dev.tern.core.outcome;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.math.BigInteger;

/**
 * The value of a JSON number as digits and a power of ten: 1, 1.0 and 1e0 are the same. The
 * exponent is only added to, never written out: 1e999999999 takes no more room than it has digits.
 */
final class DecimalForm {
  private final byte[] json;
  private final int end;
  private boolean negative;

  /** From the first digit that is not 0 to behind the last one; a point may stand between. */
  private int first;

  private int behindLast;
  private BigInteger exponent = BigInteger.ZERO;

  DecimalForm(byte[] json, int start, int end) {
    this.json = json;
    this.end = end;
    int p = start;
    if (json[p] == '-') {
      negative = true;
      p++;
    }
    int mantissa = p;
    int point = -1;
    while (p < end && json[p] != 'e' && json[p] != 'E') {
      point = json[p] == '.' ? p : point;
      p++;
    }
    first = mantissa;
    behindLast = p;
    trim();
    if (first == behindLast) {
      return; // zero, whatever its exponent
    }
    exponent = BigInteger.valueOf(digitsBehindLast(p, point)).add(written(p));
  }

  private void trim() {
    while (first < behindLast && !isSignificant(json[first])) {
      first++;
    }
    while (behindLast > first && !isSignificant(json[behindLast - 1])) {
      behindLast--;
    }
  }

  private static boolean isSignificant(byte b) {
    return b >= '1' && b <= '9';
  }

  /** By what power of ten the digits up to the last one have to be multiplied. */
  private long digitsBehindLast(int mantissaEnd, int point) {
    if (point < 0) {
      return (long) mantissaEnd - behindLast;
    }
    return (long) point + (point >= behindLast ? 0 : 1) - behindLast;
  }

  private BigInteger written(int p) {
    if (p == end) {
      return BigInteger.ZERO;
    }
    int from = json[p + 1] == '+' ? p + 2 : p + 1;
    return new BigInteger(new String(json, from, end - from, US_ASCII));
  }

  /** Sign, digits, an e and the exponent. */
  @Override
  public String toString() {
    if (first == behindLast) {
      return "0e0";
    }
    StringBuilder out = new StringBuilder(behindLast - first + 8);
    if (negative) {
      out.append('-');
    }
    for (int i = first; i < behindLast; i++) {
      if (json[i] != '.') {
        out.append((char) json[i]);
      }
    }
    return out.append('e').append(exponent).toString();
  }
}
