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

/**
 * Golden vectors of messages: bytes in hexadecimal, a field a line; behind {@code #} a comment;
 * then a line with {@code =} and the meaning.
 */
record MessageVectors(String title, Bytes value, String meaning) {
  static List<MessageVectors> of(String file) {
    List<MessageVectors> all = new ArrayList<>();
    StringBuilder hex = new StringBuilder();
    String title = "";
    for (String line : lines(file)) {
      String found = line.replaceFirst(" *#.*", "").replace(" ", "");
      if (line.startsWith("= ")) {
        Bytes value = Bytes.of(HexFormat.of().parseHex(hex));
        all.add(new MessageVectors(title, value, line.substring(2)));
        hex.setLength(0);
      } else if (line.startsWith("# ")) {
        title = line.substring(2);
      } else {
        hex.append(found);
      }
    }
    return all;
  }

  private static List<String> lines(String file) {
    try (InputStream in =
        Objects.requireNonNull(MessageVectors.class.getResourceAsStream(file), file)) {
      return new String(in.readAllBytes(), UTF_8).lines().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  byte[] bytes() {
    return value.array();
  }

  @Override
  public String toString() {
    return title;
  }
}
