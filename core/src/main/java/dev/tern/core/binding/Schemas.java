package dev.tern.core.binding;

import dev.tern.core.binding.type.GenericType;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * The JSON Schemas of one document. Records and enums get a definition of their own, to which all
 * uses refer: so a type may contain itself. Not for several threads.
 */
public final class Schemas {
  /** A message that lists hundreds of names helps nobody. */
  private static final int MAX_NAMES = 16;

  private final Map<String, Object> definitions = new TreeMap<>();
  private final IdentityHashMap<Object, String> names = new IdentityHashMap<>();

  /** The definitions that the schemas made so far refer to, by name. */
  Map<String, Object> definitions() {
    return definitions;
  }

  /**
   * A reference to a definition.
   *
   * @param what is defined
   * @param wish its name, unless another one has it
   * @param schema makes the definition, which may refer to itself
   */
  Map<String, Object> define(Object what, String wish, Supplier<Map<String, Object>> schema) {
    String known = names.get(what);
    if (known == null) {
      known = wish;
      for (int i = 2; definitions.containsKey(known); i++) {
        known = wish + i;
      }
      names.put(what, known);
      definitions.put(known, Map.of()); // taken, before its content is described
      definitions.put(known, schema.get());
    }
    return Map.of("$ref", "#/components/schemas/" + known);
  }

  /** {@code Page<Item>} is PageOfItem: a definition's name must not contain angle brackets. */
  static String nameOf(GenericType type) {
    StringBuilder name = new StringBuilder(type.raw().getSimpleName());
    if (!type.raw().isArray()) {
      for (int i = 0; i < type.arguments().size(); i++) {
        name.append(i == 0 ? "Of" : "And").append(nameOf(type.arguments().get(i)));
      }
    }
    return name.toString().replace("[]", "Array");
  }

  /** A schema whose values may be null, too. */
  public static Map<String, Object> orNull(Map<String, Object> schema) {
    if (schema.isEmpty()) {
      return schema;
    }
    if (!(schema.get("type") instanceof String type)) {
      return Map.of("anyOf", List.of(schema, Map.of("type", "null")));
    }
    Map<String, Object> out = new LinkedHashMap<>(schema);
    out.put("type", List.of(type, "null"));
    return out;
  }

  public static Map<String, Object> ordered(Object... keysAndValues) {
    Map<String, Object> out = new LinkedHashMap<>();
    for (int i = 0; i < keysAndValues.length; i += 2) {
      out.put((String) keysAndValues[i], keysAndValues[i + 1]);
    }
    return out;
  }

  /** One of these names, or none if there is none: in words. */
  public static String oneOf(Collection<String> names) {
    if (names.isEmpty()) {
      return "no fields";
    }
    return names.size() > MAX_NAMES
        ? "one of the declared names"
        : "one of " + String.join(", ", names);
  }
}
