package dev.tern.compress.zstd;

import static dev.tern.protocol.Limits.PREFIX_BYTES;

import com.github.luben.zstd.ZstdCompressCtx;
import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;
import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import dev.tern.protocol.Bytes;
import dev.tern.protocol.compress.Compression;
import dev.tern.protocol.compress.CompressionContext;
import dev.tern.protocol.compress.Expansion;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** zstd (RFC 8878), through zstd-jni: native code, whose contexts are used again. */
public final class Zstd implements Compression {
  static final String LABEL = "zstd";

  /** The library's own choice: what is slower gains little for payloads of kilobytes. */
  private static final int LEVEL = 3;

  /** 8 MiB, as a power of two. */
  private static final int MOST_WINDOW_LOG = 23;

  /** How much is asked for at once of what is too long as a whole. */
  private static final int STEP_BYTES = 64 << 10;

  /** There is one. */
  public Zstd() {}

  @Override
  public String label() {
    return LABEL;
  }

  @Override
  public CompressionContext newContext() {
    return new Context();
  }

  private static final class Context implements CompressionContext {
    // Made when they are needed: many only read, or only write.
    private @Nullable ZstdCompressCtx writing;
    private @Nullable ZstdDecompressCtx reading;

    @Override
    public @Nullable Bytes compress(Bytes payload, int most) {
      ZstdCompressCtx context = writing;
      if (context == null) {
        context = new ZstdCompressCtx().setLevel(LEVEL).setChecksum(true).setContentSize(true);
        writing = context;
      }
      Bytes whole = payload.joined();
      byte[] frame = new byte[PREFIX_BYTES + most];
      try {
        int length =
            context.compressByteArray(
                frame, PREFIX_BYTES, most, whole.array(), whole.from(), whole.length());
        return Bytes.of(frame, PREFIX_BYTES, PREFIX_BYTES + length);
      } catch (ZstdException e) {
        if (e.getErrorCode() == com.github.luben.zstd.Zstd.errDstSizeTooSmall()) {
          return null;
        }
        throw e;
      }
    }

    @Override
    public void expand(byte[] frame, int from, int to, Expansion into) {
      ZstdFrame walked = ZstdFrame.walk(frame, from, to);
      if (walked.contentBytes() > into.most()) {
        throw into.wantsBeginning() ? beginning(frame, from, to, into) : into.tooLong();
      }
      boolean isSaid = walked.contentBytes() >= 0;
      long room = isSaid ? walked.contentBytes() : Math.min(walked.mostBytes(), into.most());
      into.reserve((int) room);
      if (reading == null) {
        reading = new ZstdDecompressCtx();
      }
      try {
        into.add(reading.decompressByteArray(into.array(), 0, into.left(), frame, from, to - from));
      } catch (ZstdException e) {
        if (e.getErrorCode() != com.github.luben.zstd.Zstd.errDstSizeTooSmall()) {
          throw ZstdFrame.unsound("it is not sound");
        }
        throw into.wantsBeginning() ? beginning(frame, from, to, into) : into.tooLong();
      }
    }

    /** Reads as much as may come out of what is too long. */
    private static RuntimeException beginning(byte[] frame, int from, int to, Expansion into) {
      var bytes = new ByteArrayInputStream(frame, from, to - from);
      try (var in = new ZstdInputStreamNoFinalizer(bytes).setLongMax(MOST_WINDOW_LOG)) {
        while (into.length() < into.most()) {
          into.reserve(Math.min(STEP_BYTES, into.most() - into.length()));
          int count = in.read(into.array(), into.length(), into.left());
          if (count <= 0) {
            break;
          }
          into.add(count);
        }
        return into.tooLong();
      } catch (IOException e) {
        return ZstdFrame.unsound("it is not sound");
      }
    }

    @Override
    public void close() {
      if (writing != null) {
        writing.close();
        writing = null;
      }
      if (reading != null) {
        reading.close();
        reading = null;
      }
    }
  }
}
