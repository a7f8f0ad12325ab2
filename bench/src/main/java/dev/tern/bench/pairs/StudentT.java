package dev.tern.bench.pairs;

/** Student's t distribution, for the mean of a few values whose spread is not known either. */
final class StudentT {
  private static final double CONFIDENCE = 0.95;

  /** Beyond the quantile of one degree of freedom, 12.7. */
  private static final double BEYOND = 16;

  /** Halves the bracket down to less than a double can tell apart. */
  private static final int HALVINGS = 60;

  private StudentT() {}

  /**
   * How many standard errors lie between the mean and each end of its 95 % interval.
   *
   * @param degrees of freedom: the number of values less one; at least 1
   */
  static double quantile(int degrees) {
    if (degrees < 1) {
      throw new IllegalArgumentException("degrees: " + degrees + " (expected: at least 1)");
    }
    double low = 0;
    double high = BEYOND;
    for (int i = 0; i < HALVINGS; i++) {
      double middle = (low + high) / 2;
      if (within(middle, degrees) < CONFIDENCE) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return high;
  }

  /**
   * The probability that a value lies between -t and t. For whole degrees the integral of the
   * density is a finite sum (Abramowitz and Stegun, 26.7.3 and 26.7.4).
   */
  private static double within(double t, int degrees) {
    double angle = Math.atan(t / Math.sqrt(degrees));
    double cosine = Math.cos(angle);
    boolean odd = degrees % 2 == 1;
    double term = odd ? cosine : 1;
    double sum = 0;
    for (int power = odd ? 1 : 0; power <= degrees - 2; power += 2) {
      sum += term;
      term *= cosine * cosine * (power + 1) / (power + 2);
    }
    double area = Math.sin(angle) * sum;
    return odd ? (angle + area) * 2 / Math.PI : area;
  }
}
