package dev.tern.cli.top;

import java.time.Duration;
import java.util.Collection;
import java.util.Locale;

/** Numbers as a person reads them at a glance. */
final class Figures {
  private static final String LEVELS = "▁▂▃▄▅▆▇█";
  private static final long KIB = 1024;
  private static final double WHOLE_FROM = 10;

  private Figures() {}

  static String whole(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }

  /** One decimal where it says something. */
  static String rate(double perSecond) {
    boolean isSmall = perSecond > 0 && perSecond < WHOLE_FROM;
    return String.format(Locale.ROOT, isSmall ? "%.1f" : "%,.0f", perSecond);
  }

  static String bytes(double bytes) {
    double shown = bytes;
    String unit = "B";
    for (String larger : new String[] {"KiB", "MiB", "GiB"}) {
      if (shown < KIB) {
        break;
      }
      shown /= KIB;
      unit = larger;
    }
    return rate(shown) + " " + unit;
  }

  static String time(Duration time) {
    if (time.toHours() > 0) {
      return "%dh %02dm".formatted(time.toHours(), time.toMinutesPart());
    }
    return time.toMinutes() > 0
        ? "%dm %02ds".formatted(time.toMinutes(), time.toSecondsPart())
        : time.toSeconds() + "s";
  }

  /** A line of small bars, one a value; the highest value fills its place. */
  static String spark(Collection<Double> values) {
    double most = values.stream().mapToDouble(Double::doubleValue).max().orElse(0);
    StringBuilder line = new StringBuilder();
    for (double value : values) {
      int level = most <= 0 ? 0 : (int) Math.round(value / most * (LEVELS.length() - 1));
      line.append(LEVELS.charAt(level));
    }
    return line.toString();
  }
}
