package dev.tern.protocol.compress;

import static dev.tern.protocol.Limits.PREFIX_BYTES;

import dev.tern.protocol.Bytes;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/**
 * gzip (RFC 1952), by the JDK's deflate. Of a frame one member is read, and nothing behind it; its
 * checksum and its length are looked at, and so is the one of its header, where it has one.
 */
public final class Gzip implements Compression {
  private static final String LABEL = "gzip";

  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  private static final byte[] HEADER = {0x1F, (byte) 0x8B, Deflater.DEFLATED, 0, 0, 0, 0, 0, 0, -1};

  /** A checksum and a length. */
  private static final int TRAILER_BYTES = 8;

  private static final int FLAGS_AT = 3;
  private static final int HEADER_SUM = 2;
  private static final int EXTRA = 4;
  private static final int NAME = 8;
  private static final int COMMENT = 16;
  private static final int RESERVED = 0xE0;

  /** A call waits for it: the level that is four times as fast gives away a tenth. */
  private static final int LEVEL = Deflater.BEST_SPEED;

  /** There is one. */
  public Gzip() {}

  @Override
  public String label() {
    return LABEL;
  }

  @Override
  public CompressionContext newContext() {
    return new Context();
  }

  private static UnexpandableException unsound(String problem) {
    return UnexpandableException.unsound(LABEL, problem);
  }

  private static final class Context implements CompressionContext {
    private final CRC32 checksum = new CRC32();

    // Made when they are needed: many only read, or only write.
    private @Nullable Deflater deflater;
    private @Nullable Inflater inflater;

    @Override
    public @Nullable Bytes compress(Bytes payload, int most) {
      Deflater out = deflater == null ? new Deflater(LEVEL, true) : deflater;
      deflater = out;
      out.reset();
      checksum.reset();
      byte[] array = new byte[PREFIX_BYTES + most];
      int end = array.length - TRAILER_BYTES;
      int at = PREFIX_BYTES + HEADER.length;
      if (at >= end) {
        return null;
      }
      System.arraycopy(HEADER, 0, array, PREFIX_BYTES, HEADER.length);
      for (Bytes part = payload; part != null; part = part.next()) {
        int length = part.to() - part.from();
        checksum.update(part.array(), part.from(), length);
        out.setInput(part.array(), part.from(), length);
        if (part.next() == null) {
          out.finish();
        }
        while (!out.finished() && !(part.next() != null && out.needsInput())) {
          if (at == end) {
            return null;
          }
          at += out.deflate(array, at, end - at);
        }
      }
      INT.set(array, at, (int) checksum.getValue());
      INT.set(array, at + Integer.BYTES, payload.length());
      return Bytes.of(array, PREFIX_BYTES, at + TRAILER_BYTES);
    }

    @Override
    public void expand(byte[] frame, int from, int to, Expansion into) {
      int at = deflated(frame, from, to);
      Inflater in = inflater == null ? new Inflater(true) : inflater;
      inflater = in;
      in.reset();
      in.setInput(frame, at, to - at);
      while (!in.finished()) {
        inflate(in, into);
      }
      int left = in.getRemaining();
      if (left < TRAILER_BYTES) {
        throw unsound("it ends within its checksum");
      }
      if (left > TRAILER_BYTES) {
        throw unsound((left - TRAILER_BYTES) + " bytes behind its one member (expected: none)");
      }
      checksum.reset();
      checksum.update(into.array(), 0, into.length());
      int trailer = to - TRAILER_BYTES;
      if ((int) INT.get(frame, trailer) != (int) checksum.getValue()) {
        throw unsound("its checksum is of other bytes");
      }
      if ((int) INT.get(frame, trailer + Integer.BYTES) != into.length()) {
        throw unsound("its length is not that of its bytes");
      }
    }

    private static void inflate(Inflater in, Expansion into) {
      int count;
      try {
        if (into.left() == 0 && into.length() == into.most()) {
          // The end may come without another byte.
          if (in.inflate(new byte[1]) > 0) {
            throw into.tooLong();
          }
          count = 0;
        } else {
          if (into.left() == 0) {
            into.reserve(1);
          }
          count = in.inflate(into.array(), into.length(), into.left());
          into.add(count);
        }
      } catch (DataFormatException e) {
        throw unsound("it is not sound");
      }
      if (count == 0 && !in.finished()) {
        throw unsound(in.needsDictionary() ? "a dictionary (expected: none)" : "it is cut off");
      }
    }

    /** Where the header ends. */
    private int deflated(byte[] frame, int from, int to) {
      if (to - from < HEADER.length) {
        throw unsound("it ends within its header");
      }
      if (frame[from + 2] != Deflater.DEFLATED) {
        throw unsound("method " + (frame[from + 2] & 0xFF) + " (expected: 8)");
      }
      int flags = frame[from + FLAGS_AT] & 0xFF;
      if ((flags & RESERVED) != 0) {
        throw unsound("flags %02X (expected: at most 1F)".formatted(flags));
      }
      int at = from + HEADER.length;
      if ((flags & EXTRA) != 0) {
        at = within(at + Short.BYTES, to);
        at = within(at + uint16(frame, at - Short.BYTES), to);
      }
      if ((flags & NAME) != 0) {
        at = behindText(frame, at, to);
      }
      if ((flags & COMMENT) != 0) {
        at = behindText(frame, at, to);
      }
      if ((flags & HEADER_SUM) != 0) {
        int sum = at;
        at = within(at + Short.BYTES, to);
        checksum.reset();
        checksum.update(frame, from, sum - from);
        if (uint16(frame, sum) != (checksum.getValue() & 0xFFFF)) {
          throw unsound("the checksum of its header is of other bytes");
        }
      }
      return at;
    }

    private static int within(int at, int to) {
      if (at > to) {
        throw unsound("it ends within its header");
      }
      return at;
    }

    private static int uint16(byte[] frame, int at) {
      return (frame[at] & 0xFF) | (frame[at + 1] & 0xFF) << Byte.SIZE;
    }

    /** Where the text ends that is as long as no byte of it is 0. */
    private static int behindText(byte[] frame, int from, int to) {
      int at = from;
      while (within(at + 1, to) > 0 && frame[at] != 0) {
        at++;
      }
      return at + 1;
    }

    @Override
    public void close() {
      if (deflater != null) {
        deflater.end();
        deflater = null;
      }
      if (inflater != null) {
        inflater.end();
        inflater = null;
      }
    }
  }
}
