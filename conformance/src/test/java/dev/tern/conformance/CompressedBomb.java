package dev.tern.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.core.compress.FoundCompressions;
import dev.tern.protocol.Bytes;
import dev.tern.protocol.compress.Compression;
import dev.tern.protocol.compress.CompressionContext;
import dev.tern.protocol.compress.Gzip;
import java.util.ServiceLoader;

/** Frames that Tern would not send, as they become too short. */
final class CompressedBomb {
  private CompressedBomb() {}

  static byte[] of(String label, byte[] payload) {
    return of(label, payload, payload.length);
  }

  /** Of what may become longer. */
  static byte[] longer(String label, byte[] payload) {
    return of(label, payload, 2 * payload.length + 100);
  }

  private static byte[] of(String label, byte[] payload, int most) {
    try (CompressionContext context = find(label).newContext()) {
      Bytes frame = context.compress(Bytes.of(payload), most);
      assertThat(frame).as(label).isNotNull();
      return frame.toByteArray();
    }
  }

  private static Compression find(String label) {
    assertThat(FoundCompressions.labels()).contains(label);
    for (Compression each : ServiceLoader.load(Compression.class)) {
      if (each.label().equals(label)) {
        return each;
      }
    }
    return new Gzip();
  }
}
