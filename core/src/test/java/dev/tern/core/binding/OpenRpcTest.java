package dev.tern.core.binding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.tern.core.TypeRef;
import dev.tern.core.binding.OpenRpc.MethodDoc;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class OpenRpcTest {
  record Add(int a, Optional<Long> b, @Nullable String note) {}

  record Tree(String name, List<Tree> children) {}

  record Page<T>(List<T> items) {}

  enum Color {
    RED,
    GREEN
  }

  interface Other {
    record Tree(int height) {}
  }

  private static final JsonMapper MAPPER = new JsonMapper();

  private static JsonNode document(MethodDoc... methods) {
    return MAPPER.readTree(OpenRpc.document("Calculator", "1.2", List.of(methods)));
  }

  private static JsonNode method(Type params, Type result) {
    return document(new MethodDoc("m", params, result, "READ", null)).at("/methods/0");
  }

  @Test
  void theDocumentSaysWhatItIs() {
    assertThat(document())
        .isEqualTo(
            MAPPER.readTree(
                """
                {"openrpc": "1.3.2", "info": {"title": "Calculator", "version": "1.2"},
                 "methods": [], "components": {"schemas": {}}}"""));
  }

  @Test
  void aMethodIsDescribed() {
    JsonNode document =
        document(new MethodDoc("add", Add.class, long.class, "READ", "Adds two numbers."));

    assertThat(document.at("/methods/0"))
        .isEqualTo(
            MAPPER.readTree(
                """
                {"name": "add", "description": "Adds two numbers.", "paramStructure": "either",
                 "params": [
                   {"name": "a", "required": true, "schema": {"type": "integer", "format": "int32",
                    "minimum": -2147483648, "maximum": 2147483647}},
                   {"name": "b", "required": false, "schema": {"type": ["integer", "null"],
                    "format": "int64", "minimum": -9223372036854775808,
                    "maximum": 9223372036854775807}},
                   {"name": "note", "required": false, "schema": {"type": ["string", "null"]}}],
                 "result": {"name": "result", "schema": {"type": "integer", "format": "int64",
                    "minimum": -9223372036854775808, "maximum": 9223372036854775807}},
                 "x-effect": "READ"}"""));
  }

  @Test
  void noDescriptionIsLeftOut() {
    assertThat(method(Void.class, Void.class).has("description")).isFalse();
  }

  @Test
  void voidHasNoParams() {
    assertThat(method(Void.class, Void.class).get("params")).isEmpty();
  }

  @Test
  void aMapOfParamsIsByName() {
    JsonNode method = method(new TypeRef<Map<String, Integer>>() {}.type(), Void.class);

    assertThat(method.get("paramStructure").stringValue()).isEqualTo("by-name");
  }

  @Test
  void aListOfParamsIsByPosition() {
    JsonNode method = method(new TypeRef<List<String>>() {}.type(), Void.class);

    assertThat(method.get("paramStructure").stringValue()).isEqualTo("by-position");
  }

  @Test
  void aTypeThatContainsItselfRefersToItself() {
    JsonNode document = document(new MethodDoc("m", Void.class, Tree.class, "READ", null));

    assertThat(document.get("components"))
        .isEqualTo(
            MAPPER.readTree(
                """
                {"schemas": {"Tree": {"type": "object", "properties": {"name": {"type": "string"},
                  "children": {"type": "array", "items": {"$ref": "#/components/schemas/Tree"}}},
                  "required": ["name", "children"]}}}"""));
  }

  @Test
  void typesOfTheSameNameAreKeptApart() {
    JsonNode document =
        document(
            new MethodDoc("a", Void.class, Tree.class, "READ", null),
            new MethodDoc("b", Void.class, Other.Tree.class, "READ", null),
            new MethodDoc("c", Void.class, Tree.class, "READ", null));

    assertThat(
            document
                .at("/methods")
                .valueStream()
                .map(m -> m.at("/result/schema/$ref").stringValue()))
        .containsExactly(
            "#/components/schemas/Tree", "#/components/schemas/Tree2", "#/components/schemas/Tree");
  }

  @Test
  void aTypeArgumentIsPartOfTheName() {
    JsonNode method = method(Void.class, new TypeRef<Page<Color>>() {}.type());

    assertThat(method.at("/result/schema/$ref").stringValue())
        .isEqualTo("#/components/schemas/PageOfColor");
  }

  static Stream<Arguments> schemas() {
    return Stream.of(
        arguments(boolean.class, "{\"type\":\"boolean\"}"),
        arguments(Boolean.class, "{\"type\":\"boolean\"}"),
        arguments(
            byte.class,
            "{\"type\":\"integer\",\"format\":\"int8\",\"minimum\":-128,\"maximum\":127}"),
        arguments(
            Short.class,
            "{\"type\":\"integer\",\"format\":\"int16\",\"minimum\":-32768,\"maximum\":32767}"),
        arguments(BigInteger.class, "{\"type\":\"integer\"}"),
        arguments(float.class, "{\"type\":\"number\",\"format\":\"float\"}"),
        arguments(Double.class, "{\"type\":\"number\",\"format\":\"double\"}"),
        arguments(BigDecimal.class, "{\"type\":\"number\"}"),
        arguments(String.class, "{\"type\":\"string\"}"),
        arguments(char.class, "{\"type\":\"string\",\"minLength\":1,\"maxLength\":1}"),
        arguments(byte[].class, "{\"type\":\"string\",\"contentEncoding\":\"base64\"}"),
        arguments(UUID.class, "{\"type\":\"string\",\"format\":\"uuid\"}"),
        arguments(Instant.class, "{\"type\":\"string\",\"format\":\"date-time\"}"),
        arguments(LocalDate.class, "{\"type\":\"string\",\"format\":\"date\"}"),
        arguments(
            int[][].class,
            "{\"type\":\"array\",\"items\":{\"type\":\"array\",\"items\":{\"type\":\"integer\",\"format\":\"int32\",\"minimum\":-2147483648,\"maximum\":2147483647}}}"),
        arguments(
            new TypeRef<Map<String, Boolean>>() {}.type(),
            "{\"type\":\"object\",\"additionalProperties\":{\"type\":\"boolean\"}}"),
        arguments(new TypeRef<Optional<String>>() {}.type(), "{\"type\":[\"string\",\"null\"]}"),
        arguments(
            new TypeRef<Optional<Color>>() {}.type(),
            "{\"anyOf\":[{\"$ref\":\"#/components/schemas/Color\"},{\"type\":\"null\"}]}"),
        arguments(
            OptionalInt.class,
            "{\"type\":[\"integer\",\"null\"],\"format\":\"int32\",\"minimum\":-2147483648,\"maximum\":2147483647}"),
        arguments(Void.class, "{\"type\":\"null\"}"),
        arguments(Object.class, "{}"),
        arguments(Thread.class, "{\"type\":\"object\"}"));
  }

  @ParameterizedTest
  @MethodSource("schemas")
  void aTypeHasItsSchema(Type type, String json) {
    assertThat(method(Void.class, type).at("/result/schema")).isEqualTo(MAPPER.readTree(json));
  }

  @Test
  void anEnumListsItsNames() {
    JsonNode document = document(new MethodDoc("m", Void.class, Color.class, "READ", null));

    assertThat(document.at("/components/schemas/Color"))
        .isEqualTo(MAPPER.readTree("{\"type\":\"string\",\"enum\":[\"RED\",\"GREEN\"]}"));
  }
}
