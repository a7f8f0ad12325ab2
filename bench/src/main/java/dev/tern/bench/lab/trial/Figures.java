package dev.tern.bench.lab.trial;

import java.util.List;

/**
 * What a trial has measured.
 *
 * @param calls that clients wanted
 * @param succeeded of those
 * @param refused calls whose last word was SERVER_BUSY
 * @param p50Millis of the calls that succeeded, as all times here; 0 if none did
 * @param refusedP99Millis of those; 0 if there are none
 * @param attempts that the client made
 * @param received calls that came to the server, the refused ones among them
 * @param runs how often the user's code ran
 * @param timedOut calls that ran out of time
 * @param timedOutP999Millis how long those took, from when they really began
 * @param startedLate how often the user's code began for a call whose deadline had passed
 * @param counted by how much the server's counter has grown
 * @param millis how long it took
 */
public record Figures(
    int calls,
    int succeeded,
    int refused,
    double p50Millis,
    double p99Millis,
    double p999Millis,
    double refusedP99Millis,
    int timedOut,
    double timedOutP999Millis,
    long startedLate,
    long attempts,
    long received,
    long runs,
    long counted,
    double millis,
    Series series) {
  private static final double NANOS_PER_MILLI = 1e6;

  static Figures of(List<Ended> calls, Site.Seen seen, double millis, int binMillis) {
    Percentiles times =
        Percentiles.of(calls.stream().filter(Ended::isGood).mapToLong(Ended::took).toArray());
    long[] timedOut = calls.stream().filter(Ended::isTimedOut).mapToLong(Ended::ran).toArray();
    long[] refused = calls.stream().filter(Ended::isRefused).mapToLong(Ended::took).toArray();
    return new Figures(
        calls.size(),
        (int) calls.stream().filter(Ended::isGood).count(),
        refused.length,
        times.at(50) / NANOS_PER_MILLI,
        times.at(99) / NANOS_PER_MILLI,
        times.at(99.9) / NANOS_PER_MILLI,
        Percentiles.of(refused).at(99) / NANOS_PER_MILLI,
        timedOut.length,
        Percentiles.of(timedOut).at(99.9) / NANOS_PER_MILLI,
        seen.startedLate(),
        calls.stream().mapToLong(call -> call.attempts().size()).sum(),
        seen.received(),
        seen.runs(),
        seen.counted(),
        millis,
        Series.of(calls, binMillis));
  }

  /** From 0 to 1. */
  public double successRate() {
    return (double) succeeded / calls;
  }

  /** Attempts a call. */
  public double attemptsPerCall() {
    return (double) attempts / calls;
  }

  /** What the server gets for each call that somebody wants. */
  public double loadAmplification() {
    return (double) received / calls;
  }

  /** How often the user's code runs for each call that somebody wants. */
  public double runsPerCall() {
    return (double) runs / calls;
  }

  /** Calls that succeeded, a second. */
  public double goodput() {
    return succeeded * 1_000.0 / millis;
  }
}
