package dev.tern.protocol.json;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Objects;

/** Texts in files: one a line, {@code \xNN} for a byte, {@code #} for a comment. */
public final class Corpus {
  private Corpus() {}

  public static List<String> lines(String resource) {
    try (InputStream in = Objects.requireNonNull(Corpus.class.getResourceAsStream(resource))) {
      return new String(in.readAllBytes(), UTF_8)
          .lines()
          .filter(line -> !line.isEmpty() && line.charAt(0) != '#')
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static byte[] bytes(String line) {
    if (line.equals("<empty>")) {
      return new byte[0];
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (int i = 0; i < line.length(); ) {
      if (line.startsWith("\\x", i)) {
        out.write(Integer.parseInt(line.substring(i + 2, i + 4), 16));
        i += 4;
      } else {
        out.writeBytes(line.substring(i, i + 1).getBytes(UTF_8));
        i++;
      }
    }
    return out.toByteArray();
  }
}
