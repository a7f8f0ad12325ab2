package dev.tern.protocol.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tern.protocol.Limits;
import dev.tern.protocol.value.IntegerKind;
import dev.tern.protocol.value.Name;
import dev.tern.protocol.value.Names;
import dev.tern.protocol.value.ValueKind;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Reading values out of JSON; what is JSON at all, {@link StrictJsonTest} asks. */
class JsonCursorTest {
  private static final Name A = Name.of("a");

  private final JsonCursor cursor = new JsonCursor(Limits.DEFAULT);

  @Test
  void walksObjectsAndArrays() {
    at("  { \"a\" : [ 1 , {\"b\":\"x\"} , null ] , \"c\" : true }  ");
    cursor.beginObject();
    assertThat(cursor.nextName()).isTrue();
    assertThat(cursor.name()).isEqualTo("a");
    cursor.beginArray();
    assertThat(cursor.nextElement()).isTrue();
    assertThat(cursor.readInteger()).isEqualTo(IntegerKind.SIGNED);
    assertThat(cursor.integerBits()).isEqualTo(1);
    assertThat(cursor.nextElement()).isTrue();
    cursor.beginObject();
    assertThat(cursor.nextName()).isTrue();
    assertThat(cursor.name()).isEqualTo("b");
    assertThat(cursor.readString()).isEqualTo("x");
    assertThat(cursor.nextName()).isFalse();
    assertThat(cursor.nextElement()).isTrue();
    cursor.readNull();
    assertThat(cursor.nextElement()).isFalse();
    assertThat(cursor.nextName()).isTrue();
    assertThat(cursor.name()).isEqualTo("c");
    assertThat(cursor.readBoolean()).isTrue();
    assertThat(cursor.nextName()).isFalse();
    cursor.expectEnd();
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '\'',
      value = {
        "{}, OBJECT",
        "[], ARRAY",
        "'\"\"', STRING",
        "0, NUMBER",
        "-1, NUMBER",
        "true, BOOLEAN",
        "false, BOOLEAN",
        "null, NULL"
      })
  void peeksAtTheKind(String json, ValueKind kind) {
    at(json);
    assertThat(cursor.peek()).isEqualTo(kind);
    cursor.skipValue();
    cursor.expectEnd();
  }

