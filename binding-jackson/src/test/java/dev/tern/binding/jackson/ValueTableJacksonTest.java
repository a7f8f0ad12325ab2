package dev.tern.binding.jackson;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tern.core.binding.JsonCodec;
import dev.tern.core.binding.ValueTableTest;
import dev.tern.core.binding.error.BindingException;
import dev.tern.protocol.Bytes;
import java.lang.reflect.Type;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/** The core's table of values, in a bean: Jackson takes and refuses the same there. */
final class ValueTableJacksonTest {
  public static final class Box<T> {
    public @Nullable T value;
  }

  private static final JsonCodec CODEC = JsonCodec.DEFAULT;

  /** Without null: nothing of a bean must be there. */
  static Stream<Arguments> refused() {
    return ValueTableTest.refused().filter(row -> !row.get()[1].equals("null"));
  }

  private static Box<?> read(Type type, String json) {
    return CODEC
        .<Box<?>>paramsReader(ValueTableTest.generic(Box.class, type))
        .read(Bytes.of(("{\"value\":" + json + "}").getBytes(UTF_8)));
  }

  private static Type list(Type type) {
    return ValueTableTest.generic(List.class, type);
  }

  @ParameterizedTest
  @MethodSource("dev.tern.core.binding.ValueTableTest#accepted")
  void aValueThatFitsIsRead(Type type, String json, Object expected) {
    assertThat((Object) read(type, json).value).isEqualTo(expected);
    assertThat((Object) read(list(type), "[" + json + "]").value)
        .asInstanceOf(InstanceOfAssertFactories.LIST)
        .first()
        .isEqualTo(expected);
  }

  @ParameterizedTest
  @MethodSource("refused")
  void aValueThatDoesNotFitIsRefusedWithItsPlace(Type type, String json) {
    assertThatThrownBy(() -> read(type, json))
        .isInstanceOfSatisfying(
            BindingException.class, e -> assertThat(e.path()).startsWith("value"));
    assertThatThrownBy(() -> read(list(type), "[" + json + "]"))
        .isInstanceOfSatisfying(
            BindingException.class, e -> assertThat(e.path()).startsWith("value[0]"));
  }

  @ParameterizedTest
  @MethodSource("refused")
  void aRefusalIsShortAndNamesNothingOfJava(Type type, String json) {
    assertThatThrownBy(() -> read(type, json))
        .satisfies(
            e ->
                assertThat(e.getMessage())
                    .startsWith("value")
                    .contains("(expected: ")
                    .hasSizeLessThan(200)
                    .doesNotContainPattern("(?i)java|jackson|dev\\.tern|class|token|deserial"));
  }

  @ParameterizedTest
  @MethodSource("dev.tern.core.binding.ValueTableTest#extremes")
  void whatIsWrittenIsReadBackAndIsWhatTheCoreWrites(Object value) {
    Box<Object> box = new Box<>();
    box.value = value;
    Box<Object> names = new Box<>();
    names.value = Map.of(value, 1);
    Type keys = ValueTableTest.generic(Map.class, value.getClass(), Integer.class);

    assertThat(CODEC.encode(box)).hasToString("{\"value\":" + CODEC.encode(value) + "}");
    assertThat((Object) read(value.getClass(), CODEC.encode(value).toString()).value)
        .isEqualTo(value);
    assertThat((Object) read(keys, CODEC.encode(names.value).toString()).value)
        .isEqualTo(names.value);
    assertThat(CODEC.encode(names)).hasToString("{\"value\":" + CODEC.encode(names.value) + "}");
  }

  @Test
  void aTreeHoldsNoNumberThatDoesNotFit() {
    assertThatThrownBy(() -> read(JsonNode.class, "{\"a\":1e400}"))
        .isInstanceOfSatisfying(
            BindingException.class, e -> assertThat(e.path()).isEqualTo("value.a"));
  }
}
