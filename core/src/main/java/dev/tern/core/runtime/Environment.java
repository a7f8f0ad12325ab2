package dev.tern.core.runtime;

import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadLocalRandom;
import java.util.random.RandomGenerator;

/**
 * Where an end has its time, its threads and its chance from, so that a test or a simulation can
 * replace them. Immutable; its parts must be thread-safe.
 *
 * @param timers the clock, and what happens later
 * @param virtualThreads makes threads for calls and short work; they may block, and starve nobody
 * @param platformThreads makes threads for work that keeps a processor busy
 * @param random for waits and for names that nobody should guess; needs no secrecy
 */
public record Environment(
    Timers timers,
    ThreadFactory virtualThreads,
    ThreadFactory platformThreads,
    RandomGenerator random) {

  /** The machine's clock, daemon threads, and a random generator of the process. */
  public static final Environment SYSTEM =
      new Environment(
          Timers.system(),
          Thread.ofVirtual().factory(),
          Thread.ofPlatform().daemon().factory(),
          () -> ThreadLocalRandom.current().nextLong());

  /** This environment with another clock. */
  public Environment withTimers(Timers other) {
    return new Environment(other, virtualThreads, platformThreads, random);
  }

  /** This environment with another source of chance. */
  public Environment withRandom(RandomGenerator other) {
    return new Environment(timers, virtualThreads, platformThreads, other);
  }

  /** Runs a task on a new virtual thread. */
  public void startVirtual(Runnable task) {
    virtualThreads.newThread(task).start();
  }
}
