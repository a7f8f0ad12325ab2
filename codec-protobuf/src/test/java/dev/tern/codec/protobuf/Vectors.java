package dev.tern.codec.protobuf;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tern.protocol.Bytes;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * Golden vectors: {@code bytes = meaning}, one a line, {@code #} for a comment. {@code 61*300} is a
 * byte 300 times.
 */
record Vectors(Bytes value, String meaning) {
  private static final Pattern SPACES = Pattern.compile(" +");

  static List<Vectors> of(String file) {
    List<Vectors> all = new ArrayList<>();
    try (InputStream in = Objects.requireNonNull(Vectors.class.getResourceAsStream(file), file)) {
      for (String line : new String(in.readAllBytes(), UTF_8).lines().toList()) {
        int equals = line.indexOf(" = ");
        if (equals > 0 && line.charAt(0) != '#') {
          all.add(new Vectors(parse(line.substring(0, equals)), line.substring(equals + 3)));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return all;
  }

  private static Bytes parse(String hex) {
    StringBuilder all = new StringBuilder();
    for (String part : SPACES.splitAsStream(hex.strip()).toList()) {
      int star = part.indexOf('*');
      all.append(
          star < 0
              ? part
              : part.substring(0, star).repeat(Integer.parseInt(part.substring(star + 1))));
    }
    return Bytes.of(all.toString().equals("none") ? new byte[0] : HexFormat.of().parseHex(all));
  }

  byte[] bytes() {
    return value.array();
  }

  /** The meaning of long ones is written shortly, too: {@code "a"*300} stands for a text. */
  String fullMeaning() {
    return meaning.matches("\".\"\\*\\d+")
        ? '"' + meaning.substring(1, 2).repeat(Integer.parseInt(meaning.substring(4))) + '"'
        : meaning;
  }

  @Override
  public String toString() {
    String hex = HexFormat.of().formatHex(bytes());
    return (hex.length() > 40 ? hex.substring(0, 40) + "…" : hex) + " = " + meaning;
  }
}
