package dev.tern.fuzz;

import java.util.Arrays;

/**
 * Bytes from which a target takes what it needs, in order. The last bytes decide first, so that the
 * beginning of an input looks like what a peer sends, and may come from other corpora. When there
 * are none left, all that is taken is 0.
 */
final class Input {
  private static final int BYTE = 0xFF;

  private final byte[] bytes;
  private int position;
  private int end;

  Input(byte[] bytes) {
    this.bytes = bytes;
    this.end = bytes.length;
  }

  /** A decision: 0 or more, less than the bound, which is at most 256. */
  int choice(int bound) {
    return position < end ? (bytes[--end] & BYTE) % bound : 0;
  }

  boolean isEmpty() {
    return position >= end;
  }

  /** So many bytes of the stream, or as many as there are left. */
  byte[] take(int most) {
    int from = position;
    position = Math.min(end, from + most);
    return Arrays.copyOfRange(bytes, from, position);
  }

  /** What is left. */
  byte[] rest() {
    return take(end);
  }
}
