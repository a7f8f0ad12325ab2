package dev.tern.fuzz;

import static dev.tern.fuzz.Oracle.require;

import dev.tern.core.compress.FoundCompressions;
import dev.tern.protocol.Bytes;
import dev.tern.protocol.compress.Compressions;
import dev.tern.protocol.compress.UnexpandableException;
import dev.tern.protocol.frame.PayloadKind;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/**
 * Whatever bytes begin like something compressed: they are one frame, of which the same comes out
 * each time and no more than may, or they are refused by one exception. What comes out of gzip
 * comes out of the JDK's reader, too, and what is compressed again comes back.
 */
public final class CompressionTarget {
  private static final int FRAME_BYTES = 1 << 16;

  private static final Compressions ALL = FoundCompressions.of(FoundCompressions.labels());

  private CompressionTarget() {}

  /** One run of the fuzzer. */
  public static void fuzzerTestOneInput(byte[] bytes) {
    PayloadKind kind = PayloadKind.of(bytes, 0, bytes.length);
    if (kind == null || !kind.isCompressed()) {
      return;
    }
    String label = kind.label();
    byte[] out = expanded(label, bytes);
    if (out == null) {
      return;
    }
    require(out.length <= FRAME_BYTES, "too long: " + out.length);
    require(Arrays.equals(out, expanded(label, bytes)), "another time, other bytes");
    if (kind == PayloadKind.GZIP) {
      require(Arrays.equals(out, unzipped(bytes)), "the JDK reads other bytes");
    }
    if (out.length > 0) {
      byte[] again = ALL.compress(label, Bytes.of(out)).toByteArray();
      boolean isAsItWas = Arrays.equals(again, out);
      require(isAsItWas || Arrays.equals(out, expanded(label, again)), "does not come back");
    }
  }

  private static byte @Nullable [] expanded(String label, byte[] frame) {
    try {
      return ALL.expand(label, frame, 0, frame.length, FRAME_BYTES, _ -> true).toByteArray();
    } catch (UnexpandableException e) {
      return null;
    }
  }

  private static byte[] unzipped(byte[] frame) {
    try (var in = new GZIPInputStream(new ByteArrayInputStream(frame))) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
