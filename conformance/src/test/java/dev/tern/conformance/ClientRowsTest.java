package dev.tern.conformance;

import static dev.tern.conformance.Replies.json;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.tern.core.Effect;
import dev.tern.core.Method;
import dev.tern.core.RpcException;
import dev.tern.core.TypeRef;
import dev.tern.core.client.CallOptions;
import dev.tern.core.client.Client;
import dev.tern.core.client.Reply;
import dev.tern.core.retry.RetryPolicy;
import dev.tern.core.transport.Transport;
import dev.tern.protocol.ErrorCode;
import dev.tern.protocol.Executed;
import dev.tern.protocol.Metadata;
import dev.tern.protocol.Oddity;
import dev.tern.testkit.ManualTimers;
import dev.tern.testkit.ScriptedPeer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Rows that a bad server can play on a client: a real client, and a server that is a script. */
@OverSockets
@Timeout(60)
class ClientRowsTest {
  record Add(long a, long b) {}

  private static final Method<Add, Long> ADD =
      Method.of("add", Add.class, Long.class).effect(Effect.READ);

  record Blob(String text) {}

  private static final Method<Blob, Long> BLOB =
      Method.of("blob", Blob.class, Long.class).effect(Effect.READ);
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final int LIMIT = 256;

  private final Transport transport;
  private final ScriptedPeer.Server listener = ScriptedPeer.listen();
  private final ManualTimers clock = new ManualTimers();
  private final Client client;
  private final List<ScriptedPeer> accepted = new ArrayList<>();
  private final Set<ScriptedPeer> greeted = new HashSet<>();
  private boolean disconnected;

  ClientRowsTest(TestTransport kind) {
    transport = kind.create();
    client =
        Client.builder(transport)
            .retry(RetryPolicy.NONE)
            .failFast()
            .timers(clock)
            .connect(listener.address());
  }

  @AfterEach
  void theClientStillWorks() {
    try {
      CompletableFuture<Long> last = client.callAsync(ADD, new Add(40, 2));
      ScriptedPeer server = disconnected ? accept() : accepted.getLast();
      reply(server, idOf(server), "'ok':true,'result':42");
      assertThat(result(last)).isEqualTo(42);
    } finally {
      accepted.forEach(ScriptedPeer::close); // first: a closing client waits for its server
      client.close();
      listener.close();
      transport.close();
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {0xFFFFFFFFL, 0x80000000L, (128 << 20) + 1})
  void row01_aReplyOver128MiBEndsTheConnectionAndTheCallMayHaveRun(long length) {
    CompletableFuture<Long> call = call();
    ScriptedPeer server = accept();
    idOf(server);
    server.sendLength(length);
    RpcException failure = failure(call);
    assertThat(failure.code()).isEqualTo(ErrorCode.UNAVAILABLE.name());
    assertThat(failure.executed()).isEqualTo(Executed.MAYBE);
    awaitDisconnected();
    assertThat(client.stats().count(Oddity.BAD_FRAME)).isEqualTo(1);
  }

  @Test
  void row03_aReplyOfLengthZeroEndsTheConnectionAndTheCallMayHaveRun() {
    CompletableFuture<Long> call = call();
    ScriptedPeer server = accept();
    idOf(server);
    server.sendLength(0);
    assertThat(failure(call).executed()).isEqualTo(Executed.MAYBE);
    awaitDisconnected();
  }

  @Test
  void row05_halfAReplyThenTheEndIsNoReply() {
    CompletableFuture<Long> call = call();
    ScriptedPeer server = accept();
    String reply = json("{'id':" + idOf(server) + ",'ok':true,'result':3}");
    server.sendPartOfFrame(reply, reply.length() - 1).halfClose();
    RpcException failure = failure(call);
    assertThat(failure.code()).isEqualTo(ErrorCode.UNAVAILABLE.name());
    assertThat(failure.executed()).isEqualTo(Executed.MAYBE);
    awaitDisconnected();
  }

  @Test
  void row05_halfAReplyThenAResetIsNoReply() {
    CompletableFuture<Long> call = call();
    ScriptedPeer server = accept();
    String reply = json("{'id':" + idOf(server) + ",'ok':true,'result':3}");
    server.sendPartOfFrame(reply, reply.length() - 1).reset();
    RpcException failure = failure(call);
    assertThat(failure.code()).isEqualTo(ErrorCode.UNAVAILABLE.name());
    assertThat(failure.executed()).isEqualTo(Executed.MAYBE);
    awaitDisconnected();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"SSH-2.0-OpenSSH_9.6\r\n", "HTTP/1.1 400 Bad Request\r\n\r\n", "220 ESMTP"})
  void row10_aForeignServerIsToldFromTheFirstBytes(String greeting) {
    CompletableFuture<Long> call = call();
    ScriptedPeer server = accept();
    idOf(server); // a call that had not left would just take the next connection
    server.sendBytes(greeting.getBytes(ISO_8859_1));
    assertThat(failure(call)).hasMessageContaining("text, such as HTTP or SSH");
    awaitDisconnected();
  }

