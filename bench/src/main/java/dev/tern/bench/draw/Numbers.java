package dev.tern.bench.draw;

import java.util.Locale;

/** Numbers for readers. */
public final class Numbers {
  private Numbers() {}

  /** "1,234,567". */
  public static String whole(double number) {
    return String.format(Locale.ROOT, "%,.0f", number);
  }

  /** With so many digits after the point. */
  public static String fixed(double number, int digits) {
    return String.format(Locale.ROOT, "%,." + digits + "f", number);
  }

  /** About three digits: "0.523", "14.2", "1,234". */
  public static String short3(double number) {
    double size = Math.abs(number);
    if (size >= 100) {
      return whole(number);
    }
    return fixed(number, size >= 10 ? 1 : size >= 1 ? 2 : 3);
  }

  /** For the axis of a plot: "1.2 M", "350 k", "23". */
  public static String rounded(double number) {
    if (number >= 1e6) {
      return trimmed(number / 1e6) + " M";
    }
    return number >= 1e3 ? trimmed(number / 1e3) + " k" : trimmed(number);
  }

  private static String trimmed(double number) {
    return number >= 100 ? fixed(number, 0) : fixed(number, 2).replaceAll("\\.?0+$", "");
  }
}
