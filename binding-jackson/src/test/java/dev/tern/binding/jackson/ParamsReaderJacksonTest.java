package dev.tern.binding.jackson;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.tern.core.TypeRef;
import dev.tern.core.binding.JsonCodec;
import dev.tern.core.binding.ParamsReader;
import dev.tern.core.binding.error.BindingException;
import dev.tern.protocol.Bytes;
import dev.tern.protocol.Limits;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.NullNode;
import tools.jackson.databind.node.ObjectNode;

class ParamsReaderJacksonTest {
  record Item(String name, int quantity) {
    Item {
      if (quantity < 1) {
        throw new IllegalArgumentException("quantity must be at least 1");
      }
    }
  }

  record Renamed(
      @JsonProperty("from_account") String from, int amount, Optional<List<Item>> items) {}

  record Holder(Renamed renamed, @Nullable Bean bean) {}

  public static class Bean {
    public int a;
    public @Nullable List<Item> items;
    public @Nullable BigDecimal decimal;
  }

  @JsonTypeInfo(use = JsonTypeInfo.Id.CLASS)
  interface Shape {}

  record Draw(Shape shape) {}

  private static <T> T read(Class<T> type, String json) {
    return JsonCodec.DEFAULT.<T>paramsReader(type).read(Bytes.of(json.getBytes(UTF_8)));
  }

  private static BindingException refusal(Type type, String json) {
    return refusal(JsonCodec.DEFAULT, type, json);
  }

  private static BindingException refusal(JsonCodec codec, Type type, String json) {
    ParamsReader<?> reader = codec.paramsReader(type);
    return catchThrowableOfType(
        BindingException.class, () -> reader.read(Bytes.of(json.getBytes(UTF_8))));
  }

  // --- what is read ---

  @Test
  void wholeParamsMayBeATree() {
    JsonNode tree = read(JsonNode.class, "[9007199254740993]");

    assertThat(tree.get(0).longValue()).isEqualTo(9007199254740993L);
  }

  @Test
  void wholeParamsMayBeABean() {
    Bean bean = read(Bean.class, "{\"a\":5,\"items\":[{\"name\":\"n\",\"quantity\":2}]}");

    assertThat(bean.a).isEqualTo(5);
    assertThat(bean.items).containsExactly(new Item("n", 2));
  }

