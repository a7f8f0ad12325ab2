package dev.tern.conformance;

import static dev.tern.conformance.Replies.json;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.tern.protocol.ErrorCode;
import dev.tern.protocol.Executed;
import dev.tern.protocol.Oddity;
import dev.tern.testkit.ManualTimers;
import dev.tern.testkit.ScriptedPeer;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

/** Rows 13, 25, 26 and 29-33: sound JSON that is no acceptable request. */
class EnvelopeRowsTest extends BadInput {
  private static final Duration LONGEST_DEADLINE = Duration.ofHours(1);
  private static final String PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

  EnvelopeRowsTest(TestTransport kind) {
    super(kind);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'id':1,'ok':true,'result':3}",
        "{'id':1,'ok':false,'error':{'code':'X','message':'m','details':{},'executed':'no'}}",
        "{'jsonrpc':'2.0','id':1,'result':3}",
        "{'id':1,'result':null}",
        "{'id':1,'error':{'code':1,'message':'m'}}",
        "{'id':1,'ok':true}",
        "{'id':1,'ok':5,'result':3,'error':4}",
        "{'jsonrpc':'2.0','id':null,'error':{'code':-32700,'message':'m'}}"
      })
  void row13_aResponseSentToAServerIsDroppedAndCounted(String response) {
    ScriptedPeer peer = peer().sendFrame(json(response));
    expectAlive(peer); // whose reply comes first: there was none to the response
    assertThat(server.stats().count(Oddity.WRONG_DIRECTION)).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{'a':1}",
        "[]",
        "[1]",
        "1.5",
        "1.0",
        "1e3",
        "true",
        "false",
        "''",
        "18446744073709551616",
        "-9223372036854775809",
        "1e400000000",
        "-0.0"
      })
  void row25_anInvalidIdIsRefusedAndNeverEchoed(String id) {
    ScriptedPeer peer = peer();
    for (String dialect : List.of(",'meta':{}", "", ",'jsonrpc':'2.0'")) {
      String payload = "{'id':" + id + ",'method':'add','params':[1,2]" + dialect + "}";
      Replies.orphan(ask(peer, payload), ErrorCode.BAD_REQUEST);
    }
    expectAlive(peer);
    assertThat(service.runs()).isEqualTo(1);
    assertThat(server.stats().count(Oddity.MALFORMED)).isEqualTo(3);
  }

  @ParameterizedTest
  @ValueSource(ints = {129, 1 << 20})
  void row25_anIdThatIsTooLongIsRefusedAndNeverEchoed(int length) {
    ScriptedPeer peer = peer();
    String payload = "{'id':'" + "i".repeat(length) + "','method':'add','params':[1,2],'meta':{}}";
    JsonNode reply = ask(peer, payload);
    Replies.orphan(reply, ErrorCode.BAD_REQUEST);
    assertThat(reply.toString()).hasSizeLessThan(500).doesNotContain("iii");
    expectAlive(peer);
  }

  @Test
  void row25_nullAsAnIdIsABadRequestInV1() {
    ScriptedPeer peer = peer();
    Replies.orphan(
        ask(peer, "{'id':null,'method':'add','params':[1,2],'meta':{}}"), ErrorCode.BAD_REQUEST);
    expectAlive(peer);
  }

  @Test
  void row25_nullAsAnIdIsAnsweredWithNullElsewhere() {
    ScriptedPeer peer = peer().sendFrame(json("{'id':null,'method':'add','params':[1,2]}"));
    assertThat(peer.readFrame()).isEqualTo(json("{'id':null,'result':3}"));
    peer.sendFrame(json("{'jsonrpc':'2.0','id':null,'method':'add','params':[1,2]}"));
    assertThat(peer.readFrame()).isEqualTo(json("{'jsonrpc':'2.0','id':null,'result':3}"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0",
        "-9223372036854775808",
        "18446744073709551615",
        "'5'",
        "'ż'",
        "' '",
        "'a/b?c'"
      })
  void row25_theOddestValidIdsAreEchoedExactly(String id) {
    ScriptedPeer peer = peer();
    peer.sendFrame(json("{'id':" + id + ",'method':'add','params':[1,2],'meta':{}}"));
    assertThat(peer.readFrame()).isEqualTo(json("{'id':" + id + ",'ok':true,'result':3}"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"1", "'1'", "18446744073709551615"})
  void row26_anIdInFlightIsRefusedAndTheFirstIsUnharmed(String id) {
    ScriptedPeer peer = peer().sendFrame(json("{'id':" + id + ",'method':'hold','meta':{}}"));
    awaitHolding(1);
    for (String second :
        List.of(
            ",'method':'add','params':[1,2],'meta':{}}",
            ",'method':'add','params':[1,2]}",
            ",'jsonrpc':'2.0','method':'add','params':[1,2]}",
            ",'method':'add','params':5,'meta':{}}")) {
      JsonNode error = Replies.orphan(ask(peer, "{'id':" + id + second), ErrorCode.BAD_REQUEST);
      assertThat(error.get("data").get("details").get("id").toString()).isEqualTo(json(id));
    }
    service.release();
    assertThat(peer.readFrame()).isEqualTo(json("{'id':" + id + ",'ok':true,'result':'released'}"));
    assertThat(service.runs()).isEqualTo(1);
    assertThat(server.stats().count(Oddity.ID_IN_FLIGHT)).isEqualTo(4);
  }

  @Test
  void row26_afterItsReplyAnIdMayBeUsedAgain() {
    ScriptedPeer peer = peer();
    for (int i = 0; i < 3; i++) {
      expectAlive(peer);
    }
  }

  @Test
  void row26_aNumberAndTheSameDigitsAsAStringAreTwoIds() {
    ScriptedPeer peer = peer().sendFrame(json("{'id':5,'method':'hold','meta':{}}"));
    awaitHolding(1);
    peer.sendFrame(json("{'id':'5','method':'add','params':[1,2],'meta':{}}"));
    assertThat(peer.readFrame()).isEqualTo(json("{'id':'5','ok':true,'result':3}"));
    service.release();
    assertThat(peer.readFrame()).isEqualTo(json("{'id':5,'ok':true,'result':'released'}"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"no.such", "Add", "add.", ".", "../../etc/passwd", "%2e%2e", "rpc.nope"})
  void row29_anUnknownMethodInEachDialect(String method) {
    ScriptedPeer peer = peer();
    String call = "{'id':1,'method':'" + method + "','params':[1,2]";
    Replies.v1Error(ask(peer, call + ",'meta':{}}"), "1", ErrorCode.METHOD_NOT_FOUND, Executed.NO);
    Replies.bareError(ask(peer, call + "}"), "1", ErrorCode.METHOD_NOT_FOUND.number());
    Replies.jsonRpcError(
        ask(peer, call + ",'jsonrpc':'2.0'}"), "1", ErrorCode.METHOD_NOT_FOUND, Executed.NO);
    expectAlive(peer);
    assertThat(server.stats().count("METHOD_NOT_FOUND")).isEqualTo(3);
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "2", "99", "-1", "18446744073709551616"})
  void row29_anUnknownVersionIsUnsupportedAndTheKnownOnesAreNamed(String version) {
    JsonNode error =
        expectRefused(
            peer(),
            "{'id':1,'method':'add','params':[1,2],'meta':{'v':" + version + "}}",
            ErrorCode.UNSUPPORTED);
    assertThat(error.get("details").toString()).contains("[1]");
    assertThat(service.runs()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"'1.0'", "'2'", "'2.00'", "2.0", "2", "null", "{}", "''"})
  void row29_anotherJsonRpcVersionIsABadRequest(String version) {
    ScriptedPeer peer = peer();
    String payload = "{'jsonrpc':" + version + ",'id':1,'method':'add','params':[1,2]}";
    Replies.jsonRpcError(ask(peer, payload), "1", ErrorCode.BAD_REQUEST, Executed.NO);
    expectAlive(peer);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"''", "'a b'", "'a\\nb'", "'a\\r\\n'", "'żółw'", "' add'", "5", "null", "['add']"})
  void row30_aMethodThatIsNoNameIsRefused(String method) {
    JsonNode error =
        expectRefused(
            peer(),
            "{'id':1,'method':" + method + ",'params':[1,2],'meta':{}}",
            ErrorCode.BAD_REQUEST);
    assertThat(error.get("message").asString()).startsWith("method");
  }

  @ParameterizedTest
  @ValueSource(ints = {257, 1 << 20})
  void row30_aMethodThatIsTooLongIsRefusedAndNotRepeated(int length) {
    JsonNode error =
        expectRefused(
            peer(),
            "{'id':1,'method':'" + "m".repeat(length) + "','params':[1,2],'meta':{}}",
            ErrorCode.BAD_REQUEST);
    assertThat(error.toString()).hasSizeLessThan(500).doesNotContain("mmm");
  }

  @Test
  void row30_nothingOfARefusedMessageReachesTheLogRaw() {
    Logger logger = (Logger) LoggerFactory.getLogger("dev.tern");
    ListAppender<ILoggingEvent> log = new ListAppender<>();
    log.start();
    logger.addAppender(log);
    logger.setLevel(Level.TRACE);
    try {
      ScriptedPeer peer = peer();
      ask(peer, "{'id':1,'method':'evil\\n2026 INFO admin','params':[1,2],'meta':{}}");
      ask(peer, "{'id':'evil\\n','method':'add','params':[1,2],'meta':{}}");
      ask(peer, "{'id':1,'method':'add','params':[1,2],'meta':{'key':'evil\\u001b[2J'}}");
      ask(peer, "evil\u0000\u001b[2J");
      ask(peer, "{'id':1,'method':'add','params':{'a':'evil\\n','b':1},'meta':{}}");
      ask(peer, "{'id':1,'method':'evil/" + "m".repeat(1 << 20) + "','meta':{}}");
      expectAlive(peer);
    } finally {
      logger.setLevel(null);
      logger.detachAppender(log);
    }
    List<String> lines = log.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
    assertThat(lines).isNotEmpty(); // at least the call that went well
    assertThat(lines).noneMatch(line -> line.contains("evil"));
    assertThat(lines).noneMatch(line -> line.chars().anyMatch(c -> c < ' '));
  }

  @Test
  void row31_aTimeoutOfZeroIsNotExecuted() {
    JsonNode error =
        expectRefused(
            peer(),
            "{'id':1,'method':'add','params':[1,2],'meta':{'timeout_ms':0}}",
            ErrorCode.TIMEOUT);
    assertThat(error.get("details").get("stage").asString()).isEqualTo("arrival");
    assertThat(service.runs()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"-1", "-9223372036854775809", "1.5", "1e3", "'5'", "true", "[]", "-0.5"})
  void row31_aTimeoutThatIsNoDurationIsABadRequest(String timeout) {
    expectRefused(
        peer(),
        "{'id':1,'method':'add','params':[1,2],'meta':{'timeout_ms':" + timeout + "}}",
        ErrorCode.BAD_REQUEST);
    assertThat(service.runs()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "3600001",
        "9223372036854775807",
        "18446744073709551615",
        "99999999999999999999999999"
      })
  void row31_aHugeTimeoutIsClampedToAnHour(String timeout) throws IOException {
    ManualTimers clock = new ManualTimers();
    restart(s -> onClock(s, clock));
    ScriptedPeer peer = peer();
    peer.sendFrame(json("{'id':1,'method':'hold','meta':{'timeout_ms':" + timeout + "}}"));
    awaitHolding(1);
    clock.advance(LONGEST_DEADLINE.minusMillis(1));
    expectAlive(peer); // nothing else was due
    clock.advance(Duration.ofMillis(1));
    Replies.v1Error(read(peer), "1", ErrorCode.TIMEOUT, Executed.MAYBE);
    expectAlive(peer);
  }

  @Test
  void row31_whatExpiresBeforeItsTurnNeverRuns() throws IOException {
    ManualTimers clock = new ManualTimers();
    restart(s -> onClock(s, clock));
    ScriptedPeer peer = peer();
    peer.sendFrame(json("{'id':'first','method':'hold'}"));
    peer.sendFrame(json("{'id':'waits','method':'add','params':[1,2]}"));
    expectAlive(peer);
    awaitHolding(1);
    clock.advance(LONGEST_DEADLINE);
    Replies.bareError(read(peer), json("'first'"), ErrorCode.TIMEOUT.number());
    Replies.bareError(read(peer), json("'waits'"), ErrorCode.TIMEOUT.number());
    service.release();
    awaitCount(Oddity.LATE_RESULT, 1);
    expectAlive(peer);
    assertThat(service.runs()).isEqualTo(3); // the held one and two that showed it alive
  }

  @Test
  void row32_64KeysInMetaAreAccepted() {
    ScriptedPeer peer = peer();
    peer.sendFrame(json("{'id':1,'method':'add','params':[1,2],'meta':{" + keys(64) + "}}"));
    assertThat(peer.readFrame()).isEqualTo(json("{'id':1,'ok':true,'result':3}"));
  }

  @ParameterizedTest
  @ValueSource(ints = {65, 10_000})
  void row32_moreKeysInMetaAreABadRequest(int count) {
    expectRefused(
        peer(),
        "{'id':1,'method':'add','params':[1,2],'meta':{" + keys(count) + "}}",
        ErrorCode.BAD_REQUEST);
    assertThat(service.runs()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(ints = {16 << 10, 8 << 20})
  void row32_aMetaThatIsTooLongIsABadRequest(int length) {
    expectRefused(
        peer(),
        "{'id':1,'method':'add','params':[1,2],'meta':{'x':'" + "y".repeat(length) + "'}}",
        ErrorCode.BAD_REQUEST);
  }

  /** With the most metadata that there may be, and a key that nobody knows. */
  private static String meta(int bytes) {
    String start = json("{'md':{'n':'" + "x".repeat(8_191) + "'},'more':'");
    return start + "y".repeat(bytes - start.length() - 2) + json("'}");
  }

  @Test
  void row32_aMetaOf16KiBIsTakenAndOneByteMoreIsNot() {
    String request = "{'id':1,'method':'add','params':[1,2],'meta':";
    ScriptedPeer peer = peer();
    peer.sendFrame(json(request + meta(16 << 10) + "}"));
    assertThat(peer.readFrame()).isEqualTo(json("{'id':1,'ok':true,'result':3}"));
    JsonNode error =
        expectRefused(peer, request + meta((16 << 10) + 1) + "}", ErrorCode.BAD_REQUEST);
    assertThat(error.get("message").asString())
        .isEqualTo("meta: 16385 bytes (expected: at most 16384)");
  }

  @Test
  void row32_theSameHoldsForTheMetaOfJsonRpc() {
    String request = "{'jsonrpc':'2.0','id':1,'method':'add','params':[1,2],'meta':";
    ScriptedPeer peer = peer();
    for (String meta : List.of("{" + keys(64) + "}", meta(16 << 10))) {
      peer.sendFrame(json(request + meta + "}"));
      assertThat(peer.readFrame()).isEqualTo(json("{'jsonrpc':'2.0','id':1,'result':3}"));
    }
    for (String meta : List.of("{" + keys(65) + "}", meta((16 << 10) + 1), "5", "[]")) {
      Replies.jsonRpcError(
          ask(peer, request + meta + "}"), "1", ErrorCode.BAD_REQUEST, Executed.NO);
    }
    expectAlive(peer);
    assertThat(service.runs()).isEqualTo(3);
  }

  @ParameterizedTest
  @ValueSource(strings = {"5", "'x'", "[]", "true"})
  void row32_aMetaThatIsNoObjectIsABadRequest(String meta) {
    expectRefused(
        peer(),
        "{'id':1,'method':'add','params':[1,2],'meta':" + meta + "}",
        ErrorCode.BAD_REQUEST);
  }

  @Test
  void row33_aGoodTraceparentReachesTheHandler() {
    assertThat(traceparent("'" + PARENT + "'")).isEqualTo(PARENT);
  }

  @ParameterizedTest
  @CsvSource({
    "''",
    "'x'",
    "'00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331'",
    "'00-00000000000000000000000000000000-b7ad6b7169203331-01'",
    "'00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01'",
    "'00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01'",
    "'ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'",
    "'00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-extra'",
    "'00-0af7651916cd43dd8448eb211c8031\\n9-b7ad6b7169203331-01'"
  })
  void row33_aBadTraceparentCountsAsNone(String parent) {
    assertThat(traceparent("'" + parent + "'")).isEqualTo("null");
  }

  @ParameterizedTest
  @ValueSource(strings = {"5", "null", "[]", "{}"})
  void row33_aTraceparentThatIsNoStringCountsAsNone(String parent) {
    assertThat(traceparent(parent)).isEqualTo("null");
  }

  private String traceparent(String json) {
    JsonNode reply = ask(peer(), "{'id':1,'method':'trace','meta':{'traceparent':" + json + "}}");
    return reply.get("result").asString();
  }

  private static String keys(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> "'k" + i + "':" + i)
        .collect(Collectors.joining(","));
  }
}
