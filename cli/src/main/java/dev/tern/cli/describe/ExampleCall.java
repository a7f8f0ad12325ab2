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
import java.util.StringJoiner;
import java.util.stream.Collectors;

/**
 * A command that calls a method with params that fit its types, if perhaps nothing else.
 *
 * @param server how it is reached: its address, behind the options that say so
 */
record ExampleCall(Offer offer, List<String> server) {
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

  /** Types within each other, at most; a value of one more is null. */
  private static final int MAX_DEPTH = 8;

  /** Characters of values in one example, about; all values behind them are null. */
  private static final int MAX_LENGTH = 4_096;

  /** In an example that is cut short, values need not fit their types. */
  String of(OfferedMethod method) {
    String reached = server.stream().map(ExampleCall::shell).collect(Collectors.joining(" "));
    String call = "tern call " + reached + " " + shell(method.name());
    List<Param> params = method.named();
    Values values = new Values(offer);
    if (method.wholeParams() != null) {
      return call + " " + shell(values.json(method.wholeParams(), Set.of()));
    }
    if (params == null) {
      return call;
    }
    return call
        + params.stream()
            .filter(Param::required)
            .map(param -> " " + shell(pair(param, values)))
            .collect(Collectors.joining());
  }

  /** A text stands there as it is, unless it would be read as something else. */
  private String pair(Param param, Values values) {
    Schema schema = offer.resolve(param.schema());
    if (first(schema).equals("string")) {
      String text = text(schema);
      boolean isPlain = CallParams.kindIfJson(text) == null && !text.matches("[\\[{\"].*");
      return param.name() + (isPlain ? "=" + text : ":=" + quoted(text));
    }
    return param.name() + "=" + values.json(schema, Set.of());
  }

  /** The values of one example. A server may refer to types so that they never end. */
  private static final class Values {
    private final Offer offer;
    private int left = MAX_LENGTH;

    Values(Offer offer) {
      this.offer = offer;
    }

    /**
     * @param within the types that it lies in: one that may contain itself ends there
     */
    String json(Schema schema, Set<String> within) {
      String reference = schema.reference();
      if (left <= 0) {
        return "null";
      }
      if (reference != null) {
        if (within.size() == MAX_DEPTH || within.contains(reference)) {
          return counted("null");
        }
        Set<String> inner = new HashSet<>(within);
        inner.add(reference);
        return json(offer.types().getOrDefault(reference, Schema.ANY), inner);
      }
      return switch (first(schema)) {
        case "string" -> counted(quoted(text(schema)));
        case "integer" -> counted("1");
        case "number" -> counted("1.5");
        case "boolean" -> counted("true");
        case "array" -> array(schema, within);
        case "object" -> object(schema, within);
        case "choice" -> json(schema.choices().getFirst(), within);
        default -> counted("null");
      };
    }

    private String counted(String json) {
      left -= json.length();
      return json;
    }

    private String array(Schema schema, Set<String> within) {
      String reference = schema.items().reference();
      boolean endless = reference != null && within.contains(reference);
      return counted("[") + (endless ? "" : json(schema.items(), within)) + "]";
    }

    private String object(Schema schema, Set<String> within) {
      Schema values = schema.values();
      if (values != null) {
        return counted("{" + quoted("name") + ":") + json(values, within) + "}";
      }
      Set<String> required = schema.required();
      StringJoiner members = new StringJoiner(",", counted("{"), "}");
      for (Map.Entry<String, Schema> property : schema.properties().entrySet()) {
        if (left > 0 && required.contains(property.getKey())) {
          members.add(counted(quoted(property.getKey()) + ":") + json(property.getValue(), within));
        }
      }
      return members.toString();
    }
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

  private static String quoted(String text) {
    return new String(new JsonWriter().value(text).toByteArray(), UTF_8);
  }

  /** As one word of a shell's. */
  private static String shell(String word) {
    return word.matches("[\\w./:=+@%,-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
  }
}
