package dev.tern.codec.protobuf;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tern.protocol.Bytes;
import dev.tern.protocol.Limits;
import dev.tern.protocol.Limits.Bound;
import dev.tern.protocol.json.JsonReader;
import dev.tern.protocol.json.JsonValidator;
import dev.tern.protocol.json.JsonWriter;
import dev.tern.protocol.value.Transcode;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a value says stays the same, from JSON to protobuf and back. */
class TranscodeTest {
  private static final int ROUNDS = Integer.getInteger("tern.fuzz.rounds", 20_000);
  private static final long SEED = Long.getLong("tern.fuzz.seed", 20_261_130L);

  private static byte[] toProtobuf(String json) {
    ProtobufWriter out = new ProtobufWriter();
    Transcode.copy(new JsonReader(Bytes.of(json.getBytes(UTF_8))), out);
    new ProtobufValidator(Limits.DEFAULT).check(Bytes.of(out.toByteArray()), 0);
    return out.toByteArray();
  }

  private static String toJson(byte[] bytes) {
    JsonWriter out = new JsonWriter();
    Transcode.copy(new ProtobufReader(Bytes.of(bytes)), out);
    return new String(
        JsonValidator.readable(out.toByteArray(), 0, Limits.DEFAULT).toByteArray(), UTF_8);
  }

