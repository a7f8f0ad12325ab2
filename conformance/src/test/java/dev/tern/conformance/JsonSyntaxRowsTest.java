package dev.tern.conformance;

import static dev.tern.conformance.Replies.json;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.protocol.ErrorCode;
import dev.tern.protocol.Executed;
import dev.tern.protocol.Limits;
import dev.tern.protocol.Limits.Bound;
import dev.tern.protocol.Oddity;
import dev.tern.testkit.ScriptedPeer;
import java.nio.charset.Charset;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Rows 14-17 and 20: frames whose payload is no strict JSON. */
class JsonSyntaxRowsTest extends BadInput {
  /** What one string or name may hold, with {@code @} where the bad bytes go. */
  private static final List<String> PLACES =
      List.of(
          "{'id':'@','method':'echo','params':{'value':1},'meta':{}}",
          "{'id':1,'method':'@','params':{'value':1},'meta':{}}",
          "{'id':1,'method':'echo','params':{'value':'@'},'meta':{}}",
          "{'id':1,'method':'echo','params':{'value':{'@':1}},'meta':{}}",
          "{'id':1,'method':'echo','params':{'value':1},'meta':{'key':'@'}}",
          "{'id':1,'method':'echo','params':{'value':1},'meta':{},'@':2}");

  /** Layers around the value of a param: the envelope, and the params. */
  private static final int LAYERS_OUTSIDE = 2;

  private static final int MAX_DEPTH = 64;

  JsonSyntaxRowsTest(TestTransport kind) {
    super(kind);
  }

  static Stream<String> invalidUtf8() {
    return Stream.of(
        "\u00FF", // no such byte
        "\u0080", // a continuation of nothing
        "\u00C3", // cut off
        "\u00E2\u0082", // cut off
        "\u00F0\u009F\u0092", // cut off
        "\u00C0\u0080", // overlong 0
        "\u00C1\u00BF", // overlong
        "\u00E0\u0080\u00AF", // overlong
        "\u00F0\u0080\u0080\u00AF", // overlong
        "\u00ED\u00A0\u0080", // a surrogate
        "\u00ED\u00BF\u00BF", // a surrogate
        "\u00F4\u0090\u0080\u0080", // above U+10FFFF
        "\u00F8\u0088\u0080\u0080\u0080"); // five bytes
  }

  @ParameterizedTest
  @MethodSource("invalidUtf8")
  void row14_invalidUtf8IsAParseErrorWhereverItStands(String bytes) {
    ScriptedPeer peer = peer();
    for (String place : PLACES) {
      peer.sendFrame(json(place).replace("@", bytes).getBytes(ISO_8859_1));
      Replies.orphan(read(peer), ErrorCode.PARSE_ERROR);
    }
    expectAlive(peer);
    assertThat(service.runs()).isEqualTo(1);
    assertThat(server.stats().count(Oddity.UNREADABLE)).isEqualTo(PLACES.size());
  }

  @ParameterizedTest
  @ValueSource(strings = {"EF BB BF", "FF FE", "FE FF", "00 00 FE FF", "FF FE 00 00"})
  void row15_aByteOrderMarkIsAParseError(String mark) {
    String payload = json("{'id':1,'method':'add','params':[1,2],'meta':{}}");
    byte[] prefix = HexFormat.ofDelimiter(" ").parseHex(mark);
    byte[] marked = (new String(prefix, ISO_8859_1) + payload).getBytes(ISO_8859_1);
    expectParseError(marked);
  }

  static Stream<Charset> otherEncodings() {
    return Stream.of(UTF_16BE, UTF_16LE, Charset.forName("UTF-32BE"), Charset.forName("UTF-32LE"));
  }

