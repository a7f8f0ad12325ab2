package dev.tern.protocol.json;

/** Integers as JSON writes them. */
final class Decimals {
  /** 10^i; only the first is 0, which has a digit, too. */
  private static final long[] POWERS_OF_TEN = {
    0,
    10,
    100,
    1_000,
    10_000,
    100_000,
    1_000_000,
    10_000_000,
    100_000_000,
    1_000_000_000,
    10_000_000_000L,
    100_000_000_000L,
    1_000_000_000_000L,
    10_000_000_000_000L,
    100_000_000_000_000L,
    1_000_000_000_000_000L,
    10_000_000_000_000_000L,
    100_000_000_000_000_000L,
    1_000_000_000_000_000_000L
  };

  private Decimals() {}

  /** How many digits a number from 0 on has. */
  static int digits(long number) {
    // 1233 / 4096 is nearly the decimal logarithm of 2: at most one too little.
    int less = ((Long.SIZE - Long.numberOfLeadingZeros(number)) * 1233) >>> 12;
    return less + (number >= POWERS_OF_TEN[less] ? 1 : 0);
  }

  /** Writes a number from 0 on, backwards from {@code end}, two digits a division. */
  static void write(long number, byte[] out, int end) {
    int p = end;
    long rest = number;
    while (rest >= 10) {
      long hundredth = rest / 100;
      int pair = (int) (rest - hundredth * 100);
      int ten = pair / 10;
      out[--p] = (byte) ('0' + pair - 10 * ten);
      out[--p] = (byte) ('0' + ten);
      rest = hundredth;
    }
    // What is left is one digit; behind a pair it may be nothing but a leading zero.
    if (rest > 0 || p == end) {
      out[--p] = (byte) ('0' + rest);
    }
  }
}