  @Test
  void absentParamsAreAnEmptyObject() {
    ParamsReader<Bean> reader = JsonCodec.DEFAULT.paramsReader(Bean.class);

    assertThat(reader.read(null).a).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"from_account\":\"x\",\"amount\":1}", "[\"x\",1]", "[\"x\",1,null]"})
  void aRenamedComponentGoesByItsNewNameAndKeepsItsPosition(String json) {
    assertThat(read(Renamed.class, json)).isEqualTo(new Renamed("x", 1, Optional.empty()));
  }

  record Trees(
      JsonNode one, List<JsonNode> all, @Nullable JsonNode maybe, Optional<JsonNode> some) {}

  @Test
  void aNullInATreeIsANode() {
    Trees trees = read(Trees.class, "{\"one\":{\"a\":null},\"all\":[null,1],\"maybe\":null}");

    assertThat(trees.one().get("a")).isSameAs(NullNode.instance);
    assertThat(trees.all().getFirst()).isSameAs(NullNode.instance);
    assertThat(trees.maybe()).isSameAs(NullNode.instance);
    assertThat(trees.some()).isEmpty();
  }

  @Test
  void aTreeThatMayBeMissingIsNull() {
    Trees trees = read(Trees.class, "{\"one\":1,\"all\":[]}");

    assertThat(trees.maybe()).isNull();
  }

  @Test
  void aTreeThatMustBeThereIsNoNull() {
    assertThat(refusal(Trees.class, "{\"one\":null,\"all\":[]}").path()).isEqualTo("one");
    assertThat(refusal(Trees.class, "{\"all\":[]}")).hasMessageStartingWith("one: missing");
  }

  // --- what the peer is told ---

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"a\":\"5\"}|a: \"5\" (expected: an integer from -2147483648 to 2147483647)",
        "{\"a\":5.0}|a: 5.0 (expected: an integer from -2147483648 to 2147483647)",
        "{\"a\":null}|a: null (expected: an integer from -2147483648 to 2147483647)",
        "{\"items\":{}}|items: an object (expected: an array)",
        "{\"items\":[{\"name\":\"n\"}]}|items[0].quantity: missing (expected: an integer from -2147483648 to 2147483647)",
        "{\"items\":[{\"name\":\"n\",\"quantity\":0}]}|items[0]: quantity must be at least 1",
        "{\"items\":[{\"name\":null,\"quantity\":1}]}|items[0].name: null (expected: a string)",
        "{\"decimal\":1e2147483648}|decimal: 1e2147483648 (expected: a number, its exponent at most 1100)",
        "{\"decimal\":\"0.1\"}|decimal: \"0.1\" (expected: a number, its exponent at most 1100)",
      })
  void aMismatchInABeanIsTold(String json, String message) {
    assertThat(refusal(Bean.class, json)).hasMessage(message);
    assertThat(refusal(new TypeRef<List<Bean>>() {}.type(), "[{}," + json + "]"))
        .hasMessage("[1]." + message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"from_account\":5,\"amount\":1}|from_account: 5 (expected: a string)",
        "{\"amount\":1}|from_account: missing (expected: a string)",
        "[5,1]|[0]: 5 (expected: a string)",
        "[\"x\"]|[1]: missing (expected: an integer from -2147483648 to 2147483647)",
        "[\"x\",1,[{\"name\":1,\"quantity\":1}]]|[2][0].name: 1 (expected: a string)",
        "[\"x\",1,null,4]|[3]: one parameter too many (expected: at most 3 parameters)",
      })
  void aMismatchInAnAnnotatedRecordIsTold(String json, String message) {
    assertThat(refusal(Renamed.class, json)).hasMessage(message);
  }

  @Test
  void anAnnotatedRecordWithinAnotherIsNoArray() {
    assertThat(refusal(Holder.class, "{\"renamed\":[\"x\",1]}"))
        .hasMessage("renamed: an array (expected: an object)");
    assertThat(refusal(Holder.class, "{}")).hasMessage("renamed: missing (expected: an object)");
    assertThat(refusal(Holder.class, "{\"renamed\":null}"))
        .hasMessage("renamed: null (expected: an object)");
  }

  @Test
  void anUnknownFieldIsRefusedIfAskedFor() {
    JsonCodec codec = JsonCodec.ofServer(true, Limits.DEFAULT);

    assertThat(refusal(codec, Bean.class, "{\"c\":3}"))
        .hasMessage("c: unknown field (expected: one of a, items, decimal)");
    assertThat(
            refusal(
                codec, Bean.class, "{\"items\":[{\"name\":\"n\",\"quantity\":1,\"@type\":\"x\"}]}"))
        .hasMessage("items[0].@type: unknown field (expected: one of name, quantity)");
  }

  record Anything(Object o, Optional<JsonNode> tree) {}

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"o\":1,\"tree\":{\"a\":[1e2147483648]}}|tree.a[0]|1e2147483648",
        "{\"o\":1,\"tree\":1e2147483648}|tree|1e2147483648",
        "[1,{\"n\":1e400}]|[1].n|1e400",
      })
  void aNumberThatDoesNotFitIsToldWithItsPlaceInATree(String json, String path, String found) {
    BindingException e = refusal(Anything.class, json);

    assertThat(e.path()).isEqualTo(path);
    assertThat(e).hasMessageStartingWith(path + ": " + found + " (expected: a number");
  }

  @Test
  void theWrongKindOfParamsIsTold() {
    assertThat(refusal(Bean.class, "[]").message("params"))
        .isEqualTo("params: an array (expected: an object)");
  }

  @Test
  void aRefusalCostsNoStackTrace() {
    assertThat(refusal(Bean.class, "[]").getStackTrace()).isEmpty();
  }

  // --- types that can never be params ---

  enum Color {
    @JsonProperty("rot")
    RED
  }

  public static final class Text implements CharSequence {
    @JsonValue private final String text;

    public Text(String text) {
      this.text = text;
    }

    @Override
    public int length() {
      return text.length();
    }

    @Override
    public char charAt(int index) {
      return text.charAt(index);
    }

    @Override
    public CharSequence subSequence(int start, int end) {
      return text.subSequence(start, end);
    }
  }

  @ParameterizedTest
  @ValueSource(classes = {Color.class, Text.class})
  void aTypeThatIsNoObjectIsRefusedAtOnce(Class<?> type) {
    assertThatThrownBy(() -> JsonCodec.DEFAULT.paramsReader(type))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no type for params");
  }

  @ParameterizedTest
  @ValueSource(classes = {JsonNode.class, ObjectNode.class, ArrayNode.class, Bean.class})
  void aTypeThatMayBeAnObjectIsNot(Class<?> type) {
    assertThat(JsonCodec.DEFAULT.paramsReader(type)).isNotNull();
  }

  static final class Closed {
    final int a;

    @SuppressWarnings("UnusedMethod") // that is what it is for
    private Closed(int a, int b) {
      this.a = a + b;
    }
  }

  record OneClosed(Closed closed) {}

  interface Figure {}

  record OneFigure(List<Figure> figure) {}

  public static final class FigureInside {
    public @Nullable Map<String, Figure> figures;
  }

  @ParameterizedTest
  @ValueSource(classes = {Closed.class, OneClosed.class})
  void aTypeWithSomethingInItThatCannotBeMadeIsRefusedAtOnce(Class<?> type) {
    assertThatThrownBy(() -> JsonCodec.DEFAULT.paramsReader(type))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(type.getTypeName())
        .hasMessageContaining("no constructor to use");
  }

  @ParameterizedTest
  @ValueSource(classes = {Figure.class, OneFigure.class, FigureInside.class})
  void aTypeWithSomethingAbstractInItIsRefusedAtOnce(Class<?> type) {
    assertThatThrownBy(() -> JsonCodec.DEFAULT.paramsReader(type))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(type.getTypeName())
        .hasMessageContaining(Figure.class.getName() + ": abstract (expected: a record or class");
  }

  @ParameterizedTest
  @ValueSource(classes = {Shape.class, Draw.class})
  void aTypeWhoseClassThePeerWouldChooseIsRefusedAtOnce(Class<?> type) {
    assertThatThrownBy(() -> JsonCodec.DEFAULT.paramsReader(type))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
