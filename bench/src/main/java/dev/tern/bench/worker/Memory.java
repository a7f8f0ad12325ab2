package dev.tern.bench.worker;

import dev.tern.bench.contender.Side;
import java.lang.management.ManagementFactory;

/**
 * What a process holds when its garbage is gone.
 *
 * @param heapBytes in use on the heap
 * @param directBytes held outside, as the contender counts it
 * @param threads platform threads
 * @param residentKib all of the process, as the system counts it; 0 where it does not tell
 */
public record Memory(long heapBytes, long directBytes, int threads, long residentKib) {
  private static final int SETTLE_MILLIS = 300;

  /** Of this process; takes the time of two collections. */
  @SuppressWarnings("SystemGcCall") // what lives is to be seen, without what is garbage
  static Memory now(Side side) throws InterruptedException {
    System.gc();
    Thread.sleep(SETTLE_MILLIS); // cleaners and closing loops
    System.gc();
    return new Memory(
        ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed(),
        side.directBytes(),
        ManagementFactory.getThreadMXBean().getThreadCount(),
        Usage.residentKib());
  }

  String toWords() {
    return heapBytes + " " + directBytes + " " + threads + " " + residentKib;
  }

  /** Reads what {@link #toWords} wrote. */
  public static Memory ofWords(String[] words) {
    return new Memory(
        Long.parseLong(words[0]),
        Long.parseLong(words[1]),
        Integer.parseInt(words[2]),
        Long.parseLong(words[3]));
  }
}