  private static byte[] again(byte[] bytes) {
    ProtobufWriter out = new ProtobufWriter();
    Transcode.copy(new ProtobufReader(Bytes.of(bytes)), out);
    return out.toByteArray();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // JSON | in protobuf | and back
        "null | null | null",
        "true | true | true",
        "\"a\\u0000\\\"\\u00e9\" | \"a\u0000\"é\" | \"a\\u0000\\\"é\"",
        "{\"a\":[{},[]]} | {\"a\": [{}, []]} | {\"a\":[{},[]]}",
        // integers of 64 bits, with a sign and without
        "-9223372036854775808 | -9223372036854775808 | -9223372036854775808",
        "9223372036854775807 | 9223372036854775807 | 9223372036854775807",
        "18446744073709551615 | 18446744073709551615 | 18446744073709551615",
        "-0 | 0 | 0",
        // a float64, if its shortest text is the same number
        "0.1 | 0.1 | 0.1",
        "1.10 | 1.1 | 1.1",
        "1e2 | 100.0 | 100.0",
        "5.0 | 5.0 | 5.0",
        "-0.0 | -0.0 | -0.0",
        "1e308 | 1.0E308 | 1.0E308",
        "0.1234567890123456 | 0.1234567890123456 | 0.1234567890123456",
        // and 9007199254740993 + 0.0, which none is
        "9007199254740993.0 | \"9007199254740993.0\" | \"9007199254740993.0\"",
        // else a text, which it stays
        "18446744073709551616 | \"18446744073709551616\" | \"18446744073709551616\"",
        "-9223372036854775809 | \"-9223372036854775809\" | \"-9223372036854775809\"",
        "0.10000000000000000001 | \"0.10000000000000000001\" | \"0.10000000000000000001\"",
        "3.14159265358979323846 | \"3.14159265358979323846\" | \"3.14159265358979323846\"",
        "1e400 | \"1E+400\" | \"1E+400\"",
        "1e-400 | \"1E-400\" | \"1E-400\"",
      })
  void jsonThroughProtobuf(String json, String diagnostic, String back) {
    byte[] bytes = toProtobuf(json);
    assertThat(Tree.show(Tree.read(bytes))).isEqualTo(diagnostic);
    assertThat(toJson(bytes)).isEqualTo(back);
  }

  @ParameterizedTest
  @CsvSource({
    "35cdcccc3d, 0.1", // a float32, whose shortest text this is
    "350000c03f, 1.5",
    "299a9999999999b93f, 0.1",
    "4203000102, '\"AAEC\"'"
  })
  void protobufToJson(String hex, String json) {
    assertThat(toJson(HexFormat.of().parseHex(hex))).isEqualTo(json);
  }

  /** JSON to JSON, nothing is lost at all. */
  @ParameterizedTest
  @CsvSource({"1e400", "0.10000000000000000001", "18446744073709551616", "-1.5", "[]"})
  void jsonToJson(String json) {
    JsonWriter out = new JsonWriter();
    Transcode.copy(new JsonReader(Bytes.of(json.getBytes(UTF_8))), out);
    assertThat(new String(out.toByteArray(), UTF_8))
        .isEqualToIgnoringCase(json.replace("e4", "E+4"));
  }

  @Test
  void aFloat32ThatNoFloat64SaysAsShortStaysOne() {
    assertThat(Tree.show(Tree.read(again(Tree.write(List.of(0.1f, 1.5f))))))
        .isEqualTo("[0.1f, 1.5]");
  }

  /** Of any value in protobuf, the numbers and texts are there again, and nothing else. */
  @Test
  void anyValueToJsonAndBack(TestReporter reporter) {
    reporter.publishEntry("seed", Long.toString(SEED));
    RandomValues values = new RandomValues(new Random(SEED));
    for (int round = 0; round < ROUNDS; round++) {
      Object tree = values.next();
      byte[] bytes = Tree.write(tree);
      String json = toJson(bytes);
      byte[] back = toProtobuf(json);
      assertThat(comparable(Tree.read(back)))
          .as("seed %d, round %d: %s", SEED, round, json)
          .isEqualTo(comparable(tree));
      assertThat(toJson(back)).isEqualTo(json);
      byte[] again = again(bytes);
      assertThat(comparable(Tree.read(again))).isEqualTo(comparable(tree));
      assertThat(again(again)).isEqualTo(again);
    }
  }

  /** Numbers by their decimal value, bytes as the text that they are in JSON. */
  private static Object comparable(Object tree) {
    return switch (tree) {
      case null -> "null";
      case Number number -> {
        BigDecimal decimal = new BigDecimal(number.toString());
        yield decimal.signum() == 0 ? BigDecimal.ZERO : decimal.stripTrailingZeros();
      }
      case byte[] bytes -> Base64.getEncoder().encodeToString(bytes);
      case List<?> elements -> {
        List<Object> all = new ArrayList<>();
        elements.forEach(element -> all.add(comparable(element)));
        yield all;
      }
      case Map<?, ?> members -> {
        Map<String, Object> all = new TreeMap<>();
        members.forEach((name, member) -> all.put((String) name, comparable(member)));
        yield all;
      }
      default -> tree;
    };
  }

  @Test
  void aNumberOutOfAnyRangeIsRefused() {
    assertThatThrownBy(() -> toProtobuf("1e99999999999"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a number whose exponent is out of range (expected: a decimal)");
    assertThatThrownBy(() -> toProtobuf("1".repeat(1001)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a number of 1001 characters (expected: at most 1000)");
  }

  /** No call in itself: whoever raises the limit does not overflow a stack. */
  @Test
  void theDepthIsTheWriters() {
    int depth = 100_000;
    String json = "[".repeat(depth) + "]".repeat(depth);
    ProtobufWriter out = new ProtobufWriter(64, Limits.DEFAULT.with(Bound.DEPTH, depth), 0);
    Transcode.copy(new JsonReader(Bytes.of(json.getBytes(UTF_8))), out);
    assertThat(toJsonUnbounded(out.toByteArray())).isEqualTo(json);
    assertThatThrownBy(() -> toProtobuf(json))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("nesting deeper than 64");
  }

  private static String toJsonUnbounded(byte[] bytes) {
    JsonWriter out = new JsonWriter();
    Transcode.copy(new ProtobufReader(Bytes.of(bytes)), out);
    return new String(out.toByteArray(), UTF_8);
  }
}
