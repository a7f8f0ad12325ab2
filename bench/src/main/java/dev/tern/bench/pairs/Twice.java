package dev.tern.bench.pairs;

/**
 * One pair: the same figure of both builds, measured one right after the other.
 *
 * @param before of the build that was there before; more than 0
 * @param after of the build that it is compared with; more than 0
 */
public record Twice(double before, double after) {
  /** Checks that a ratio can be taken. */
  public Twice {
    if (!(before > 0 && after > 0)) {
      throw new IllegalArgumentException(
          "before: " + before + ", after: " + after + " (expected: more than 0)");
    }
  }

  double logarithm() {
    return Math.log(after / before);
  }
}
