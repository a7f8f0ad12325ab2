package dev.tern.protocol.value;

import static dev.tern.protocol.Limits.PREFIX_BYTES;

import dev.tern.protocol.Bytes;
import dev.tern.protocol.Limits;
import java.util.List;

/** Encoded values in a row, as the payload of a frame. */
public final class Row {
  private Row() {}

  /** How long they are together. */
  public static long lengthOf(List<Bytes> values) {
    return values.stream().mapToLong(Bytes::length).sum();
  }

  /**
   * They are copied, behind room for the frame's prefix.
   *
   * @param head what stands before them
   * @param separator what stands between two of them
   * @param tail what stands behind them
   * @throws IllegalArgumentException if that is longer than a frame can be
   */
  public static Bytes of(byte[] head, byte[] separator, List<Bytes> values, byte[] tail) {
    long between = (long) separator.length * Math.max(0, values.size() - 1);
    long length = head.length + lengthOf(values) + between + tail.length;
    if (length > Limits.MAX_FRAME_BYTES) {
      throw new IllegalArgumentException(
          "batch: %d bytes (expected: at most %d)".formatted(length, Limits.MAX_FRAME_BYTES));
    }
    byte[] all = new byte[PREFIX_BYTES + (int) length];
    int p = put(head, all, PREFIX_BYTES);
    for (int i = 0; i < values.size(); i++) {
      p = values.get(i).copyTo(all, i == 0 ? p : put(separator, all, p));
    }
    put(tail, all, p);
    return Bytes.of(all, PREFIX_BYTES, all.length);
  }

  private static int put(byte[] bytes, byte[] all, int at) {
    System.arraycopy(bytes, 0, all, at, bytes.length);
    return at + bytes.length;
  }
}
