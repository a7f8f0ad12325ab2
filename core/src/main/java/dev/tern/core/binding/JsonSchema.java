package dev.tern.core.binding;

import dev.tern.core.EncodedJson;
import java.lang.invoke.MethodType;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.Period;
import java.time.ZoneId;
import java.time.temporal.TemporalAccessor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Currency;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.UUID;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.type.TypeFactory;

/**
 * JSON Schema for Java types. Records and enums get a definition of their own, to which all uses
 * refer: so a type may contain itself. One object a document; not for several threads.
 */
final class JsonSchema {
  private static final Map<Class<?>, Map<String, Object>> SCALARS =
      Map.ofEntries(
          Map.entry(boolean.class, Map.of("type", "boolean")),
          Map.entry(byte.class, integer(Byte.MIN_VALUE, Byte.MAX_VALUE, "int8")),
          Map.entry(short.class, integer(Short.MIN_VALUE, Short.MAX_VALUE, "int16")),
          Map.entry(int.class, integer(Integer.MIN_VALUE, Integer.MAX_VALUE, "int32")),
          Map.entry(long.class, integer(Long.MIN_VALUE, Long.MAX_VALUE, "int64")),
          Map.entry(float.class, Map.of("type", "number", "format", "float")),
          Map.entry(double.class, Map.of("type", "number", "format", "double")),
          Map.entry(char.class, Map.of("type", "string", "minLength", 1, "maxLength", 1)),
          Map.entry(BigInteger.class, Map.of("type", "integer")),
          Map.entry(BigDecimal.class, Map.of("type", "number")),
          Map.entry(Number.class, Map.of("type", "number")),
          Map.entry(String.class, Map.of("type", "string")),
          Map.entry(byte[].class, Map.of("type", "string", "contentEncoding", "base64")),
          Map.entry(UUID.class, string("uuid")),
          Map.entry(URI.class, string("uri")),
          Map.entry(Instant.class, string("date-time")),
          Map.entry(OffsetDateTime.class, string("date-time")),
          Map.entry(Date.class, string("date-time")),
          Map.entry(LocalDate.class, string("date")),
          Map.entry(OffsetTime.class, string("time")),
          Map.entry(Duration.class, string("duration")),
          Map.entry(Period.class, string("duration")),
          Map.entry(Void.class, Map.of("type", "null")),
          Map.entry(void.class, Map.of("type", "null")),
          Map.entry(Object.class, Map.of()),
          Map.entry(EncodedJson.class, Map.of()),
          Map.entry(ObjectNode.class, Map.of("type", "object")),
          Map.entry(ArrayNode.class, Map.of("type", "array")));

  private final TypeFactory types;
  private final Map<String, Object> definitions = new TreeMap<>();
  private final Map<JavaType, String> names = new LinkedHashMap<>();

  JsonSchema(TypeFactory types) {
    this.types = types;
  }

  static boolean isVoid(JavaType type) {
    return type.hasRawClass(Void.class) || type.hasRawClass(void.class);
  }

  /** The definitions that the schemas made so far refer to, by name. */
  Map<String, Object> definitions() {
    return definitions;
  }

  Map<String, Object> of(RecordShape.Part part) {
    boolean nullable = !part.required() && !Nullability.isOptionalType(part.type().getRawClass());
    return nullable ? orNull(of(part.type())) : of(part.type());
  }

  Map<String, Object> of(JavaType type) {
    Class<?> raw = type.getRawClass();
    Map<String, Object> scalar = SCALARS.get(MethodType.methodType(raw).unwrap().returnType());
    if (scalar != null) {
      return scalar;
    }
    if (raw == OptionalInt.class) {
      return orNull(of(types.constructType(int.class)));
    }
    if (raw == OptionalLong.class) {
      return orNull(of(types.constructType(long.class)));
    }
    if (raw == OptionalDouble.class) {
      return orNull(of(types.constructType(double.class)));
    }
    if (type.isReferenceType()) {
      return orNull(of(type.getReferencedType()));
    }
    if (type.isMapLikeType()) {
      return ordered("type", "object", "additionalProperties", of(type.getContentType()));
    }
    if (type.isCollectionLikeType() || type.isArrayType()) {
      return ordered("type", "array", "items", of(type.getContentType()));
    }
    if (type.isEnumType() || type.isRecordType()) {
      return Map.of("$ref", "#/components/schemas/" + define(type));
    }
    if (JsonNode.class.isAssignableFrom(raw)) {
      return Map.of();
    }
    boolean isText =
        CharSequence.class.isAssignableFrom(raw)
            || TemporalAccessor.class.isAssignableFrom(raw)
            || ZoneId.class.isAssignableFrom(raw)
            || raw == Locale.class
            || raw == Currency.class;
    return Map.of("type", isText ? "string" : "object");
  }

  private String define(JavaType type) {
    String known = names.get(type);
    if (known != null) {
      return known;
    }
    String name = freeName(nameOf(type));
    names.put(type, name);
    // Taken before its content is described, which may refer to it.
    definitions.put(name, Map.of());
    definitions.put(name, type.isEnumType() ? enumeration(type) : object(type));
    return name;
  }

  private static Map<String, Object> enumeration(JavaType type) {
    List<String> constants =
        Arrays.stream(type.getRawClass().getEnumConstants())
            .map(constant -> ((Enum<?>) constant).name())
            .toList();
    return ordered("type", "string", "enum", constants);
  }

  private Map<String, Object> object(JavaType type) {
    Map<String, Object> properties = new LinkedHashMap<>();
    List<String> required = new ArrayList<>();
    for (RecordShape.Part part : RecordShape.of(type, types).parts()) {
      properties.put(part.name(), of(part));
      if (part.required()) {
        required.add(part.name());
      }
    }
    return ordered("type", "object", "properties", properties, "required", required);
  }

  private String freeName(String wish) {
    String name = wish;
    for (int i = 2; definitions.containsKey(name); i++) {
      name = wish + i;
    }
    return name;
  }

  /** {@code Page<Item>} is PageOfItem: a definition's name must not contain angle brackets. */
  private static String nameOf(JavaType type) {
    StringBuilder name = new StringBuilder(type.getRawClass().getSimpleName());
    for (int i = 0; i < type.containedTypeCount(); i++) {
      name.append(i == 0 ? "Of" : "And").append(nameOf(type.containedType(i)));
    }
    return name.toString().replace("[]", "Array");
  }

  private static Map<String, Object> orNull(Map<String, Object> schema) {
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

  private static Map<String, Object> integer(long min, long max, String format) {
    return ordered("type", "integer", "format", format, "minimum", min, "maximum", max);
  }

  private static Map<String, Object> string(String format) {
    return ordered("type", "string", "format", format);
  }

  private static Map<String, Object> ordered(Object... keysAndValues) {
    Map<String, Object> out = new LinkedHashMap<>();
    for (int i = 0; i < keysAndValues.length; i += 2) {
      out.put((String) keysAndValues[i], keysAndValues[i + 1]);
    }
    return out;
  }
}