  @Test
  void row13_aRequestSentToAClientIsRefusedAndItsOwnCallUnharmed() {
    CompletableFuture<Long> call = call();
    ScriptedPeer server = accept();
    String id = idOf(server);
    server.sendFrame(json("{'id':" + id + ",'method':'add','params':[1,2],'meta':{}}"));
    Replies.v1Error(server.readJson(), id, ErrorCode.METHOD_NOT_FOUND, Executed.NO);
    reply(server, id, "'ok':true,'result':3");
    assertThat(result(call)).isEqualTo(3);
    assertThat(client.stats().count(Oddity.WRONG_DIRECTION)).isEqualTo(1);
  }

  static List<byte[]> payloadsThatAreNoJson() {
    return List.of(
        "hello".getBytes(ISO_8859_1),
        json("{'id':1,'ok':true,'result':3").getBytes(ISO_8859_1),
        json("{'id':1,'ok':true,'result':NaN}").getBytes(ISO_8859_1),
        json("{'id':1,'id':1,'ok':true,'result':3}").getBytes(ISO_8859_1),
        json("{'id':1,'ok':true,'result':'\u00FF'}").getBytes(ISO_8859_1),
        json("{'id':1,'ok':true,'result':'\\ud800'}").getBytes(ISO_8859_1),
        ("\u00EF\u00BB\u00BF" + json("{'id':1,'ok':true,'result':3}")).getBytes(ISO_8859_1),
        json("{'id':1,'ok':true,'result':" + "[".repeat(100_000)).getBytes(ISO_8859_1));
  }

  @ParameterizedTest
  @MethodSource("payloadsThatAreNoJson")
  void row20_aReplyThatIsNoStrictJsonEndsTheConnectionAndTheCallMayHaveRun(byte[] payload) {
    CompletableFuture<Long> call = call();
    ScriptedPeer server = accept();
    idOf(server);
    server.sendFrame(payload);
    RpcException failure = failure(call);
    assertThat(failure.code()).isEqualTo(ErrorCode.UNAVAILABLE.name());
    assertThat(failure.executed()).isEqualTo(Executed.MAYBE);
    awaitDisconnected();
  }

  @ParameterizedTest
  @ValueSource(strings = {"'3'", "3.5", "{}", "9223372036854775808", "true"})
  void row23_aResultOfTheWrongTypeFailsThatCallWhichHasRun(String result) {
    CompletableFuture<Long> call = call();
    ScriptedPeer server = accept();
    reply(server, idOf(server), "'ok':true,'result':" + result);
    RpcException failure = failure(call);
    assertThat(failure.code()).isEqualTo(ErrorCode.INTERNAL.name());
    assertThat(failure.executed()).isEqualTo(Executed.YES);
  }

  @ParameterizedTest
  @ValueSource(strings = {"999999", "-1", "'1'", "18446744073709551615"})
  void row27_aReplyToAnUnknownIdIsDroppedAndCounted(String unknown) {
    CompletableFuture<Long> call = call();
    ScriptedPeer server = accept();
    String id = idOf(server);
    reply(server, unknown, "'ok':true,'result':7");
    reply(server, id, "'ok':true,'result':3");
    assertThat(result(call)).isEqualTo(3);
    assertThat(client.stats().count(Oddity.LATE_REPLY)).isEqualTo(1);
  }

