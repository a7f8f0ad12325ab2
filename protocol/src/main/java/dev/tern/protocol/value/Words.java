package dev.tern.protocol.value;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Looks at eight bytes of text at once: the byte at the lowest address is the lowest of the word.
 */
public final class Words {
  /** How many bytes a word has. */
  public static final int BYTES = Long.BYTES;

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private static final long ONES = 0x0101_0101_0101_0101L;
  private static final long HIGH_BITS = ONES << 7;
  private static final long LOW_BITS = ONES * 0x7F;
  private static final long QUOTES = ONES * '"';
  private static final long QUESTIONS = ONES * '?';
  private static final long BACKSLASHES = ONES * '\\';
  private static final long ZEROS = ONES * '0';
  private static final long SIXES = ONES * 6;
  private static final long HIGH_HALVES = 0xF0F0_F0F0_F0F0_F0F0L;
  private static final long SPACES = ONES * ' ';

  /** Lifts a space to the high bit. */
  private static final long TO_SPACES = ONES * 0x60;

  private Words() {}

  /**
   * Writes eight characters, for which there is room, as one byte each.
   *
   * @return whether all of them stand for themselves; else what was written is rubbish
   */
  public static boolean putPlain(char[] chars, int from, byte[] to, int at) {
    int above =
        chars[from]
            | chars[from + 1]
            | chars[from + 2]
            | chars[from + 3]
            | chars[from + 4]
            | chars[from + 5]
            | chars[from + 6]
            | chars[from + 7];
    long word =
        chars[from]
            | (long) chars[from + 1] << 8
            | (long) chars[from + 2] << 16
            | (long) chars[from + 3] << 24
            | (long) chars[from + 4] << 32
            | (long) chars[from + 5] << 40
            | (long) chars[from + 6] << 48
            | (long) chars[from + 7] << 56;
    LONGS.set(to, at, word);
    return above < 0x80 && special(word) == 0;
  }

  /**
   * Writes the low bytes of eight characters, for which there is room.
   *
   * @return the bits that any of the characters has
   */
  public static int putLow(char[] chars, int from, byte[] to, int at) {
    long word =
        (chars[from] & 0xFFL)
            | (chars[from + 1] & 0xFFL) << 8
            | (chars[from + 2] & 0xFFL) << 16
            | (chars[from + 3] & 0xFFL) << 24
            | (chars[from + 4] & 0xFFL) << 32
            | (chars[from + 5] & 0xFFL) << 40
            | (chars[from + 6] & 0xFFL) << 48
            | (chars[from + 7] & 0xFFL) << 56;
    LONGS.set(to, at, word);
    return chars[from]
        | chars[from + 1]
        | chars[from + 2]
        | chars[from + 3]
        | chars[from + 4]
        | chars[from + 5]
        | chars[from + 6]
        | chars[from + 7];
  }

  /** The eight bytes from {@code p} on, with zeros for what lies past the end of the array. */
  public static long at(byte[] b, int p) {
    int room = b.length - p;
    return room >= BYTES ? (long) LONGS.get(b, p) : last(b, p, room);
  }

  /** Writes eight bytes, all of which must lie in the array. */
  public static void put(byte[] b, int p, long word) {
    LONGS.set(b, p, word);
  }

  private static long last(byte[] b, int p, int room) {
    if (room > 0 && b.length >= BYTES) {
      return (long) LONGS.get(b, b.length - BYTES) >>> ((BYTES - room) * 8);
    }
    long word = 0;
    for (int i = b.length - 1; i >= p; i--) {
      word = word << 8 | (b[i] & 0xFF);
    }
    return word;
  }

  /** Only the first bytes of a word, zeros for the rest. */
  public static long head(long word, int bytes) {
    return bytes >= BYTES ? word : word & ~(-1L << (bytes * 8));
  }

  /**
   * Marks the bytes that do not stand for themselves in a string: quotes, backslashes, control
   * characters, and all that is not ASCII. Only the lowest mark is to be trusted: a subtraction
   * borrows from the bytes above the one that it has found.
   */
  public static long special(long word) {
    long quote = word ^ QUOTES;
    long backslash = word ^ BACKSLASHES;
    long found =
        ((quote - ONES) & ~quote) | ((backslash - ONES) & ~backslash) | (word - SPACES) | word;
    return found & HIGH_BITS;
  }

