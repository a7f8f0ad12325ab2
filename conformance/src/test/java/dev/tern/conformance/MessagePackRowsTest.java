package dev.tern.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.codec.msgpack.MessagePackEncoding;
import dev.tern.codec.msgpack.MessagePackWriter;
import dev.tern.core.Method;
import dev.tern.core.RawPeer;
import dev.tern.core.RpcException;
import dev.tern.core.TypeRef;
import dev.tern.core.server.ServerBuilder;
import dev.tern.protocol.Bytes;
import dev.tern.protocol.ErrorCode;
import dev.tern.protocol.Executed;
import dev.tern.protocol.Limits;
import dev.tern.protocol.Limits.Bound;
import dev.tern.protocol.json.JsonEncoding;
import dev.tern.protocol.value.Encoding;
import dev.tern.protocol.value.Transcode;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** The rows of bad input that concern values, in MessagePack. */
final class MessagePackRowsTest extends EveryTransport {
  private static final Encoding MSGPACK = new MessagePackEncoding();
  private static final ObjectMapper JSON = new ObjectMapper();

  /** The text "MARK". */
  private static final String MARK = "a44d41524b";

  record Wide(long whole, BigDecimal exact) {}

  record Fraction(double value) {}

  private static final Method<Map<String, Object>, Object> ANY =
      Method.of("test.any", new TypeRef<Map<String, Object>>() {}, Object.class);
  private static final Method<Wide, Wide> WIDE = Method.of("test.wide", Wide.class, Wide.class);
  private static final Method<Fraction, Double> DIVIDE =
      Method.of("test.divide", Fraction.class, Double.class);

  private ServerBuilder server() {
    return usualServer()
        .serve(ANY, params -> params.get("value"))
        .serve(WIDE, wide -> wide)
        .serve(DIVIDE, fraction -> 1 / fraction.value());
  }

  private RawPeer peer() {
    return rawClient(start(server()));
  }

  /** {@code {"id":1,"method":…,"params":{…},"meta":{}}}. */
  private static byte[] request(String method, int params, Consumer<MessagePackWriter> members) {
    Limits deep = Limits.DEFAULT.with(Bound.DEPTH, 1_000).with(Bound.NAME_BYTES, 1 << 20);
    MessagePackWriter w = new MessagePackWriter(64, deep, 0);
    w.beginObject(4).name("id").value(1).name("method").value(method);
    w.name("params").beginObject(params);
    members.accept(w);
    return w.endObject().name("meta").beginObject(0).endObject().endObject().toByteArray();
  }

  private static JsonNode reply(RawPeer peer) {
    Bytes reply = Bytes.of(peer.readBytes());
    return JSON.readTree(Transcode.convert(reply, MSGPACK, JsonEncoding.JSON, 0).toString());
  }

