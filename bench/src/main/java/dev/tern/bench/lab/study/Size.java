package dev.tern.bench.lab.study;

/**
 * How much is measured.
 *
 * @param calls of each trial whose callers wait for their calls
 * @param callers of those
 * @param millis of each trial whose calls come by the clock
 * @param isCoarse whether fewer values of each parameter will do
 */
public record Size(int calls, int callers, int millis, boolean isCoarse) {
  /** All in about a minute. */
  public static final Size QUICK = new Size(1_000, 200, 1_500, true);

  /** All in some minutes. */
  public static final Size FULL = new Size(4_000, 200, 4_000, false);
}
