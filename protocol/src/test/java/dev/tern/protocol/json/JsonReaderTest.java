package dev.tern.protocol.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tern.protocol.Bytes;
import dev.tern.protocol.value.IntegerKind;
import dev.tern.protocol.value.Names;
import dev.tern.protocol.value.ValueKind;
import dev.tern.protocol.value.ValueReader;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Reading values out of JSON; what is JSON at all, {@link StrictJsonTest} asks. */
class JsonReaderTest {
  private static final Names NO_NAMES = Names.of();

  @Test
  void walksObjectsAndArrays() {
    JsonReader in = at("  { \"a\" : [ 1 , {\"b\":\"x\"} , null ] , \"c\" : true }  ");
    Names names = Names.of("a", "b", "c");
    in.beginObject();
    assertThat(in.nextMember(names, 0)).isEqualTo(0);
    in.beginArray();
    assertThat(in.nextElement()).isTrue();
    assertThat(in.readInteger()).isEqualTo(IntegerKind.SIGNED);
    assertThat(in.integerBits()).isEqualTo(1);
    assertThat(in.nextElement()).isTrue();
    in.beginObject();
    assertThat(in.nextMember(names, 0)).isEqualTo(1);
    assertThat(in.readString()).isEqualTo("x");
    assertThat(in.nextMember(names, 0)).isEqualTo(ValueReader.END);
    assertThat(in.nextElement()).isTrue();
    in.readNull();
    assertThat(in.nextElement()).isFalse();
    assertThat(in.nextMember(names, 0)).isEqualTo(2);
    assertThat(in.readBoolean()).isTrue();
    assertThat(in.nextMember(names, 0)).isEqualTo(ValueReader.END);
    assertThat(in.isAtEnd()).isTrue();
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
    JsonReader in = at(json);
    assertThat(in.peek()).isEqualTo(kind);
    in.skipValue();
    assertThat(in.isAtEnd()).isTrue();
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
    JsonReader in = at(json);
    assertThat(in.readInteger()).isEqualTo(kind);
    assertThat(in.integerBits()).isEqualTo(bits);
    assertThat(in.isAtEnd()).isTrue();
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
        "0.123456789012345",
        "1.7976931348623157e308",
        "4.9e-324",
        "2.2250738585072012e-308",
        "1e-400",
        "3.14159265358979323846264338327950288"
      })
  void readsDoublesLikeJava(String json) {
    assertThat(at(json).readDouble()).isEqualTo(Double.parseDouble(json));
  }

  /** Out of range, or an integer that is another one as a double. */
  @ParameterizedTest
  @ValueSource(strings = {"1e400", "-1e400", "9007199254740993", "99999999999999999"})
  void readsNoDoubleThatIsAnotherNumber(String json) {
    assertThat(at(json).readDouble()).isNaN();
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "-0.0", "1.50", "1E+2", "123456789012345678901234567890.5"})
  void readsNumbersAsTheyAreWritten(String json) {
    assertThat(at(json).readNumber()).isEqualTo(json);
  }

  @Test
  void readsStringsWithEscapes() {
    String json = "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\uD83D\\ude00\u00e9\ud83d\ude00\\u0000\"";
    assertThat(at(json).readString())
        .isEqualTo("\"\\/\b\f\n\r\t\u00e9\ud83d\ude00\u00e9\ud83d\ude00\0");
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '\'',
      value = {"'\"sub\"', 1", "'\"mul\"', -1", "'\"s\\u0075b\"', 1", "'\"\"', -1"})
  void findsAKnownStringHoweverItIsWritten(String json, int index) {
    assertThat(at(json).readString(Names.of("add", "sub"))).isEqualTo(index);
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"a\":1}", "{\"\\u0061\":1}"})
  void recognisesNamesHoweverTheyAreWritten(String json) {
    JsonReader in = at(json);
    in.beginObject();
    assertThat(in.nextMember(Names.of("b", "a"), 0)).isEqualTo(1);
    assertThat(in.nameIn(Names.of("a", "b"))).isEqualTo(0);
    assertThat(in.nameIn(Names.of("b"))).isEqualTo(ValueReader.UNKNOWN);
    assertThat(in.name()).isEqualTo("a");
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
    JsonReader in = at(json.append('}').toString());
    in.beginObject();
    assertThat(in.nextMember(names, -1)).isEqualTo(ValueReader.UNKNOWN);
    in.skipValue();
    for (int i = 0; i < 1_000; i++) {
      assertThat(in.nextMember(names, -1)).isEqualTo(i);
      in.skipValue();
    }
    assertThat(in.nextMember(names, -1)).isEqualTo(ValueReader.END);
  }

  /** Names whose first, last or middle bytes alone differ. */
  @Test
  void tellsLongNamesApart() {
    String name = "the first, the middle and the last";
    for (int i = 0; i < name.length(); i++) {
      String other = name.substring(0, i) + '_' + name.substring(i + 1);
      JsonReader in = at("{\"" + other + "\":0}");
      in.beginObject();
      assertThat(in.nextMember(Names.of(name, other), 0)).as(other).isEqualTo(1);
      assertThat(in.nameIn(Names.of(name))).as(other).isEqualTo(ValueReader.UNKNOWN);
    }
  }

  @Test
  void knownNamesAreDistinct() {
    assertThatThrownBy(() -> Names.of("a", "a")).hasMessageContaining("twice");
  }

  @Test
  void givesValuesInTheirOwnBytes() {
    JsonReader in = at("{\"a\": [1, {\"b\": \"}\"}] , \"c\": \"x\" }");
    in.beginObject();
    in.nextMember(NO_NAMES, 0);
    assertThat(in.readEncoded()).hasToString("[1, {\"b\": \"}\"}]");
    in.nextMember(NO_NAMES, 0);
    assertThat(in.readEncoded()).hasToString("\"x\"");
  }

  @Test
  void readsInTheMiddleOfAnArray() {
    JsonReader in = new JsonReader(Bytes.of("xx[12]34".getBytes(UTF_8), 2, 6));
    in.beginArray();
    assertThat(in.nextElement()).isTrue();
    in.readInteger();
    assertThat(in.integerBits()).isEqualTo(12);
    assertThat(in.nextElement()).isFalse();
    assertThat(in.isAtEnd()).isTrue();
  }

  @Test
  void aReadOfTheWrongKindIsTheCallersMistake() {
    JsonReader in = at("\"5\"");
    assertThatThrownBy(in::readInteger).isInstanceOf(JsonException.class);
    assertThatThrownBy(in::beginObject).isInstanceOf(JsonException.class);
    assertThatThrownBy(in::beginArray).isInstanceOf(JsonException.class);
    assertThat(in.readString()).isEqualTo("5");
  }

  private static JsonReader at(String json) {
    return new JsonReader(Bytes.of(json.getBytes(UTF_8)));
  }
}
