package dev.tern.bench.lab.trial;

import dev.tern.core.limit.ConcurrencyLimit;
import org.jspecify.annotations.Nullable;

/**
 * What the server does with a call, and how it admits calls.
 *
 * @param delayMillis how long it works
 * @param slowShare which part of the calls takes longer
 * @param slowMillis how long those take
 * @param threads of its pool; 0 for a virtual thread for each call
 * @param queue calls that may wait for a thread; more are refused
 * @param places how many calls can be worked at, as if each needed a processor; the others wait in
 *     the user's code. 0 for any number
 * @param limit of the calls that run; null for none
 * @param outage null for none
 */
public record Service(
    int delayMillis,
    double slowShare,
    int slowMillis,
    int threads,
    int queue,
    int places,
    @Nullable ConcurrencyLimit limit,
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
    return new Service(millis, 0, 0, 0, 0, 0, null, null);
  }

  /** With some calls that take longer. */
  public Service slow(double share, int millis) {
    return new Service(delayMillis, share, millis, threads, queue, places, limit, outage);
  }

  /** With so many calls at once, and so many that wait. */
  public Service pool(int size, int waiting) {
    return new Service(delayMillis, slowShare, slowMillis, size, waiting, places, limit, outage);
  }

  /** With so many calls that can be worked at. */
  public Service working(int atOnce) {
    return new Service(delayMillis, slowShare, slowMillis, threads, queue, atOnce, limit, outage);
  }

  /** With a limit of the calls that run; null for none. */
  public Service limited(@Nullable ConcurrencyLimit running) {
    return new Service(delayMillis, slowShare, slowMillis, threads, queue, places, running, outage);
  }

  /** With an outage. */
  public Service failing(Outage during) {
    return new Service(delayMillis, slowShare, slowMillis, threads, queue, places, limit, during);
  }

  /** How many calls a second it can serve; infinite if it works at any number. */
  public double capacity() {
    int atOnce = Math.max(threads, places);
    return atOnce == 0 ? Double.POSITIVE_INFINITY : atOnce * 1_000.0 / delayMillis;
  }
}
