package dev.tern.cli.top;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** What is shown of a row of samples: a screen for a person, a line for a file. */
final class Screen {
  /** So many samples are drawn side by side. */
  private static final int HISTORY = 60;

  /** A header stands before every so many lines, as a terminal scrolls. */
  private static final int LINES_A_HEADER = 20;

  private static final String COLUMNS = "%10s %10s %10s %9s %7s %11s %10s %10s";

  private final String server;
  private final Deque<Double> calls = new ArrayDeque<>();
  private @Nullable Sample last;
  private int lines;

  Screen(String server) {
    this.server = server;
  }

  /**
   * The whole screen after one more sample. Of the first one, which has nothing to be compared
   * with, it shows no rates.
   */
  List<String> screen(Sample now) {
    Sample before = last;
    last = now;
    if (before != null) {
      calls.addLast(now.perSecond(before, before.ended(), now.ended()));
      if (calls.size() > HISTORY) {
        calls.removeFirst();
      }
    }
    List<String> screen = new ArrayList<>();
    screen.add(
        "%s   up %s, last heard %s ago"
            .formatted(
                server,
                Figures.time(Duration.ofMillis(now.figure("uptime_ms"))),
                millis(now.figure("last_seen_ms"))));
    screen.add("");
    screen.add(line("calls/s", before == null ? "-" : Figures.rate(calls.getLast())) + spark());
    screen.add(line("in flight", Figures.whole(now.figure("in_flight"))));
    screen.add(line("queued", Figures.whole(now.figure("queued"))));
    screen.add(line("connections", Figures.whole(now.figure("connections"))));
    screen.add(
        line("bytes/s", bytes(before, now, "bytes_read") + " in")
            + "   "
            + bytes(before, now, "bytes_written")
            + " out");
    group(screen, "calls by code", "calls", "", _ -> true, before, now);
    group(screen, "refused, by reason", "counts", "refused_", _ -> true, before, now);
    group(screen, "connections closed", "counts", "closed_", _ -> true, before, now);
    group(screen, "also", "counts", "", Screen::isOther, before, now);
    group(screen, "peers' oddities", "oddities", "", _ -> true, before, now);
    return screen;
  }

  private String spark() {
    return calls.size() < 2 ? "" : "   " + Figures.spark(calls);
  }

  private static boolean isOther(String name) {
    return !name.startsWith("refused_")
        && !name.startsWith("closed_")
        && !name.startsWith("bytes_");
  }

  private static String millis(long millis) {
    return millis < 1_000 ? millis + " ms" : Figures.time(Duration.ofMillis(millis));
  }

  private static String line(String name, String value) {
    return String.format(Locale.ROOT, "%-14s %12s", name, value);
  }

  private static String bytes(@Nullable Sample before, Sample now, String name) {
    return before == null
        ? "-"
        : Figures.bytes(now.perSecond(before, before.count(name), now.count(name)));
  }

  /** The counts of one kind, each with how many it is more a second; nothing if there are none. */
  private static void group(
      List<String> screen,
      String title,
      String group,
      String prefix,
      Predicate<String> wanted,
      @Nullable Sample before,
      Sample now) {
    List<String> lines = new ArrayList<>();
    now.group(group)
        .forEach(
            (name, count) -> {
              if (name.startsWith(prefix) && wanted.test(name)) {
                lines.add(
                    counted(name.substring(prefix.length()), group, name, count, before, now));
              }
            });
    if (!lines.isEmpty()) {
      screen.add("");
      screen.add(String.format(Locale.ROOT, "%-24s %14s %10s", title, "all", "a second"));
      screen.addAll(lines);
    }
  }

  private static String counted(
      String shown, String group, String name, long count, @Nullable Sample before, Sample now) {
    String rate =
        before == null
            ? "-"
            : Figures.rate(
                now.perSecond(before, before.group(group).getOrDefault(name, 0L), count));
    return String.format(Locale.ROOT, "  %-22s %14s %10s", shown, Figures.whole(count), rate);
  }

  /** One line after one more sample, under a header now and then; none of the first sample. */
  List<String> lines(Sample now) {
    Sample before = last;
    last = now;
    if (before == null) {
      return List.of();
    }
    List<String> shown = new ArrayList<>();
    if (lines++ % LINES_A_HEADER == 0) {
      shown.add(
          String.format(
              Locale.ROOT,
              COLUMNS,
              "calls/s",
              "errors/s",
              "refused/s",
              "in_flight",
              "queued",
              "connections",
              "KiB_in/s",
              "KiB_out/s"));
    }
    double all = now.perSecond(before, before.ended(), now.ended());
    double good = now.perSecond(before, before.succeeded(), now.succeeded());
    shown.add(
        String.format(
            Locale.ROOT,
            COLUMNS,
            plain(all),
            plain(all - good),
            plain(now.perSecond(before, refused(before), refused(now))),
            now.figure("in_flight"),
            now.figure("queued"),
            now.figure("connections"),
            plain(
                now.perSecond(before, before.count("bytes_read"), now.count("bytes_read")) / 1024),
            plain(
                now.perSecond(before, before.count("bytes_written"), now.count("bytes_written"))
                    / 1024)));
    return shown;
  }

  /** For programs that read it: no separators, always one decimal. */
  private static String plain(double rate) {
    return String.format(Locale.ROOT, "%.1f", rate);
  }

  private static long refused(Sample sample) {
    return sample.group("counts").entrySet().stream()
        .filter(entry -> entry.getKey().startsWith("refused_"))
        .mapToLong(Map.Entry::getValue)
        .sum();
  }
}
