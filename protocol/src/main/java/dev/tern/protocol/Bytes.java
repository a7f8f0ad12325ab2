package dev.tern.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Bytes that lie in one array or in several in a row: so a large value need not be copied, neither
 * out of the frame in which it came nor into the one in which it leaves. Immutable, as long as
 * nobody changes the arrays.
 *
 * <pre>{@code
 * for (Bytes part = frame; part != null; part = part.next()) {
 *   connection.write(part.toArray());
 * }
 * }</pre>
 */
public final class Bytes {
  private final byte[] array;
  private final int from;
  private final int to;
  private final @Nullable Bytes next;

  private Bytes(byte[] array, int from, int to, @Nullable Bytes next) {
    this.array = array;
    this.from = from;
    this.to = to;
    this.next = next;
  }

  /** A whole array; not to be changed any more. */
  public static Bytes of(byte[] array) {
    return of(array, null);
  }

  private static Bytes of(byte[] array, @Nullable Bytes next) {
    return new Bytes(array, 0, array.length, next);
  }

  /**
   * A part of an array; not to be changed any more.
   *
   * @param from the index of the first byte
   * @param to the index behind the last byte
   * @throws IndexOutOfBoundsException if there is no such part
   */
  public static Bytes of(byte[] array, int from, int to) {
    Objects.checkFromToIndex(from, to, array.length);
    return new Bytes(array, from, to, null);
  }

  /** The same bytes in an array of their own, so that this one may be written again. */
  public static Bytes copyOf(byte[] array, int from, int to) {
    return of(Arrays.copyOfRange(array, from, to));
  }

  /** Whole arrays in a row, at least one; not to be changed any more. */
  public static Bytes inParts(List<byte[]> parts) {
    Bytes all = null;
    for (byte[] part : parts.reversed()) {
      all = of(part, all);
    }
    return Objects.requireNonNull(all, "parts");
  }

  /** These bytes between others. */
  public Bytes between(byte[] head, byte[] tail) {
    List<Bytes> parts = new ArrayList<>();
    for (Bytes part = this; part != null; part = part.next) {
      parts.add(part);
    }
    Bytes all = of(tail);
    for (Bytes part : parts.reversed()) {
      all = new Bytes(part.array, part.from, part.to, all);
    }
    return of(head, all);
  }

  /** The array that the first part is in, perhaps among others; not to be changed. */
  public byte[] array() {
    return array;
  }

  /** Where the first part begins in {@link #array}. */
  public int from() {
    return from;
  }

  /** Where the first part ends in {@link #array}, exclusive. */
  public int to() {
    return to;
  }

  /** The parts behind the first; null if it is the only one. */
  public @Nullable Bytes next() {
    return next;
  }

  /** How many bytes all parts have. */
  public int length() {
    int length = 0;
    for (Bytes part = this; part != null; part = part.next) {
      length += part.to - part.from;
    }
    return length;
  }

  /** The same bytes in one part. */
  public Bytes joined() {
    return next == null ? this : of(toByteArray());
  }

  /** The first part alone: {@link #array()} if it is that already; not to be changed. */
  public byte[] toArray() {
    return to - from == array.length ? array : Arrays.copyOfRange(array, from, to);
  }

  /** All of it in one array: {@link #array()} if it is that already; not to be changed. */
  public byte[] toByteArray() {
    if (next == null) {
      return toArray();
    }
    byte[] all = new byte[length()];
    int p = 0;
    for (Bytes part = this; part != null; part = part.next) {
      System.arraycopy(part.array, part.from, all, p, part.to - part.from);
      p += part.to - part.from;
    }
    return all;
  }

  /** Whether the other ones are the same, wherever they lie. */
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Bytes that && Arrays.equals(toByteArray(), that.toByteArray());
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(toByteArray());
  }

  /** The text, if it is JSON. */
  @Override
  public String toString() {
    return new String(toByteArray(), UTF_8);
  }
}
