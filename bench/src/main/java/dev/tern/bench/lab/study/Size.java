package dev.tern.bench.lab.study;

import dev.tern.bench.lab.trial.Load;

/**
 * How much is measured.
 *
 * @param calls of a trial with a steady load
 * @param perSecond how many of them come: few enough that this process is not what they wait for
 * @param burst callers that call at the same moment, where that is what is looked at
 * @param millis of each part of a trial that shows a course
 * @param isCoarse whether fewer values of each parameter will do
 */
public record Size(int calls, int perSecond, int burst, int millis, boolean isCoarse) {
  /** All in about a minute. */
  public static final Size QUICK = new Size(1_000, 500, 200, 1_500, true);

  /** All in some minutes. */
  public static final Size FULL = new Size(4_000, 500, 200, 4_000, false);

  /** The calls by the clock. */
  Load steady() {
    return new Load.Open(perSecond, Math.toIntExact(calls * 1_000L / perSecond));
  }
}
