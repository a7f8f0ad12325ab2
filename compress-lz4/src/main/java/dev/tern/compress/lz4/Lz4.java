package dev.tern.compress.lz4;

import static dev.tern.protocol.Limits.PREFIX_BYTES;

import dev.tern.protocol.Bytes;
import dev.tern.protocol.compress.Compression;
import dev.tern.protocol.compress.CompressionContext;
import dev.tern.protocol.compress.Expansion;
import dev.tern.protocol.compress.UnexpandableException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import net.jpountz.lz4.LZ4Compressor;
import net.jpountz.lz4.LZ4Exception;
import net.jpountz.lz4.LZ4Factory;
import net.jpountz.xxhash.XXHash32;
import net.jpountz.xxhash.XXHashFactory;
import org.jspecify.annotations.Nullable;

/**
 * LZ4 in its frame format: blocks are made by lz4-java, in plain Java, which needs neither native
 * code nor Unsafe; frames are walked here, as the library passes over skippable ones and reads what
 * stands behind.
 */
public final class Lz4 implements Compression {
  private static final String LABEL = "lz4";

  private static final LZ4Compressor COMPRESSOR = LZ4Factory.safeInstance().fastCompressor();
  private static final XXHash32 HASH = XXHashFactory.safeInstance().hash32();

  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private static final int MAGIC = 0x184D2204;

  // The bits of the first byte behind it.
  private static final int VERSION_BITS = 0xC0;
  private static final int VERSION = 0x40;
  private static final int INDEPENDENT = 0x20;
  private static final int BLOCK_SUM = 0x10;
  private static final int CONTENT_SIZE = 0x08;
  private static final int CONTENT_SUM = 0x04;
  private static final int RESERVED = 0x02;
  private static final int DICTIONARY = 0x01;

  private static final int WRITTEN = VERSION | INDEPENDENT | CONTENT_SIZE | CONTENT_SUM;

  /** Of a block's length, which is that of bytes as they are. */
  private static final int UNCOMPRESSED = 1 << 31;

  private static final int LEAST_SIZE = 4;
  private static final int MOST_SIZE = 7;
  private static final int LEAST_BLOCK_LOG = 16;

  private static final int HEADER_BYTES = 4 + 2 + 8 + 1;

  /** An end mark and a checksum. */
  private static final int TRAILER_BYTES = 8;

  /** How far a match looks back at most. */
  private static final int HISTORY_BYTES = (1 << 16) - 1;

  /** No byte of a block stands for more. */
  private static final long MOST_RATIO = 255;

  private static final CompressionContext CONTEXT = new Context();

  /** There is one. */
  public Lz4() {}

  @Override
  public String label() {
    return LABEL;
  }

  @Override
  public CompressionContext newContext() {
    return CONTEXT;
  }

  static UnexpandableException unsound(String problem) {
    return UnexpandableException.unsound(LABEL, problem);
  }

  /** How many bytes come out of a block at most. */
  private static int blockBytes(int size) {
    return 1 << (LEAST_BLOCK_LOG + 2 * (size - LEAST_SIZE));
  }

  /** Of frames: it keeps nothing from one to the next. */
  private static final class Context implements CompressionContext {
    @Override
    public @Nullable Bytes compress(Bytes payload, int most) {
      Bytes whole = payload.joined();
      int length = whole.length();
      byte[] frame = new byte[PREFIX_BYTES + most];
      int end = frame.length - TRAILER_BYTES;
      int at = PREFIX_BYTES + HEADER_BYTES;
      if (at >= end) {
        return null;
      }
      int size = LEAST_SIZE;
      while (size < MOST_SIZE && blockBytes(size) < length) {
        size++;
      }
      header(frame, size, length);
      for (int from = whole.from(); from < whole.to(); from += blockBytes(size)) {
        at =
            block(
                whole.array(), from, Math.min(blockBytes(size), whole.to() - from), frame, at, end);
        if (at < 0) {
          return null;
        }
      }
      INT.set(frame, at, 0);
      INT.set(frame, at + Integer.BYTES, HASH.hash(whole.array(), whole.from(), length, 0));
      return Bytes.of(frame, PREFIX_BYTES, at + TRAILER_BYTES);
    }

    private static void header(byte[] frame, int size, int length) {
      int at = PREFIX_BYTES;
      INT.set(frame, at, MAGIC);
      int flags = at + Integer.BYTES;
      frame[flags] = WRITTEN;
      frame[flags + 1] = (byte) (size << 4);
      LONG.set(frame, flags + 2, (long) length);
      int sum = flags + 2 + Long.BYTES;
      frame[sum] = sumOfHeader(frame, flags, sum);
    }

