package dev.tern.cli.offer;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A JSON Schema, as far as a person is told of it. What it says in another shape than a server of
 * Tern's counts as not said.
 */
public record Schema(Map<?, ?> json) {
  /** Says nothing: any value fits. */
  public static final Schema ANY = new Schema(Map.of());

  private static final String NULL = "null";

  public static Schema of(@Nullable Object json) {
    return json instanceof Map<?, ?> object ? new Schema(object) : ANY;
  }

  /** The name of the type that it refers to; null if it refers to none. */
  public @Nullable String reference() {
    return json.get("$ref") instanceof String reference
        ? reference.substring(reference.lastIndexOf('/') + 1)
        : null;
  }

  /**
   * What the message of protobuf is called that it is, for which JSON has no form; null if it is
   * none.
   */
  public @Nullable String message() {
    return json.get("x-message") instanceof String name ? name : null;
  }

  /** The types that it allows, null among them; empty if it does not say. */
  public List<String> types() {
    return switch (json.get("type")) {
      case String one -> List.of(one);
      case List<?> some -> some.stream().map(String::valueOf).toList();
      case null, default -> List.of();
    };
  }

  /** The schemas of which one fits; empty if there is no such choice. */
  public List<Schema> choices() {
    Object choices = json.containsKey("anyOf") ? json.get("anyOf") : json.get("oneOf");
    return choices instanceof List<?> some ? some.stream().map(Schema::of).toList() : List.of();
  }

  /** The constants of which it is one; empty if it is none. */
  public List<?> constants() {
    return json.get("enum") instanceof List<?> constants ? constants : List.of();
  }

  /** What the elements of an array are. */
  public Schema items() {
    return of(json.get("items"));
  }

  /** What the values of a map are; null if it is no map. */
  public @Nullable Schema values() {
    return json.get("additionalProperties") instanceof Map<?, ?> values ? new Schema(values) : null;
  }

  /** What an object has, by name. */
  public Map<String, Schema> properties() {
    Map<String, Schema> properties = new LinkedHashMap<>();
    if (json.get("properties") instanceof Map<?, ?> members) {
      members.forEach((name, schema) -> properties.put(String.valueOf(name), of(schema)));
    }
    return properties;
  }

  /** The names of what an object always has. */
  public Set<String> required() {
    return json.get("required") instanceof List<?> names
        ? names.stream().map(String::valueOf).collect(Collectors.toSet())
        : Set.of();
  }

  /** In a word or two; that it may be null is said elsewhere. */
  public String words() {
    return words(Schema::words, Function.identity());
  }

  /** As {@link #words}, and in which format a text or a number is. */
  public String detail() {
    return words(Schema::detail, type -> type + format());
  }

  private String words(Function<Schema, String> part, Function<String, String> scalar) {
    String reference = reference();
    if (reference != null) {
      return reference;
    }
    String message = message();
    if (message != null) {
      return "message " + message;
    }
    List<Schema> choices = choices().stream().filter(choice -> !choice.isNull()).toList();
    if (!choices.isEmpty()) {
      return choices.stream().map(part).collect(Collectors.joining(" or "));
    }
    List<String> types = types().stream().filter(type -> !type.equals(NULL)).toList();
    if (types.isEmpty()) {
      return types().isEmpty() ? "any" : NULL;
    }
    return types.stream()
        .map(type -> compound(type, part, scalar))
        .collect(Collectors.joining(" or "));
  }

  private String compound(
      String type, Function<Schema, String> part, Function<String, String> scalar) {
    Schema values = values();
    return switch (type) {
      case "array" -> "array of " + part.apply(items());
      case "object" -> values == null ? type : "map of " + part.apply(values);
      default -> scalar.apply(type);
    };
  }

  private String format() {
    List<String> said = new ArrayList<>();
    for (String name : List.of("format", "contentEncoding")) {
      if (json.get(name) instanceof String format) {
        said.add(format);
      }
    }
    if (!constants().isEmpty()) {
      said.add(oneOf());
    }
    return said.isEmpty() ? "" : " (" + String.join(", ", said) + ")";
  }

  /** The constants in words. */
  public String oneOf() {
    return constants().stream()
        .map(String::valueOf)
        .collect(Collectors.joining(", ", "one of ", ""));
  }

  private boolean isNull() {
    return types().equals(List.of(NULL));
  }

  /** The names of all types that it refers to somewhere, in their order. */
  public Set<String> references() {
    Set<String> names = new LinkedHashSet<>();
    collect(json, names);
    return names;
  }

  private static void collect(@Nullable Object node, Set<String> names) {
    switch (node) {
      case Map<?, ?> object -> {
        String reference = new Schema(object).reference();
        if (reference != null) {
          names.add(reference);
        }
        object.values().forEach(value -> collect(value, names));
      }
      case List<?> array -> array.forEach(value -> collect(value, names));
      case null, default -> {}
    }
  }
}
