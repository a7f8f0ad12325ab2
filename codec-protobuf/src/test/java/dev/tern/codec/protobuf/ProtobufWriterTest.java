package dev.tern.codec.protobuf;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tern.protocol.Bytes;
import dev.tern.protocol.Limits;
import dev.tern.protocol.Limits.Bound;
import dev.tern.protocol.json.JsonWriter;
import dev.tern.protocol.value.TooDeepException;
import dev.tern.protocol.value.ValueWriter;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProtobufWriterTest {
  private final ProtobufWriter out = new ProtobufWriter();

  private String hex() {
    return HexFormat.of().formatHex(out.toByteArray());
  }

  @ParameterizedTest
  @CsvSource({
    "18446744073709551615, 20ffffffffffffffffff01",
    "9223372036854775808, 2080808080808080808001",
    "9223372036854775807, 18feffffffffffffffff01",
    "-9223372036854775808, 18ffffffffffffffffff01",
    "5, 180a",
    "18446744073709551616, 3a143138343436373434303733373039353531363136",
    "-9223372036854775809, 3a142d39323233333732303336383534373735383039"
  })
  void anIntegerBeyond64BitsIsAText(BigInteger number, String bytes) {
    out.value(number);
    assertThat(hex()).isEqualTo(bytes);
  }

  @ParameterizedTest
  @CsvSource({"0.10, 3a04302e3130", "5, 3a0135", "1E+400, 3a06" + "31452b343030"})
  void aDecimalIsAText(BigDecimal number, String bytes) {
    out.value(number);
    assertThat(hex()).isEqualTo(bytes);
  }

  @Test
  void anUnsignedIntegerThatHasASignTooIsWrittenWithOne() {
    out.beginArray(3).unsignedValue(0).unsignedValue(64).unsignedValue(-1).endArray();
    assertThat(hex()).isEqualTo("4a16" + "0a021800" + "0a03188001" + "0a0b20ffffffffffffffffff01");
  }

  /** Each length that needs one more byte moves what is behind it, and only once. */
  @ParameterizedTest
  @ValueSource(ints = {1, 100, 110, 112, 114, 116, 118, 120, 122, 124, 126, 128, 16_370, 16_384})
  void lengthsAreFilledInWhateverTheyAre(int length) {
    Object tree = "a".repeat(length);
    for (int depth = 0; depth < 6; depth++) {
      tree = depth % 2 == 0 ? List.of(tree, true) : Map.of("n".repeat(length % 250), tree);
      assertThat(Tree.write(tree)).isEqualTo(Oracle.write(tree));
    }
  }

  @Test
  void namesAndValuesThatDoNotAlternateAreAMistake() {
    out.beginObject(1);
    assertThatThrownBy(() -> out.value(1)).isInstanceOf(IllegalStateException.class);
    out.reset().beginObject(1);
    assertThatThrownBy(() -> out.beginArray(0))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("a value without a name");
    out.reset().beginObject(1).name("a");
    assertThatThrownBy(() -> out.name("b")).isInstanceOf(IllegalStateException.class);
    out.reset().beginObject(1).name("a");
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
        ProtobufWriterTest::tooDeep,
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
    assertThat(refusal(writes, out)).isEqualTo(words.replace(" in JSON ", " in protobuf "));
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
    new ProtobufWriter(8, limits, 1).beginArray(1).beginObject(0).endObject().endArray();
    ProtobufWriter inside = new ProtobufWriter(8, limits, 2);
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
      new ProtobufValidator(Limits.DEFAULT).check(Bytes.of(out.toByteArray()), 0);
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
    assertThat(out.reset().value(1).takeBytes()).isEqualTo(Bytes.of(new byte[] {0x18, 2}));
    assertThat(out.size()).isZero();
    assertThat(out.value(2).takeBytes()).isEqualTo(Bytes.of(new byte[] {0x18, 4}));
  }

  @Test
  void anEncodedValueIsWrittenAsItStands() {
    ProtobufWriter roomy = new ProtobufWriter(64, Limits.DEFAULT, 0);
    Bytes first = roomy.value(new byte[30]).takeBytes();
    Bytes full = new ProtobufWriter(first.length(), Limits.DEFAULT, 0).encoded(first).takeBytes();
    assertThat(full).isEqualTo(first);
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
