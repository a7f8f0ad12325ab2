package dev.tern.protocol.envelope;

import dev.tern.protocol.json.JsonWriter;
import dev.tern.protocol.value.Name;

/** The {@code details} that the protocol itself fills. */
public final class Details {
  /** The encodings and compressions that are read here. */
  public static final String ENCODINGS = "{\"encodings\":[\"json\"],\"compressions\":[]}";

  /** The protocol versions that are spoken here. */
  static final String VERSIONS = "{\"versions\":[1]}";

  private static final Name PATH = Name.of("path");

  private Details() {}

  /** Where in params something is wrong, empty for params as a whole. */
  static byte[] path(String path) {
    return new JsonWriter().beginObject().name(PATH).value(path).endObject().toByteArray();
  }
}
