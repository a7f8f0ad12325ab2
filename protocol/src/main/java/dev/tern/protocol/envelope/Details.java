package dev.tern.protocol.envelope;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tern.protocol.json.JsonName;
import dev.tern.protocol.json.JsonWriter;

/** The {@code details} that the protocol itself fills. */
public final class Details {
  private static final JsonName PATH = JsonName.of("path");

  private Details() {}

  /** Where in params something is wrong, empty for params as a whole. */
  static byte[] path(String path) {
    return new JsonWriter().beginObject().name(PATH).value(path).endObject().toByteArray();
  }

  /** The encodings and compressions that are read here. */
  public static byte[] encodings() {
    return "{\"encodings\":[\"json\"],\"compressions\":[]}".getBytes(UTF_8);
  }

  /** The protocol versions that are spoken here. */
  static byte[] versions() {
    return "{\"versions\":[1]}".getBytes(UTF_8);
  }
}
