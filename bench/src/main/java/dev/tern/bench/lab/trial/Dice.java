package dev.tern.bench.lab.trial;

import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;

/**
 * Chance from a seed, for any number of threads. The numbers are the same each time; who draws
 * which one is not. After Steele, Lea and Flood, "Fast Splittable Pseudorandom Number Generators",
 * OOPSLA 2014.
 */
final class Dice implements RandomGenerator {
  private static final long GOLDEN = 0x9e3779b97f4a7c15L;
  private static final int FRACTION_BITS = 53;

  private final AtomicLong state;
  private final Jitter jitter;

  /**
   * @param jitter what becomes of {@link #nextDouble}, which is what waits are drawn with
   */
  Dice(long seed, Jitter jitter) {
    this.state = new AtomicLong(seed);
    this.jitter = jitter;
  }

  @Override
  public long nextLong() {
    long mixed = state.addAndGet(GOLDEN);
    mixed = (mixed ^ (mixed >>> 30)) * 0xbf58476d1ce4e5b9L;
    mixed = (mixed ^ (mixed >>> 27)) * 0x94d049bb133111ebL;
    return mixed ^ (mixed >>> 31);
  }

  @Override
  public double nextDouble() {
    return jitter.spread((nextLong() >>> (Long.SIZE - FRACTION_BITS)) * 0x1p-53);
  }
}
