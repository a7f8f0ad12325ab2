package dev.tern.bench.driver;

import dev.tern.bench.draw.Progress;
import dev.tern.bench.pairs.Estimate;
import dev.tern.bench.pairs.Rule;
import dev.tern.bench.pairs.Words;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;

/** How far it is: a line that changes, on a terminal; a line for each pair where there is none. */
final class PairsProgress {
  private final PrintStream out;
  private final boolean terminal;
  private final long began = System.nanoTime();

  PairsProgress(PrintStream out, boolean terminal) {
    this.out = out;
    this.terminal = terminal;
  }

  /** Processes are being started, and warmed up. */
  void starting(String id) {
    if (terminal) {
      show(id + ": starting");
    }
  }

  /** A pair has been measured. */
  void pair(String id, Estimate estimate, Rule rule) {
    show(
        String.format(
            Locale.ROOT,
            "%s: pair %d of at most %d, ratio %.3f, interval %s",
            id,
            estimate.pairs(),
            rule.pairs(),
            estimate.ratio(),
            Words.interval(estimate)));
  }

  /** A workload has ended early. */
  void failed(String id, String reason) {
    show(id + ": failed: " + reason + (terminal ? "\n" : ""));
  }

  private void show(String what) {
    String elapsed = Progress.words(Duration.ofNanos(System.nanoTime() - began));
    out.print((terminal ? "\r\033[K" : "") + elapsed + "  " + what + (terminal ? "" : "\n"));
    out.flush();
  }

  /** All is done. */
  void end() {
    if (terminal) {
      out.print("\r\033[K");
      out.flush();
    }
  }
}
