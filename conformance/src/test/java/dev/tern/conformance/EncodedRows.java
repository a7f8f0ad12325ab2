package dev.tern.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.core.Method;
import dev.tern.core.RawPeer;
import dev.tern.core.RpcException;
import dev.tern.core.TypeRef;
import dev.tern.core.server.ServerBuilder;
import dev.tern.protocol.Bytes;
import dev.tern.protocol.ErrorCode;
import dev.tern.protocol.Executed;
import dev.tern.protocol.json.JsonEncoding;
import dev.tern.protocol.value.EncodedWriter;
import dev.tern.protocol.value.Encoding;
import dev.tern.protocol.value.Transcode;
import dev.tern.protocol.value.ValueWriter;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.HexFormat;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** The rows of bad input that concern values, in an encoding beside JSON. */
abstract class EncodedRows extends EveryTransport {
  private static final ObjectMapper JSON = new ObjectMapper();

  record Wide(long whole, BigDecimal exact) {}

  record Fraction(double value) {}

  private static final Method<Map<String, Object>, Object> ANY =
      Method.of("test.any", new TypeRef<Map<String, Object>>() {}, Object.class);
  private static final Method<Wide, Wide> WIDE = Method.of("test.wide", Wide.class, Wide.class);
  private static final Method<Fraction, Double> DIVIDE =
      Method.of("test.divide", Fraction.class, Double.class);

  private final Encoding encoding;

  EncodedRows(Encoding encoding) {
    this.encoding = encoding;
  }

  /** A call of {@code test.any}, of id 1, whose params hold one value. */
  abstract byte[] holding(String hex);

  private ServerBuilder server() {
    return usualServer()
        .serve(ANY, params -> params.get("value"))
        .serve(WIDE, wide -> wide)
        .serve(DIVIDE, fraction -> 1 / fraction.value());
  }

  final RawPeer peer() {
    return rawClient(start(server()));
  }

  static byte[] bytes(String hex) {
    return HexFormat.of().parseHex(hex.replace(" ", ""));
  }

  /** {@code {"id":1,"method":…,"params":{…},"meta":{}}}. */
  final byte[] request(String method, int params, Consumer<ValueWriter> members) {
    EncodedWriter w = encoding.messageWriter(64);
    w.beginObject(4).name("id").value(1).name("method").value(method);
    w.name("params").beginObject(params);
    members.accept(w);
    w.endObject().name("meta").beginObject(0).endObject().endObject();
    return w.takeBytes().toByteArray();
  }

  private byte[] holding(Consumer<ValueWriter> value) {
    return request(
        "test.any",
        1,
        w -> {
          w.name("value");
          value.accept(w);
        });
  }

  private JsonNode reply(RawPeer peer) {
    Bytes reply = Bytes.of(peer.readBytes());
    EncodedWriter json = JsonEncoding.JSON.messageWriter(64);
    Transcode.copy(encoding.messageReader(reply), json);
    return JSON.readTree(json.takeBytes().toString());
  }

  /** The call of id 1 is answered with that error, and the connection lives. */
  private JsonNode expectError(RawPeer peer, byte[] request, ErrorCode code) {
    peer.sendPayload(request);
    JsonNode reply = reply(peer);
    assertThat(reply.get("id").asInt()).isEqualTo(1);
    assertThat(reply.get("error").get("code").asString()).isEqualTo(code.name());
    expectAlive(peer);
    return reply.get("error");
  }

  private static String path(JsonNode error) {
    assertThat(error.get("executed").asString()).isEqualTo(Executed.NO.wire());
    return error.get("details").get("path").asString();
  }

  /** Nobody's error, in JSON; the connection lives. */
  final void expectNobodys(RawPeer peer, byte[] payload) {
    peer.sendPayload(payload);
    JsonNode reply = peer.read();
    assertThat(reply.get("id").isNull()).isTrue();
    assertThat(reply.get("error").get("data").get("code").asString())
        .isEqualTo(ErrorCode.PARSE_ERROR.name());
    expectAlive(peer);
  }

  private void expectAlive(RawPeer peer) {
    peer.sendPayload(request("calc.add", 2, w -> w.name("a").value(2).name("b").value(3)));
    assertThat(reply(peer).get("result").asInt()).isEqualTo(5);
  }

  private JsonNode result(byte[] request) {
    RawPeer peer = peer();
    peer.sendPayload(request);
    return reply(peer).get("result");
  }

  @Test
  final void row16_aKeyTwiceIsAParseError() {
    expectNobodys(
        peer(), holding(w -> w.beginObject(2).name("a").value(1).name("a").value(2).endObject()));
  }

  private static void nest(ValueWriter w, int arrays) {
    for (int i = 0; i < arrays; i++) {
      w.beginArray(1);
    }
    w.nullValue();
    for (int i = 0; i < arrays; i++) {
      w.endArray();
    }
  }

