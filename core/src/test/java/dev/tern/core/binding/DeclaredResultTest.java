package dev.tern.core.binding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.tern.core.TypeRef;
import dev.tern.core.binding.JsonCodec.ResultWriter;
import dev.tern.core.binding.error.EncodingException;
import dev.tern.protocol.Limits;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A server writes what a method declares, whatever else the object has that is returned. */
final class DeclaredResultTest {
  record Item(String name) {}

  interface Named {
    String name();
  }

  record Person(String name) implements Named {}

  record OfInterface(Named named) {}

  record Anything(Object value) {}

  record Page<T>(T first, List<T> items, Map<String, ? extends T> byName) {}

  record Lists(List<Object> all, Map<String, Object> byName, Optional<Object> some) {}

  enum Kind {
    PLAIN,
    WITH_A_BODY {
      @Override
      int rank() {
        return 1;
      }
    };

    int rank() {
      return 0;
    }
  }

  record Dated(Kind kind) {}

  private static final Item ITEM = new Item("a");
  private static final String JSON = "{\"name\":\"a\"}";

  static Stream<Arguments> declared() {
    return Stream.of(
        arguments(Item.class, ITEM, JSON),
        arguments(new TypeRef<List<Item>>() {}.type(), List.of(ITEM), "[" + JSON + "]"),
        arguments(new TypeRef<Set<Item>>() {}.type(), Set.of(ITEM), "[" + JSON + "]"),
        arguments(
            new TypeRef<Map<String, Item>>() {}.type(),
            new TreeMap<>(Map.of("a", ITEM)),
            "{\"a\":" + JSON + "}"),
        arguments(new TypeRef<Optional<Item>>() {}.type(), Optional.of(ITEM), JSON),
        arguments(new TypeRef<List<? extends Item>>() {}.type(), List.of(ITEM), "[" + JSON + "]"),
        arguments(new TypeRef<Collection<Item>>() {}.type(), List.of(ITEM), "[" + JSON + "]"),
        arguments(Item[].class, new Item[] {ITEM}, "[" + JSON + "]"),
        arguments(
            new TypeRef<Page<Item>>() {}.type(),
            new Page<>(ITEM, List.of(ITEM), Map.of("a", ITEM)),
            "{\"first\":" + JSON + ",\"items\":[" + JSON + "],\"byName\":{\"a\":" + JSON + "}}"),
        arguments(
            new TypeRef<List<Kind>>() {}.type(),
            List.of(Kind.PLAIN, Kind.WITH_A_BODY),
            "[\"PLAIN\",\"WITH_A_BODY\"]"),
        arguments(Kind.class, Kind.WITH_A_BODY, "\"WITH_A_BODY\""),
        arguments(Dated.class, new Dated(Kind.WITH_A_BODY), "{\"kind\":\"WITH_A_BODY\"}"));
  }

  /** What is declared as anything is written as what it is. */
  static Stream<Arguments> anything() {
    return Stream.of(
        arguments(Object.class, ITEM, JSON),
        arguments(Object.class, new Anything(1), "{\"value\":1}"),
        arguments(Anything.class, new Anything(ITEM), "{\"value\":" + JSON + "}"),
        arguments(Anything.class, new Anything(List.of(1, "a")), "{\"value\":[1,\"a\"]}"),
        arguments(
            new TypeRef<Map<String, Object>>() {}.type(),
            Map.of("a", ITEM),
            "{\"a\":" + JSON + "}"),
        arguments(new TypeRef<List<?>>() {}.type(), List.of(ITEM), "[" + JSON + "]"),
        arguments(List.class, new ArrayList<>(List.of(ITEM, 1)), "[" + JSON + ",1]"),
        arguments(
            new TypeRef<Page<Object>>() {}.type(),
            new Page<Object>(ITEM, List.of(1, ITEM), Map.of("a", 2)),
            "{\"first\":" + JSON + ",\"items\":[1," + JSON + "],\"byName\":{\"a\":2}}"),
        arguments(
            Lists.class,
            new Lists(List.of(1, ITEM), Map.of("a", ITEM), Optional.of(ITEM)),
            "{\"all\":[1," + JSON + "],\"byName\":{\"a\":" + JSON + "},\"some\":" + JSON + "}"));
  }

  @ParameterizedTest
  @MethodSource({"declared", "anything"})
  void isWrittenAsDeclared(Type type, Object value, String json) {
    ResultWriter writer = JsonCodec.ofServer(false, Limits.DEFAULT).resultWriter(type);

    assertThat(writer.write(value)).hasToString(json);
  }

  @Test
  void aNullIsOneWhateverWasDeclared() {
    ResultWriter writer = JsonCodec.ofServer(false, Limits.DEFAULT).resultWriter(Item.class);

    assertThat(writer.write(null)).hasToString("null");
  }

  /** The client would refuse it, who can do nothing about it. */
  @ParameterizedTest
  @ValueSource(classes = {int.class, boolean.class, double.class, char.class})
  void aNullIsNoPrimitive(Class<?> type) {
    ResultWriter writer = JsonCodec.ofServer(false, Limits.DEFAULT).resultWriter(type);

    assertThatThrownBy(() -> writer.write(null))
        .isInstanceOf(EncodingException.class)
        .hasMessage(type + ": null (expected: a value; or a type that may be null)");
  }

  @Test
  void aNullIsNothing() {
    ResultWriter writer = JsonCodec.ofServer(false, Limits.DEFAULT).resultWriter(void.class);

    assertThat(writer.write(null)).hasToString("null");
  }

  /** As a caller of {@code serve} may whose types the compiler does not know. */
  @Test
  void aValueOfAnotherTypeIsRefused() {
    ResultWriter writer = JsonCodec.ofServer(false, Limits.DEFAULT).resultWriter(Item.class);

    assertThatThrownBy(() -> writer.write(new Anything(1))).isInstanceOf(EncodingException.class);
  }

  /** No type is known of what a client sends: whose class it is says what it has. */
  @Test
  void aClientWritesWhatThereIs() {
    JsonCodec client = JsonCodec.ofClient(Limits.DEFAULT);

    assertThat(client.encodeParams(new Anything(ITEM))).hasToString("{\"value\":" + JSON + "}");
    assertThat(client.encodeParams(new OfInterface(new Person("bob"))))
        .hasToString("{\"named\":{\"name\":\"bob\"}}");
  }
}
