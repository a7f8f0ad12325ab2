package dev.tern.codec.protobuf;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Protobuf below its schemas. A field is a tag, which is its number and a wire type, and a content.
 * Numbers are little-endian.
 */
final class Wire {
  // The wire types.
  static final int VARINT = 0;
  static final int FIXED64 = 1;

  /** A length, and so many bytes. */
  static final int LEN = 2;

  static final int START_GROUP = 3;
  static final int END_GROUP = 4;
  static final int FIXED32 = 5;

  /** The highest number of a field. */
  static final int MAX_NUMBER = (1 << 29) - 1;

  /** A varint has no more bytes: seven bits each, 64 in all. */
  static final int LONGEST_VARINT = 10;

  /** Instead of where a varint ends: there are no more bytes. */
  static final int CUT_OFF = -1;

  /** Instead of where a varint ends: it has more than 64 bits. */
  static final int TOO_LONG = -2;

  private static final int TYPE_BITS = 3;
  private static final int TYPE_MASK = (1 << TYPE_BITS) - 1;

  private static final int BITS_A_BYTE = 7;
  private static final int LOW_BITS = (1 << BITS_A_BYTE) - 1;

  private static final VarHandle INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private Wire() {}

  static int tag(int number, int type) {
    return number << TYPE_BITS | type;
  }

  /** The number of the field with this tag; 0 if it is none that there is. */
  static int numberOf(long tag) {
    long number = tag >>> TYPE_BITS;
    return number <= MAX_NUMBER ? (int) number : 0;
  }

  static int typeOf(long tag) {
    return (int) tag & TYPE_MASK;
  }

  /** Where the varint ends that starts at {@code p}; {@link #CUT_OFF}, or {@link #TOO_LONG}. */
  static int varintEnd(byte[] b, int p, int end) {
    for (int q = p; q < end; q++) {
      if (q - p == LONGEST_VARINT - 1) {
        return b[q] >>> 1 == 0 ? q + 1 : TOO_LONG; // one bit is left
      }
      if (b[q] >= 0) {
        return q + 1;
      }
    }
    return CUT_OFF;
  }

  /** The varint in these bytes, which are all of it. */
  static long varint(byte[] b, int p, int end) {
    long value = 0;
    for (int q = end - 1; q >= p; q--) {
      value = value << BITS_A_BYTE | (b[q] & LOW_BITS);
    }
    return value;
  }

  static int varintSize(long value) {
    return (Long.SIZE - Long.numberOfLeadingZeros(value | 1) + BITS_A_BYTE - 1) / BITS_A_BYTE;
  }

  /** Writes a varint, for which there is room, and says where it ends. */
  static int putVarint(byte[] b, int at, long value) {
    int p = at;
    long rest = value;
    for (; rest >>> BITS_A_BYTE != 0; rest >>>= BITS_A_BYTE) {
      b[p++] = (byte) (rest | ~LOW_BITS);
    }
    b[p] = (byte) rest;
    return p + 1;
  }

  /** So that small numbers have few bits, be they negative or not. */
  static long zigZag(long number) {
    return (number << 1) ^ (number >> (Long.SIZE - 1));
  }

  /** The number that {@link #zigZag} has made this of. */
  static long unZigZag(long bits) {
    return (bits >>> 1) ^ -(bits & 1);
  }

  static int int32(byte[] b, int p) {
    return (int) INTS.get(b, p);
  }

  static long int64(byte[] b, int p) {
    return (long) LONGS.get(b, p);
  }

  static void put32(byte[] b, int p, int value) {
    INTS.set(b, p, value);
  }

  static void put64(byte[] b, int p, long value) {
    LONGS.set(b, p, value);
  }
}
