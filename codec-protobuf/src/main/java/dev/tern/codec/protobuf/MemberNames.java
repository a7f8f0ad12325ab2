package dev.tern.codec.protobuf;

import java.util.Arrays;

/**
 * The names of all open maps, to find duplicates. Small maps are compared at once; large ones are
 * sorted when they end, so that neither a million names nor names chosen to have one hash cost more
 * than n log n comparisons.
 */
final class MemberNames {
  /** Up to here each new name is compared with all earlier ones: nearly every map in practice. */
  private static final int SMALL = 16;

  private static final int INITIAL = 16;

  /** Beyond this many the memory is given back after the value. */
  private static final int KEPT = 1024;

  private static final long[] NONE = {};

  /** Hash in the upper half, where the name's length starts in the lower. */
  private long[] entries = NONE;

  private int size;

  /** Forgets all names, and gives back what only a huge value needed. */
  void clear() {
    size = 0;
    if (entries.length > KEPT) {
      entries = NONE;
    }
  }

  /** Opens a map; its names are those from the returned mark on. */
  int mark() {
    return size;
  }

  /** Notes a name of the map opened last; false if it is a duplicate and that is known already. */
  boolean add(int mark, byte[] b, int p, int hash) {
    if (size - mark < SMALL) {
      for (int i = mark; i < size; i++) {
        if ((int) (entries[i] >> 32) == hash && compare(b, (int) entries[i], p) == 0) {
          return false;
        }
      }
    }
    if (size == entries.length) {
      entries = Arrays.copyOf(entries, Math.max(INITIAL, size * 2));
    }
    entries[size++] = (long) hash << 32 | p;
    return true;
  }

  /** Closes the map opened last; returns where one of its duplicates starts, or -1. */
  int close(int mark, byte[] b) {
    int end = size;
    size = mark;
    if (end - mark <= SMALL) {
      return -1;
    }
    Arrays.sort(entries, mark, end);
    for (int from = mark; from < end; ) {
      int to = from + 1;
      while (to < end && entries[to] >> 32 == entries[from] >> 32) {
        to++;
      }
      int duplicate = to - from == 1 ? -1 : duplicate(b, from, to);
      if (duplicate >= 0) {
        return duplicate;
      }
      from = to;
    }
    return -1;
  }

  /** Of names with one hash, which nearly always are duplicates. */
  private int duplicate(byte[] b, int from, int to) {
    Integer[] starts = new Integer[to - from];
    for (int i = from; i < to; i++) {
      starts[i - from] = (int) entries[i];
    }
    Arrays.sort(starts, (left, right) -> compare(b, left, right));
    for (int i = 1; i < starts.length; i++) {
      if (compare(b, starts[i - 1], starts[i]) == 0) {
        return starts[i];
      }
    }
    return -1;
  }

  /** Compares two checked names, whichever way their lengths are written. */
  private static int compare(byte[] b, int left, int right) {
    int leftStart = Wire.varintEnd(b, left, b.length);
    int rightStart = Wire.varintEnd(b, right, b.length);
    return Arrays.compareUnsigned(
        b,
        leftStart,
        leftStart + (int) Wire.varint(b, left, leftStart),
        b,
        rightStart,
        rightStart + (int) Wire.varint(b, right, rightStart));
  }
}
