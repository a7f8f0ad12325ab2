package dev.tern.protocol;

/**
 * Pairs a response with its request on one connection, nothing more. Echoed exactly; 5 and "5"
 * differ. A request without an id has a Java null.
 */
public sealed interface Id {

  /**
   * An explicit JSON {@code null}: never pairs with anything, echoed where the dialect allows it.
   */
  enum Null implements Id {
    NULL
  }

  /**
   * An integer in [-2^63, 2^64-1].
   *
   * @param bits the value's low 64 bits
   * @param unsigned true only for values of 2^63 and above, whose bits read as negative
   */
  record Number(long bits, boolean unsigned) implements Id {
    public Number {
      if (unsigned && bits >= 0) {
        throw new IllegalArgumentException(
            "unsigned id: " + bits + " (expected: 2^63 or above, a negative long)");
      }
    }

    public Number(long value) {
      this(value, false);
    }

    @Override
    public String toString() {
      return unsigned ? Long.toUnsignedString(bits) : Long.toString(bits);
    }
  }

  /** A string of 1-128 UTF-8 bytes without control characters or lone surrogates. */
  record Text(String value) implements Id {
    @Override
    public String toString() {
      return '"' + value + '"';
    }
  }
}
