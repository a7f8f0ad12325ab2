package dev.tern.cli.offer;

import dev.tern.cli.offer.JsonTree.Digits;
import dev.tern.cli.offer.Offer.OfferedMethod;
import dev.tern.cli.offer.Offer.Param;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a server would refuse of params, as far as it declares what it takes: what is missing, and
 * what is of another type, or out of range. What it declares in a way that is not known here fits.
 */
public final class Misfits {
  /** Schemas within schemas are looked at so far: a document may lead in circles. */
  private static final int MAX_DEPTH = 64;

  private static final Schema NULL = new Schema(Map.of("type", "null"));

  private final Offer offer;
  private final List<String> lines = new ArrayList<>();

  private Misfits(Offer offer) {
    this.offer = offer;
  }

  /**
   * A line about each.
   *
   * @param json the params, an object or an array; null for none
   */
  public static List<String> of(Offer offer, String method, byte @Nullable [] json) {
    Misfits misfits = new Misfits(offer);
    OfferedMethod declared = offer.method(method);
    if (declared != null) {
      misfits.lookAt(declared, json == null ? null : JsonTree.of(json));
    }
    return misfits.lines;
  }

  private void lookAt(OfferedMethod method, @Nullable Object value) {
    Schema whole = method.wholeParams();
    if (whole != null && value != null) {
      lookAt("params", whole, value, 0);
    }
    List<Param> params = method.named();
    if (params == null) {
      return;
    }
    Map<?, ?> named = value instanceof Map<?, ?> object ? object : Map.of();
    List<?> elements = value instanceof List<?> array ? array : List.of();
    if (elements.size() > params.size()) {
      line("params: " + elements.size() + " elements", "at most " + params.size());
    }
    for (int i = 0; i < params.size(); i++) {
      Param param = params.get(i);
      if (i < elements.size()) {
        lookAt(param.name(), param.schema(), elements.get(i), 0);
      } else if (named.containsKey(param.name())) {
        lookAt(param.name(), param.schema(), named.get(param.name()), 0);
      } else if (param.required()) {
        line(param.name() + " is missing", param.schema().words());
      }
    }
  }

  private void lookAt(String path, Schema schema, @Nullable Object value, int depth) {
    Schema said = offer.resolve(schema);
    if (depth > MAX_DEPTH) {
      return;
    }
    List<Schema> choices = said.choices();
    if (!choices.isEmpty()) {
      List<Misfits> each = choices.stream().map(one -> alone(path, one, value, depth)).toList();
      if (each.stream().noneMatch(one -> one.lines.isEmpty())) {
        // Where all but null is one type, what does not fit in it is the better news.
        boolean isOne =
            each.size() == 2 && value != null && choices.stream().anyMatch(NULL::equals);
        lines.addAll(
            isOne
                ? each.get(choices.getFirst().equals(NULL) ? 1 : 0).lines
                : List.of(text(path + ": " + shown(value), schema.words())));
      }
    } else if (!isOfType(said, value)) {
      line(path + ": " + shown(value), said.words());
    } else if (value instanceof String && isOther(said.constants(), value)) {
      line(path + ": " + value, said.oneOf());
    } else {
      lookInto(path, said, value, depth + 1);
    }
  }

  private Misfits alone(String path, Schema schema, @Nullable Object value, int depth) {
    Misfits alone = new Misfits(offer);
    alone.lookAt(path, schema, value, depth + 1);
    return alone;
  }

  private void lookInto(String path, Schema said, @Nullable Object value, int depth) {
    switch (value) {
      case Digits number when isOutside(said, number) ->
          line(
              path + ": " + number,
              said.json().get("minimum") + " to " + said.json().get("maximum"));
      case Map<?, ?> object -> {
        Map<String, Schema> properties = said.properties();
        Schema values = said.values();
        said.required().stream()
            .filter(name -> !object.containsKey(name))
            .sorted()
            .forEach(
                name ->
                    line(
                        path + "." + name + " is missing",
                        properties.getOrDefault(name, Schema.ANY).words()));
        object.forEach(
            (name, member) ->
                lookAt(
                    path + "." + name,
                    properties.getOrDefault(
                        String.valueOf(name), Objects.requireNonNullElse(values, Schema.ANY)),
                    member,
                    depth));
      }
      case List<?> array -> {
        for (int i = 0; i < array.size(); i++) {
          lookAt(path + "[" + i + "]", said.items(), array.get(i), depth);
        }
      }
      case null, default -> {}
    }
  }

  private static boolean isOfType(Schema said, @Nullable Object value) {
    return said.types().isEmpty() || said.types().stream().anyMatch(type -> isOfType(type, value));
  }

  private static boolean isOfType(String type, @Nullable Object value) {
    return switch (type) {
      case "null" -> value == null;
      case "string" -> value instanceof String;
      case "boolean" -> value instanceof Boolean;
      case "object" -> value instanceof Map;
      case "array" -> value instanceof List;
      case "number" -> value instanceof Digits;
      case "integer" -> value instanceof Digits number && number.text().matches("-?\\d+");
      default -> true;
    };
  }

  /** Whether a text is none of these; false unless all are texts. */
  private static boolean isOther(List<?> constants, Object value) {
    return !constants.isEmpty()
        && constants.stream().allMatch(String.class::isInstance)
        && !constants.contains(value);
  }

  /** Whether a number is outside of a range that has both ends. */
  private static boolean isOutside(Schema said, Digits number) {
    if (!(said.json().get("minimum") instanceof Digits least)
        || !(said.json().get("maximum") instanceof Digits most)) {
      return false;
    }
    try {
      BigDecimal found = new BigDecimal(number.text());
      return found.compareTo(new BigDecimal(least.text())) < 0
          || found.compareTo(new BigDecimal(most.text())) > 0;
    } catch (NumberFormatException _) { // an exponent that no BigDecimal has
      return false;
    }
  }

  private static String shown(@Nullable Object value) {
    return switch (value) {
      case Map<?, ?> _ -> "an object";
      case List<?> _ -> "an array";
      case null -> "null";
      default -> value.toString();
    };
  }

  private void line(String what, String expected) {
    lines.add(text(what, expected));
  }

  private static String text(String what, String expected) {
    return what + " (expected: " + expected + ")";
  }
}
