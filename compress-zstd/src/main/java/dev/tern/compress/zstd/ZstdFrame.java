package dev.tern.compress.zstd;

import dev.tern.protocol.compress.UnexpandableException;

/**
 * A frame of zstd (RFC 8878) as its headers tell it. The library is more lenient: it reads several
 * frames in a row, and passes over skippable ones, so this walk comes first.
 *
 * @param contentBytes what comes out; negative if the frame does not say
 * @param mostBytes more than this cannot come out of its blocks
 */
record ZstdFrame(long contentBytes, long mostBytes) {
  /** What the format asks each reader to have room for. */
  private static final long MOST_WINDOW_BYTES = 8 << 20;

  private static final int MAGIC_BYTES = 4;
  private static final int CHECKSUM_BYTES = 4;
  private static final int BLOCK_HEADER_BYTES = 3;
  private static final int MOST_BLOCK_BYTES = 128 << 10;

  private static final int RAW = 0;
  private static final int RLE = 1;
  private static final int COMPRESSED = 2;

  private static final int LEAST_WINDOW_LOG = 10;

  /** Of the content's size, two bytes say this less. */
  private static final int TWO_BYTES_LESS = 256;

  /**
   * Walks over all of a frame.
   *
   * @throws UnexpandableException if it is not one frame and nothing else
   */
  static ZstdFrame walk(byte[] bytes, int from, int to) {
    int at = from + MAGIC_BYTES;
    int descriptor = uint(bytes, at, 1, to);
    at++;
    boolean isSingle = (descriptor & 0x20) != 0;
    boolean hasChecksum = (descriptor & 0x04) != 0;
    if ((descriptor & 0x08) != 0) {
      throw unsound("a reserved bit is set");
    }
    if ((descriptor & 0x03) != 0) {
      throw unsound("a dictionary (expected: none)");
    }
    long window = 0;
    if (!isSingle) {
      window = window(uint(bytes, at, 1, to));
      at++;
    }
    int sizeBytes = sizeBytes(descriptor >>> 6, isSingle);
    long content = -1;
    if (sizeBytes > 0) {
      content = uint(bytes, at, Math.min(sizeBytes, Integer.BYTES), to) & 0xFFFFFFFFL;
      content += sizeBytes == Short.BYTES ? TWO_BYTES_LESS : 0;
      if (sizeBytes == Long.BYTES && uint(bytes, at + Integer.BYTES, Integer.BYTES, to) != 0) {
        throw unsound("its content is longer than any payload");
      }
      at += sizeBytes;
    }
    window = isSingle ? content : window;
    if (window > MOST_WINDOW_BYTES) {
      throw unsound(
          "a window of " + window + " bytes (expected: at most " + MOST_WINDOW_BYTES + ")");
    }
    long most = 0;
    boolean isLast = false;
    while (!isLast) {
      int header = uint(bytes, at, BLOCK_HEADER_BYTES, to);
      at += BLOCK_HEADER_BYTES;
      isLast = (header & 1) != 0;
      int length = header >>> 3;
      int type = header >>> 1 & 3;
      if (length > MOST_BLOCK_BYTES) {
        throw unsound(
            "a block of " + length + " bytes (expected: at most " + MOST_BLOCK_BYTES + ")");
      }
      most += type == COMPRESSED ? MOST_BLOCK_BYTES : length;
      at +=
          switch (type) {
            case RAW, COMPRESSED -> length;
            case RLE -> 1;
            default -> throw unsound("a reserved type of a block");
          };
    }
    at += hasChecksum ? CHECKSUM_BYTES : 0;
    if (at > to) {
      throw cutOff();
    }
    if (at < to) {
      throw unsound((to - at) + " bytes behind its one frame (expected: none)");
    }
    if (content > most) {
      throw unsound("it says that more comes out than its blocks can hold");
    }
    return new ZstdFrame(content, most);
  }

  private static long window(int descriptor) {
    long base = 1L << (LEAST_WINDOW_LOG + (descriptor >>> 3));
    return base + base / 8 * (descriptor & 7);
  }

  private static int sizeBytes(int flag, boolean isSingle) {
    return flag == 0 ? isSingle ? 1 : 0 : 1 << flag;
  }

  /** The integer in so many bytes, the lowest first. */
  private static int uint(byte[] bytes, int at, int count, int to) {
    if (to - at < count) {
      throw cutOff();
    }
    int value = 0;
    for (int i = 0; i < count; i++) {
      value |= (bytes[at + i] & 0xFF) << (Byte.SIZE * i);
    }
    return value;
  }

  private static UnexpandableException cutOff() {
    return unsound("it is cut off");
  }

  static UnexpandableException unsound(String problem) {
    return UnexpandableException.unsound(Zstd.LABEL, problem);
  }
}
