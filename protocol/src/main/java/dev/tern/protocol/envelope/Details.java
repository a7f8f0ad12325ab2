package dev.tern.protocol.envelope;

import dev.tern.protocol.json.JsonWriter;
import dev.tern.protocol.value.Name;

/** The {@code details} that the protocol itself fills. */
public final class Details {
  /** The protocol versions that are spoken here. */
  static final String VERSIONS = "{\"versions\":[1]}";

  private static final Name ENCODINGS = Name.of("encodings");
  private static final Name COMPRESSIONS = Name.of("compressions");
  private static final Name PATH = Name.of("path");

  private Details() {}

  /** The encodings and compressions that are read here. */
  public static byte[] encodings(Encodings encodings) {
    JsonWriter w = new JsonWriter().beginObject().name(ENCODINGS).beginArray();
    encodings.labels().forEach(w::value);
    w.endArray().name(COMPRESSIONS).beginArray().endArray();
    return w.endObject().toByteArray();
  }

  /** Where in params something is wrong, empty for params as a whole. */
  static byte[] path(String path) {
    return new JsonWriter().beginObject().name(PATH).value(path).endObject().toByteArray();
  }
}
