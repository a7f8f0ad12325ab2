package dev.tern.binding.jackson;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.fasterxml.jackson.annotation.JsonRawValue;
import dev.tern.core.EncodedJson;
import dev.tern.core.binding.JsonCodec;
import dev.tern.core.binding.error.EncodingException;
import java.math.BigInteger;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.node.JsonNodeFactory;

/** What Jackson writes is looked at as closely as what the core writes. */
final class EncodeJacksonTest {
  record Raw(@JsonRawValue String json) {}

  record Failing(int a) {
    @Override
    public int a() {
      throw new IllegalStateException("no");
    }
  }

  static class Chain {
    public @Nullable Object next;

    static Chain of(Object next) {
      Chain chain = new Chain();
      chain.next = next;
      return chain;
    }
  }

  record Box(List<Object> items) {}

  static Stream<Arguments> encoded() {
    return Stream.of(
        arguments(Chain.of(Chain.of(List.of(1, "a"))), "{\"next\":{\"next\":[1,\"a\"]}}"),
        arguments(new Chain(), "{\"next\":null}"),
        arguments(new Raw("[1]"), "{\"json\":[1]}"),
        arguments(JsonNodeFactory.instance.objectNode().put("a", 1), "{\"a\":1}"),
        arguments(Map.of("a", JsonNodeFactory.instance.arrayNode().add(1)), "{\"a\":[1]}"),
        arguments(new Box(List.of(Chain.of(1), 2)), "{\"items\":[{\"next\":1},2]}"));
  }

  static Stream<Object> notEncoded() {
    Chain cycle = new Chain();
    cycle.next = cycle;
    Chain deep = new Chain();
    for (int i = 0; i < 100_000; i++) {
      deep = Chain.of(deep);
    }
    return Stream.of(
        cycle,
        deep,
        List.of(cycle),
        Chain.of(Double.NaN),
        Chain.of("\ud800"),
        Chain.of(BigInteger.TEN.pow(1_000)),
        Chain.of(Map.of("n".repeat(257), 1)),
        Chain.of(Map.of(1, "a", "1", "b")),
        Chain.of(Locale.of("no", "NO", "NY")),
        Chain.of(Map.of(Locale.of("no", "NO", "NY"), 1)),
        Chain.of(new Failing(1)),
        Map.of("a", JsonNodeFactory.instance.numberNode(Double.NaN)),
        new Raw("{"),
        new Raw("NaN"),
        new Raw("{\"a\":1,\"a\":2}"),
        new Raw("[".repeat(64) + "]".repeat(64)));
  }

  @ParameterizedTest
  @MethodSource("encoded")
  void aValueIsEncoded(Object value, String json) {
    assertThat(JsonCodec.DEFAULT.encode(value)).hasToString(json);
    assertThat(JsonCodec.DEFAULT.encodeParams(value)).hasToString(json);
  }

  @ParameterizedTest
  @MethodSource("notEncoded")
  void aValueWithoutJsonFormIsRefused(Object value) {
    assertThatThrownBy(() -> JsonCodec.DEFAULT.encode(value)).isInstanceOf(EncodingException.class);
    assertThat(JsonCodec.DEFAULT.encode(Chain.of("next"))).hasToString("{\"next\":\"next\"}");
  }

  @Test
  void aRefusalSaysWhere() {
    assertThatThrownBy(
            () ->
                JsonCodec.DEFAULT.encode(new Box(List.of(Chain.of(Map.of("x y", new Failing(1)))))))
        .hasMessage(Box.class.getName() + ".items[0].next[\"x y\"].a: no JSON form");
  }

  @Test
  void whatRefersToItselfIsToldWithoutItsPath() {
    Chain cycle = new Chain();
    cycle.next = Chain.of(List.of(cycle));

    assertThatThrownBy(() -> JsonCodec.DEFAULT.encode(new Box(List.of(cycle))))
        .hasMessage(Box.class.getName() + ": nesting deeper than 64, or refers to itself");
  }

  @Test
  void encodedJsonStaysAsItIsInsideABean() {
    EncodedJson value = new EncodedJson("[1.10, {\"b\":1e2}]".getBytes(UTF_8));

    assertThat(JsonCodec.DEFAULT.encode(Chain.of(value)))
        .hasToString("{\"next\":[1.10, {\"b\":1e2}]}");
  }
}
