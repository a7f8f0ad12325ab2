package dev.tern.protocol.envelope;

import dev.tern.protocol.json.JsonWriter;
import dev.tern.protocol.value.Name;
import java.util.List;

/** The {@code details} that the protocol itself fills. */
public final class Details {
  /** The protocol versions that are spoken here. */
  static final String VERSIONS = "{\"versions\":[1]}";

  private static final Name ENCODINGS = Name.of("encodings");
  private static final Name COMPRESSIONS = Name.of("compressions");
  private static final Name PATH = Name.of("path");

  private Details() {}

  /** The encodings and compressions that are read here. */
  public static byte[] encodings(Encodings encodings, List<String> compressions) {
    JsonWriter w = new JsonWriter().beginObject().name(ENCODINGS).beginArray();
    encodings.labels().forEach(w::value);
    w.endArray().name(COMPRESSIONS).beginArray();
    compressions.forEach(w::value);
    return w.endArray().endObject().toByteArray();
  }

  /** Where in params something is wrong, empty for params as a whole. */
  static byte[] path(String path) {
    return new JsonWriter().beginObject().name(PATH).value(path).endObject().toByteArray();
  }
}
