package dev.tern.core.binding;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.tern.core.TypeRef;
import dev.tern.core.binding.error.BindingException;
import dev.tern.protocol.Bytes;
import dev.tern.protocol.Limits;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ParamsReaderTest {
  record Add(int a, int b) {}

  record Greet(String name, Optional<Integer> times, @Nullable String tone) {}

  record Item(String name, int quantity) {
    Item {
      if (quantity < 1) {
        throw new IllegalArgumentException("quantity must be at least 1");
      }
    }
  }

  record Order(String customer, List<Item> items, Optional<Map<String, Item>> extra) {}

  record Tags(List<String> all, List<@Nullable String> some, Map<String, Object> any) {}

  record Page<T>(T item, int number) {}

  enum Color {
    RED
  }

  record Checked(String kind) {
    Checked {
      kind =
          switch (kind) {
            case "enum" -> Color.valueOf("BLUE").name();
            case "null" -> Objects.requireNonNull(null, "kind is null");
            case "npe" -> Map.of("a", "b").get(kind).trim();
            case "overflow" -> overflow(kind) + "";
            case "state" -> throw new IllegalStateException("jdbc:secret");
            case "number" -> String.valueOf(Integer.parseInt("x"));
            case "long" -> throw new IllegalArgumentException("x".repeat(1000));
            default -> throw new IllegalArgumentException("kind is unknown");
          };
    }

    @SuppressWarnings("InfiniteRecursion") // that is what it is for
    private static int overflow(String kind) {
      return overflow(kind) + 1;
    }
  }

  /** A record like the one above that holds more than scalars. */
  record CheckedList(String kind, List<String> more) {
    CheckedList {
      kind = new Checked(kind).kind();
    }
  }

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

  // --- by name, by position, or not at all ---

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"a\":1,\"b\":2}",
        "[1,2]",
        " { \"b\" : 2 , \"a\" : 1 } ",
        "{\"a\":1,\"b\":2,\"c\":[{}]}"
      })
  void aFlatRecordIsReadByNameAndByPosition(String json) {
    assertThat(read(Add.class, json)).isEqualTo(new Add(1, 2));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"customer\":\"c\",\"items\":[{\"name\":\"n\",\"quantity\":2}]}",
        "[\"c\",[{\"name\":\"n\",\"quantity\":2}]]"
      })
  void aRichRecordIsReadByNameAndByPosition(String json) {
    assertThat(read(Order.class, json))
        .isEqualTo(new Order("c", List.of(new Item("n", 2)), Optional.empty()));
  }

  @Test
  void absentNullAndEmptyParamsAreTheSame() {
    ParamsReader<Map<String, Object>> reader =
        JsonCodec.DEFAULT.paramsReader(new TypeRef<Map<String, Object>>() {}.type());

    assertThat(
            List.of(
                reader.read(null),
                reader.read(Bytes.of("null".getBytes(UTF_8))),
                reader.read(Bytes.of("{}".getBytes(UTF_8)))))
        .containsOnly(Map.of());
  }

  @Test
  void absentParamsAreAnEmptyList() {
    assertThat(
            JsonCodec.DEFAULT
                .<List<Integer>>paramsReader(new TypeRef<List<Integer>>() {}.type())
                .read(null))
        .isEmpty();
  }

  @Test
  void absentParamsOfARecordMissItsFirstComponent() {
    ParamsReader<Add> reader = JsonCodec.DEFAULT.paramsReader(Add.class);

    assertThatThrownBy(() -> reader.read(null))
        .hasMessageStartingWith("a: missing (expected: an int");
  }

  @ParameterizedTest
  @ValueSource(strings = {"null", "{}", "[]", "{\"a\":1}"})
  void voidTakesNoParams(String json) {
    assertThat(read(Void.class, json)).isNull();
  }

  @Test
  void voidRefusesAnElement() {
    assertThat(refusal(Void.class, "[1]"))
        .hasMessage("[0]: one parameter too many (expected: no parameters)");
  }

  @Test
  void voidRefusesAFieldIfUnknownOnesAreRefused() {
    assertThat(refusal(JsonCodec.ofServer(true, Limits.DEFAULT), Void.class, "{\"a\":1}"))
        .hasMessage("a: unknown field (expected: no fields)");
  }

  @Test
  void aMapKeepsTheOrderOfItsFields() {
    Map<?, ?> map = read(Map.class, "{\"z\":1,\"a\":2,\"m\":3}");

    assertThat(List.<Object>copyOf(map.keySet())).isEqualTo(List.of("z", "a", "m"));
  }

  @Test
  void typeArgumentsOfARecordCount() {
    Type type = new TypeRef<Page<Item>>() {}.type();

    assertThat(refusal(type, "{\"item\":{\"name\":\"n\",\"quantity\":\"1\"},\"number\":1}").path())
        .isEqualTo("item.quantity");
  }

  // --- what may be missing ---

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"name\":\"n\"}",
        "[\"n\"]",
        "[\"n\",null,null]",
        "{\"tone\":null,\"name\":\"n\",\"times\":null}"
      })
  void optionalAndNullableComponentsMayBeMissing(String json) {
    assertThat(read(Greet.class, json)).isEqualTo(new Greet("n", Optional.empty(), null));
  }

  @Test
  void anOptionalComponentThatIsThereIsRead() {
    assertThat(read(Greet.class, "[\"n\",3,\"loud\"]"))
        .isEqualTo(new Greet("n", Optional.of(3), "loud"));
  }

  @Test
  void aNullableElementMayBeNull() {
    assertThat(read(Tags.class, "{\"all\":[],\"some\":[null],\"any\":{\"a\":null}}").some())
        .isEqualTo(Arrays.asList((String) null));
  }

  // --- what the peer is told ---

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"a\":\"5\",\"b\":1}|a: \"5\" (expected: an integer from -2147483648 to 2147483647)",
        "{\"a\":5.7,\"b\":1}|a: 5.7 (expected: an integer from -2147483648 to 2147483647)",
        "{\"a\":null,\"b\":1}|a: null (expected: an integer from -2147483648 to 2147483647)",
        "{\"a\":{},\"b\":1}|a: an object (expected: an integer from -2147483648 to 2147483647)",
        "{\"a\":1}|b: missing (expected: an integer from -2147483648 to 2147483647)",
        "[1,[2]]|[1]: an array (expected: an integer from -2147483648 to 2147483647)",
        "[1]|[1]: missing (expected: an integer from -2147483648 to 2147483647)",
        "[1,2,3]|[2]: one parameter too many (expected: at most 2 parameters)",
      })
  void aFlatMismatchIsTold(String json, String message) {
    assertThat(refusal(Add.class, json)).hasMessage(message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"customer\":5,\"items\":[]}|customer: 5 (expected: a string)",
        "{\"items\":[]}|customer: missing (expected: a string)",
        "{\"customer\":null,\"items\":[]}|customer: null (expected: a string)",
        "{\"customer\":\"c\",\"items\":{}}|items: an object (expected: an array)",
        "{\"customer\":\"c\",\"items\":[5]}|items[0]: 5 (expected: an object)",
        "{\"customer\":\"c\",\"items\":[null]}|items[0]: null (expected: an object)",
        "{\"customer\":\"c\",\"items\":[{\"quantity\":1}]}|items[0].name: missing (expected: a string)",
        "{\"customer\":\"c\",\"items\":[],\"extra\":{\"x y\":{\"name\":true,\"quantity\":1}}}|extra[\"x y\"].name: true (expected: a string)",
        "[\"c\",[{\"name\":\"n\",\"quantity\":1},{\"name\":1,\"quantity\":1}]]|[1][1].name: 1 (expected: a string)",
        "[\"c\"]|[1]: missing (expected: an array)",
        "[\"c\",[],null,1]|[3]: one parameter too many (expected: at most 3 parameters)",
        "{\"customer\":\"c\",\"items\":[{\"name\":\"n\",\"quantity\":0}]}|items[0]: quantity must be at least 1",
      })
  void aRichMismatchIsTold(String json, String message) {
    assertThat(refusal(Order.class, json)).hasMessage(message);
  }

  @Test
  void aNullElementIsTold() {
    assertThat(refusal(Tags.class, "{\"all\":[\"a\",null],\"some\":[],\"any\":{}}"))
        .hasMessage("all[1]: null (expected: a string)");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "int[]|[1,\"2\"]|[1]: \"2\" (expected: an integer from -2147483648 to 2147483647)",
        "int[]|[1,null]|[1]: null (expected: an integer from -2147483648 to 2147483647)",
        "int[]|[2147483648]|[0]: 2147483648 (expected: an integer from -2147483648 to 2147483647)",
        "long[][]|[[1],2]|[1]: 2 (expected: an array)",
        "long[][]|[[1],[2.5]]|[1][0]: 2.5 (expected: an integer from -9223372036854775808 to 9223372036854775807)",
        "boolean[]|[true,0]|[1]: 0 (expected: true or false)",
        "char[]|[\"a\",\"bc\"]|[1]: \"bc\" (expected: a string of one character)",
        "char[]|[null]|[0]: null (expected: a string of one character)",
        "float[]|[1,{}]|[1]: an object (expected: a number in the range of 32-bit floating point, an integer only if exact)",
        "int[]|{}|an object (expected: an array)",
        "short[]|[32768]|[0]: 32768 (expected: an integer from -32768 to 32767)",
        "double[]|[\"1\"]|[0]: \"1\" (expected: a number in the range of 64-bit floating point, an integer only if exact)",
      })
  void anElementThatDoesNotFitIsTold(Class<?> type, String json, String message) {
    assertThat(refusal(type, json)).hasMessage(message);
  }

  @Test
  void arraysOfPrimitivesAreRead() {
    assertThat(read(int[].class, "[1,-2]")).containsExactly(1, -2);
    assertThat(read(long[][].class, "[[2],[]]")).isDeepEqualTo(new long[][] {{2}, {}});
    assertThat(read(boolean[].class, "[true,false]")).containsExactly(true, false);
    assertThat(read(char[].class, "[\"a\",\"b\"]")).containsExactly('a', 'b');
    assertThat(read(short[].class, "[-3]")).containsExactly((short) -3);
    assertThat(read(float[].class, "[0.5]")).containsExactly(0.5f);
    assertThat(read(double[].class, "[]")).isEmpty();
  }

  record Anything(Object o, Optional<Object> tree, Optional<Number> number) {}

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"o\":{\"n\":1e400000000}}|o.n|1e400000000",
        "{\"o\":[1,{\"n\":[2,-1e999]}]}|o[1].n[1]|-1e999",
        "{\"o\":1e400}|o|1e400",
        "{\"o\":1,\"tree\":{\"a\":[1e2147483648]}}|tree.a[0]|1e2147483648",
        "{\"o\":1,\"number\":1e2147483648}|number|1e2147483648",
        "[{\"n\":1e400}]|[0].n|1e400",
      })
  void aNumberThatDoesNotFitIsToldWithItsPlaceInATree(String json, String path, String found) {
    BindingException e = refusal(Anything.class, json);

    assertThat(e.path()).isEqualTo(path);
    assertThat(e).hasMessageStartingWith(path + ": " + found + " (expected: a number");
  }

  record Decimal(BigDecimal value) {}

  @ParameterizedTest
  @ValueSource(strings = {"1e2147483648", "-1e-2147483649", "1e99999999999"})
  void aDecimalWhoseExponentIsOutOfAnyRangeIsTold(String literal) {
    assertThat(refusal(Decimal.class, "{\"value\":" + literal + "}"))
        .hasMessage("value: " + literal + " (expected: a number, its exponent at most 1100)");
  }

  @Test
  void anUnknownFieldIsRefusedIfAskedFor() {
    assertThat(
            refusal(
                JsonCodec.ofServer(true, Limits.DEFAULT), Add.class, "{\"a\":1,\"b\":2,\"c\":3}"))
        .hasMessage("c: unknown field (expected: one of a, b)");
  }

  @Test
  void anUnknownFieldDeepInsideIsRefusedIfAskedFor() {
    String json =
        "{\"customer\":\"c\",\"items\":[{\"name\":\"n\",\"quantity\":1,\"@type\":\"x\"}]}";

    assertThat(refusal(JsonCodec.ofServer(true, Limits.DEFAULT), Order.class, json))
        .hasMessage("items[0].@type: unknown field (expected: one of name, quantity)");
  }

  @Test
  void aLongValueIsCutOffAndEscaped() {
    String json = "[\"\\u0007\\u202e" + "x".repeat(100_000) + "\",1]";

    assertThat(refusal(Add.class, json).getMessage())
        .startsWith("[0]: \"\\u0007\\u202exxxxxxxxxxxxxxxxxxx\"… (expected");
  }

  @Test
  void aLongNumberIsCutOff() {
    assertThat(refusal(Add.class, "[" + "1".repeat(1_000_000) + ",1]").getMessage())
        .startsWith("[0]: " + "1".repeat(31) + "… (expected");
  }

  @Test
  void aStrangeNameIsEscapedInThePath() {
    Type type = new TypeRef<Map<String, Integer>>() {}.type();

    assertThat(refusal(type, "{\"a\\nb\":\"x\"}").path()).isEqualTo("[\"a\\u000ab\"]");
  }

  @Test
  void aNameThatIsNoKeyIsTold() {
    Type type = new TypeRef<Map<Integer, Integer>>() {}.type();

    assertThat(refusal(type, "{\"x\":1}"))
        .hasMessageStartingWith("the name \"x\" (expected: an integer");
  }

  @Test
  void theWrongKindOfParamsIsTold() {
    assertThat(refusal(Map.class, "[]").message("params"))
        .isEqualTo("params: an array (expected: an object)");
  }

  @ParameterizedTest
  @CsvSource({
    "other,kind is unknown",
    "enum,not valid",
    "null,kind is null",
    "long,not valid",
    "number,For input string: \"x\"",
  })
  void aConstructorsReasonIsToldUnlessItSaysTooMuch(String kind, String reason) {
    assertThat(refusal(Checked.class, "[\"" + kind + "\"]").message("params")).isEqualTo(reason);
    assertThat(refusal(CheckedList.class, "[\"" + kind + "\",[]]").message("params"))
        .isEqualTo(reason);
  }

  @ParameterizedTest
  @CsvSource({
    "npe,java.lang.NullPointerException",
    "state,java.lang.IllegalStateException",
    "overflow,java.lang.StackOverflowError",
  })
  void aConstructorsOwnFailureIsNoFaultOfTheParams(String kind, Class<?> thrown) {
    assertThatThrownBy(() -> read(Checked.class, "[\"" + kind + "\"]")).isInstanceOf(thrown);
    assertThatThrownBy(() -> read(CheckedList.class, "[\"" + kind + "\",[]]")).isInstanceOf(thrown);
  }

  @Test
  void aRefusalCostsNoStackTrace() {
    assertThat(refusal(Add.class, "[]").getStackTrace()).isEmpty();
  }

  // --- types that can never be params ---

  @ParameterizedTest
  @ValueSource(classes = {int.class, String.class, Optional.class, Color.class})
  void aTypeThatIsNoObjectIsRefusedAtOnce(Class<?> type) {
    assertThatThrownBy(() -> JsonCodec.DEFAULT.paramsReader(type))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no type for params");
  }

  interface Figure {}

  record Circle(double radius) implements Figure {}

  record OneFigure(String name, Figure figure) {}

  record Figures(List<Figure> all) {}

  record NamedFigures(Map<String, Figure> all) {}

  record FigureOrNone(Optional<Figure> figure) {}

  record FigureInside(List<OneFigure> all) {}

  @ParameterizedTest
  @ValueSource(
      classes = {
        Figure.class,
        OneFigure.class,
        Figures.class,
        NamedFigures.class,
        FigureOrNone.class,
        FigureInside.class
      })
  void aTypeWithSomethingAbstractInItIsRefusedAtOnce(Class<?> type) {
    assertThatThrownBy(() -> JsonCodec.DEFAULT.paramsReader(type))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(type.getTypeName())
        .hasMessageContaining(Figure.class.getName() + ": abstract (expected: a record or class");
  }

  static final class Closed {
    final int a;

    @SuppressWarnings("UnusedMethod") // that is what it is for
    private Closed(int a, int b) {
      this.a = a + b;
    }
  }

  record OneClosed(Closed closed) {}

  record OneClass(Class<?> type) {}

  @ParameterizedTest
  @ValueSource(classes = {OneClosed.class, OneClass.class})
  void aTypeWithSomethingInItThatCannotBeMadeIsRefusedAtOnce(Class<?> type) {
    assertThatThrownBy(() -> JsonCodec.DEFAULT.paramsReader(type))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(type.getTypeName());
  }

  @Test
  void anAbstractTypeThatStandsForWellKnownOnesIsRead() {
    record Plain(CharSequence text, Number number, Collection<Integer> all, Object any) {}

    assertThat(read(Plain.class, "[\"a\",1,[2],{}]"))
        .isEqualTo(new Plain("a", 1L, List.of(2), Map.of()));
  }
}
