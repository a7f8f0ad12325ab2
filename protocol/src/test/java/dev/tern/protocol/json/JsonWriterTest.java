package dev.tern.protocol.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
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
    writer.name(JsonName.of("b")).rawValue("[2]".getBytes(UTF_8)).name("c").value(0.5).endObject();
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
      JsonWriter parts = JsonWriter.inParts(random.nextInt(2 * all.length() + 1));
      assertThat(joined(parts.value(all).takeParts()))
          .as("seed %s, round %s", seed, round)
          .isEqualTo(expected.append('"').toString());
      assertThat(new String(written(all), UTF_8)).isEqualTo(expected.toString());
    }
  }

  @Test
  void partsAreFullAndForgottenOnceTaken() {
    JsonWriter parts = JsonWriter.inParts(1_000_000);
    parts.value("x".repeat(200_000));
    assertThat(parts.size()).isEqualTo(200_002);
    assertThat(parts.isInParts()).isTrue();
    assertThat(parts.takeParts()).hasSize(4).allMatch(part -> part.length <= 1 << 16);
    assertThat(parts.isInParts()).isFalse();
    assertThat(parts.value(1).takeByteArray()).isEqualTo("1".getBytes(UTF_8));
  }

  @ParameterizedTest
  @ValueSource(strings = {"\u00e9", "\u2028", "\ud83d\ude00", "\n", "\u0001", "\"x"})
  void textsOfNothingButOddCharactersComeInPartsAsWell(String odd) {
    String text = odd.repeat(100_000);
    String one = new String(written(odd), UTF_8);
    JsonWriter parts = JsonWriter.inParts(10);
    List<byte[]> taken = parts.value(text).takeParts();
    assertThat(taken).hasSizeGreaterThan(2).allMatch(part -> part.length < 1 << 17);
    assertThat(joined(taken))
        .isEqualTo('"' + one.substring(1, one.length() - 1).repeat(100_000) + '"');
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

  private static String joined(List<byte[]> parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    parts.forEach(all::writeBytes);
    return all.toString(UTF_8);
  }

  private static byte[] written(String text) {
    return new JsonWriter().value(text).takeByteArray();
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
    assertThat(exact.value("ab").takeByteArray()).isEqualTo("\"ab\"".getBytes(UTF_8));
    assertThat(exact.value(17).takeByteArray()).isEqualTo("17".getBytes(UTF_8));
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
  void anExactGuessIsTheFrame() {
    JsonWriter exact = new JsonWriter(4 + 7, 100);
    exact.beginFrame().beginObject().name("a").value(1).endObject();
    assertThat(exact.endFrame()).isEqualTo("\0\0\0\7{\"a\":1}".getBytes(UTF_8));
    assertThat(exact.size()).isZero();
  }

  @Test
  void aBadGuessGivesTheSameFrame() {
    for (int capacity = 0; capacity < 40; capacity++) {
      JsonWriter guess = new JsonWriter(capacity, 100);
      guess.beginFrame().beginArray().value("\u00e9\ud83d\ude00").value(-12).endArray();
      assertThat(guess.endFrame())
          .isEqualTo("\0\0\0\16[\"\u00e9\ud83d\ude00\",-12]".getBytes(UTF_8));
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
