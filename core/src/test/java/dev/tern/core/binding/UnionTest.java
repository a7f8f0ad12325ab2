package dev.tern.core.binding;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.tern.contract.Discriminator;
import dev.tern.contract.SerialName;
import dev.tern.contract.Unknown;
import dev.tern.core.TypeRef;
import dev.tern.core.binding.error.BindingException;
import dev.tern.protocol.Bytes;
import dev.tern.protocol.Limits;
import java.lang.reflect.Type;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Sealed interfaces of records: a member of the object says which record it is. */
final class UnionTest {
  sealed interface Shape permits Circle, Box, Group {}

  record Circle(double radius) implements Shape {}

  @SerialName("rectangle")
  record Box(int width, int height) implements Shape {}

  record Group(List<Shape> all, Optional<Shape> first) implements Shape {}

  @Discriminator("kind")
  sealed interface Payment permits Card, Bank, Other {}

  record Card(String number) implements Payment {}

  @Discriminator("kind")
  sealed interface Bank extends Payment permits Debit, Transfer {}

  record Debit(String iban) implements Bank {}

  record Transfer(String iban, String type) implements Bank {}

  @Unknown
  record Other(String kind, Optional<String> iban) implements Payment {}

  sealed interface Result<T> permits Good, Bad {}

  record Good<T>(T value) implements Result<T> {}

  record Bad<E>(String message) implements Result<E> {}

  private final JsonCodec server = JsonCodec.ofServer(false, Limits.DEFAULT);
  private final JsonCodec strict = JsonCodec.ofServer(true, Limits.DEFAULT);

  private static Bytes bytes(String json) {
    return Bytes.of(json.getBytes(UTF_8));
  }

  private Object read(Type type, String json) {
    return server.resultReader(type).read(bytes(json));
  }

