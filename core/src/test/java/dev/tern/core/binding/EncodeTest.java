package dev.tern.core.binding;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.tern.core.EncodedJson;
import dev.tern.core.binding.error.EncodingException;
import dev.tern.protocol.Bytes;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class EncodeTest {
  enum Color {
    RED {
      @Override
      public String toString() {
        return "rot";
      }
    }
  }

  record Sum(int value, Optional<String> note, @Nullable Long rest) {}

  record All(byte b, short s, long l, float f, double d, boolean t, String text) {}

  record Named(String name, List<Integer> items) {
    @SuppressWarnings("unused") // found by reflection, if at all
    public String getSecret() {
      return "secret";
    }
  }

  record Failing(int a) {
    @Override
    public int a() {
      throw new IllegalStateException("no");
    }
  }

  record Chain(@Nullable Object next) {}

  static Stream<Arguments> encoded() {
    Map<String, Object> ordered = new LinkedHashMap<>();
    ordered.put("z", 1);
    ordered.put("a", null);
    return Stream.of(
        arguments(null, "null"),
        arguments(5, "5"),
        arguments(Long.MIN_VALUE, "-9223372036854775808"),
        arguments((byte) -1, "-1"),
        arguments((short) 7, "7"),
        arguments(true, "true"),
        arguments(0.1, "0.1"),
        arguments(0.1f, "0.1"),
        arguments("a\"\n\u0001é😀", "\"a\\\"\\n\\u0001é😀\""),
        arguments('x', "\"x\""),
        arguments(new Sum(1, Optional.of("n"), 2L), "{\"value\":1,\"note\":\"n\",\"rest\":2}"),
        arguments(new Sum(1, Optional.empty(), null), "{\"value\":1,\"note\":null,\"rest\":null}"),
        arguments(
            new All((byte) 1, (short) 2, 3, 4.5f, 5.5, true, "x"),
            "{\"b\":1,\"s\":2,\"l\":3,\"f\":4.5,\"d\":5.5,\"t\":true,\"text\":\"x\"}"),
        arguments(new Named("n", List.of(1, 2)), "{\"name\":\"n\",\"items\":[1,2]}"),
        arguments(
            Optional.of(new Sum(1, Optional.empty(), null)),
            "{\"value\":1,\"note\":null,\"rest\":null}"),
        arguments(Optional.empty(), "null"),
        arguments(List.of(), "[]"),
        arguments(ordered, "{\"z\":1,\"a\":null}"),
        arguments(new int[] {1, 2}, "[1,2]"),
        arguments(new byte[] {1, 2, 3}, "\"AQID\""),
        arguments(Color.RED, "\"RED\""),
        arguments(BigInteger.ONE.shiftLeft(64), "18446744073709551616"),
        arguments(new BigDecimal("0.10"), "0.10"),
        arguments(Instant.ofEpochSecond(0), "\"1970-01-01T00:00:00Z\""),
        arguments(LocalTime.of(10, 0), "\"10:00:00\""),
        arguments(OffsetDateTime.parse("2026-01-31T10:15Z"), "\"2026-01-31T10:15:00Z\""),
        arguments(Duration.ofMillis(1500), "\"PT1.5S\""),
        arguments(Map.of("@type", "x"), "{\"@type\":\"x\"}"));
  }

  static Stream<Arguments> notEncoded() {
    Map<String, Object> within = new HashMap<>();
    Chain cycle = new Chain(List.of(within));
    within.put("next", cycle);
    List<Object> selfish = new ArrayList<>();
    selfish.add(selfish);
    Chain deep = new Chain(null);
    for (int i = 0; i < 100_000; i++) {
      deep = new Chain(deep);
    }
    Map<Object, Object> twice = new HashMap<>();
    twice.put(1, "a");
    twice.put("1", "b");
    return Stream.of(
        arguments(Double.NaN),
        arguments(Double.NEGATIVE_INFINITY),
        arguments(Float.NaN),
        arguments(Float.POSITIVE_INFINITY),
        arguments("\ud800"),
        arguments("a\udc00b"),
        arguments(new All((byte) 1, (short) 2, 3, Float.NaN, 5, true, "x")),
        arguments(new All((byte) 1, (short) 2, 3, 4, Double.NaN, true, "x")),
        arguments(new All((byte) 1, (short) 2, 3, 4, 5, true, "\udfff")),
        arguments(List.of(Double.NaN)),
        arguments(List.of(Float.NEGATIVE_INFINITY)),
        arguments(List.of("\ud800")),
        arguments(List.of("\udc00x")),
        arguments(Map.of("\ud800", 1)),
        arguments(cycle),
        arguments(selfish),
        arguments(deep),
        arguments(twice),
        arguments(new Failing(1)),
        arguments(List.of(new Failing(1))),
        arguments(BigInteger.TEN.pow(1_000)),
        arguments(Locale.of("no", "NO", "NY")),
        arguments(Map.of(Locale.of("no", "NO", "NY"), 1)),
        arguments(Map.of("n".repeat(257), 1)));
  }

  @ParameterizedTest
  @MethodSource("encoded")
  void aValueIsEncoded(Object value, String json) {
    assertThat(JsonCodec.DEFAULT.encode(value).toString()).isEqualTo(json);
  }

  @ParameterizedTest
  @MethodSource("notEncoded")
  void aValueWithoutJsonFormIsRefused(Object value) {
    assertThatThrownBy(() -> JsonCodec.DEFAULT.encode(value)).isInstanceOf(EncodingException.class);
  }

  /** That is what users see: the class itself is not exported. */
  @ParameterizedTest
  @MethodSource("notEncoded")
  void aRefusalIsAnIllegalArgument(Object value) {
    assertThatIllegalArgumentException().isThrownBy(() -> JsonCodec.DEFAULT.encode(value));
  }

  record Box(List<Object> items) {}

  @Test
  void aRefusalSaysWhere() {
    assertThatThrownBy(() -> JsonCodec.DEFAULT.encode(new Box(List.of(new Failing(1)))))
        .hasMessage(Box.class.getName() + ".items[0].a: no JSON form");
  }

  record Wrapped(@Nullable EncodedJson value) {}

  record Listed(List<EncodedJson> values) {}

  private static final String ODD = "[1.10, {\"b\":1e2, \"a\":\"\\u0041\"}]";

  @Test
  void encodedJsonStaysAsItIsInARecordOfScalars() {
    Bytes json = Bytes.of(("{\"value\":" + ODD + "}").getBytes(UTF_8));
    Wrapped read = JsonCodec.DEFAULT.<Wrapped>paramsReader(Wrapped.class).read(json);
    assertThat(JsonCodec.DEFAULT.encode(read)).hasToString("{\"value\":" + ODD + "}");
  }

  @Test
  void encodedJsonStaysAsItIsInsideOtherTypes() {
    String json = "{\"values\":[ " + ODD + " ,1.10 ,\"\\u0041\" , true]}";
    Listed read =
        JsonCodec.DEFAULT.<Listed>paramsReader(Listed.class).read(Bytes.of(json.getBytes(UTF_8)));
    assertThat(JsonCodec.DEFAULT.encode(read))
        .hasToString("{\"values\":[" + ODD + ",1.10,\"\\u0041\",true]}");
  }

  @Test
  void encodedJsonMayBeAResult() {
    EncodedJson value = new EncodedJson("1.10".getBytes(UTF_8));
    assertThat(JsonCodec.DEFAULT.encode(value)).hasToString("1.10");
    assertThat(
            JsonCodec.DEFAULT
                .resultReader(EncodedJson.class)
                .read(Bytes.of("1.10".getBytes(UTF_8))))
        .isEqualTo(value);
  }

  @ParameterizedTest
  @MethodSource("notEncoded")
  void aRefusalLeavesNothingBehind(Object value) {
    try {
      JsonCodec.DEFAULT.encode(value);
    } catch (EncodingException e) {
      // What comes next counts.
    }

    assertThat(JsonCodec.DEFAULT.encode("next")).hasToString("\"next\"");
  }

  @Test
  void aResultThatNothingWasSaidAboutIsPlainData() {
    Bytes json = JsonCodec.DEFAULT.encode(new Sum(1, Optional.of("n"), null));

    assertThat(JsonCodec.DEFAULT.resultReader(Sum.class).read(json))
        .isEqualTo(new Sum(1, Optional.of("n"), null));
  }

  @Test
  void aVoidResultIsWhateverTheServerSent() {
    assertThat(JsonCodec.DEFAULT.resultReader(Void.class).read(Bytes.of("true".getBytes(UTF_8))))
        .isNull();
  }

  @Test
  void aNullResultIsNull() {
    assertThat(JsonCodec.DEFAULT.resultReader(Sum.class).read(Bytes.of("null".getBytes(UTF_8))))
        .isNull();
  }

  static Stream<Arguments> params() {
    return Stream.of(
        arguments(new Sum(1, Optional.empty(), 2L), "{\"value\":1,\"note\":null,\"rest\":2}"),
        arguments(Map.of("a", 1), "{\"a\":1}"),
        arguments(List.of(1, "x"), "[1,\"x\"]"),
        arguments(new Object[] {1, null}, "[1,null]"));
  }

  @ParameterizedTest
  @MethodSource("params")
  void paramsAreAnObjectOrAnArray(Object params, String json) {
    assertThat(JsonCodec.DEFAULT.encodeParams(params)).hasToString(json);
  }

  @Test
  void noParamsAreNone() {
    assertThat(JsonCodec.DEFAULT.encodeParams(null)).isNull();
  }

  static Stream<Object> noParams() {
    return Stream.of(5, "x", true, new byte[] {1}, Color.RED, Optional.empty(), Instant.EPOCH);
  }

  @ParameterizedTest
  @MethodSource("noParams")
  void aScalarIsNoParams(Object params) {
    assertThatThrownBy(() -> JsonCodec.DEFAULT.encodeParams(params))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(params.getClass().getName())
        .hasMessageContaining("expected: a record");
  }

  /** What is large lies apart from what is written around it, also where nothing is. */
  @Test
  void largeJsonMayBeParams() {
    String large = "[\"" + "x".repeat(1_000) + "\"]";

    assertThat(JsonCodec.DEFAULT.encodeParams(new EncodedJson(large.getBytes(UTF_8))))
        .hasToString(large);
  }
}
