package dev.tern.bench.draw;

import java.io.PrintStream;
import java.time.Duration;

/** A bar that fills, on a terminal; a line for each workload where there is none. */
public final class Progress {
  private static final int WIDTH = 30;

  private final PrintStream out;
  private final boolean terminal;
  private final int all;
  private final long began = System.nanoTime();
  private int done;
  private String lastPart = "";

  /**
   * @param all steps
   */
  public Progress(PrintStream out, boolean terminal, int all) {
    this.out = out;
    this.terminal = terminal;
    this.all = all;
  }

  /** A step begins. */
  public void step(String part, String what) {
    String elapsed = words(Duration.ofNanos(System.nanoTime() - began));
    if (terminal) {
      int filled = done * WIDTH / all;
      out.printf(
          "\r\033[K[%s%s] %3d %% %s  %s: %s",
          "#".repeat(filled), ".".repeat(WIDTH - filled), done * 100 / all, elapsed, part, what);
    } else if (!part.equals(lastPart)) {
      out.println(elapsed + "  " + part);
    }
    out.flush();
    lastPart = part;
    done++;
  }

  /** So many steps will not happen. */
  public void skip(int steps) {
    done += steps;
  }

  /** The bar on stderr. The script says whether that is a terminal: Java cannot tell. */
  public static Progress onStderr(int steps) {
    return new Progress(System.err, Boolean.getBoolean("tern.terminal.err"), steps);
  }

  /** All is done. */
  public void end() {
    if (terminal) {
      out.print("\r\033[K");
      out.flush();
    }
  }

  /** As minutes and seconds. */
  public static String words(Duration time) {
    return "%d:%02d".formatted(time.toMinutes(), time.toSecondsPart());
  }
}
