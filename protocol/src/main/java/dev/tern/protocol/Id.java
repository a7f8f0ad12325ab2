package dev.tern.protocol;

/**
 * Pairs a response with its request on one connection, nothing more. Echoed exactly; 5 and "5"
 * differ. A request without an id has a Java null.
 *
 * <p>Ids of a kind have an order, so that a {@link java.util.HashMap} finds them quickly even if a
 * peer has chosen them to have one hash.
 */
public sealed interface Id {

  /**
   * An explicit JSON {@code null}: never pairs with anything, echoed where the dialect allows it.
   */
  enum Null implements Id {
    /** The only one. */
    NULL
  }

  /**
   * An integer in [-2^63, 2^64-1].
   *
   * @param bits the value's low 64 bits
   * @param unsigned true only for values of 2^63 and above, whose bits read as negative
   */
  record Number(long bits, boolean unsigned) implements Id, Comparable<Number> {
    /**
     * Checks them.
     *
     * @throws IllegalArgumentException if an unsigned one is below 2^63
     */
    public Number {
      if (unsigned && bits >= 0) {
        throw new IllegalArgumentException(
            "unsigned id: " + bits + " (expected: 2^63 or above, a negative long)");
      }
    }

    /** An integer in the range of a {@code long}. */
    public Number(long value) {
      this(value, false);
    }

    /** By value. */
    @Override
    public int compareTo(Number other) {
      return unsigned == other.unsigned
          ? Long.compare(bits, other.bits)
          : Boolean.compare(unsigned, other.unsigned);
    }

    @Override
    public String toString() {
      return unsigned ? Long.toUnsignedString(bits) : Long.toString(bits);
    }
  }

  /** A string of 1-128 UTF-8 bytes without control characters or lone surrogates. */
  record Text(String value) implements Id, Comparable<Text> {
    @Override
    public int compareTo(Text other) {
      return value.compareTo(other.value);
    }

    @Override
    public String toString() {
      return '"' + value + '"';
    }
  }
}
