package dev.tern.protocol.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tern.protocol.Bytes;
import dev.tern.protocol.Limits;
import dev.tern.protocol.value.Name;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonWriterTest {
  private final JsonWriter writer = new JsonWriter();

  @Test
  void putsCommasWhereTheyBelong() {
    writer.beginObject().name("a").beginArray().value(1).value("{").value(true).nullValue();
    writer.beginArray().endArray().beginObject().endObject().endArray();
    writer.name(Name.of("b")).rawValue("[2]".getBytes(UTF_8)).name("c").value(0.5).endObject();
    assertThat(written()).isEqualTo("{\"a\":[1,\"{\",true,null,[],{}],\"b\":[2],\"c\":0.5}");
  }

  @Test
  void escapesWhatMustBeEscapedAndNothingElse() {
    writer.value("\"\\\b\f\n\r\t\u0000\u001f /\u007f\u00e9\u2028\ud83d\ude00z");
    assertThat(written())
        .isEqualTo("\"\\\"\\\\\\b\\f\\n\\r\\t\\u0000\\u001f /\u007f\u00e9\u2028\ud83d\ude00z\"");
  }

  @ParameterizedTest
  @ValueSource(
      longs = {0, 7, 10, -1, 99, 100, Long.MAX_VALUE, Long.MIN_VALUE, Long.MIN_VALUE + 1, 1L << 53})
  void writesLongsAndKnowsTheirSize(long number) {
    writer.value(number);
    assertThat(written()).isEqualTo(Long.toString(number)).hasSize(JsonWriter.sizeOf(number));
  }

  @Test
  void knowsTheSizeOfEveryPowerOfTen() {
    for (long power = 1; power > 0 && power <= Long.MAX_VALUE / 10; power *= 10) {
      for (long number : new long[] {power - 1, power, power + 1, -power}) {
        assertThat(JsonWriter.sizeOf(number)).isEqualTo(Long.toString(number).length());
      }
    }
  }

  @Test
  void writesUnsignedLongs() {
    writer.unsignedValue(-1);
    assertThat(written()).isEqualTo("18446744073709551615");
  }

  /** A long text is written in blocks: whatever stands wherever must not change what comes out. */
  @ParameterizedTest
  @ValueSource(
      strings = {"", "?", "\"", "\\", "\n", "\u0001", "\u007f", "\u00e9", "\u2028", "\ud83d\ude00"})
  void writesLongTextsAsItWritesShortOnes(String odd) {
    StringBuilder expectedOdd = new StringBuilder(new String(written(odd), UTF_8));
    expectedOdd.deleteCharAt(0).setLength(expectedOdd.length() - 1);
    for (int before : new int[] {0, 1, 127, 128, 4094, 4095, 4096, 4097, 9000}) {
      String head = "x?".repeat(before).substring(0, before);
      String tail = "y".repeat(200);
      assertThat(new String(written(head + odd + tail), UTF_8))
          .as("%s before", before)
          .isEqualTo("\"" + head + expectedOdd + tail + "\"");
    }
  }

  /** Whatever is mixed with whatever, in one array or in several. */
  @Test
  void writesMixedTextsPieceByPiece(TestReporter reporter) {
    long seed = Long.getLong("tern.fuzz.seed", 20_261_126L);
    reporter.publishEntry("seed", Long.toString(seed));
    Random random = new Random(seed);
    String[] odd = {"\"", "\\", "\n", "\u0001", "\u007f", "\u00e9", "\u2028", "\ud83d\ude00"};
    for (int round = 0; round < 200; round++) {
      StringBuilder text = new StringBuilder();
      StringBuilder expected = new StringBuilder("\"");
      for (int piece = random.nextInt(40); piece >= 0; piece--) {
        String next =
            random.nextBoolean()
                ? odd[random.nextInt(odd.length)].repeat(1 + random.nextInt(3))
                : "x"
                    .repeat(random.nextInt(10) == 0 ? random.nextInt(70_000) : random.nextInt(600));
        text.append(next);
        String written = new String(written(next), UTF_8);
        expected.append(written, 1, written.length() - 1);
      }
      String all = text.toString();
      JsonWriter parts = JsonWriter.bounded(random.nextInt(2 * all.length() + 1), Limits.DEFAULT);
      assertThat(parts.value(all).takeBytes())
          .as("seed %s, round %s", seed, round)
          .hasToString(expected.append('"').toString());
      assertThat(new String(written(all), UTF_8)).isEqualTo(expected.toString());
    }
  }

  @Test
  void partsAreFullAndForgottenOnceTaken() {
    JsonWriter parts = JsonWriter.bounded(1_000_000, Limits.DEFAULT);
    parts.value("x".repeat(200_000));
    assertThat(parts.size()).isEqualTo(200_002);
    assertThat(lengths(parts.takeBytes())).hasSize(4).allMatch(length -> length <= 1 << 16);
    assertThat(parts.value(1).takeBytes().toByteArray()).isEqualTo("1".getBytes(UTF_8));
  }

  @ParameterizedTest
  @ValueSource(strings = {"\u00e9", "\u2028", "\ud83d\ude00", "\n", "\u0001", "\"x"})
  void textsOfNothingButOddCharactersComeInPartsAsWell(String odd) {
    String text = odd.repeat(100_000);
    String one = new String(written(odd), UTF_8);
    JsonWriter parts = JsonWriter.bounded(10, Limits.DEFAULT);
    Bytes taken = parts.value(text).takeBytes();
    assertThat(lengths(taken)).hasSizeGreaterThan(2).allMatch(length -> length < 1 << 17);
    assertThat(taken).hasToString('"' + one.substring(1, one.length() - 1).repeat(100_000) + '"');
  }

  @Test
  void stopsAtItsLimitInALaterPart() {
    JsonWriter bounded = new JsonWriter(1, 100_000);
    bounded.value("x".repeat(99_998));
    assertThat(bounded.size()).isEqualTo(100_000);
    JsonWriter shorter = new JsonWriter(1, 99_999);
    assertThatThrownBy(() -> shorter.value("x".repeat(99_998)))
        .isInstanceOf(JsonTooLongException.class);
  }

  private static List<Integer> lengths(Bytes all) {
    List<Integer> lengths = new ArrayList<>();
    for (Bytes part = all; part != null; part = part.next()) {
      lengths.add(part.firstPart().length);
    }
    return lengths;
  }

  private static byte[] written(String text) {
    return new JsonWriter().value(text).takeBytes().toByteArray();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 127, 128, 4095, 4096})
  void refusesLoneSurrogatesInLongTexts(int before) {
    String text = "x".repeat(before) + "\ud800" + "y".repeat(200);
    assertThatThrownBy(() -> writer.value(text)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void givesAwayAnArrayOfExactlyItsSize() {
    JsonWriter exact = new JsonWriter(4);
    assertThat(exact.value("ab").takeBytes().toByteArray()).isEqualTo("\"ab\"".getBytes(UTF_8));
    assertThat(exact.value(17).takeBytes().toByteArray()).isEqualTo("17".getBytes(UTF_8));
  }

  @ParameterizedTest
  @ValueSource(strings = {"\ud800", "a\udc00", "\ud800\ud800", "\ude00\ud83d"})
  void refusesLoneSurrogates(String text) {
    assertThatThrownBy(() -> writer.value(text)).isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY})
  void refusesWhatIsNoNumber(double number) {
    assertThatThrownBy(() -> writer.value(number)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void anExactGuessIsThePayloadBehindRoomForItsPrefix() {
    JsonWriter exact = JsonWriter.payload(7);
    Bytes payload = exact.beginObject().name("a").value(1).endObject().takeBytes();
    assertThat(payload).hasToString("{\"a\":1}");
    assertThat(payload.from()).isEqualTo(Limits.PREFIX_BYTES);
    assertThat(payload.array()).hasSize(Limits.PREFIX_BYTES + 7);
    assertThat(exact.size()).isZero();
  }

  @Test
  void aBadGuessGivesTheSamePayload() {
    for (int capacity = 0; capacity < 40; capacity++) {
      JsonWriter guess = JsonWriter.payload(capacity);
      guess.beginArray().value("\u00e9\ud83d\ude00").value(-12).endArray();
      assertThat(guess.size()).isEqualTo(14);
      assertThat(guess.takeBytes()).hasToString("[\"\u00e9\ud83d\ude00\",-12]");
    }
  }

  @Test
  void aLargeValueIsAPartAndWhatFollowsHasItsComma() {
    Bytes large = Bytes.of(("\"" + "x".repeat(1 << 16) + "\"").getBytes(UTF_8));
    Bytes all =
        JsonWriter.payload(10)
            .beginObject()
            .name("a")
            .encoded(large)
            .name("b")
            .value(1)
            .endObject()
            .takeBytes();
    assertThat(all).hasToString("{\"a\":" + large + ",\"b\":1}");
    Bytes second = all.next();
    assertThat(second == null ? null : second.array()).isSameAs(large.array());
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 7, 8, 9, 16, 55})
  void writesAPlainTextAsItStands(int length) {
    byte[] out = new byte[64];
    String text = "x".repeat(length);
    assertThat(JsonWriter.putPlain(text, out, 2)).isEqualTo(2 + length);
    assertThat(new String(out, 2, length, UTF_8)).isEqualTo(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"",
        "\\",
        "\n",
        "\u007f\u0080",
        "\u00e9",
        "\u0161",
        "\ud800",
        "\ud83d\ude00",
        "?"
      })
  void writesNoTextPlainlyThatIsNotPlain(String odd) {
    for (int before = 0; before < 20; before++) {
      String text = "x".repeat(before) + odd + "y".repeat(19 - before);
      assertThat(JsonWriter.putPlain(text, new byte[64], 1)).as(text).isNegative();
    }
  }

  /** Whether a comma stands before it or not. */
  @Test
  void aNameIsNoLongerThanItsPeerReads() {
    String longest = "n".repeat(256);
    JsonWriter bounded = JsonWriter.bounded(64, Limits.DEFAULT);
    bounded.beginObject().name(longest).value(1).name(longest).value(2).endObject();

    for (boolean isFirst : new boolean[] {true, false}) {
      JsonWriter strict = JsonWriter.bounded(64, Limits.DEFAULT).beginObject();
      if (!isFirst) {
        strict.name("a").value(1);
      }
      assertThatThrownBy(() -> strict.name(longest + "n"))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("a name that is too long (expected: 256 bytes)");
    }
  }

  @Test
  void stopsAtItsLimit() {
    JsonWriter bounded = new JsonWriter(1, 10);
    bounded.value("12345678");
    assertThat(bounded.size()).isEqualTo(10);
    assertThatThrownBy(() -> bounded.value(1)).isInstanceOf(JsonTooLongException.class);
  }

  @Test
  void startsAfreshAfterReset() {
    writer.beginArray().value("x".repeat(100_000));
    writer.reset().value(1);
    assertThat(written()).isEqualTo("1");
  }

  private String written() {
    return new String(writer.toByteArray(), UTF_8);
  }
}