  private BindingException refusal(Type type, String json) {
    return catchThrowableOfType(BindingException.class, () -> read(type, json));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"type\":\"rectangle\",\"width\":2,\"height\":3}",
        "{\"width\":2,\"height\":3,\"type\":\"rectangle\"}",
        "{\"width\":2,\"x\":[{\"type\":\"Circle\"},\"}\"],\"type\":\"rectangle\",\"height\":3}",
        " { \"t\\u0079pe\" : \"rect\\u0061ngle\" , \"height\" : 3 , \"width\" : 2 } "
      })
  void theTagMayStandAnywhere(String json) {
    assertThat(read(Shape.class, json)).isEqualTo(new Box(2, 3));
    assertThat(server.<Shape>paramsReader(Shape.class).read(bytes(json))).isEqualTo(new Box(2, 3));
  }

  @Test
  void theTagIsNoUnknownField() {
    String json = "{\"width\":2,\"height\":3,\"type\":\"rectangle\"}";

    assertThat(strict.resultReader(Shape.class).read(bytes(json))).isEqualTo(new Box(2, 3));
    assertThatThrownBy(
            () ->
                strict
                    .resultReader(Shape.class)
                    .read(bytes("{\"type\":\"Circle\",\"radius\":1,\"kind\":1}")))
        .hasMessage("kind: unknown field (expected: one of radius)");
  }

  @Test
  void aUnionMayHoldItself() {
    Group group =
        new Group(
            List.of(new Circle(1), new Group(List.of(), Optional.empty())),
            Optional.of(new Box(1, 1)));

    Bytes written = server.resultWriter(Shape.class).write(group);

    assertThat(server.resultReader(Shape.class).read(written)).isEqualTo(group);
    assertThat(written)
        .hasToString(
            "{\"type\":\"Group\",\"all\":[{\"type\":\"Circle\",\"radius\":1.0},"
                + "{\"type\":\"Group\",\"all\":[],\"first\":null}],"
                + "\"first\":{\"type\":\"rectangle\",\"width\":1,\"height\":1}}");
  }

  @Test
  void whatIsDeclaredDecidesWhetherTheTagIsWritten() {
    assertThat(server.resultWriter(Circle.class).write(new Circle(1)))
        .hasToString("{\"radius\":1.0}");
    assertThat(read(Circle.class, "{\"radius\":1}")).isEqualTo(new Circle(1));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"radius\":1}|type: missing (expected: one of Circle, rectangle, Group)",
        "{}|type: missing (expected: one of Circle, rectangle, Group)",
        "{\"type\":\"circle\"}|type: \"circle\" (expected: one of Circle, rectangle, Group)",
        "{\"type\":\"Box\"}|type: \"Box\" (expected: one of Circle, rectangle, Group)",
        "{\"radius\":1,\"type\":5}|type: 5 (expected: one of Circle, rectangle, Group)",
        "{\"type\":null}|type: null (expected: one of Circle, rectangle, Group)",
        "{\"type\":{}}|type: an object (expected: one of Circle, rectangle, Group)",
        "{\"type\":\"Circle\"}|radius: missing (expected: a number in the range of 64-bit floating point, an integer only if exact)",
        "{\"type\":\"Group\",\"all\":[{\"type\":\"?\"}]}|all[0].type: \"?\" (expected: one of Circle, rectangle, Group)",
        "[]|an array (expected: an object)",
        "\"Circle\"|\"Circle\" (expected: an object)",
      })
  void whatIsWrongIsTold(String json, String message) {
    assertThat(refusal(Shape.class, json)).hasMessage(message);
  }

  @Test
  void anotherNameOfTheTag() {
    Payment transfer = new Transfer("DE1", "instant");
    Bytes written = server.resultWriter(Payment.class).write(transfer);

    assertThat(written)
        .hasToString("{\"kind\":\"Transfer\",\"iban\":\"DE1\",\"type\":\"instant\"}");
    assertThat(read(Payment.class, written.toString())).isEqualTo(transfer);
    assertThat(read(Bank.class, "{\"kind\":\"Debit\",\"iban\":\"DE1\"}"))
        .isEqualTo(new Debit("DE1"));
  }

  @Test
  void whatIsUnknownBecomesTheOneThatIsMarked() {
    Object other = read(Payment.class, "{\"iban\":\"DE1\",\"new\":[],\"kind\":\"Crypto\"}");

    assertThat(other).isEqualTo(new Other("Crypto", Optional.of("DE1")));
    assertThat(server.resultWriter(Payment.class).write(other))
        .hasToString("{\"kind\":\"Crypto\",\"iban\":\"DE1\"}");
  }

  @Test
  void typeArgumentsReachTheRecords() {
    Type type = new TypeRef<Result<List<Integer>>>() {}.type();

    assertThat(read(type, "{\"type\":\"Good\",\"value\":[1]}")).isEqualTo(new Good<>(List.of(1)));
    assertThat(refusal(type, "{\"type\":\"Good\",\"value\":[\"1\"]}").path()).isEqualTo("value[0]");
    assertThat(read(type, "{\"type\":\"Bad\",\"message\":\"m\"}")).isEqualTo(new Bad<>("m"));
  }

  @Test
  void itsSchemaIsOneOfItsRecords() {
    String document =
        new String(
            OpenRpc.document(
                "t",
                "1",
                List.of(new OpenRpc.MethodDoc("m", Void.class, Payment.class, "READ", null))),
            UTF_8);

    assertThat(document)
        .contains("\"discriminator\":{\"propertyName\":\"kind\",\"mapping\":{\"Card\":")
        .contains("{\"type\":\"object\",\"properties\":{\"kind\":{\"const\":\"Debit\"},\"iban\":");
  }

  // --- what is refused when it is declared ---

  sealed interface WithClass permits NoRecord {}

  static final class NoRecord implements WithClass {}

  sealed interface Tagged permits NamedType {}

  record NamedType(String type) implements Tagged {}

  sealed interface Twice permits One, Two {}

  record One() implements Twice {}

  @SerialName("One")
  record Two() implements Twice {}

  sealed interface TwoUnknown permits First, Second {}

  @Unknown
  record First() implements TwoUnknown {}

  @Unknown
  record Second() implements TwoUnknown {}

  sealed interface Endless permits Next {}

  record Next(Endless next) implements Endless {}

  @ParameterizedTest
  @CsvSource({
    "WithClass,permits",
    "Tagged,named as the tag is",
    "Twice,name twice",
    "TwoUnknown,two records for what is unknown",
    "Endless,no finite value",
  })
  void isRefusedAtOnce(String name, String problem) throws ClassNotFoundException {
    Class<?> type = Class.forName(UnionTest.class.getName() + "$" + name);

    for (Type one : List.of(type, ValueTableTest.generic(List.class, type))) {
      assertThatThrownBy(() -> server.paramsReader(one))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(problem);
      assertThatThrownBy(() -> server.resultWriter(one))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(type.getName());
    }
  }

  // --- names and constants ---

  record Move(@SerialName("from_account") String from, @SerialName("to_account") String to) {}

  enum Color {
    RED,
    @SerialName("dark-green")
    GREEN,
    @Unknown
    OTHER
  }

  @Test
  void aComponentGoesByItsSerialName() {
    Bytes written = server.encode(new Move("a", "b"));

    assertThat(written).hasToString("{\"from_account\":\"a\",\"to_account\":\"b\"}");
    assertThat(read(Move.class, written.toString())).isEqualTo(new Move("a", "b"));
    assertThat(server.<Move>paramsReader(Move.class).read(bytes("[\"a\",\"b\"]")))
        .isEqualTo(new Move("a", "b"));
    assertThat(refusal(Move.class, "{\"from_account\":1}").path()).isEqualTo("from_account");
  }

  @Test
  void aConstantGoesByItsSerialNameAsAValueAndAsAName() {
    Type type = new TypeRef<Map<Color, List<Color>>>() {}.type();
    String json = "{\"dark-green\":[\"RED\",\"dark-green\"]}";

    assertThat(read(type, json)).isEqualTo(Map.of(Color.GREEN, List.of(Color.RED, Color.GREEN)));
    assertThat(server.encode(Map.of(Color.GREEN, List.of(Color.RED, Color.GREEN))))
        .hasToString(json);
  }

  @Test
  void anUnknownTextIsTheConstantThatIsMarked() {
    assertThat(read(Color.class, "\"BLUE\"")).isEqualTo(Color.OTHER);
    assertThat(read(Color.class, "\"GREEN\"")).isEqualTo(Color.OTHER);
    assertThat(refusal(Color.class, "5").getMessage())
        .isEqualTo("5 (expected: one of RED, dark-green, OTHER)");
  }

  @Test
  void twoUnknownNamesAreOneKey() {
    Type type = new TypeRef<Map<Color, Integer>>() {}.type();

    assertThat(refusal(type, "{\"BLUE\":1,\"PINK\":2}"))
        .hasMessage("the name \"PINK\" (expected: a key that is there once)");
  }
}