  /** The call of id 1 is answered with that error, and the connection lives. */
  private static JsonNode expectError(RawPeer peer, byte[] request, ErrorCode code) {
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
  private static void expectNobodys(RawPeer peer, byte[] payload) {
    peer.sendPayload(payload);
    JsonNode reply = peer.read();
    assertThat(reply.get("id").isNull()).isTrue();
    assertThat(reply.get("error").get("data").get("code").asString())
        .isEqualTo(ErrorCode.PARSE_ERROR.name());
    expectAlive(peer);
  }

  private static void expectAlive(RawPeer peer) {
    peer.sendPayload(request("calc.add", 2, w -> w.name("a").value(2).name("b").value(3)));
    assertThat(reply(peer).get("result").asInt()).isEqualTo(5);
  }

  /** A request whose params hold one value, in hexadecimal. */
  private static byte[] holding(String hex) {
    return withMark(request("test.any", 1, w -> w.name("value").value("MARK")), hex);
  }

  private static byte[] withMark(byte[] request, String hex) {
    HexFormat format = HexFormat.of();
    String all = format.formatHex(request);
    return format.parseHex(all.replace(MARK, hex.replace(" ", "").toLowerCase(Locale.ROOT)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"A1 FF", "A2 C0 80", "A3 ED A0 80", "A1 C3", "A4 F4 90 80 80"})
  void row14_invalidUtf8IsAParseError(String hex) {
    expectNobodys(peer(), holding(hex));
  }

  @Test
  void row16_aKeyTwiceIsAParseError() {
    RawPeer peer = peer();

    expectNobodys(peer, holding("82 A1 61 01 A1 61 02"));
    expectNobodys(peer, HexFormat.of().parseHex("83a2696401a2696402a66d6574686f64a161"));
    expectNobodys(peer, holding("82 A1 61 01 D9 01 61 02")); // its length written otherwise
  }

  @Test
  void row17_moreThanDepth64IsAParseErrorWithTheId() {
    RawPeer peer = peer();

    expectError(peer, holding("91".repeat(80) + "C0"), ErrorCode.PARSE_ERROR);
    peer.sendPayload(holding("91".repeat(62) + "C0")); // two objects are around it
    assertThat(reply(peer).get("ok").asBoolean()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "00,0",
    "FF,-1",
    "CF 00 20 00 00 00 00 00 01,9007199254740993",
    "CF FF FF FF FF FF FF FF FF,18446744073709551615",
    "D3 80 00 00 00 00 00 00 00,-9223372036854775808"
  })
  void row18_integersOf64BitsComeBackExactly(String hex, BigInteger number) {
    RawPeer peer = peer();
    peer.sendPayload(holding(hex));

    assertThat(reply(peer).get("result").bigIntegerValue()).isEqualTo(number);
  }

  @ParameterizedTest
  @ValueSource(strings = {"CF 80 00 00 00 00 00 00 00", "CB 3F F8 00 00 00 00 00 00", "A1 35"})
  void row18_whatDoesNotFitALongIsInvalidWithItsPath(String hex) {
    byte[] whole =
        request("test.wide", 2, w -> w.name("whole").value("MARK").name("exact").value("1"));

    assertThat(path(expectError(peer(), withMark(whole, hex), ErrorCode.INVALID_PARAMS))).isEqualTo("whole");
  }

  @ParameterizedTest
  @ValueSource(strings = {"x", "1,5", "", " 1", "1 ", "NaN", "0x1"})
  void row18_aDecimalIsATextThatIsANumber(String text) {
    byte[] odd = request("test.wide", 2, w -> w.name("whole").value(1).name("exact").value(text));

    assertThat(path(expectError(peer(), odd, ErrorCode.INVALID_PARAMS))).isEqualTo("exact");
  }

  @Test
  void row18_aDecimalOfTooManyDigitsIsInvalidWithItsPath() {
    String digits = "7".repeat(1_001);
    byte[] odd =
        request("test.wide", 2, w -> w.name("whole").value(1).name("exact").value(digits));

    assertThat(path(expectError(peer(), odd, ErrorCode.INVALID_PARAMS))).isEqualTo("exact");
  }

  @Test
  void row19_aNameOf50000CharactersInParamsIsInvalidParams() {
    byte[] odd = request("test.any", 1, w -> w.name("n".repeat(50_000)).value(1));

    assertThat(path(expectError(peer(), odd, ErrorCode.INVALID_PARAMS))).isEmpty();
  }

  @Test
  void row19_aStringOf15MiBComesBackExactly() {
    String text = "x".repeat(15 << 20);
    RawPeer peer = peer();
    peer.sendPayload(request("text.echo", 1, w -> w.name("text").value(text)));

    assertThat(reply(peer).get("result").asString().equals(text)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"80 80", "80 00", "81", "DE 00", "81 A2 69", "DF 00 00 00"})
  void row20_aPayloadThatIsNotOneMessageIsAParseError(String hex) {
    byte[] payload = HexFormat.of().parseHex(hex.replace(" ", ""));
    expectNobodys(peer(), payload);
  }

  @Test
  void row21_aControlCharacterInAMethodIsABadRequest() {
    expectError(peer(), request("a\nb", 0, w -> {}), ErrorCode.BAD_REQUEST);
  }

  @ParameterizedTest
  @ValueSource(strings = {"@type", "@class", "__proto__", "$ref"})
  void row22_namesThatMeanTypesElsewhereArePlainData(String name) {
    RawPeer peer = peer();
    peer.sendPayload(
        request(
            "test.any",
            1,
            w -> w.name("value").beginObject(1).name(name).value("java.io.File").endObject()));

    assertThat(reply(peer).get("result").get(name).asString()).isEqualTo("java.io.File");
  }

  @Test
  void row23_aWrongTypeIsInvalidParamsWithItsPath() {
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
  void row24_anUnknownFieldIsIgnoredOrRefusedByOption() {
    byte[] more =
        request("calc.add", 3, w -> w.name("a").value(1).name("c").value(0).name("b").value(1));
    RawPeer peer = peer();
    peer.sendPayload(more);
    assertThat(reply(peer).get("result").asInt()).isEqualTo(2);

    RawPeer strict = rawClient(start(server().refuseUnknownFields(true)));
    assertThat(path(expectError(strict, more, ErrorCode.INVALID_PARAMS))).isEqualTo("c");
  }

  /** Nothing is reserved for what is announced: a heap of any size would not do. */
  @ParameterizedTest
  @ValueSource(strings = {"DD 7F FF FF FF", "DF FF FF FF FF", "DB 7F FF FF FF", "C6 FF FF FF FF"})
  void row40_moreAnnouncedThanThereIsIsAParseError(String hex) {
    expectNobodys(peer(), holding(hex));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "81 01 02", // an integer as a name
        "81 C0 02", // nil as a name
        "81 C4 01 61 02", // bytes as a name
        "D4 01 00", // an extension
        "D6 FF 00 00 00 00", // a time stamp
        "C7 00 05", // an extension without a byte
        "C1", // what is never used
        "CA 7F C0 00 00", // NaN
        "CB 7F F0 00 00 00 00 00 00", // infinity
        "CB FF F0 00 00 00 00 00 00"
      })
  void row41_whatJsonCannotSayIsAParseError(String hex) {
    expectNobodys(peer(), holding(hex));
  }

  @Test
  void row43_aResultThatCannotBeEncodedFailsThatCallOnly() {
    RawPeer peer = peer();
    byte[] byZero = request("test.divide", 1, w -> w.name("value").value(0.0));

    JsonNode error = expectError(peer, byZero, ErrorCode.INTERNAL);

    assertThat(error.get("executed").asString()).isEqualTo(Executed.YES.wire());
    RpcException e =
        failure(
            () ->
                client(start(server()).address(), b -> b.encoding("msgpack"))
                    .call(DIVIDE, new Fraction(0)));
    assertThat(e.code()).isEqualTo(ErrorCode.INTERNAL.name());
    assertThat(e.executed()).isEqualTo(Executed.YES);
  }
}
