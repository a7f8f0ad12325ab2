package dev.tern.cli.describe;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tern.cli.call.CallParams;
import dev.tern.cli.offer.Offer;
import dev.tern.cli.offer.Offer.OfferedMethod;
import dev.tern.cli.offer.Offer.Param;
import dev.tern.cli.offer.Schema;
import dev.tern.protocol.json.JsonWriter;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A command that calls a method with params that fit its types, if perhaps nothing else.
 *
 * @param address of the server
 */
record ExampleCall(Offer offer, String address) {
  /** What a text of a format looks like; any other is {@code text}. */
  private static final Map<String, String> TEXTS =
      Map.of(
          "uuid", "7d444840-9dc0-11d1-b245-5ffdce74fad2",
          "date-time", "2026-01-31T12:00:00Z",
          "date", "2026-01-31",
          "time", "12:00:00Z",
          "duration", "PT1M",
          "uri", "https://example.org/",
          "base64", "AAEC");

  String of(OfferedMethod method) {
    String call = "tern call " + address + " " + shell(method.name());
    List<Param> params = method.named();
    if (method.wholeParams() != null) {
      return call + " " + shell(json(method.wholeParams(), Set.of()));
    }
    if (params == null) {
      return call;
    }
    return call
        + params.stream()
            .filter(Param::required)
            .map(param -> " " + shell(pair(param)))
            .collect(Collectors.joining());
  }

  /** A text stands there as it is, unless it would be read as something else. */
  private String pair(Param param) {
    Schema schema = offer.resolve(param.schema());
    if (first(schema).equals("string")) {
      String text = text(schema);
      boolean isPlain = CallParams.kindIfJson(text) == null && !text.matches("[\\[{\"].*");
      return param.name() + (isPlain ? "=" + text : ":=" + quoted(text));
    }
    return param.name() + "=" + json(schema, Set.of());
  }

  /**
   * @param within the types that it lies in: one that may contain itself ends there
   */
  private String json(Schema schema, Set<String> within) {
    String reference = schema.reference();
    if (reference != null) {
      if (within.contains(reference)) {
        return "null";
      }
      Set<String> inner = new HashSet<>(within);
      inner.add(reference);
      return json(offer.types().getOrDefault(reference, Schema.ANY), inner);
    }
    return switch (first(schema)) {
      case "string" -> quoted(text(schema));
      case "integer" -> "1";
      case "number" -> "1.5";
      case "boolean" -> "true";
      case "array" -> array(schema, within);
      case "object" -> object(schema, within);
      case "choice" -> json(schema.choices().getFirst(), within);
      default -> "null";
    };
  }

  private static String first(Schema schema) {
    if (!schema.choices().isEmpty()) {
      return "choice";
    }
    return schema.types().isEmpty() ? "any" : schema.types().getFirst();
  }

  private static String text(Schema schema) {
    if (!schema.constants().isEmpty()) {
      return String.valueOf(schema.constants().getFirst());
    }
    if (String.valueOf(schema.json().get("maxLength")).equals("1")) {
      return "x";
    }
    Object format = schema.json().get("format");
    Object known = format == null ? schema.json().get("contentEncoding") : format;
    return TEXTS.getOrDefault(String.valueOf(known), "text");
  }

  private String array(Schema schema, Set<String> within) {
    String reference = schema.items().reference();
    boolean endless = reference != null && within.contains(reference);
    return endless ? "[]" : "[" + json(schema.items(), within) + "]";
  }

  private String object(Schema schema, Set<String> within) {
    Schema values = schema.values();
    if (values != null) {
      return "{" + quoted("name") + ":" + json(values, within) + "}";
    }
    return schema.properties().entrySet().stream()
        .filter(property -> schema.requires(property.getKey()))
        .map(property -> quoted(property.getKey()) + ":" + json(property.getValue(), within))
        .collect(Collectors.joining(",", "{", "}"));
  }

  private static String quoted(String text) {
    return new String(new JsonWriter().value(text).toByteArray(), UTF_8);
  }

  /** As one word of a shell's. */
  private static String shell(String word) {
    return word.matches("[\\w./:=+@%,-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
  }
}