  @Test
  void row27_aSecondReplyToAnAnsweredIdIsDroppedAndCounted() {
    CompletableFuture<Long> first = call();
    ScriptedPeer server = accept();
    String id = idOf(server);
    reply(server, id, "'ok':true,'result':3");
    assertThat(result(first)).isEqualTo(3);
    CompletableFuture<Long> second = call();
    String next = idOf(server);
    reply(server, id, "'ok':true,'result':7");
    reply(server, next, "'ok':true,'result':4");
    assertThat(result(second)).isEqualTo(4);
    assertThat(client.stats().count(Oddity.LATE_REPLY)).isEqualTo(1);
  }

  @Test
  void row27_aReplyAfterTheDeadlineIsDroppedAndCounted() {
    CompletableFuture<Long> late =
        client.callAsync(ADD, new Add(1, 2), CallOptions.timeout(Duration.ofSeconds(1)));
    ScriptedPeer server = accept();
    String id = idOf(server);
    clock.advance(Duration.ofSeconds(1));
    await() // the alarm may be set after the clock was moved, by a reading from before
        .atMost(PATIENCE)
        .until(
            () -> {
              clock.advance(Duration.ofMillis(100));
              return late.isDone();
            });
    RpcException failure = failure(late);
    assertThat(failure.code()).isEqualTo(ErrorCode.TIMEOUT.name());
    assertThat(failure.executed()).isEqualTo(Executed.MAYBE);
    assertThat(server.readJson().get("method").asString()).isEqualTo("rpc.cancel");
    reply(server, id, "'ok':true,'result':3");
    CompletableFuture<Long> next = call();
    reply(server, idOf(server), "'ok':true,'result':4");
    assertThat(result(next)).isEqualTo(4);
    assertThat(client.stats().count(Oddity.LATE_REPLY)).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "'ok':true,'result':3,'error':{'code':'X','message':'m','details':{},'executed':'no'}",
        "'ok':true",
        "'ok':false",
        "'ok':false,'result':3",
        "'ok':true,'error':{'code':'X','message':'m','details':{},'executed':'no'}",
        "'ok':'yes','result':3",
        "'ok':false,'error':5",
        "'ok':false,'error':{'code':5,'message':'m'}",
        "'ok':false,'error':{}",
        "'ok':false,'error':null"
      })
  void row28_aReplyThatContradictsItselfFailsThatCallOnly(String members) {
    CompletableFuture<Long> call = call();
    ScriptedPeer server = accept();
    String id = idOf(server);
    CompletableFuture<Long> other = call();
    String otherId = idOf(server);
    reply(server, id, members);
    RpcException failure = failure(call);
    assertThat(failure.code()).isEqualTo(ErrorCode.INTERNAL.name());
    assertThat(failure.executed()).isEqualTo(Executed.MAYBE);
    reply(server, otherId, "'ok':true,'result':4");
    assertThat(result(other)).isEqualTo(4);
    assertThat(client.stats().count(Oddity.MALFORMED)).isEqualTo(1);
  }

  @Test
  void row28_anErrorOfNullBesideAResultCountsAsAbsent() {
    CompletableFuture<Long> call = call();
    ScriptedPeer server = accept();
    reply(server, idOf(server), "'ok':true,'result':3,'error':null");
    assertThat(result(call)).isEqualTo(3);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[]",
        "'x'",
        "{'md':7}",
        "{'md':['a']}",
        "{'md':{'a':1}}",
        "{'md':{'a':null}}",
        "{'md':{'':'x'}}",
        "{'md':{'a b':'x'}}",
        "{'md':{'a':'\\n'}}",
        "{'replayed':'yes'}",
        "{'queue_us':-1}",
        "{'handler_us':'fast'}"
      })
  void row89_whatAReplySaysBesideItsResultCostsNoResult(String meta) {
    assertThat(exchange(meta).metadata()).isEqualTo(Metadata.NONE);
    assertThat(client.stats().count(Oddity.BAD_META)).isEqualTo(1);
  }

  private static String names(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> "'n" + i + "':''")
        .collect(Collectors.joining(","));
  }

  @Test
  void row89_metadataAtItsLimitsInAReplyArrives() {
    String longest = "n".repeat(256);
    String most = "x".repeat(8_191);

    assertThat(exchange("{'md':{" + names(64) + "}}").metadata().asMap()).hasSize(64);
    assertThat(exchange("{'md':{'" + longest + "':'a'}}").metadata().get(longest)).isEqualTo("a");
    assertThat(exchange("{'md':{'n':'" + most + "'}}").metadata().get("n")).isEqualTo(most);
    assertThat(client.stats().count(Oddity.BAD_META)).isZero();
  }

  @Test
  void row89_metadataOverItsLimitsInAReplyIsDropped() {
    List<String> over =
        List.of(names(65), "'" + "n".repeat(257) + "':''", "'n':'" + "x".repeat(8_192) + "'");
    for (String md : over) {
      assertThat(exchange("{'md':{" + md + "}}").metadata()).isEqualTo(Metadata.NONE);
    }
    assertThat(client.stats().count(Oddity.BAD_META)).isEqualTo(over.size());
  }

  @Test
  void row89_whatIsLegalBesideItStandsAndWhatIsUnknownIsPassedOver() {
    String unknown = "x".repeat(20_000);
    String meta = "{'md':{'a':'1'},'replayed':7,'later':{'n':['" + unknown + "']}}";
    assertThat(exchange(meta).metadata().get("a")).isEqualTo("1");
    assertThat(exchange("{'md':{'a':'1'},'later':'x'}").metadata().get("a")).isEqualTo("1");
    assertThat(client.stats().count(Oddity.BAD_META)).isEqualTo(1);
  }

  @Test
  void row89_anErrorKeepsItsVerdict() {
    CompletableFuture<Long> call = call();
    ScriptedPeer server = peer();
    String error = "'error':{'code':'MINE','message':'m','executed':'yes'}";
    reply(server, idOf(server), "'ok':false," + error + ",'meta':[]");
    assertThat(failure(call).executed()).isEqualTo(Executed.YES);
    assertThat(client.stats().count(Oddity.BAD_META)).isEqualTo(1);
  }

  /** What a call is answered whose result is 3, and whose reply says this beside it. */
  private Reply<Long> exchange(String meta) {
    CompletableFuture<Reply<Long>> call =
        CompletableFuture.supplyAsync(() -> client.exchange(ADD, new Add(1, 2)));
    ScriptedPeer server = peer();
    reply(server, idOf(server), "'ok':true,'result':3,'meta':" + meta);
    Reply<Long> reply = call.orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
    assertThat(reply.value()).isEqualTo(3);
    return reply;
  }

  /** The server's end of the connection that is there, or comes. */
  private ScriptedPeer peer() {
    return accepted.isEmpty() ? accept() : accepted.getLast();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          'id':ID,'ok':true,'result':'…'           | YES
          'ok':true,'id':ID,'result':'…'           | YES
          'result':[],'id':ID,'ok':true,'more':'…' | YES
          'id':ID,'more':'…','ok':true             | MAYBE
          'id':ID,'ok':false,'error':{'code':'…'}  | MAYBE
          """)
  void row72_aReplyOverTheClientsLimitFailsThatCallOnly(String members, Executed executed) {
    try (Client limited = limited()) {
      CompletableFuture<Long> call = limited.callAsync(ADD, new Add(1, 2));
      ScriptedPeer server = accept();
      String id = idOf(server);
      CompletableFuture<Long> other = limited.callAsync(ADD, new Add(1, 2));
      String otherId = idOf(server);

      server.sendFrame(json("{" + members + "}").replace("ID", id).replace("…", "x".repeat(LIMIT)));

      RpcException failure = failure(call);
      assertThat(failure.code()).isEqualTo(ErrorCode.TOO_LARGE.name());
      assertThat(failure.executed()).isEqualTo(executed);
      reply(server, otherId, "'ok':true,'result':4");
      assertThat(result(other)).isEqualTo(4);
      assertThat(limited.stats().count(Oddity.BAD_FRAME)).isEqualTo(1);
      server.close(); // else the client lingers for it
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          'id':ID,'ok':true,'result':DEEP                                         | YES
          'result':{'a':[DEEP]},'meta':{},'ok':true,'id':ID                       | YES
          'id':ID,'result':DEEP                                                   | YES
          'jsonrpc':'2.0','id':ID,'result':[LONG]                                 | YES
          'id':ID,'ok':true,'result':{'NAME':1}                                   | YES
          'id':ID,'ok':true,'result':1,'more':DEEP                                | YES
          'id':ID,'ok':false,'error':{'code':'X','message':'m','details':{'a':DEEP}} | MAYBE
          'id':ID,'error':{'code':1,'message':'m','data':[LONG]}                  | MAYBE
          'id':ID,'more':DEEP                                                     | MAYBE
          """)
  void row162_aReplyOverTheClientsOtherLimitsFailsThatCallOnly(String members, Executed executed) {
    CompletableFuture<Long> call = call();
    ScriptedPeer server = accept();
    String id = idOf(server);
    CompletableFuture<Long> other = call();
    String otherId = idOf(server);

    server.sendFrame(
        json("{" + members + "}")
            .replace("ID", id)
            .replace("DEEP", "[".repeat(64) + "]".repeat(64))
            .replace("LONG", "1".repeat(1_001))
            .replace("NAME", "n".repeat(257)));

    RpcException failure = failure(call);
    assertThat(failure.code()).isEqualTo(ErrorCode.INTERNAL.name());
    assertThat(failure.executed()).isEqualTo(executed);
    reply(server, otherId, "'ok':true,'result':4");
    assertThat(result(other)).isEqualTo(4);
    assertThat(client.stats().count(Oddity.MALFORMED)).isEqualTo(1);
  }

  /** It would close the connection, as it cannot tell whose frame that was. */
  @Test
  void row161_whatIsLongerThanTheServersFramesIsNotSent() {
    CompletableFuture<Long> call = call();
    ScriptedPeer server = accept();
    String id = idOfSilently(server);
    assertThat(server.readJson().get("method").asString()).isEqualTo("rpc.hello");
    greeted.add(server);
    server.sendFrame(
        json("{'id':'hello','ok':true,'result':{'limits':{'frame_bytes':20000,'in_flight':1}}}"));
    reply(server, id, "'ok':true,'result':3");
    assertThat(result(call)).isEqualTo(3);

    Method<List<String>, Long> add =
        Method.of("add", new TypeRef<List<String>>() {}, Long.class).effect(Effect.READ);
    RpcException failure = failure(client.callAsync(add, List.of("x".repeat(20_000))));
    assertThat(failure.code()).isEqualTo(ErrorCode.TOO_LARGE.name());
    assertThat(failure.executed()).isEqualTo(Executed.NO);
    assertThat(failure).hasMessageContaining("(expected: at most 20000)");
  }

  /** Nobody knows whose it is, or where what is too deep ends. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'ok':true,'result':DEEP}",
        "{'id':null,'ok':true,'result':DEEP}",
        "{'id':ID,'ok':true,'result':DEEP",
        "{'id':ID,'ok':true,'result':DEEP,'id':ID}"
      })
  void row162_withoutAnIdTheConnectionEndsAndTheCallMayHaveRun(String reply) {
    CompletableFuture<Long> call = call();
    ScriptedPeer server = accept();
    String deep = "[".repeat(64) + "]".repeat(64);
    server.sendFrame(json(reply).replace("ID", idOf(server)).replace("DEEP", deep));
    RpcException failure = failure(call);
    assertThat(failure.code()).isEqualTo(ErrorCode.UNAVAILABLE.name());
    assertThat(failure.executed()).isEqualTo(Executed.MAYBE);
    awaitDisconnected();
  }

  @Test
  void row72_itsSegmentsDoNotMatter() {
    try (Client limited = limited()) {
      CompletableFuture<Long> call = limited.callAsync(ADD, new Add(1, 2));
      ScriptedPeer server = accept();
      String id = idOf(server);
      String reply = json("{'id':" + id + ",'ok':true,'result':'" + "x".repeat(LIMIT) + "'}");
      server.sendLength(reply.length());
      for (byte b : reply.getBytes(ISO_8859_1)) {
        server.sendBytes(new byte[] {b});
      }
      assertThat(failure(call).executed()).isEqualTo(Executed.YES);
      CompletableFuture<Long> next = limited.callAsync(ADD, new Add(1, 2));
      reply(server, idOf(server), "'ok':true,'result':4");
      assertThat(result(next)).isEqualTo(4);
      server.close(); // else the client lingers for it
    }
  }

  @Test
  void row72_withoutAnIdInWhatIsReadTheConnectionEndsAndTheCallMayHaveRun() {
    try (Client limited = limited()) {
      CompletableFuture<Long> call = limited.callAsync(ADD, new Add(1, 2));
      ScriptedPeer server = accept();
      String id = idOf(server);
      server.sendFrame(json("{'ok':true,'result':'" + "x".repeat(LIMIT) + "','id':" + id + "}"));
      RpcException failure = failure(call);
      assertThat(failure.code()).isEqualTo(ErrorCode.UNAVAILABLE.name());
      assertThat(failure.executed()).isEqualTo(Executed.MAYBE);
      server.close(); // else the client lingers for it
    }
  }

  /** 17 MiB, of which the client reads 16. */
  @Test
  void row72_theDefaultLimitIs16MiB() {
    CompletableFuture<Long> call = call();
    ScriptedPeer server = accept();
    reply(server, idOf(server), "'ok':true,'result':'" + "x".repeat(17 << 20) + "'");
    assertThat(failure(call)).hasMessageContaining("(expected: at most 16777216)");
  }

  /**
   * More than the system and the transport hold for a server that does not read. What the client
   * says has not run does not arrive either once it reads again.
   */
  @Test
  void row54_whatASlowServerHasNotBeenSentHasNotRunAndNeverComes() {
    List<CompletableFuture<Long>> calls = new ArrayList<>();
    for (int i = 0; i < 48; i++) {
      calls.add(client.callAsync(BLOB, new Blob("x".repeat(1 << 19))));
    }
    ScriptedPeer server = accept();
    await().atMost(PATIENCE).until(() -> client.stats().inFlight() == calls.size());
    CompletableFuture<Void> all = CompletableFuture.allOf(calls.toArray(CompletableFuture[]::new));
    await()
        .atMost(PATIENCE)
        .until(
            () -> {
              clock.advance(Duration.ofSeconds(1));
              return all.isDone();
            });

    int maybe = 0;
    for (CompletableFuture<Long> call : calls) {
      RpcException failure = failure(call);
      assertThat(failure.code()).isEqualTo(ErrorCode.TIMEOUT.name());
      if (failure.executed() == Executed.MAYBE) {
        maybe++;
      } else {
        assertThat(failure.executed()).isEqualTo(Executed.NO);
      }
    }
    assertThat(maybe).isBetween(1, calls.size() - 1);
    assertThat(comingUntilCancelled(server, maybe)).isEqualTo(maybe);
  }

  /** How many calls come before so many cancels, behind which the next call comes. */
  private int comingUntilCancelled(ScriptedPeer server, int cancels) {
    int coming = 0;
    for (int left = cancels; left > 0; ) {
      switch (server.readJson().get("method").asString()) {
        case "blob" -> coming++;
        case "rpc.cancel" -> left--;
        case String hello -> {
          assertThat(hello).isEqualTo("rpc.hello");
          greeted.add(server);
        }
      }
    }
    return coming;
  }

  /** The ids of each connection count from 1, so that the late reply has the id of a new call. */
  @Test
  void row61_aLateReplyOfAnOldConnectionIsNoNewCalls() {
    CompletableFuture<Long> late =
        client.callAsync(ADD, new Add(1, 2), CallOptions.timeout(Duration.ofSeconds(1)));
    ScriptedPeer old = accept();
    String id = idOf(old);
    CompletableFuture<Long> slow =
        client.callAsync(ADD, new Add(3, 2), CallOptions.timeout(Duration.ofHours(1)));
    String slowId = idOf(old);
    goAway(old);
    CompletableFuture<Long> next =
        client.callAsync(ADD, new Add(2, 2), CallOptions.timeout(Duration.ofHours(1)));
    ScriptedPeer server = accept();
    String nextId = idOf(server);
    assertThat(nextId).isEqualTo(id);
    await()
        .atMost(PATIENCE)
        .until(
            () -> {
              clock.advance(Duration.ofSeconds(1));
              return late.isDone();
            });
    assertThat(failure(late).executed()).isEqualTo(Executed.MAYBE);
    assertThat(old.readJson().get("method").asString()).isEqualTo("rpc.cancel");

    reply(old, id, "'ok':true,'result':3");
    reply(old, slowId, "'ok':true,'result':5");
    assertThat(result(slow)).isEqualTo(5);
    assertThat(next).isNotDone();
    assertThat(client.stats().count(Oddity.LATE_REPLY)).isEqualTo(1);
    reply(server, nextId, "'ok':true,'result':4");
    assertThat(result(next)).isEqualTo(4);
  }

  /** Of the first connection nothing is read any more. */
  @Test
  void row61_aReplyThatComesWhenItsConnectionHasBrokenIsNoNewCalls() {
    CompletableFuture<Long> lost = call();
    ScriptedPeer old = accept();
    String id = idOf(old);
    old.sendLength(0);
    reply(old, id, "'ok':true,'result':3");
    assertThat(failure(lost).executed()).isEqualTo(Executed.MAYBE);
    CompletableFuture<Long> next = call();
    ScriptedPeer server = accept();
    String nextId = idOf(server);
    assertThat(nextId).isEqualTo(id);

    reply(server, nextId, "'ok':true,'result':4");
    assertThat(result(next)).isEqualTo(4);
  }

  /** Returns when the client has read it. */
  private static void goAway(ScriptedPeer server) {
    server.sendFrame(json("{'method':'rpc.goaway','meta':{}}"));
    server.sendFrame(json("{'id':'p','method':'rpc.ping','meta':{}}"));
    assertThat(server.readJson().get("id").asString()).isEqualTo("p");
  }

  @Test
  void row73_theTimeoutOfASilentServersCallNamesItAndAsksWhatItIs() {
    CompletableFuture<Long> call = call();
    ScriptedPeer server = accept();
    idOfSilently(server);
    assertThat(server.readJson().get("method").asString()).isEqualTo("rpc.hello");
    greeted.add(server);
    await() // the alarm may be set after the clock was moved, by a reading from before
        .atMost(PATIENCE)
        .until(
            () -> {
              clock.advance(Duration.ofSeconds(1));
              return call.isDone();
            });
    RpcException failure = failure(call);
    assertThat(failure.code()).isEqualTo(ErrorCode.TIMEOUT.name());
    assertThat(failure.executed()).isEqualTo(Executed.MAYBE);
    assertThat(failure)
        .hasMessageStartingWith("add at 127.0.0.1:" + listener.address().getPort() + ": ")
        .hasMessageEndingWith("is this a Tern server?");
    assertThat(server.readJson().get("method").asString()).isEqualTo("rpc.cancel");
  }

  @Test
  void row73_aServerThatWasHeardIsNotAskedWhatItIs() {
    CompletableFuture<Long> first = call();
    ScriptedPeer server = accept();
    reply(server, idOf(server), "'ok':true,'result':3");
    assertThat(result(first)).isEqualTo(3);
    CompletableFuture<Long> call = call();
    idOf(server);
    await()
        .atMost(PATIENCE)
        .until(
            () -> {
              clock.advance(Duration.ofSeconds(1));
              return call.isDone();
            });
    assertThat(failure(call))
        .hasMessageEndingWith(
            ": no reply before the deadline; sent 10000 ms ago, nothing heard since");
    assertThat(server.readJson().get("method").asString()).isEqualTo("rpc.cancel");
  }

  /** A client that takes no more than {@link #LIMIT}; the usual one connects after the test. */
  private Client limited() {
    disconnected = true;
    return Client.builder(transport)
        .retry(RetryPolicy.NONE)
        .failFast()
        .timers(clock)
        .frameBytes(LIMIT)
        .connect(listener.address());
  }

  private CompletableFuture<Long> call() {
    return client.callAsync(ADD, new Add(1, 2));
  }

  private ScriptedPeer accept() {
    ScriptedPeer peer = listener.accept();
    accepted.add(peer);
    return peer;
  }

  /** The id of the call that comes next. Behind the first one of a connection comes a hello. */
  private String idOf(ScriptedPeer server) {
    String id = idOfSilently(server);
    if (greeted.add(server)) {
      server.answerHello();
    }
    return id;
  }

  private static String idOfSilently(ScriptedPeer server) {
    JsonNode request = server.readJson();
    assertThat(request.get("method").asString()).isEqualTo("add");
    return request.get("id").toString();
  }

  private static void reply(ScriptedPeer server, String id, String members) {
    server.sendFrame(json("{'id':" + id + "," + members + "}"));
  }

  private void awaitDisconnected() {
    accepted.getLast().close(); // else the client lingers for it
    await().atMost(PATIENCE).until(() -> client.stats().connections() == 0);
    disconnected = true;
  }

  private static Long result(CompletableFuture<Long> call) {
    return call.orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
  }

  private static RpcException failure(CompletableFuture<Long> call) {
    CompletionException thrown =
        catchThrowableOfType(CompletionException.class, () -> result(call));
    assertThat(thrown).as("a failure").isNotNull();
    assertThat(thrown.getCause()).isInstanceOf(RpcException.class);
    return (RpcException) thrown.getCause();
  }
}
