package dev.tern.codec.msgpack;

import dev.tern.protocol.value.ValueKind;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * What the first byte of a value says: its kind, and where its length or its content is. Numbers
 * are big-endian.
 */
final class Format {
  /** Up to here an integer from 0 on is its own first byte. */
  static final int MAX_FIXINT = 0x7F;

  /** From here on a negative integer is its own first byte. */
  static final int MIN_FIXINT = -32;

  static final int FIXMAP = 0x80;
  static final int FIXARRAY = 0x90;

  /** The most members or elements of an object or an array whose number is in its first byte. */
  static final int MAX_FIXED_COUNT = 0xF;

  static final int FIXSTR = 0xA0;

  /** The most bytes of a text whose length is in its first byte. */
  static final int MAX_FIXSTR = 0x1F;

  static final int NIL = 0xC0;
  static final int NEVER_USED = 0xC1;
  static final int FALSE = 0xC2;
  static final int TRUE = 0xC3;
  static final int BIN8 = 0xC4;
  static final int BIN16 = 0xC5;
  static final int BIN32 = 0xC6;
  private static final int EXT8 = 0xC7;
  static final int FLOAT32 = 0xCA;
  static final int FLOAT64 = 0xCB;
  static final int UINT8 = 0xCC;
  static final int UINT16 = 0xCD;
  static final int UINT32 = 0xCE;
  static final int UINT64 = 0xCF;
  static final int INT8 = 0xD0;
  static final int INT16 = 0xD1;
  static final int INT32 = 0xD2;
  static final int INT64 = 0xD3;
  private static final int FIXEXT1 = 0xD4;
  static final int STR8 = 0xD9;
  static final int STR16 = 0xDA;
  static final int STR32 = 0xDB;
  static final int ARRAY16 = 0xDC;
  static final int ARRAY32 = 0xDD;
  static final int MAP16 = 0xDE;
  static final int MAP32 = 0xDF;

  /** The first byte and 8 bytes of a number. */
  static final int LONGEST_HEADER = 1 + Long.BYTES;

  private static final VarHandle SHORTS =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  private static final int FIRST_BYTES = 1 << Byte.SIZE;

  private static final @Nullable ValueKind[] KINDS = new @Nullable ValueKind[FIRST_BYTES];
  private static final byte[] SIZES = new byte[FIRST_BYTES];

  static {
    put(0, MAX_FIXINT, ValueKind.NUMBER, 1);
    put(FIXMAP, FIXMAP + MAX_FIXED_COUNT, ValueKind.OBJECT, 1);
    put(FIXARRAY, FIXARRAY + MAX_FIXED_COUNT, ValueKind.ARRAY, 1);
    put(FIXSTR, FIXSTR + MAX_FIXSTR, ValueKind.STRING, 1);
    put(NIL, NIL, ValueKind.NULL, 1);
    put(FALSE, TRUE, ValueKind.BOOLEAN, 1);
    put(BIN8, ValueKind.BINARY, 2, 3, 5);
    put(FLOAT32, ValueKind.NUMBER, 5, 9);
    put(UINT8, ValueKind.NUMBER, 2, 3, 5, 9);
    put(INT8, ValueKind.NUMBER, 2, 3, 5, 9);
    put(STR8, ValueKind.STRING, 2, 3, 5);
    put(ARRAY16, ValueKind.ARRAY, 3, 5);
    put(MAP16, ValueKind.OBJECT, 3, 5);
    put(FIRST_BYTES + MIN_FIXINT, FIRST_BYTES - 1, ValueKind.NUMBER, 1);
  }

  private Format() {}

  private static void put(int from, int to, ValueKind kind, int size) {
    for (int first = from; first <= to; first++) {
      KINDS[first] = kind;
      SIZES[first] = (byte) size;
    }
  }

  private static void put(int from, ValueKind kind, int... sizes) {
    for (int i = 0; i < sizes.length; i++) {
      put(from + i, from + i, kind, sizes[i]);
    }
  }

  /** The kind of the value whose first byte is here; null if it is none that Tern takes. */
  static @Nullable ValueKind kind(byte first) {
    return KINDS[first & 0xFF];
  }

  /** Whether it is an extension: the application's own type, or a time stamp. */
  static boolean isExtension(byte first) {
    int unsigned = first & 0xFF;
    return (unsigned >= EXT8 && unsigned < FLOAT32) || (unsigned >= FIXEXT1 && unsigned < STR8);
  }

  /** How many bytes the first one and the number or the length behind it take. */
  static int size(byte first) {
    return SIZES[first & 0xFF];
  }

  /**
   * How many bytes, members or elements the text, the bytes, the object or the array has that
   * starts at {@code p}: up to 2^32-1, as it says.
   */
  static long count(byte[] b, int p) {
    byte first = b[p];
    return switch (size(first)) {
      case 1 -> first & ((first & 0xE0) == FIXSTR ? MAX_FIXSTR : MAX_FIXED_COUNT);
      case 2 -> b[p + 1] & 0xFF;
      case 3 -> uint16(b, p + 1);
      default -> uint32(b, p + 1);
    };
  }

  static int int16(byte[] b, int p) {
    return (short) SHORTS.get(b, p);
  }

  static int uint16(byte[] b, int p) {
    return int16(b, p) & 0xFFFF;
  }

  static int int32(byte[] b, int p) {
    return (int) INTS.get(b, p);
  }

  static long uint32(byte[] b, int p) {
    return int32(b, p) & 0xFFFF_FFFFL;
  }

  static long int64(byte[] b, int p) {
    return (long) LONGS.get(b, p);
  }

  static void put16(byte[] b, int p, int value) {
    SHORTS.set(b, p, (short) value);
  }

  static void put32(byte[] b, int p, int value) {
    INTS.set(b, p, value);
  }

  static void put64(byte[] b, int p, long value) {
    LONGS.set(b, p, value);
  }

  /** What stands before the elements of an array. */
  static byte[] arrayHead(int elements) {
    if (elements <= MAX_FIXED_COUNT) {
      return new byte[] {(byte) (FIXARRAY | elements)};
    }
    byte[] head = new byte[elements <= 0xFFFF ? 1 + Short.BYTES : 1 + Integer.BYTES];
    if (elements <= 0xFFFF) {
      head[0] = (byte) ARRAY16;
      put16(head, 1, elements);
    } else {
      head[0] = (byte) ARRAY32;
      put32(head, 1, elements);
    }
    return head;
  }

  /** How many bytes an integer takes that is 0 or more. */
  static int sizeOf(long number) {
    return number <= MAX_FIXINT
        ? 1
        : number < 1 << Byte.SIZE
            ? 2
            : number < 1 << Short.SIZE ? 3 : number < 1L << Integer.SIZE ? 5 : 9;
  }

  /**
   * Writes an integer that is 0 or more.
   *
   * @return where it ends
   */
  static int put(byte[] b, int p, long number) {
    int size = sizeOf(number);
    switch (size) {
      case 1 -> b[p] = (byte) number;
      case 2 -> {
        b[p] = (byte) UINT8;
        b[p + 1] = (byte) number;
      }
      case 3 -> {
        b[p] = (byte) UINT16;
        put16(b, p + 1, (int) number);
      }
      case 5 -> {
        b[p] = (byte) UINT32;
        put32(b, p + 1, (int) number);
      }
      default -> {
        b[p] = (byte) UINT64;
        put64(b, p + 1, number);
      }
    }
    return p + size;
  }
}