  @ParameterizedTest
  @CsvSource({
    "0, SIGNED, 0",
    "-0, SIGNED, 0",
    "7, SIGNED, 7",
    "-42, SIGNED, -42",
    "9007199254740993, SIGNED, 9007199254740993",
    "9223372036854775807, SIGNED, 9223372036854775807",
    "-9223372036854775808, SIGNED, -9223372036854775808",
    "-9223372036854775809, OUT_OF_RANGE, 0",
    "9223372036854775808, UNSIGNED, -9223372036854775808",
    "18446744073709551615, UNSIGNED, -1",
    "18446744073709551616, OUT_OF_RANGE, 0",
    "18446744073709551620, OUT_OF_RANGE, 0",
    "99999999999999999999, OUT_OF_RANGE, 0",
    "-18446744073709551615, OUT_OF_RANGE, 0",
    "100000000000000000000, OUT_OF_RANGE, 0",
    "1.0, NOT_AN_INTEGER, 0",
    "1e2, NOT_AN_INTEGER, 0",
    "1E2, NOT_AN_INTEGER, 0",
    "-0.0, NOT_AN_INTEGER, 0",
    "123456789012345678901234567890.5, NOT_AN_INTEGER, 0",
  })
  void readsIntegersExactly(String json, IntegerKind kind, long bits) {
    at(json);
    assertThat(cursor.readInteger()).isEqualTo(kind);
    assertThat(cursor.integerBits()).isEqualTo(bits);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0",
        "-0",
        "-0.0",
        "1",
        "0.1",
        "5.7",
        "-123.456",
        "1e2",
        "1E+2",
        "1e-2",
        "0.000001",
        "999999999999999",
        "9007199254740993",
        "99999999999999999",
        "0.123456789012345",
        "1.7976931348623157e308",
        "4.9e-324",
        "2.2250738585072012e-308",
        "1e400",
        "-1e400",
        "1e-400",
        "3.14159265358979323846264338327950288"
      })
  void readsDoublesLikeJava(String json) {
    at(json);
    assertThat(cursor.readDouble()).isEqualTo(Double.parseDouble(json));
  }

  @Test
  void readsStringsWithEscapes() {
    at("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\uD83D\\ude00\u00e9\ud83d\ude00\\u0000\"");
    assertThat(cursor.readString())
        .isEqualTo("\"\\/\b\f\n\r\t\u00e9\ud83d\ude00\u00e9\ud83d\ude00\0");
  }

  @Test
  void givesAKnownStringWithoutACopy() {
    Names known = Names.of("add", "sub");
    at("\"sub\"");
    assertThat(cursor.readString(known)).isSameAs(known.get(1).text());
    at("\"mul\"");
    assertThat(cursor.readString(known)).isEqualTo("mul");
    at("\"s\\u0075b\"");
    assertThat(cursor.readString(known)).isEqualTo("sub");
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"a\":1}", "{\"\\u0061\":1}"})
  void recognisesNamesHoweverTheyAreWritten(String json) {
    at(json);
    cursor.beginObject();
    cursor.nextName();
    assertThat(cursor.nameIs(A)).isTrue();
    assertThat(cursor.nameIs(Name.of("b"))).isFalse();
    assertThat(cursor.nameIn(Names.of("b", "a"))).isEqualTo(1);
    assertThat(cursor.nameIn(Names.of("b"))).isEqualTo(-1);
    assertThat(cursor.name()).isEqualTo("a");
  }

  @Test
  void findsEveryNameOfALargeSetAndNoOther() {
    List<String> texts = new ArrayList<>();
    StringBuilder json = new StringBuilder("{\"none\":0");
    for (int i = 0; i < 1_000; i++) {
      texts.add("name\u00e9" + i);
      json.append(",\"name\u00e9").append(i).append("\":").append(i);
    }
    Names names = Names.of(texts);
    at(json.append('}').toString());
    cursor.beginObject();
    cursor.nextName();
    assertThat(cursor.nameIn(names)).isEqualTo(-1);
    cursor.skipValue();
    for (int i = 0; i < 1_000; i++) {
      cursor.nextName();
      assertThat(cursor.nameIn(names)).isEqualTo(i);
      cursor.skipValue();
    }
    assertThat(cursor.nextName()).isFalse();
  }

  @Test
  void knownNamesAreDistinct() {
    assertThatThrownBy(() -> Names.of("a", "a")).hasMessageContaining("twice");
  }

  @Test
  void saysWhereValuesAre() {
    String json = "{\"a\": [1, {\"b\": 2}] , \"c\": \"x\" }";
    at(json);
    cursor.beginObject();
    cursor.nextName();
    cursor.skipValue();
    assertThat(json.substring(cursor.valueStart(), cursor.valueEnd())).isEqualTo("[1, {\"b\": 2}]");
    cursor.nextName();
    assertThat(json.substring(cursor.nameStart(), cursor.nameEnd())).isEqualTo("c");
    cursor.readString();
    assertThat(json.substring(cursor.valueStart(), cursor.valueEnd())).isEqualTo("\"x\"");
  }

  @Test
  void readsInTheMiddleOfAnArray() {
    byte[] bytes = "xx{\"a\":1}yy".getBytes(UTF_8);
    cursor.reset(bytes, 2, 7);
    cursor.skipValue();
    cursor.expectEnd();
    assertThat(cursor.valueStart()).isEqualTo(2);
    assertThat(cursor.valueEnd()).isEqualTo(9);
    cursor.reset(bytes, 2, 8);
    cursor.skipValue();
    assertThatThrownBy(cursor::expectEnd)
        .isInstanceOfSatisfying(JsonException.class, e -> assertThat(e.offset()).isEqualTo(7));
  }

  @Test
  void aReadOfTheWrongKindIsTheCallersMistake() {
    at("\"5\"");
    assertThatThrownBy(cursor::readInteger)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("STRING");
    assertThatThrownBy(cursor::nextName).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(cursor::nextElement).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void theTrustedWalkSkipsOnlyTheCostlyChecks() {
    byte[] bytes = "{\"a\":1,\"a\":\"\\ud83d\\ude00\"}".getBytes(UTF_8);
    cursor.resetTrusted(bytes, 0, bytes.length);
    cursor.skipValue();
    cursor.expectEnd();
    cursor.resetTrusted(bytes, 0, bytes.length - 1);
    assertThatThrownBy(cursor::skipValue).isInstanceOf(JsonException.class);
  }

  private void at(String json) {
    byte[] bytes = json.getBytes(UTF_8);
    cursor.reset(bytes, 0, bytes.length);
  }

  /** Names whose first, last or middle bytes alone differ. */
  @Test
  void tellsLongNamesApart() {
    String name = "the first, the middle and the last";
    for (int i = 0; i < name.length(); i++) {
      String other = name.substring(0, i) + '_' + name.substring(i + 1);
      at("{\"" + other + "\":0}");
      cursor.beginObject();
      assertThat(cursor.nextName()).isTrue();
      assertThat(cursor.nameIs(Name.of(name))).as(other).isFalse();
      assertThat(cursor.nameIn(Names.of(name, other))).isEqualTo(1);
    }
  }
}
