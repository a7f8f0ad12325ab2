package dev.tern.cli.serve;

import dev.tern.cli.terminal.Terminal;
import dev.tern.cli.terminal.Terminal.Color;
import java.time.Duration;
import java.util.Locale;

/** Prints what a demonstration claims, and counts what turns out not to be so. */
final class Claims {
  private static final int LABEL_WIDTH = 30;
  private static final double NANOS_PER_MILLI = 1_000_000;

  private final Terminal terminal;
  private int broken;

  Claims(Terminal terminal) {
    this.terminal = terminal;
  }

  /** A scene begins. */
  void scene(String title, String aside) {
    terminal.out().println();
    terminal
        .out()
        .println(
            terminal.colored(Color.TITLE, title) + terminal.colored(Color.ASIDE, "  " + aside));
  }

  /** A sentence, or a line of a picture. */
  void said(String text) {
    terminal.out().println("  " + text);
  }

  /**
   * One claim.
   *
   * @param good whether it is true
   * @param shown what was seen
   * @param expected what should have been
   */
  void line(boolean good, String label, String shown, String expected) {
    String mark = good ? terminal.colored(Color.GOOD, "✓") : terminal.colored(Color.BAD, "✗");
    String padding = " ".repeat(Math.max(1, LABEL_WIDTH - label.length()));
    said(mark + " " + label + padding + shown + (good ? "" : " (expected: " + expected + ")"));
    broken += good ? 0 : 1;
  }

  /** How many were not true. */
  int broken() {
    return broken;
  }

  static String millis(Duration time) {
    return String.format(Locale.ROOT, "%,.0f ms", time.toNanos() / NANOS_PER_MILLI);
  }
}
