package dev.tern.transport.memory;

import java.util.Arrays;

/**
 * A ring of fixed size with the bytes that one side has sent and the other has not read. Used in
 * the loop only.
 */
final class MemoryBuffer {

  /** Overwrites what was read, so that a handler that keeps the array finds this instead. */
  private static final byte POISON = (byte) 0xDB;

  private final byte[] ring;
  private int start;
  private int size;

  MemoryBuffer(int capacity) {
    ring = new byte[capacity];
  }

  int size() {
    return size;
  }

  /**
   * Appends as many of the bytes as there is room for.
   *
   * @return how many
   */
  int put(byte[] bytes, int offset, int length) {
    int taken = Math.min(length, ring.length - size);
    int end = (start + size) % ring.length;
    int first = Math.min(taken, ring.length - end);
    System.arraycopy(bytes, offset, ring, end, first);
    System.arraycopy(bytes, offset + first, ring, 0, taken - first);
    size += taken;
    return taken;
  }

  byte[] array() {
    return ring;
  }

  int start() {
    return start;
  }

  /** How many bytes lie in one piece from {@link #start}. */
  int contiguous() {
    return Math.min(size, ring.length - start);
  }

  /**
   * Removes the first bytes.
   *
   * @param count at most {@link #contiguous}
   */
  void drop(int count) {
    Arrays.fill(ring, start, start + count, POISON);
    start = (start + count) % ring.length;
    size -= count;
  }

  void clear() {
    size = 0;
  }
}
