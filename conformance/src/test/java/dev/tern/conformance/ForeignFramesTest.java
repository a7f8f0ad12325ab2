package dev.tern.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tern.core.compress.FoundCompressions;
import dev.tern.protocol.compress.Compressions;
import dev.tern.protocol.compress.UnexpandableException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Frames that the command lines of gzip 1.12, zstd 1.5 and lz4 1.9 have written, with and without
 * checksums and sizes, and what is refused of them: a line each of {@code foreign-frames.txt}.
 */
final class ForeignFramesTest {
  private static final String SMALL = "{\"id\":1}";

  /** Longer than a block of LZ4, and than one of zstd. */
  private static final String LARGE = "{\"id\":1,\"x\":\"" + "0123456789".repeat(15_000) + "\"}";

  static List<String> frames() {
    try (InputStream in = ForeignFramesTest.class.getResourceAsStream("/foreign-frames.txt")) {
      return new String(Objects.requireNonNull(in).readAllBytes(), UTF_8).lines().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @ParameterizedTest
  @MethodSource("frames")
  void isReadOrRefused(String line) {
    String[] parts = line.split(" \\| ", 2);
    String label = parts[0].split(" ", 3)[0];
    String what = parts[0].split(" ", 3)[1];
    byte[] frame = Base64.getDecoder().decode(parts[1]);
    try (Compressions all = FoundCompressions.of(List.of(label))) {
      switch (what) {
        case "small" -> assertThat(expanded(all, label, frame)).isEqualTo(SMALL);
        case "large" -> assertThat(expanded(all, label, frame)).isEqualTo(LARGE);
        default ->
            assertThatThrownBy(() -> expanded(all, label, frame))
                .isInstanceOf(UnexpandableException.class)
                .hasMessageStartingWith(label + ": ");
      }
    }
  }

  private static String expanded(Compressions all, String label, byte[] frame) {
    return all.expand(label, frame, 0, frame.length, 16 << 20, _ -> true).toString();
  }
}
