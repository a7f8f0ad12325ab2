package dev.tern.bench.report;

import dev.tern.bench.worker.Memory;

/**
 * What idle connections cost, each.
 *
 * @param connections that were opened
 */
public record IdleSample(int connections, Cost server, Cost client) {

  /**
   * What one connection costs one side.
   *
   * @param heapBytes of what lives on the heap
   * @param directBytes of memory outside the heap, as the system's allocator counts it
   * @param threads platform threads
   * @param residentBytes of the whole process, as the operating system counts it
   */
  public record Cost(double heapBytes, double directBytes, double threads, double residentBytes) {
    static Cost of(int connections, Memory before, Memory after) {
      double each = connections;
      return new Cost(
          (after.heapBytes() - before.heapBytes()) / each,
          (after.directBytes() - before.directBytes()) / each,
          (after.threads() - before.threads()) / each,
          (after.residentKib() - before.residentKib()) * 1024 / each);
    }

    /** Heap and direct memory. */
    public double bytes() {
      return heapBytes + directBytes;
    }
  }

  /** The difference that so many connections made. */
  public static IdleSample of(
      int connections,
      Memory serverBefore,
      Memory serverAfter,
      Memory clientBefore,
      Memory clientAfter) {
    return new IdleSample(
        connections,
        Cost.of(connections, serverBefore, serverAfter),
        Cost.of(connections, clientBefore, clientAfter));
  }
}
