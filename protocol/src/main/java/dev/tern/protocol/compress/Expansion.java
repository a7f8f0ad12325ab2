package dev.tern.protocol.compress;

import dev.tern.protocol.Bytes;
import java.util.Arrays;
import java.util.function.IntPredicate;

/**
 * What comes out of a compressed payload. Its array is new, and grows as bytes come: what a frame
 * says of its length is never enough to get so much memory. Not thread-safe.
 */
public final class Expansion {
  /** So much is there for each, whatever others hold: nobody is asked for it. */
  private static final int FREE_BYTES = 16 << 10;

  /** An array that has less to spare than this part of it is left as it is. */
  private static final int FAIR_PART = 8;

  private final int most;
  private final IntPredicate room;
  private final boolean wantsBeginning;
  private byte[] array;
  private int length;

  /**
   * @param first how long the array is at first
   * @param most how many bytes may come out
   * @param room whether so many bytes more may be held for them
   * @param wantsBeginning see {@link #wantsBeginning}
   */
  Expansion(int first, int most, IntPredicate room, boolean wantsBeginning) {
    this.most = most;
    this.room = room;
    this.wantsBeginning = wantsBeginning;
    this.array = new byte[Math.min(Math.min(first, FREE_BYTES), most)];
  }

  /** How many bytes may come out. */
  public int most() {
    return most;
  }

  /**
   * Whether those that may come out are to come out although there are more: else nobody should
   * expand what says of itself that it is too long.
   */
  public boolean wantsBeginning() {
    return wantsBeginning;
  }

  /** How many have come, which is where the next one goes. */
  public int length() {
    return length;
  }

  /** Where they lie: all before, which may be read again, and those to come. */
  public byte[] array() {
    return array;
  }

  /** How many bytes can be written without asking for more room. */
  public int left() {
    return array.length - length;
  }

  /**
   * Makes room for as many bytes more, or says that they are too many. The array may be another one
   * then.
   *
   * @throws UnexpandableException if they may not come out, or nobody has so much memory now
   */
  public void reserve(int more) {
    long needed = (long) length + more;
    if (needed > most) {
      throw tooLong();
    }
    if (needed > array.length) {
      int longer = (int) Math.min(most, Math.max(needed, 2L * array.length));
      if (longer > FREE_BYTES && !room.test(longer - array.length)) {
        throw UnexpandableException.noRoom();
      }
      array = Arrays.copyOf(array, longer);
    }
  }

  /** So many bytes have been written behind those that were there. */
  public void add(int count) {
    length += count;
  }

  /** What is thrown when more comes than may. */
  public UnexpandableException tooLong() {
    return UnexpandableException.tooLong(most, length == 0 ? null : bytes());
  }

  Bytes bytes() {
    return left() > array.length / FAIR_PART
        ? Bytes.copyOf(array, 0, length)
        : Bytes.of(array, 0, length);
  }
}
