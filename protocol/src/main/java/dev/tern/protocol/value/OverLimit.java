package dev.tern.protocol.value;

import dev.tern.protocol.Limits;
import dev.tern.protocol.Limits.Bound;

/**
 * Something in a message that is well-formed, but larger than is taken: only the call that it
 * belongs to fails.
 *
 * @param at where it starts in the buffer: an object, an array, a name or a number
 * @param bound what it is over: DEPTH, NAME_BYTES or NUMBER_DIGITS
 */
public record OverLimit(int at, Bound bound) {

  /** Whether it is an object or an array. What is in it was not looked at closely. */
  public boolean isTooDeep() {
    return bound == Bound.DEPTH;
  }

  /** What is wrong, in words. */
  public String message(Limits limits) {
    return switch (bound) {
      case DEPTH -> "nesting that is too deep" + expected(limits, "levels");
      case NAME_BYTES -> "a name that is too long" + expected(limits, "bytes");
      default -> "a number that is too long" + expected(limits, "characters");
    };
  }

  private String expected(Limits limits, String unit) {
    return " (expected: at most " + limits.get(bound) + " " + unit + ")";
  }
}
