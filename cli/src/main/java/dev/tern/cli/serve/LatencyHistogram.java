package dev.tern.cli.serve;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A few lines that show how latencies are spread. */
final class LatencyHistogram {
  private static final long STEP_MILLIS = 50;

  /** The last line takes what is beyond. */
  private static final int LINES = 10;

  /** The longest bar. */
  private static final int WIDTH = 40;

  private LatencyHistogram() {}

  /** The lines without line breaks; those behind the slowest one are left out. */
  static List<String> lines(List<Duration> latencies) {
    int[] counts = new int[LINES];
    int last = 0;
    int most = 1;
    for (Duration latency : latencies) {
      int index = (int) Math.min(LINES - 1, latency.toMillis() / STEP_MILLIS);
      counts[index]++;
      last = Math.max(last, index);
      most = Math.max(most, counts[index]);
    }
    List<String> lines = new ArrayList<>();
    for (int i = 0; i <= last; i++) {
      String bar = "█".repeat((counts[i] * WIDTH + most - 1) / most); // one call shows, too
      String end =
          i == LINES - 1 ? "…   " : String.format(Locale.ROOT, "%-4d", (i + 1) * STEP_MILLIS);
      lines.add(
          String.format(Locale.ROOT, "%4d – %s ms %4d %s", i * STEP_MILLIS, end, counts[i], bar)
              .stripTrailing());
    }
    return lines;
  }
}
