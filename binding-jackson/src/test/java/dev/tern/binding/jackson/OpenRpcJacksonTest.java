package dev.tern.binding.jackson;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.tern.core.binding.OpenRpc;
import dev.tern.core.binding.OpenRpc.MethodDoc;
import java.lang.reflect.Type;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The OpenRPC document speaks of what Jackson binds as of anything else. */
final class OpenRpcJacksonTest {
  record Renamed(@JsonProperty("from_account") String from, int amount) {}

  record Tree(@JsonProperty("n") String name, List<Tree> children) {}

  record Uses(Renamed one, Color color) {}

  enum Color {
    @JsonProperty("rot")
    RED,
    GREEN
  }

  public static final class Bean {
    public int a;
  }

  private static final JsonMapper MAPPER = new JsonMapper();

  private static JsonNode document(Type params, Type result) {
    return MAPPER.readTree(
        OpenRpc.document(
            "Calculator", "1.2", List.of(new MethodDoc("m", params, result, "READ", null))));
  }

  @Test
  void aRenamedComponentGoesByItsNewName() {
    JsonNode method = document(Renamed.class, Void.class).at("/methods/0");

    assertThat(method.get("paramStructure").stringValue()).isEqualTo("either");
    assertThat(method.at("/params/0/name").stringValue()).isEqualTo("from_account");
    assertThat(method.at("/params/0/required").booleanValue()).isTrue();
    assertThat(method.at("/params/1/name").stringValue()).isEqualTo("amount");
  }

  @Test
  void anAnnotatedRecordHasADefinitionThatMayContainItself() {
    assertThat(document(Void.class, Tree.class).get("components"))
        .isEqualTo(
            MAPPER.readTree(
                """
                {"schemas": {"Tree": {"type": "object", "properties": {"n": {"type": "string"},
                  "children": {"type": "array", "items": {"$ref": "#/components/schemas/Tree"}}},
                  "required": ["n", "children"]}}}"""));
  }

  @Test
  void aRecordRefersToThoseThatAreAnnotated() {
    assertThat(document(Void.class, Uses.class).at("/components/schemas").propertyNames())
        .containsExactlyInAnyOrder("Uses", "Renamed", "Color");
  }

  @Test
  void anAnnotatedEnumListsWhatIsOnTheWire() {
    assertThat(document(Void.class, Color.class).at("/components/schemas/Color"))
        .isEqualTo(MAPPER.readTree("{\"type\":\"string\",\"enum\":[\"rot\",\"GREEN\"]}"));
  }

  @Test
  void aBeanOfParamsIsByName() {
    JsonNode method = document(Bean.class, Void.class).at("/methods/0");

    assertThat(method.get("paramStructure").stringValue()).isEqualTo("by-name");
    assertThat(method.get("x-params")).isEqualTo(MAPPER.readTree("{\"type\":\"object\"}"));
  }

  static Stream<Arguments> schemas() {
    return Stream.of(
        arguments(JsonNode.class, "{}"),
        arguments(ObjectNode.class, "{\"type\":\"object\"}"),
        arguments(ArrayNode.class, "{\"type\":\"array\"}"),
        arguments(Bean.class, "{\"type\":\"object\"}"));
  }

  @ParameterizedTest
  @MethodSource("schemas")
  void aTypeHasItsSchema(Type type, String json) {
    assertThat(document(Void.class, type).at("/methods/0/result/schema"))
        .isEqualTo(MAPPER.readTree(json));
  }
}