  @Test
  final void row17_moreThanDepth64IsAParseErrorWithTheId() {
    RawPeer peer = peer();

    expectError(peer, holding(w -> nest(w, 80)), ErrorCode.PARSE_ERROR);
    peer.sendPayload(holding(w -> nest(w, 62))); // two objects are around it
    assertThat(reply(peer).get("error")).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0",
        "-1",
        "9007199254740993",
        "9223372036854775807",
        "9223372036854775808",
        "18446744073709551615",
        "-9223372036854775808"
      })
  final void row18_integersOf64BitsComeBackExactly(BigInteger number) {
    byte[] request =
        holding(
            w -> {
              if (number.bitLength() == Long.SIZE) {
                w.unsignedValue(number.longValue());
              } else {
                w.value(number.longValueExact());
              }
            });

    assertThat(result(request).bigIntegerValue()).isEqualTo(number);
  }

  private byte[] wide(Consumer<ValueWriter> whole, String exact) {
    return request(
        "test.wide",
        2,
        w -> {
          w.name("whole");
          whole.accept(w);
          w.name("exact").value(exact);
        });
  }

  @Test
  final void row18_whatDoesNotFitALongIsInvalidWithItsPath() {
    RawPeer peer = peer();
    byte[] tooLarge = wide(w -> w.unsignedValue(Long.MIN_VALUE), "1");
    byte[] fraction = wide(w -> w.value(1.5), "1");
    byte[] text = wide(w -> w.value("5"), "1");

    assertThat(path(expectError(peer, tooLarge, ErrorCode.INVALID_PARAMS))).isEqualTo("whole");
    assertThat(path(expectError(peer, fraction, ErrorCode.INVALID_PARAMS))).isEqualTo("whole");
    assertThat(path(expectError(peer, text, ErrorCode.INVALID_PARAMS))).isEqualTo("whole");
  }

  @ParameterizedTest
  @ValueSource(strings = {"x", "1,5", "", " 1", "1 ", "NaN", "0x1"})
  final void row18_aDecimalIsATextThatIsANumber(String text) {
    byte[] odd = wide(w -> w.value(1), text);

    assertThat(path(expectError(peer(), odd, ErrorCode.INVALID_PARAMS))).isEqualTo("exact");
  }

  @Test
  final void row18_aDecimalOfTooManyDigitsIsInvalidWithItsPath() {
    byte[] odd = wide(w -> w.value(1), "7".repeat(1_001));

    assertThat(path(expectError(peer(), odd, ErrorCode.INVALID_PARAMS))).isEqualTo("exact");
  }

  @Test
  final void row19_aNameOf50000CharactersInParamsIsInvalidParams() {
    byte[] odd = request("test.any", 1, w -> w.name("n".repeat(50_000)).value(1));

    assertThat(path(expectError(peer(), odd, ErrorCode.INVALID_PARAMS))).isEmpty();
  }

  @Test
  final void row19_aStringOf15MiBComesBackExactly() {
    String text = "x".repeat(15 << 20);

    String result = result(request("text.echo", 1, w -> w.name("text").value(text))).asString();

    assertThat(result.equals(text)).isTrue();
  }

  @Test
  final void row21_aControlCharacterInAMethodIsABadRequest() {
    expectError(peer(), request("a\nb", 0, w -> {}), ErrorCode.BAD_REQUEST);
  }

  @ParameterizedTest
  @ValueSource(strings = {"@type", "@class", "__proto__", "$ref"})
  final void row22_namesThatMeanTypesElsewhereArePlainData(String name) {
    byte[] request = holding(w -> w.beginObject(1).name(name).value("java.io.File").endObject());

    assertThat(result(request).get(name).asString()).isEqualTo("java.io.File");
  }

  @Test
  final void row23_aWrongTypeIsInvalidParamsWithItsPath() {
    RawPeer peer = peer();
    byte[] text = request("calc.add", 2, w -> w.name("a").value("5").name("b").value(1));
    byte[] fraction = request("calc.add", 2, w -> w.name("a").value(1).name("b").value(5.7));
    byte[] nothing = request("calc.add", 2, w -> w.name("a").nullValue().name("b").value(1));
    byte[] missing = request("calc.add", 1, w -> w.name("a").value(1));
    byte[] bytes = request("text.echo", 1, w -> w.name("text").value(new byte[] {1}));

    assertThat(path(expectError(peer, text, ErrorCode.INVALID_PARAMS))).isEqualTo("a");
    assertThat(path(expectError(peer, fraction, ErrorCode.INVALID_PARAMS))).isEqualTo("b");
    assertThat(path(expectError(peer, nothing, ErrorCode.INVALID_PARAMS))).isEqualTo("a");
    assertThat(path(expectError(peer, missing, ErrorCode.INVALID_PARAMS))).isEqualTo("b");
    assertThat(path(expectError(peer, bytes, ErrorCode.INVALID_PARAMS))).isEqualTo("text");
  }

  @Test
  final void row24_anUnknownFieldIsIgnoredOrRefusedByOption() {
    byte[] more =
        request("calc.add", 3, w -> w.name("a").value(1).name("c").value(0).name("b").value(1));
    RawPeer peer = peer();
    peer.sendPayload(more);
    assertThat(reply(peer).get("result").asInt()).isEqualTo(2);

    RawPeer strict = rawClient(start(server().refuseUnknownFields(true)));
    assertThat(path(expectError(strict, more, ErrorCode.INVALID_PARAMS))).isEqualTo("c");
  }

  @Test
  final void row43_aResultThatCannotBeEncodedFailsThatCallOnly() {
    RawPeer peer = peer();
    byte[] byZero = request("test.divide", 1, w -> w.name("value").value(0.0));

    JsonNode error = expectError(peer, byZero, ErrorCode.INTERNAL);

    assertThat(error.get("executed").asString()).isEqualTo(Executed.YES.wire());
    RpcException e =
        failure(
            () ->
                client(start(server()).address(), b -> b.encoding(encoding.label()))
                    .call(DIVIDE, new Fraction(0)));
    assertThat(e.code()).isEqualTo(ErrorCode.INTERNAL.name());
    assertThat(e.executed()).isEqualTo(Executed.YES);
  }
}