  @ParameterizedTest
  @MethodSource("otherEncodings")
  void row15_anotherEncodingIsNeverGuessed(Charset encoding) {
    expectParseError(json("{'id':1,'method':'add','params':[1,2],'meta':{}}").getBytes(encoding));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'id':1,'id':1,'method':'add','params':[1,2],'meta':{}}",
        "{'id':1,'id':2,'method':'add','params':[1,2],'meta':{}}",
        "{'id':1,'method':'add','method':'echo','params':[1,2],'meta':{}}",
        "{'id':1,'method':'add','params':[1,2],'params':[1,3],'meta':{}}",
        "{'id':1,'method':'add','params':[1,2],'meta':{},'meta':{}}",
        "{'id':1,'method':'add','params':[1,2],'meta':{},'meta':null}",
        "{'id':1,'method':'add','params':{'a':1,'a':1,'b':2},'meta':{}}",
        "{'id':1,'method':'echo','params':{'value':{'x':{'y':1,'z':2,'y':3}}},'meta':{}}",
        "{'id':1,'method':'add','params':[1,2],'meta':{'timeout_ms':5000,'timeout_ms':1}}",
        "{'id':1,'method':'add','params':[1,2],'meta':{},'x':1,'x':2}",
        "{'id':1,'\\u0069d':1,'method':'add','params':[1,2],'meta':{}}",
        "{'id':1,'method':'add','params':{'a':1,'\\u0061':1,'b':2},'meta':{}}",
        "{'id':1,'method':'echo','params':{'value':{'ż':1,'\\u017c':2}},'meta':{}}"
      })
  void row16_aDuplicateKeyIsAParseErrorAlsoAfterUnescaping(String payload) {
    expectParseError(json(payload).getBytes(UTF_8));
  }

  @Test
  void row17_depth64IsReadAndComesBack() {
    String value = nested(MAX_DEPTH - LAYERS_OUTSIDE);
    ScriptedPeer peer = peer();
    peer.sendFrame(json("{'id':1,'method':'echo','params':{'value':" + value + "},'meta':{}}"));
    assertThat(peer.readFrame()).isEqualTo(json("{'id':1,'ok':true,'result':" + value + "}"));
  }

  @ParameterizedTest
  @ValueSource(ints = {65, 100, 100_000, 2_000_000})
  void row17_moreThanDepth64IsAParseErrorWithTheId(int depth) {
    String value = nested(depth - LAYERS_OUTSIDE);
    String[] payloads = {
      "{'id':1,'method':'echo','params':{'value':" + value + "},'meta':{}}",
      "{'params':{'value':" + value + "},'meta':{},'method':'echo','id':1}"
    };
    ScriptedPeer peer = peer();
    for (String payload : payloads) {
      JsonNode reply = ask(peer, payload);
      Replies.v1Error(reply, "1", ErrorCode.PARSE_ERROR, Executed.NO);
      assertThat(reply.get("error").get("message").asString()).contains("64");
    }
    assertThat(service.runs()).isZero();
    assertThat(server.stats().count(Oddity.MALFORMED)).isEqualTo(payloads.length);
    expectAlive(peer);
  }

  /** As many as close a connection whose payloads are no JSON. */
  @Test
  void row17_howeverOftenTheConnectionLives() {
    String deep = nested(MAX_DEPTH);
    ScriptedPeer peer = peer();
    for (int i = 0; i < 2 * Limits.DEFAULT.get(Bound.UNREADABLE_PAYLOADS); i++) {
      ask(peer, "{'id':1,'method':'echo','params':[" + deep + "],'meta':{}}");
    }
    expectAlive(peer);
  }

  @Test
  void row17_anIdOfACallThatRunsIsNotAnsweredTwice() {
    ScriptedPeer peer = peer();
    peer.sendFrame(json("{'id':1,'method':'hold','meta':{}}"));
    awaitHolding(1);
    JsonNode reply =
        ask(peer, "{'id':1,'method':'echo','params':[" + nested(MAX_DEPTH) + "],'meta':{}}");
    Replies.orphan(reply, ErrorCode.BAD_REQUEST);
    service.release();
    assertThat(read(peer).get("id").intValue()).isEqualTo(1);
    expectAlive(peer);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "[[[ nonsense", "]}", "{'a'", "'\u0001'", "]]}},'id':1"})
  void row17_whereItEndsMustBeKnown(String goesOn) {
    String opening = "{'id':1,'method':'echo','meta':{},'params':{'value':";
    expectParseError(json(opening + "[".repeat(MAX_DEPTH + 1) + goesOn).getBytes(UTF_8));
  }

  @ParameterizedTest
  @ValueSource(strings = {"meta", "x", "id", "params"})
  void row17_depthCountsEverywhere(String key) {
    expectParseError(json("{'" + key + "':" + nested(100_000) + "}").getBytes(UTF_8));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "NaN",
        "Infinity",
        "-Infinity",
        "nan",
        "+1",
        "01",
        "-01",
        "1.",
        ".5",
        "-",
        "1e",
        "1e+",
        "0x10",
        "1_000",
        "True",
        "None",
        "undefined",
        "nul",
        "tru",
        "1,",
        "[1,]",
        "{'a':1,}",
        "[,1]",
        "[1 2]",
        "{'a' 1}",
        "{a:1}",
        "{1:1}",
        "{'a':}",
        "/* c */ 1",
        "1 // c\n",
        "1 # c\n",
        "`x`",
        "'a\nb'",
        "'a\tb'",
        "'a\u0000b'",
        "'\\x41'",
        "'\\'",
        "'\\u12'",
        "'\\u12G4'",
        "(1)",
        "1;",
        "1]",
        "[1",
        "{",
        "'open",
        "\u00A01",
        "\u20281",
        "\uFEFF1",
        "\f1",
        "\u000B1"
      })
  void row20_aValueThatIsNotStrictJsonIsAParseError(String value) {
    String payload = "{'id':1,'method':'echo','params':{'value':" + value + "},'meta':{}}";
    expectParseError(json(payload).getBytes(UTF_8));
  }

  @Test
  void row20_apostrophesDoNotQuote() {
    expectParseError("{'id':1,'method':'add','params':[1,2],'meta':{}}".getBytes(UTF_8));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}{}",
        "{'id':1,'method':'add','params':[1,2],'meta':{}} x",
        "{'id':1,'method':'add','params':[1,2],'meta':{}}{'id':2,'method':'add','params':[1,2]}",
        "{'id':1,'method':'add','params':[1,2],'meta':{}},",
        "{'id':1,'method':'add','params':[1,2],'meta':{}}\u0000",
        "{'id':1,'method':'add','params':[1,2],'meta':{}}]",
        "// hello\n{'id':1,'method':'add','params':[1,2],'meta':{}}",
        "{'id':1,'method':'add','params':[1,2],'meta':{},}",
        "{",
        "{'id'",
        "{'id':1,'method':'add'",
        " ",
        "\r\n\t "
      })
  void row20_aPayloadThatIsNotOneDocumentIsAParseError(String payload) {
    expectParseError(json(payload).getBytes(UTF_8));
  }

  private void expectParseError(byte[] payload) {
    ScriptedPeer peer = peer();
    JsonNode reply = read(peer.sendFrame(payload));
    Replies.orphan(reply, ErrorCode.PARSE_ERROR);
    assertThat(service.runs()).isZero();
    assertThat(server.stats().count(Oddity.UNREADABLE)).isEqualTo(1);
    expectAlive(peer);
  }

  private static String nested(int depth) {
    return "[".repeat(depth) + "]".repeat(depth);
  }
}
