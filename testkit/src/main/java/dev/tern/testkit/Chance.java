package dev.tern.testkit;

import java.util.SplittableRandom;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Decides for one thing after the other whether a fault hits it: the n-th is hit if the n-th {@code
 * nextDouble()} of {@code new SplittableRandom(seed)} is less than the share. Thread-safe.
 */
final class Chance {
  static final Chance NEVER = of("share", 0, 0);

  private final double share;
  private final ReentrantLock lock = new ReentrantLock();
  // Guarded by lock:
  private final SplittableRandom random;

  private Chance(double share, long seed) {
    this.share = share;
    this.random = new SplittableRandom(seed);
  }

  /**
   * Begins to count.
   *
   * @param name of the share, for the message
   * @param share from 0 for none to 1 for all
   * @throws IllegalArgumentException for any other share
   */
  static Chance of(String name, double share, long seed) {
    check(name, share);
    return new Chance(share, seed);
  }

  /**
   * Refuses what is no share.
   *
   * @throws IllegalArgumentException unless it is from 0 to 1
   */
  static void check(String name, double share) {
    if (!(share >= 0 && share <= 1)) {
      throw new IllegalArgumentException(name + ": " + share + " (expected: 0 to 1)");
    }
  }

  /** Whether the next one is hit. */
  boolean next() {
    lock.lock();
    try {
      return random.nextDouble() < share;
    } finally {
      lock.unlock();
    }
  }
}