    /** Where the block ends; negative if it would not fit. */
    private static int block(byte[] from, int off, int length, byte[] frame, int at, int end) {
      int start = at + Integer.BYTES;
      int most = Math.min(length - 1, end - start);
      if (most <= 0) {
        return -1;
      }
      try {
        int count = COMPRESSOR.compress(from, off, length, frame, start, most);
        INT.set(frame, at, count);
        return start + count;
      } catch (LZ4Exception e) { // it does not become shorter, or there is no room
        if (length > end - start) {
          return -1;
        }
        System.arraycopy(from, off, frame, start, length);
        INT.set(frame, at, length | UNCOMPRESSED);
        return start + length;
      }
    }

    @Override
    public void expand(byte[] frame, int from, int to, Expansion into) {
      new Frame(frame, from, to).expand(into);
    }

    @Override
    public void close() {}
  }

  private static byte sumOfHeader(byte[] frame, int from, int to) {
    return (byte) (HASH.hash(frame, from, to - from, 0) >>> Byte.SIZE);
  }

  /** One that is read. */
  private static final class Frame {
    private final byte[] bytes;
    private final int to;
    private int at;

    Frame(byte[] bytes, int from, int to) {
      this.bytes = bytes;
      this.at = from + Integer.BYTES; // behind the magic number
      this.to = to;
    }

    void expand(Expansion into) {
      int start = at;
      need(2);
      int flags = bytes[at];
      int sizes = bytes[at + 1];
      at += 2;
      checkFlags(flags, sizes);
      long content = -1;
      if ((flags & CONTENT_SIZE) != 0) {
        need(Long.BYTES);
        content = (long) LONG.get(bytes, at);
        at += Long.BYTES;
      }
      need(1);
      if (bytes[at] != sumOfHeader(bytes, start, at)) {
        throw unsound("the checksum of its header is of other bytes");
      }
      at++;
      announced(content, into);
      blocks(flags, blockBytes(sizes >>> 4), into);
      if ((flags & CONTENT_SUM) != 0 && next() != HASH.hash(into.array(), 0, into.length(), 0)) {
        throw unsound("its checksum is of other bytes");
      }
      if (content >= 0 && content != into.length()) {
        throw unsound("its length is not that of its bytes");
      }
      if (at < to) {
        throw unsound((to - at) + " bytes behind its one frame (expected: none)");
      }
    }

    private static void checkFlags(int flags, int sizes) {
      if ((flags & VERSION_BITS) != VERSION) {
        throw unsound("a version that is not known");
      }
      if ((flags & DICTIONARY) != 0) {
        throw unsound("a dictionary (expected: none)");
      }
      int size = sizes >>> 4;
      boolean isSize = size >= LEAST_SIZE && size <= MOST_SIZE && (sizes & 0x0F) == 0;
      if ((flags & RESERVED) != 0 || !isSize) {
        throw unsound("a reserved bit is set");
      }
    }

    /** Of so much a part has come that could be all of it. */
    private void announced(long content, Expansion into) {
      if (content > MOST_RATIO * (to - at) || content < -1) {
        throw unsound("it says that more comes out than its blocks can hold");
      }
      if (content > into.most() && !into.wantsBeginning()) {
        throw into.tooLong();
      }
      if (content > 0 && content <= into.most()) {
        into.reserve((int) content);
      }
    }

    private void blocks(int flags, int most, Expansion into) {
      boolean isIndependent = (flags & INDEPENDENT) != 0;
      for (int said; (said = next()) != 0; ) {
        int length = said & ~UNCOMPRESSED;
        if (length > most || length == 0) {
          throw unsound("a block of " + length + " bytes (expected: 1 to " + most + ")");
        }
        need(length);
        int start = at;
        at += length;
        if ((flags & BLOCK_SUM) != 0 && next() != HASH.hash(bytes, start, length, 0)) {
          throw unsound("the checksum of a block is of other bytes");
        }
        if (said < 0) {
          into.reserve(length);
          System.arraycopy(bytes, start, into.array(), into.length(), length);
          into.add(length);
        } else {
          int history = isIndependent ? 0 : Math.min(HISTORY_BYTES, into.length());
          Lz4Block.expand(bytes, start, start + length, into, history, most);
        }
      }
    }

    private int next() {
      need(Integer.BYTES);
      int value = (int) INT.get(bytes, at);
      at += Integer.BYTES;
      return value;
    }

    private void need(int count) {
      if (to - at < count) {
        throw unsound("it is cut off");
      }
    }
  }
}
