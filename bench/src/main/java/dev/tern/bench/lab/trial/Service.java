package dev.tern.bench.lab.trial;

import org.jspecify.annotations.Nullable;

/**
 * What the server does with a call.
 *
 * @param delayMillis how long it works
 * @param slowShare which part of the calls takes longer
 * @param slowMillis how long those take
 * @param threads of its pool; 0 for a virtual thread for each call
 * @param queue calls that may wait for a thread; more are refused
 * @param outage null for none
 */
public record Service(
    int delayMillis,
    double slowShare,
    int slowMillis,
    int threads,
    int queue,
    @Nullable Outage outage) {

  /** More than any trial makes: a queue without a bound that matters. */
  public static final int ENDLESS = 1_000_000;

  /**
   * A while in which the server is of no use.
   *
   * @param hangs whether its calls wait for the end of it; else they are refused at once
   * @param fromMillis after the beginning of the load
   */
  public record Outage(boolean hangs, int fromMillis, int untilMillis) {}

  /** Any number of calls at once, each as long. */
  public static Service taking(int millis) {
    return new Service(millis, 0, 0, 0, 0, null);
  }

  /** With some calls that take longer. */
  public Service slow(double share, int millis) {
    return new Service(delayMillis, share, millis, threads, queue, outage);
  }

  /** With so many calls at once, and so many that wait. */
  public Service pool(int size, int waiting) {
    return new Service(delayMillis, slowShare, slowMillis, size, waiting, outage);
  }

  /** With an outage. */
  public Service failing(Outage during) {
    return new Service(delayMillis, slowShare, slowMillis, threads, queue, during);
  }

  /** How many calls a second it can serve; infinite without a pool. */
  public double capacity() {
    return threads == 0 ? Double.POSITIVE_INFINITY : threads * 1_000.0 / delayMillis;
  }
}
