package dev.tern.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;

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
 * for (Bytes part = value; part != null; part = part.next()) {
 *   connection.write(part.firstPart());
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
    return new Bytes(array, 0, array.length, null);
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

  /** A part of an array, copied: the array itself may be written again. */
  public static Bytes copyOf(byte[] array, int from, int to) {
    return of(Arrays.copyOfRange(array, from, to));
  }

  /** One after the other, at least one; nothing is copied. */
  public static Bytes inARow(List<Bytes> all) {
    Bytes row = null;
    for (Bytes one : all.reversed()) {
      row = one.before(row);
    }
    return Objects.requireNonNull(row, "all");
  }

  /** One after the other; nothing is copied. */
  public static Bytes inARow(Bytes first, Bytes second) {
    return first.before(second);
  }

  /** One after the other; nothing is copied. */
  public static Bytes inARow(Bytes first, Bytes second, Bytes third) {
    return first.before(second.before(third));
  }

  private Bytes before(@Nullable Bytes others) {
    return new Bytes(array, from, to, next == null ? others : next.before(others));
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

  /** All of them in one part. */
  public Bytes joined() {
    return next == null ? this : of(toByteArray());
  }

  /** The first part alone: {@link #array()} if it is that already; not to be changed. */
  public byte[] firstPart() {
    return to - from == array.length ? array : Arrays.copyOfRange(array, from, to);
  }

  /** All parts in one array: {@link #array()} if it is that already; not to be changed. */
  public byte[] toByteArray() {
    if (next == null) {
      return firstPart();
    }
    byte[] all = new byte[length()];
    copyTo(all, 0);
    return all;
  }

  /**
   * Copies all parts.
   *
   * @return where they end in the other array
   */
  public int copyTo(byte[] other, int at) {
    int p = at;
    for (Bytes part = this; part != null; part = part.next) {
      System.arraycopy(part.array, part.from, other, p, part.to - part.from);
      p += part.to - part.from;
    }
    return p;
  }

  /** Whether the other ones are equal, wherever they lie. */
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Bytes that && isLike(joined(), that.joined());
  }

  private static boolean isLike(Bytes one, Bytes other) {
    return Arrays.equals(one.array, one.from, one.to, other.array, other.from, other.to);
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
