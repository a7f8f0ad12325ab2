package dev.tern.bench.report;

import dev.tern.bench.worker.Memory;
import java.time.Duration;

/**
 * What idle connections cost, each.
 *
 * @param connections that were opened
 */
public record IdleSample(int connections, Cost server, Cost client) {

  /**
   * What one connection costs one side, and what all of them do.
   *
   * @param heapBytes of what lives on the heap
   * @param directBytes of memory outside the heap, as the system's allocator counts it
   * @param threads platform threads
   * @param residentBytes of the whole process, as the operating system counts it
   * @param processorPercent of one processor, that all connections together take of it
   */
  public record Cost(
      double heapBytes,
      double directBytes,
      double threads,
      double residentBytes,
      double processorPercent) {
    /**
     * The difference that so many connections made.
     *
     * @param cpuNanos that the side used, as long as it was watched
     */
    public static Cost of(
        int connections, Memory before, Memory after, long cpuNanos, Duration watched) {
      double each = connections;
      return new Cost(
          (after.heapBytes() - before.heapBytes()) / each,
          (after.directBytes() - before.directBytes()) / each,
          (after.threads() - before.threads()) / each,
          (after.residentKib() - before.residentKib()) * 1024 / each,
          100.0 * cpuNanos / watched.toNanos());
    }

    /** Heap and direct memory. */
    public double bytes() {
      return heapBytes + directBytes;
    }
  }
}
