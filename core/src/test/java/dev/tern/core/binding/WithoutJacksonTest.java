package dev.tern.core.binding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.tern.core.TypeRef;
import dev.tern.core.binding.error.EncodingException;
import dev.tern.protocol.Limits;
import java.lang.reflect.Type;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** What the core alone does not bind, it says who does. */
final class WithoutJacksonTest {
  private static final String MODULE = "tern-binding-jackson";

  public static final class Bean {
    public int a;
  }

  record Renamed(@JsonProperty("from_account") String from) {}

  enum Color {
    @JsonProperty("rot")
    RED
  }

  record Holder<T>(T value) {}

  static Stream<Type> types() {
    return Stream.of(Bean.class, Renamed.class, Color.class, JsonNode.class)
        .flatMap(
            type ->
                Stream.of(
                    type,
                    ValueTableTest.generic(List.class, type),
                    ValueTableTest.generic(Holder.class, type),
                    ValueTableTest.generic(Map.class, String.class, type)));
  }

  private static void isRefused(Type type, Runnable call) {
    assertThatThrownBy(call::run)
        .as(type.getTypeName())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(MODULE);
  }

  @ParameterizedTest
  @MethodSource("types")
  void aTypeIsRefusedWhenItIsDeclared(Type type) {
    JsonCodec server = JsonCodec.ofServer(false, Limits.DEFAULT);

    isRefused(type, () -> server.paramsReader(type));
    isRefused(type, () -> server.resultWriter(type));
    isRefused(type, () -> JsonCodec.DEFAULT.resultReader(type));
  }

  static Stream<Object> values() {
    return Stream.of(
        new Bean(), new Renamed("x"), Color.RED, JsonNodeFactory.instance.objectNode());
  }

  @ParameterizedTest
  @MethodSource("values")
  void aValueIsRefusedWhenItIsWritten(Object value) {
    for (Object one : List.of(value, List.of(value), Map.of("a", value), new Holder<>(value))) {
      assertThatThrownBy(() -> JsonCodec.DEFAULT.encode(one))
          .isInstanceOf(EncodingException.class)
          .hasMessageContaining(value.getClass().getName() + ": ")
          .hasMessageContaining(MODULE);
      assertThatThrownBy(() -> JsonCodec.DEFAULT.encodeParams(List.of(one)))
          .isInstanceOf(EncodingException.class)
          .hasMessageContaining(MODULE);
    }
  }

  @Test
  void whatStandsBesideIsBoundAllTheSame() {
    assertThat(JsonCodec.DEFAULT.resultReader(new TypeRef<Holder<String>>() {}.type())).isNotNull();
  }
}
