package dev.tern.core.binding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tern.core.TypeRef;
import java.lang.reflect.Type;
import java.net.Socket;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is never served: classes that were not made to travel, and nulls where none may be. */
final class ServedTypesTest {
  record Lists(List<List<String>> value) {}

  record Maps(Map<String, List<Integer>> value) {}

  record Optionals(Optional<List<String>> value) {}

  @SuppressWarnings("ArrayRecordComponent") // a user may
  record Arrays2(String[][] value) {}

  record Nullables(List<List<@Nullable String>> value) {}

  @ParameterizedTest
  @ValueSource(
      classes = {
        RuntimeException.class,
        Throwable.class,
        Runtime.class,
        Random.class,
        Socket.class
      })
  void aClassOfTheJdkWithoutAForm(Class<?> type) {
    assertThatThrownBy(() -> JsonCodec.DEFAULT.resultReader(type))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void norWithinAnotherType() {
    Type type = new TypeRef<Map<String, List<RuntimeException>>>() {}.type();

    assertThatThrownBy(() -> JsonCodec.DEFAULT.resultReader(type))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("java.lang.RuntimeException: has no form in JSON");
  }

  private static void refused(Object value) {
    assertThatThrownBy(() -> JsonCodec.DEFAULT.encode(value))
        .isInstanceOf(EncodingException.class)
        .hasMessageContaining("null (expected: a value; or Optional, or @Nullable)");
  }

  @Test
  void aNullInAListWithinAList() {
    refused(new Lists(List.of(Arrays.asList("a", null))));
  }

  @Test
  void aNullInAListWithinAMap() {
    refused(new Maps(Map.of("a", Collections.singletonList(null))));
  }

  @Test
  void aNullInAListWithinAnOptional() {
    refused(new Optionals(Optional.of(Collections.singletonList(null))));
  }

  @Test
  void aNullInAnArrayWithinAnArray() {
    refused(new Arrays2(new String[][] {{"a", null}}));
  }

  @Test
  void aNullWhereOneMayBe() {
    assertThat(JsonCodec.DEFAULT.encode(new Nullables(List.of(Arrays.asList("a", null)))))
        .hasToString("{\"value\":[[\"a\",null]]}");
  }
}
