package dev.tern.codec.msgpack;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tern.protocol.Bytes;
import dev.tern.protocol.Limits;
import dev.tern.protocol.Limits.Bound;
import dev.tern.protocol.json.JsonWriter;
import dev.tern.protocol.value.Name;
import dev.tern.protocol.value.TooDeepException;
import dev.tern.protocol.value.ValueWriter;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class MessagePackWriterTest {
  private final MessagePackWriter out = new MessagePackWriter();

  private String hex() {
    return HexFormat.of().formatHex(out.toByteArray());
  }

  @ParameterizedTest
  @CsvSource({
    "18446744073709551615, cfffffffffffffffff",
    "9223372036854775808, cf8000000000000000",
    "9223372036854775807, cf7fffffffffffffff",
    "-9223372036854775808, d38000000000000000",
    "5, 05",
    "18446744073709551616, b43138343436373434303733373039353531363136",
    "-9223372036854775809, b42d39323233333732303336383534373735383039"
  })
  void anIntegerBeyond64BitsIsAText(BigInteger number, String bytes) {
    out.value(number);
    assertThat(hex()).isEqualTo(bytes);
  }

  @ParameterizedTest
  @CsvSource({"0.10, a4302e3130", "5, a135", "1E+400, a6" + "31452b343030"})
  void aDecimalIsAText(BigDecimal number, String bytes) {
    out.value(number);
    assertThat(hex()).isEqualTo(bytes);
  }

  @Test
  void anUnsignedIntegerTakesTheFewestBytesToo() {
    out.beginArray(4).unsignedValue(0).unsignedValue(127).unsignedValue(128).unsignedValue(-1);
    out.endArray();
    assertThat(hex()).isEqualTo("94007fcc80cfffffffffffffffff");
  }

  @Test
  void anUnknownNumberIsFilledIn() {
    out.beginObject(ValueWriter.UNKNOWN_SIZE).name("a");
    out.beginArray(ValueWriter.UNKNOWN_SIZE).value(1).value("x").nullValue().endArray();
    out.name(Name.of("b")).beginArray(ValueWriter.UNKNOWN_SIZE).endArray();
    out.name("c").beginArray(1).value(true).endArray().endObject();
    assertThat(hex()).isEqualTo("83" + "a1619301a178c0" + "a16290" + "a16391c3");
  }

  @ParameterizedTest
  @CsvSource({"15, 9f", "16, dc0010", "65535, dcffff", "65536, dd00010000"})
  void whatIsInAnArrayOfUnknownSizeIsMovedByWhatItsSizeTakes(int size, String header) {
    out.beginArray(ValueWriter.UNKNOWN_SIZE).value("before");
    out.beginArray(ValueWriter.UNKNOWN_SIZE);
    for (int i = 0; i < size; i++) {
      out.value(i & 0x7F);
    }
    out.endArray().value("behind").endArray();

    StringBuilder elements = new StringBuilder();
    for (int i = 0; i < size; i++) {
      elements.append("%02x".formatted(i & 0x7F));
    }
    assertThat(hex()).isEqualTo("93" + "a66265666f7265" + header + elements + "a6626568696e64");
  }

  @Test
  void anObjectOfUnknownSizeTakesTheFewestBytesToo() {
    out.beginObject(ValueWriter.UNKNOWN_SIZE);
    for (int i = 0; i < 16; i++) {
      out.name(Integer.toString(i, 16)).nullValue();
    }
    out.endObject();

    assertThat(hex()).startsWith("de0010" + "a130c0" + "a131c0").endsWith("a166c0").hasSize(2 * 51);
  }

  @Test
  void aNumberOfMembersThatIsNotTheOneAnnouncedIsAMistake() {
    out.beginObject(2).name("a").value(1);
    assertThatThrownBy(out::endObject)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("members: 1 (expected: 2, as announced)");
    out.reset().beginArray(1).value(1).value(2);
    assertThatThrownBy(out::endArray)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("elements: 2 (expected: 1, as announced)");
    out.reset().beginObject(ValueWriter.UNKNOWN_SIZE).name("a");
    assertThatThrownBy(out::endObject)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("a name without a value (expected: as many values as names)");
  }

  static Stream<Consumer<ValueWriter>> refused() {
    return Stream.of(
        writer -> writer.value(Double.NaN),
        writer -> writer.value(Double.NEGATIVE_INFINITY),
        writer -> writer.value(Float.NaN),
        writer -> writer.value(Float.POSITIVE_INFINITY),
        writer -> writer.value("\ud800"),
        writer -> writer.value("ab\udc00"),
        writer -> writer.value("\ud83d\ude00 \ud83d"),
        writer -> writer.value("? é \ud83d and more than thirty-one characters"),
        writer -> writer.value("a".repeat(300) + "\udc00"),
        writer -> writer.beginObject(1).name("\ud800"),
        writer -> writer.beginObject(1).name("n".repeat(257)),
        writer -> writer.json(Bytes.of("{\"a\":1,\"a\":2}".getBytes(UTF_8))),
        writer -> writer.json(Bytes.of("[1,]".getBytes(UTF_8))),
        MessagePackWriterTest::tooDeep,
        writer -> {
          for (int i = 0; i < 60; i++) {
            writer.beginArray(1);
          }
          writer.json(Bytes.of("[[[[[]]]]]".getBytes(UTF_8)));
        });
  }

  private static void tooDeep(ValueWriter writer) {
    for (int i = 0; i <= 64; i++) {
      writer.beginArray(1);
    }
  }

  /** Whoever changes the encoding gets the same words. */
  @ParameterizedTest
  @MethodSource("refused")
  void whatJsonRefusesIsRefusedInTheSameWords(Consumer<ValueWriter> writes) {
    String words = refusal(writes, JsonWriter.bounded(64, Limits.DEFAULT).reset(0));
    assertThat(refusal(writes, out)).isEqualTo(words.replace(" in JSON ", " in MessagePack "));
  }

  private static String refusal(Consumer<ValueWriter> writes, ValueWriter writer) {
    try {
      writes.accept(writer);
    } catch (IllegalArgumentException e) {
      return e.getMessage();
    }
    throw new AssertionError("taken");
  }

  @Test
  void theDepthCountsWhatIsOutside() {
    Limits limits = Limits.DEFAULT.with(Bound.DEPTH, 3);
    new MessagePackWriter(8, limits, 1).beginArray(1).beginObject(0).endObject().endArray();
    MessagePackWriter inside = new MessagePackWriter(8, limits, 2);
    inside.beginArray(1);
    assertThatThrownBy(() -> inside.beginObject(0))
        .isInstanceOf(TooDeepException.class)
        .hasMessageContaining("deeper than 3");
  }

  @Test
  void aNameMayBeAsLongAsTheLimitInBytes() {
    out.beginObject(1).name("é".repeat(128)).value(1).endObject();
    out.reset().beginObject(1);
    assertThatThrownBy(() -> out.name("é".repeat(129)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a name that is too long (expected: 256 bytes)");
  }

  /** Short, middle and long ones take other ways; the odd character is the last. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 30, 31, 32, 254, 255, 256, 2047, 2048, 5000, 70_000})
  void aTextOfAnyLengthIsWritten(int length) {
    for (String last : new String[] {"", "a", "?", "é", "\u20ac", "\ud83d\ude00"}) {
      String text = "a".repeat(length) + last;
      out.reset().beginArray(2).value(text).value(1).endArray();
      new MessagePackValidator(Limits.DEFAULT).check(Bytes.of(out.toByteArray()), 0);
      assertThat(Tree.read(out.toByteArray())).isEqualTo(List.of(text, 1L));
    }
  }

  @Test
  void questionMarksArePartOfATextLikeOthers() {
    String text = "what? ".repeat(20) + "é\ud83d\ude00?";
    out.value(text);
    assertThat(Tree.read(out.toByteArray())).isEqualTo(text);
  }

  @Test
  void jsonIsLookedAtAndWrittenAnew() {
    out.beginArray(1).json(Bytes.of(" {\"a\": [1, 0.5, null]} ".getBytes(UTF_8))).endArray();
    assertThat(Tree.show(Tree.read(out.toByteArray()))).isEqualTo("[{\"a\": [1, 0.5, null]}]");
  }

  @Test
  void aWriterIsReusable() {
    out.beginObject(1).name("a");
    assertThat(out.reset().value(1).takeBytes()).isEqualTo(Bytes.of(new byte[] {1}));
    assertThat(out.size()).isZero();
    assertThat(out.value(2).takeBytes()).isEqualTo(Bytes.of(new byte[] {2}));
  }

  @Test
  void anArrayThatIsExactlyFullIsNotCopiedAndNotWrittenAgain() {
    MessagePackWriter exact = new MessagePackWriter(1, Limits.DEFAULT, 0);
    Bytes first = exact.nullValue().takeBytes();
    exact.value(true);
    assertThat(first.toByteArray()).containsExactly(0xC0);
  }

  @Test
  void aValueIsNoLongerThanTheLongestFrame() {
    byte[] half = new byte[Limits.MAX_FRAME_BYTES / 2];
    out.beginArray(2).value(half);
    assertThatThrownBy(() -> out.value(half))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a value of more than 134217728 bytes (expected: at most a frame)");
  }
}
