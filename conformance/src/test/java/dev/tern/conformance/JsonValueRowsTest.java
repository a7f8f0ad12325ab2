package dev.tern.conformance;

import static dev.tern.conformance.Replies.json;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.protocol.ErrorCode;
import dev.tern.protocol.Executed;
import dev.tern.testkit.ScriptedPeer;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Rows 18, 19 and 21-24: strict JSON whose values are too long, too odd, or of the wrong type. */
class JsonValueRowsTest extends BadInput {
  private static final int MEBIBYTE = 1 << 20;

  JsonValueRowsTest(TestTransport kind) {
    super(kind);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0",
        "-1",
        "9007199254740993",
        "-9007199254740993",
        "9223372036854775807",
        "-9223372036854775808",
        "9223372036854775808",
        "18446744073709551615"
      })
  void row18_integersOf64BitsComeBackExactly(String number) {
    assertThat(echoed(number)).isEqualTo(json("{'id':1,'ok':true,'result':" + number + "}"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "9223372036854775808",
        "-9223372036854775809",
        "18446744073709551616",
        "1e400000000",
        "1e19",
        "1e-400000000",
        "99999999999999999999999999999999999999"
      })
  void row18_whatDoesNotFitALongIsInvalidWithItsPath(String number) {
    JsonNode error =
        expectRefused(
            peer(),
            "{'id':1,'method':'add','params':{'a':1,'b':" + number + "},'meta':{}}",
            ErrorCode.INVALID_PARAMS);
    assertThat(error.get("details").get("path").asString()).isEqualTo("b");
    assertThat(service.runs()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"1e400000000", "-1e400000000", "1e309", "18446744073709551616"})
  void row18_aNumberForAnyTypeIsExactOrRefused(String number) {
    JsonNode reply = Replies.parse(echoed(number));
    if (reply.get("ok").booleanValue()) {
      assertThat(reply.get("result").decimalValue()).isEqualByComparingTo(number);
    } else {
      Replies.v1Error(reply, "1", ErrorCode.INVALID_PARAMS, Executed.NO);
    }
  }

  @Test
  void row18_aTinyFractionIsTheNearestDouble() {
    assertThat(echoed("1e-400000000")).isEqualTo(json("{'id':1,'ok':true,'result':0.0}"));
  }

  @ParameterizedTest
  @ValueSource(ints = {1_001, 1_000_000})
  void row18_aNumberOfTooManyDigitsIsInvalidWithItsPath(int digits) {
    JsonNode error =
        expectRefused(
            peer(),
            "{'id':1,'method':'echo','params':{'value':" + "7".repeat(digits) + "},'meta':{}}",
            ErrorCode.INVALID_PARAMS);
    assertThat(error.get("details").get("path").asString()).isEqualTo("value");
  }

  @Test
  void row19_aStringOf15MiBComesBackExactly() {
    String text = json("'" + "0123456789abcdef".repeat(15 * MEBIBYTE / 16) + "'");
    String reply = echoed(text);
    assertThat(reply.equals(json("{'id':1,'ok':true,'result':") + text + "}")).isTrue();
  }

  @Test
  @Tag("slow")
  void row19_aStringOf100MBIsServedWhereTheLimitAllowsIt() throws IOException {
    restart(s -> s.frameBytes(128 << 20).processBytes(1L << 30));
    byte[] frame =
        json("{'id':1,'method':'add','params':{'a':1,'b':2,'c':'"
                + "x".repeat(100_000_000)
                + "'},'meta':{}}")
            .getBytes(US_ASCII);
    ScriptedPeer peer = peer().sendFrame(frame);
    assertThat(peer.readFrame(Duration.ofSeconds(50)))
        .isEqualTo(json("{'id':1,'ok':true,'result':3}"));
  }

  @Test
  void row19_aStringOf100MBIsRefusedBeforeItIsRead() {
    expectFarewell(peer().sendLength(100_000_000), ErrorCode.TOO_LARGE);
  }

  @Test
  void row19_aNameOf50000CharactersInParamsIsInvalidParams() {
    String name = "n".repeat(50_000);
    expectRefused(
        peer(),
        "{'id':1,'method':'echo','params':{'value':{'" + name + "':1}},'meta':{}}",
        ErrorCode.INVALID_PARAMS);
  }

  @Test
  void row19_aNameOf50000CharactersOutsideParamsIsABadRequest() {
    String name = "n".repeat(50_000);
    expectRefused(
        peer(),
        "{'id':1,'method':'echo','params':{'value':1},'meta':{},'" + name + "':1}",
        ErrorCode.BAD_REQUEST);
  }

  @Test
  void row19_aMillionKeysAreReadOnceEach() {
    StringBuilder keys = new StringBuilder("{");
    for (int i = 0; i < 1_000_000; i++) {
      keys.append(i == 0 ? "'" : ",'").append(Integer.toString(i, 36)).append("':1");
    }
    String object = json(keys.append('}').toString());
    String reply = echoed(object);
    assertThat(reply.equals(json("{'id':1,'ok':true,'result':") + object + "}")).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'id':'\\ud800','method':'add','params':[1,2],'meta':{}}",
        "{'id':1,'method':'a\\udc00','params':[1,2],'meta':{}}",
        "{'id':1,'method':'add','params':[1,2],'meta':{'key':'\\udfff'}}",
        "{'id':1,'method':'echo','params':['\\ud83d x'],'meta':{}}",
        "{'id':1,'method':'echo','params':['\\ude00\\ud83d'],'meta':{}}",
        "{'id':1,'method':'echo','params':[{'\\ud800':1}],'meta':{}}"
      })
  void row21_aLoneSurrogateIsAParseError(String payload) {
    ScriptedPeer peer = peer();
    Replies.orphan(ask(peer, payload), ErrorCode.PARSE_ERROR);
    expectAlive(peer);
    assertThat(service.runs()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"\\u0000", "\\n", "\\r", "\\u001b", "\\u007f", "\\u0085"})
  void row21_aControlCharacterInAMethodIsABadRequest(String character) {
    JsonNode error =
        expectRefused(
            peer(),
            "{'id':1,'method':'add" + character + "','params':[1,2],'meta':{}}",
            ErrorCode.BAD_REQUEST);
    assertThat(error.get("message").asString()).doesNotContain("add");
  }

  @ParameterizedTest
  @ValueSource(strings = {"\\u0000", "\\n", "\\r", "\\u001b", "\\u007f", "\\u0085"})
  void row21_aControlCharacterInAnIdIsABadRequestAndNotEchoed(String character) {
    ScriptedPeer peer = peer();
    String payload = "{'id':'i" + character + "','method':'add','params':[1,2],'meta':{}}";
    Replies.orphan(ask(peer, payload), ErrorCode.BAD_REQUEST);
    expectAlive(peer);
  }

  @ParameterizedTest
  @ValueSource(strings = {"\\u0000", "\\n", "\\r", "\\u001b", "\\u007f", "\\u0085"})
  void row21_aControlCharacterInAKeyIsABadRequest(String character) {
    expectRefused(
        peer(),
        "{'id':1,'method':'add','params':[1,2],'meta':{'key':'0123456789abcdef" + character + "'}}",
        ErrorCode.BAD_REQUEST);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'@type':'java.lang.ProcessBuilder','command':['id']}",
        "{'@class':'javax.swing.JEditorPane','text':'x'}",
        "['java.util.ArrayList',[1]]",
        "{'__proto__':{'admin':true},'constructor':{'prototype':1}}",
        "{'$ref':'#/x','$type':'System.Object'}"
      })
  void row22_namesThatMeanTypesElsewhereArePlainData(String value) {
    assertThat(echoed(json(value))).isEqualTo(json("{'id':1,'ok':true,'result':" + value + "}"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"@type", "@class", "__proto__", "class"})
  void row22_asUnknownFieldsTheyAreIgnored(String name) {
    ScriptedPeer peer = peer();
    String params = "{'" + name + "':'java.lang.Runtime','a':1,'b':2}";
    peer.sendFrame(json("{'id':1,'method':'add','params':" + params + ",'meta':{}}"));
    assertThat(peer.readFrame()).isEqualTo(json("{'id':1,'ok':true,'result':3}"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          add   | {'a':'5','b':2}                                  | a
          add   | {'a':5.7,'b':2}                                  | a
          add   | {'a':1,'b':null}                                 | b
          add   | {'a':1}                                          | b
          add   | {}                                               | a
          add   | {'a':true,'b':2}                                 | a
          add   | {'a':[1],'b':2}                                  | a
          add   | {'a':1,'b':{}}                                   | b
          add   | ['5',2]                                          | [0]
          add   | [1]                                              | [1]
          order | {'items':[{'count':1,'name':'x'},{'count':'2','name':'y'}]} | items[1].count
          order | {'items':[{'count':1,'name':7}]}                 | items[0].name
          order | {'items':[{'count':1.5,'name':'x'}]}             | items[0].count
          order | {'items':[{'count':2147483648,'name':'x'}]}      | items[0].count
          order | {'items':[{'count':null,'name':'x'}]}            | items[0].count
          order | {'items':[{'name':'x'}]}                         | items[0].count
          order | {'items':{'count':1}}                            | items
          order | {'items':null}                                   | items
          """)
  void row23_aWrongTypeIsInvalidParamsWithItsPath(String method, String params, String path) {
    String payload = "{'id':1,'method':'" + method + "','params':" + params + ",'meta':{}}";
    JsonNode error = expectRefused(peer(), payload, ErrorCode.INVALID_PARAMS);
    assertThat(error.get("details").get("path").asString()).isEqualTo(path);
    assertThat(service.runs()).isEqualTo(1); // the call that showed the connection alive
  }

  @Test
  void row23_missingParamsAreInvalidParams() {
    expectRefused(peer(), "{'id':1,'method':'add','meta':{}}", ErrorCode.INVALID_PARAMS);
  }

  @ParameterizedTest
  @ValueSource(strings = {"5", "'x'", "true"})
  void row23_paramsThatAreNoObjectOrArrayAreInvalidParams(String params) {
    expectRefused(
        peer(),
        "{'id':1,'method':'add','params':" + params + ",'meta':{}}",
        ErrorCode.INVALID_PARAMS);
  }

  @Test
  void row24_anUnknownFieldIsIgnored() {
    ScriptedPeer peer = peer();
    peer.sendFrame(json("{'id':1,'method':'add','params':{'a':1,'z':[{}],'b':2},'meta':{}}"));
    assertThat(peer.readFrame()).isEqualTo(json("{'id':1,'ok':true,'result':3}"));
  }

  @Test
  void row24_anUnknownFieldIsRefusedByOption() throws IOException {
    restart(s -> s.refuseUnknownFields(true));
    JsonNode error =
        expectRefused(
            peer(),
            "{'id':1,'method':'add','params':{'a':1,'z':0,'b':2},'meta':{}}",
            ErrorCode.INVALID_PARAMS);
    assertThat(error.get("details").get("path").asString()).isEqualTo("z");
  }

  private String echoed(String value) {
    ScriptedPeer peer = peer();
    peer.sendFrame(
        json("{'id':1,'method':'echo','params':{'value':") + value + json("},'meta':{}}"));
    String reply = peer.readFrame(Duration.ofSeconds(30));
    expectAlive(peer);
    return reply;
  }
}