  /** Where the bytes from {@code p} on no longer stand for themselves, or {@code end}. */
  public static int plainUntil(byte[] b, int p, int end) {
    // Steps of a fixed length: one that depends on what was read makes each wait for the one
    // before, which takes four times as long.
    int from = p;
    while (p < end) {
      long marks = special(at(b, p));
      if (marks != 0) {
        return Math.min(p + before(marks), end);
      }
      p += BYTES;
      if (p - from == LINE) {
        p = plainLines(b, p, end);
      }
    }
    return end;
  }

  /** Whether all of these bytes, of which there is a multiple of eight, stand for themselves. */
  public static boolean arePlain(byte[] b, int p, int bytes) {
    return specialIn(b, p, bytes) == 0;
  }

  /**
   * Copies bytes to where there is room for them.
   *
   * @return whether all of them stand for themselves in a string, and none is a question mark: an
   *     encoder puts that for what it cannot encode
   */
  public static boolean copyPlain(byte[] from, byte[] to, int at) {
    int last = from.length - BYTES;
    if (last < 0) {
      System.arraycopy(from, 0, to, at, from.length);
      return (odd(at(from, 0) | SPACES << (from.length * 8)) & HIGH_BITS) == 0;
    }
    long found = 0;
    for (int p = 0; p < last; p += BYTES) {
      found |= copyWord(from, p, to, at + p);
    }
    return ((found | copyWord(from, last, to, at + last)) & HIGH_BITS) == 0;
  }

  private static long copyWord(byte[] from, int p, byte[] to, int at) {
    long word = (long) LONGS.get(from, p);
    LONGS.set(to, at, word);
    return odd(word);
  }

  /**
   * Has a high bit set if one of the bytes does not stand for itself, or is a question mark; it
   * does not say which. Takes fewer steps than {@link #special}.
   */
  private static long odd(long word) {
    long differs = differs(word, QUOTES) & differs(word, BACKSLASHES) & differs(word, QUESTIONS);
    return word | ~(differs & (word + TO_SPACES));
  }

  /** Has the high bit of each byte set that differs, as long as all bytes are ASCII. */
  private static long differs(long word, long other) {
    return (word ^ other) + LOW_BITS;
  }

  /** Passes over as many whole lines as stand for themselves: one look for four words. */
  private static int plainLines(byte[] b, int p, int end) {
    int from = p;
    while (end - p >= LINE) {
      if (specialIn(b, p, LINE) != 0) {
        return p;
      }
      p += LINE;
      if (p - from == LONG_TEXT) {
        p = plainBlocks(b, p, end);
      }
    }
    return p;
  }

  /**
   * Where the whole blocks end that have no mark. The JVM makes vector instructions of a loop that
   * never ends early: 35 bytes a nanosecond, lines 5 (a block of 1 KiB without a mark, on the
   * machine of docs/PERFORMANCE.md).
   */
  private static int plainBlocks(byte[] b, int p, int end) {
    while (end - p >= BLOCK && arePlain(b, p, BLOCK)) {
      p += BLOCK;
    }
    return p;
  }

  /** The marks of so many bytes, a multiple of eight, one over the other. */
  private static long specialIn(byte[] b, int p, int bytes) {
    long marks = 0;
    for (int i = 0; i < bytes; i += BYTES) {
      marks |= special((long) LONGS.get(b, p + i));
    }
    return marks;
  }

  private static final int LINE = 4 * BYTES;

  /** After so many bytes of lines, what follows is likely to be longer than a block. */
  private static final int LONG_TEXT = 8 * LINE;

  private static final int BLOCK = 1 << 10;

  /** How many bytes lie before the lowest mark: eight if there is none. */
  public static int before(long marks) {
    return Long.numberOfTrailingZeros(marks) >>> 3;
  }

  /** How many decimal digits a word begins with. */
  public static int digits(long word) {
    long value = word ^ ZEROS;
    // Six more than nine, or a high bit of its own, reaches a byte's upper half; the carries of a
    // byte that is too large only disturb those above it.
    return before(((value + SIXES) | value) & HIGH_HALVES);
  }

  /** The number that the first digits of a word are; {@code digits} of them, 1 to 8. */
  public static long decimal(long word, int digits) {
    // As the last of eight digits, behind zeros; then neighbours are joined to pairs, fours, eight.
    long value = (word ^ ZEROS) << ((BYTES - digits) * 8);
    value = (value * 10 + (value >>> 8)) & 0x00FF_00FF_00FF_00FFL;
    value = (value * 100 + (value >>> 16)) & 0x0000_FFFF_0000_FFFFL;
    return (value * 10_000 + (value >>> 32)) & 0xFFFF_FFFFL;
  }
}
