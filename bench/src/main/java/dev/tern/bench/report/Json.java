package dev.tern.bench.report;

import java.util.List;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** The results as JSON. */
public final class Json {
  private static final JsonMapper MAPPER =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  private record Document(Results results, List<Bar> bars) {}

  private Json() {}

  /** With the bars. */
  public static String of(Results results) {
    return MAPPER.writeValueAsString(new Document(results, Bars.of(results))) + "\n";
  }

  /** Reads what {@link #of} wrote. */
  public static Results read(String json) {
    return MAPPER.treeToValue(MAPPER.readTree(json).get("results"), Results.class);
  }
}
