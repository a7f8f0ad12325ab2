package dev.tern.bench.contender;

import java.util.Arrays;

/** Checks of answers: a fast wrong answer is no answer. */
public final class Expect {
  private Expect() {}

  /** Checks the sum of 1 and 2. */
  public static void sum(long sum) {
    if (sum != 3) {
      throw new IllegalStateException("add(1, 2): " + sum + " (expected: 3)");
    }
  }

  /** Checks that an echo is what was sent. */
  public static void equal(Object sent, Object echoed) {
    if (!sent.equals(echoed)) {
      throw new IllegalStateException("the echo is not equal to what was sent");
    }
  }

  /** Checks that an echo is what was sent. */
  public static void equal(byte[] sent, byte[] echoed) {
    if (!Arrays.equals(sent, echoed)) {
      throw new IllegalStateException("the echo is not equal to what was sent");
    }
  }

  /** Checks the length of an echo, where comparing its content would cost more than the call. */
  public static void length(int sent, int echoed) {
    if (sent != echoed) {
      throw new IllegalStateException(
          "length of the echo: " + echoed + " (expected: " + sent + ")");
    }
  }
}
