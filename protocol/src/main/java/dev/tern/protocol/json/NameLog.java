package dev.tern.protocol.json;

import dev.tern.protocol.value.Utf8;
import java.util.Arrays;

/**
 * The names of all open objects, to find duplicates after unescaping. Small objects are compared at
 * once; large ones are sorted when they end, so that neither a million names nor names chosen to
 * have one hash cost more than n log n comparisons and eight bytes each.
 */
final class NameLog {
  /**
   * Up to here each new name is compared with all earlier ones: nearly every object in practice.
   */
  private static final int SMALL = 16;

  private static final int INITIAL = 16;

  /** Beyond this many the memory is given back after the text. */
  private static final int KEPT = 1024;

  private static final long[] NONE = {};

  /** Hash in the upper half, where the name starts (behind its quote) in the lower. */
  private long[] entries = NONE;

  private int size;

  /** Forgets all names, and gives back what only a huge text needed. */
  void clear() {
    size = 0;
    if (entries.length > KEPT) {
      entries = NONE;
    }
  }

  /** Opens an object; its names are those from the returned mark on. */
  int mark() {
    return size;
  }

  /**
   * Notes a name of the object opened last; false if it is a duplicate and that is known already.
   */
  boolean add(int mark, byte[] b, int start, int hash) {
    if (size - mark < SMALL) {
      for (int i = mark; i < size; i++) {
        if ((int) (entries[i] >> 32) == hash && compare(b, (int) entries[i], start) == 0) {
          return false;
        }
      }
    }
    if (size == entries.length) {
      entries = Arrays.copyOf(entries, Math.max(INITIAL, size * 2));
    }
    entries[size++] = (long) hash << 32 | start;
    return true;
  }

  /** Closes the object opened last; returns where one of its duplicates starts, or -1. */
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
      if (to - from > 1) {
        sortByName(b, from, to);
        for (int i = from + 1; i < to; i++) {
          if (compare(b, (int) entries[i - 1], (int) entries[i]) == 0) {
            return (int) entries[i];
          }
        }
      }
      from = to;
    }
    return -1;
  }

  /** Heap sort: in place, and no input makes it quadratic. */
  private void sortByName(byte[] b, int from, int to) {
    int n = to - from;
    for (int i = n / 2 - 1; i >= 0; i--) {
      siftDown(b, from, i, n);
    }
    for (int last = n - 1; last > 0; last--) {
      long top = entries[from];
      entries[from] = entries[from + last];
      entries[from + last] = top;
      siftDown(b, from, 0, last);
    }
  }

  private void siftDown(byte[] b, int from, int root, int n) {
    long moved = entries[from + root];
    int hole = root;
    for (int child = 2 * hole + 1; child < n; child = 2 * hole + 1) {
      if (child + 1 < n
          && compare(b, (int) entries[from + child], (int) entries[from + child + 1]) < 0) {
        child++;
      }
      if (compare(b, (int) moved, (int) entries[from + child]) >= 0) {
        break;
      }
      entries[from + hole] = entries[from + child];
      hole = child;
    }
    entries[from + hole] = moved;
  }

  /** Compares two checked names, each up to its closing quote, by code points after unescaping. */
  private static int compare(byte[] b, int left, int right) {
    while (true) {
      byte l = b[left];
      byte r = b[right];
      if (l == '\\' || r == '\\') {
        int difference = Integer.compare(codePoint(b, left), codePoint(b, right));
        if (difference != 0) {
          return difference;
        }
        left += length(b, left);
        right += length(b, right);
      } else if (l == '"' || r == '"') {
        return Boolean.compare(r == '"', l == '"');
      } else if (l != r) {
        // The order of UTF-8 bytes is the order of code points.
        return Byte.compareUnsigned(l, r);
      } else {
        left++;
        right++;
      }
    }
  }

  private static int codePoint(byte[] b, int p) {
    return switch (b[p]) {
      case '"' -> -1;
      case '\\' -> Escapes.codePoint(b, p);
      default -> Utf8.codePoint(b, p);
    };
  }

  private static int length(byte[] b, int p) {
    return b[p] == '\\' ? Escapes.length(b, p) : Utf8.length(b[p]);
  }
}
