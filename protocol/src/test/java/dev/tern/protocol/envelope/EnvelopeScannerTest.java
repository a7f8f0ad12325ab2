package dev.tern.protocol.envelope;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.protocol.Bytes;
import dev.tern.protocol.Executed;
import dev.tern.protocol.Limits;
import dev.tern.protocol.Limits.Bound;
import dev.tern.protocol.json.Corpus;
import dev.tern.protocol.value.MalformedException;
import dev.tern.protocol.value.Names;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class EnvelopeScannerTest {
  private static final String KNOWN = "add";
  private static final Names NO_NAMES = Names.of();

  private final EnvelopeScanner scanner =
      new EnvelopeScanner(Limits.DEFAULT, Names.of(KNOWN, "sub", "mul"));

  static List<Arguments> table() {
    List<String> lines = Corpus.lines("/envelope/table.txt");
    List<Arguments> cases = new ArrayList<>();
    for (int i = 0; i < lines.size(); i += 2) {
      cases.add(Arguments.of(lines.get(i), lines.get(i + 1)));
    }
    return cases;
  }

  @ParameterizedTest
  @MethodSource("table")
  void readsEveryEnvelopeOfTheTable(String payload, String expected) {
    String wanted = new String(Corpus.bytes(expected.substring("=> ".length())), UTF_8);
    assertThat(scan(Corpus.bytes(payload))).isEqualTo(wanted);
  }

  /** A scanner is used again and again: nothing of one message may show in the next. */
  @Test
  void forgetsTheMessageBefore() {
    List<Arguments> cases = table();
    for (Arguments before : cases) {
      scan(Corpus.bytes((String) before.get()[0]));
      assertThat(scan(utf8("{\"method\":\"m\",\"meta\":{}}")))
          .as("after %s", before.get()[0])
          .isEqualTo("notification v1 m");
      scan(Corpus.bytes((String) before.get()[0]));
      assertThat(scan(utf8("{\"id\":1,\"result\":2}")))
          .as("after %s", before.get()[0])
          .isEqualTo("result id=1 2");
    }
  }

  @Test
  void readsInTheMiddleOfABuffer() {
    byte[] payload = utf8("{\"id\":1,\"method\":\"m\",\"params\":[\"x\"],\"meta\":{}}");
    byte[] buffer = utf8("]]]" + new String(payload, UTF_8) + "[[[");
    assertThat(Rendered.of(scanner.scan(buffer, 3, payload.length, false)))
        .isEqualTo("request v1 id=1 m [\"x\"]");
  }

  @Test
  void handsOutKnownMethodsThemselves() {
    byte[] payload = utf8("{\"id\":1,\"method\":\"add\"}");
    Message message = scanner.scan(payload, 0, payload.length, false);
    assertThat(((Message.Request) message).method()).isSameAs(KNOWN);
  }

  @Test
  void paramsAreACopy() {
    byte[] payload = utf8("{\"id\":1,\"method\":\"add\",\"params\":[1]}");
    Message.Request request = (Message.Request) scanner.scan(payload, 0, payload.length, false);
    Arrays.fill(payload, (byte) 0);
    assertThat(request.params()).isEqualTo(Bytes.of(utf8("[1]")));
  }

  /** Where nobody writes to the payload again, and it is little more than its value. */
  @Test
  void aLargeValueStaysWhereItLies() {
    byte[] usual = utf8("{\"id\":1,\"ok\":true,\"result\":\"" + "x".repeat(500) + "\"}");
    byte[] unusual = utf8("{\"id\":1,\"params\":[\"" + "x".repeat(500) + "\"],\"method\":\"m\"}");

    Message.Response response = (Message.Response) scanner.scanReply(usual, 0, usual.length, true);
    Message.Request request = (Message.Request) scanner.scan(unusual, 0, unusual.length, true);

    Bytes result = response.result();
    Bytes params = request.params();
    assertThat(result).isNotNull().hasToString("\"" + "x".repeat(500) + "\"");
    assertThat(params).isNotNull().hasToString("[\"" + "x".repeat(500) + "\"]");
    assertThat(result == null ? null : result.array()).isSameAs(usual);
    assertThat(params == null ? null : params.array()).isSameAs(unusual);
  }

  @Test
  void aSmallValueKeepsNoLargeMessage() {
    byte[] payload =
        utf8("{\"id\":1,\"method\":\"m\",\"params\":[1],\"x\":\"" + "y".repeat(500) + "\"}");

    Message.Request request = (Message.Request) scanner.scan(payload, 0, payload.length, true);

    Bytes params = request.params();
    assertThat(params == null ? null : params.array()).isEqualTo(utf8("[1]"));
  }

  @ParameterizedTest
  @CsvSource({"id, 128, request", "id, 129, bad-request", "method, 256, request"})
  void takesIdsAndMethodsUpToTheirLimits(String key, int length, String kind) {
    String other = key.equals("id") ? "\"method\":\"m\"" : "\"id\":1";
    String payload = "{\"" + key + "\":\"" + "x".repeat(length) + "\"," + other + "}";
    assertThat(scan(utf8(payload))).startsWith(kind + " ");
  }

  @Test
  void refusesAMethodOfAMillionCharactersWithTheId() {
    assertThat(scan(utf8("{\"id\":1,\"method\":\"" + "x".repeat(1_000_000) + "\"}")))
        .isEqualTo("bad-request bare id=1 BAD_REQUEST");
  }

  @Test
  void countsAnIdInBytes() {
    assertThat(scan(utf8("{\"id\":\"" + "\u00e9".repeat(64) + "\",\"method\":\"m\"}")))
        .startsWith("request ");
    assertThat(scan(utf8("{\"id\":\"" + "\u00e9".repeat(64) + "x\",\"method\":\"m\"}")))
        .startsWith("bad-request ");
    assertThat(scan(utf8("{\"id\":\"" + "\ud83d\ude00".repeat(32) + "\",\"method\":\"m\"}")))
        .startsWith("request ");
    assertThat(scan(utf8("{\"id\":\"" + "\ud83d\ude00".repeat(32) + "x\",\"method\":\"m\"}")))
        .startsWith("bad-request ");
  }

  @ParameterizedTest
  @CsvSource({"64, request", "65, bad-request"})
  void metaHasSoManyKeys(int keys, String kind) {
    String meta =
        IntStream.range(0, keys).mapToObj(i -> "\"k" + i + "\":0").collect(Collectors.joining(","));
    assertThat(scan(utf8("{\"id\":1,\"method\":\"m\",\"meta\":{" + meta + "}}")))
        .startsWith(kind + " v1 id=1 ");
  }

  @ParameterizedTest
  @CsvSource({"16384, request", "16385, bad-request"})
  void metaHasSoManyBytes(int bytes, String kind) {
    String meta = "{\"x\":\"" + "y".repeat(bytes - 8) + "\"}";
    assertThat(scan(utf8("{\"id\":1,\"method\":\"m\",\"meta\":" + meta + "}")))
        .startsWith(kind + " v1 id=1 ");
  }

  @ParameterizedTest
  @CsvSource({"256, request", "257, bad-request"})
  void keysHaveSoManyBytes(int bytes, String kind) {
    String meta = "{\"key\":\"" + "k".repeat(bytes) + "\"}";
    assertThat(scan(utf8("{\"id\":1,\"method\":\"m\",\"meta\":" + meta + "}")))
        .startsWith(kind + " v1 id=1 ");
  }

  @Test
  void aNumberInParamsThatIsTooLongIsInvalidParamsWithItsPath() {
    String number = "1".repeat(1_001);
    assertThat(
            scan(
                utf8(
                    "{\"params\":{\"a\":1,\"\\u00e9\":[0,{\"c\":[]},{\"d\":%s}]},\"id\":1,\"method\":\"m\"}"
                        .formatted(number))))
        .isEqualTo("bad-request bare id=1 INVALID_PARAMS {\"path\":\"\u00e9[2].d\"}");
    assertThat(scan(utf8("{\"params\":[7,%s],\"id\":1,\"method\":\"m\"}".formatted(number))))
        .isEqualTo("bad-request bare id=1 INVALID_PARAMS {\"path\":\"[1]\"}");
  }

  @Test
  void aNameInParamsThatIsTooLongIsInvalidParamsWithThePathOfItsObject() {
    String name = "n".repeat(257);
    assertThat(
            scan(
                utf8(
                    "{\"params\":{\"a\":{\"b\":1,\"%s\":2}},\"id\":1,\"method\":\"m\"}"
                        .formatted(name))))
        .isEqualTo("bad-request bare id=1 INVALID_PARAMS {\"path\":\"a\"}");
    assertThat(scan(utf8("{\"params\":{\"%s\":2},\"id\":1,\"method\":\"m\"}".formatted(name))))
        .isEqualTo("bad-request bare id=1 INVALID_PARAMS {\"path\":\"\"}");
  }

  @Test
  void elsewhereTheyAreBadRequests() {
    String name = "n".repeat(257);
    assertThat(scan(utf8("{\"%s\":2,\"id\":1,\"method\":\"m\"}".formatted(name))))
        .isEqualTo("bad-request bare id=1 BAD_REQUEST");
    assertThat(scan(utf8("{\"id\":1,\"result\":" + "1".repeat(1_001) + "}")))
        .isEqualTo("bad-response bare id=1 BAD_REQUEST");
  }

  @Test
  void whatIsTooLongInTheMetaOfAReplyCostsNoResult() {
    String name = "n".repeat(257);
    assertThat(
            scan(utf8("{\"id\":1,\"ok\":true,\"result\":3,\"meta\":{\"%s\":1}}".formatted(name))))
        .isEqualTo("result id=1 3");
    assertThat(
            scan(
                utf8(
                    "{\"meta\":{\"%s\":1},\"id\":1,\"ok\":true,\"result\":{\"%s\":3}}"
                        .formatted(name, name))))
        .isEqualTo("bad-response v1 id=1 BAD_REQUEST");
    assertThat(scan(utf8("{\"id\":1,\"meta\":{\"%s\":1},\"method\":\"m\"}".formatted(name))))
        .isEqualTo("bad-request v1 id=1 BAD_REQUEST");
  }

  @Test
  void tellsWhetherTheMetaOfAReplyIsOdd() {
    assertThat(isOdd("{\"id\":1,\"ok\":true,\"result\":3,\"meta\":{\"md\":7}}")).isTrue();
    assertThat(isOdd("{\"id\":1,\"ok\":true,\"result\":3}")).isFalse();
    assertThat(isOdd("{\"id\":1,\"ok\":true,\"result\":3,\"meta\":[]}")).isTrue();
    assertThat(isOdd("{\"id\":1,\"method\":\"rpc.ping\",\"meta\":{\"md\":7}}")).isFalse();
    assertThat(isOdd("{\"id\":1,\"result\":3,\"meta\":[]}")).as("no place for it").isFalse();
  }

  private boolean isOdd(String reply) {
    byte[] payload = utf8(reply);
    scanner.scanReply(payload, 0, payload.length, false);
    return scanner.hasOddMeta();
  }

  @Test
  void theEnvelopeCountsTowardsTheDepth() {
    String deepest = "[".repeat(63) + "]".repeat(63);
    assertThat(scan(utf8("{\"id\":1,\"method\":\"m\",\"params\":" + deepest + "}")))
        .startsWith("request ");
    assertThat(scan(utf8("{\"id\":1,\"method\":\"m\",\"params\":[" + deepest + "]}")))
        .isEqualTo("bad-request bare id=1 PARSE_ERROR");
  }

  /** {@code DEEP} is one level too deep for params. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'id':1,'method':'m','params':DEEP,'meta':{}}           | bad-request v1 id=1",
        "{'params':DEEP,'meta':{},'method':'m','id':7}           | bad-request v1 id=7",
        "{'id':1,'method':'add','params':{'a':DEEP},'meta':{}}   | bad-request v1 id=1",
        "{'id':1,'method':'m','meta':{'x':DEEP}}                 | bad-request v1 id=1",
        "{'id':1,'method':'m','meta':{'md':{'a':DEEP}}}          | bad-request v1 id=1",
        "{'id':1,'method':'m','meta':{},'x':DEEP}                | bad-request v1 id=1",
        "{'id':1,'method':DEEP,'meta':{}}                        | bad-request v1 id=1",
        "{'id':1,'method':'m','params':DEEP}                     | bad-request bare id=1",
        "{'method':'m','params':DEEP}                            | bad-request bare id=null",
        "{'jsonrpc':'2.0','id':1,'method':'m','params':DEEP}     | bad-request jsonrpc id=1",
        "{'method':'m','params':DEEP,'meta':{}}                  | silent bad-request v1",
        "{'jsonrpc':'2.0','method':'m','params':DEEP}            | silent bad-request jsonrpc",
        "{'id':1,'ok':true,'result':DEEP}                        | bad-response v1 id=1",
        "{'id':1,'ok':false,'error':{'code':'X','details':DEEP}} | bad-response v1 id=1",
        "{'id':1,'method':'m','params':[LONG,DEEP],'meta':{}}    | bad-request v1 id=1",
        "{'id':1,'method':'m','params':[DEEP,LONG],'meta':{}}    | bad-request v1 id=1",
        "{'id':1,'method':'m','params':DEEP,'x':LONG}            | bad-request bare id=1",
      })
  void whatNestsTooDeepConcernsItsCallAlone(String payload, String expected) {
    for (String inside : List.of("", "1,true,null", "'x]}\\\"':{'y':-1.5e3}", "'\u00e9'", "LONG")) {
      String deep = "[".repeat(64) + inside + "]".repeat(64);
      assertThat(scan(utf8(filled(payload, deep)))).isEqualTo(expected + " PARSE_ERROR");
    }
  }

  /** Nobody is named, or nobody knows where what is too deep ends. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'x':DEEP}",
        "{'id':null,'method':'m','params':DEEP,'meta':{}}",
        "{'id':DEEP,'method':'m','params':DEEP,'meta':{}}",
        "{'id':1.5,'method':'m','params':DEEP,'meta':{}}",
        "{'id':1,'method':'m','params':DEEP,'meta':{},'id':1}",
        "{'id':1,'method':'m','params':DEEP,'meta':{}",
        "{'id':1,'method':'m','params':DEEP],'meta':{}}",
        "{'id':1,'method':'m','params':[DEEP,'meta':{}}",
        "{'id':1,'method':'m','params':[DEEP,{'a':1,'a':2}],'meta':{}}",
        "{'id':1,'method':'m','params':DEEP} {}",
        "{'ok':true,'result':DEEP}",
      })
  void whatNestsTooDeepIsNobodysOtherwise(String payload) {
    assertThat(scan(utf8(filled(payload, "[".repeat(64) + "]".repeat(64)))))
        .isEqualTo("PARSE_ERROR");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"nonsense", "'\\ud800'", "'\u0001'", "01", "nul", "}", "'open", "[", "'\\x'"})
  void theTokensOfWhatNestsTooDeepAreChecked(String inside) {
    String deep = "[".repeat(64) + inside + "]".repeat(64);
    assertThat(scan(utf8(filled("{'id':1,'method':'m','params':DEEP,'meta':{}}", deep))))
        .isEqualTo("PARSE_ERROR");
  }

  @Test
  void theResultOfAReplyWhoseMetaNestsTooDeepStands() {
    String deep = "[".repeat(64) + "]".repeat(64);
    assertThat(scan(utf8(filled("{'id':1,'ok':true,'result':3,'meta':{'x':DEEP}}", deep))))
        .isEqualTo("result id=1 3");
    assertThat(isOdd(filled("{'meta':{'x':DEEP},'id':1,'ok':true,'result':3}", deep))).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'id':1,'ok':true,'result':DEEP}                                   | YES",
        "{'id':1,'result':{'a':LONG}}                                       | YES",
        "{'jsonrpc':'2.0','id':1,'result':DEEP}                             | YES",
        "{'id':1,'ok':false,'error':{'code':'X','details':{'a':DEEP}}}      | MAYBE",
        "{'id':1,'error':{'code':1,'message':'m','data':{'a':LONG}}}        | MAYBE",
      })
  void aReplyOverALimitSaysWhetherItWasASuccess(String payload, Executed executed) {
    byte[] reply = utf8(filled(payload, "[".repeat(64) + "]".repeat(64)));
    Message.Malformed malformed =
        (Message.Malformed) scanner.scanReply(reply, 0, reply.length, false);
    assertThat(malformed.error().executed()).isEqualTo(executed);
  }

  /** Limits so low that they hold for the members of the protocol's own. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void aLowDepthHoldsForParamsAndMeta(int depth) {
    EnvelopeScanner low = new EnvelopeScanner(Limits.DEFAULT.with(Bound.DEPTH, depth), NO_NAMES);
    byte[] payload =
        utf8("{\"id\":1,\"method\":\"m\",\"params\":[[1]],\"meta\":{\"md\":{\"a\":\"b\"}}}");
    assertThat(Rendered.of(low.scan(payload, 0, payload.length, false)))
        .isEqualTo("bad-request v1 id=1 PARSE_ERROR");
  }

  private static String filled(String payload, String deep) {
    return payload.replace("DEEP", deep).replace("LONG", "1".repeat(1_001)).replace('\'', '"');
  }

  @Test
  void aMalformedAnswerPromisesNothing() {
    byte[] payload = utf8("{\"id\":1,\"ok\":true}");
    Message.Malformed malformed =
        (Message.Malformed) scanner.scan(payload, 0, payload.length, false);
    assertThat(malformed.error().executed()).isEqualTo(Executed.MAYBE);
    assertThat(malformed.reply()).isFalse();
  }

  @Test
  void messagesNameTheExpectationAndNothingOfThePayload() {
    byte[] payload = utf8("{\"id\":1,\"method\":\"<script>\\n\",\"meta\":{}}");
    Message.Malformed malformed =
        (Message.Malformed) scanner.scan(payload, 0, payload.length, false);
    assertThat(malformed.error().message())
        .isEqualTo("method (expected: 1 to 256 visible ASCII characters)");
  }

  private String scan(byte[] payload) {
    try {
      return Rendered.of(scanner.scan(payload, 0, payload.length, false));
    } catch (MalformedException e) {
      return "PARSE_ERROR";
    }
  }

  private static byte[] utf8(String text) {
    return text.getBytes(UTF_8);
  }
}
