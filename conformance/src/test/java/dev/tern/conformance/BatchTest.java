package dev.tern.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.core.Effect;
import dev.tern.core.Method;
import dev.tern.core.RawPeer;
import dev.tern.core.server.Server;
import dev.tern.protocol.Limits;
import dev.tern.protocol.Limits.Bound;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** What a server makes of a batch. */
final class BatchTest extends EveryTransport {
  private final AtomicInteger runs = new AtomicInteger();

  private static final Method<Text, String> ONCE =
      Method.of("test.once", Text.class, String.class).effect(Effect.ONCE);

  private RawPeer peer() {
    return rawClient(start(usualServer()));
  }

  private static String add(int id, int a, int b) {
    return "{\"id\":%d,\"method\":\"calc.add\",\"params\":[%d,%d],\"meta\":{}}".formatted(id, a, b);
  }

  private static String echo(int id, String text) {
    return "{\"id\":%d,\"method\":\"text.echo\",\"params\":[\"%s\"],\"meta\":{}}"
        .formatted(id, text);
  }

  private static String waiting(String id, String meta) {
    return "{\"id\":%s,\"method\":\"test.wait\",\"meta\":%s}".formatted(id, meta);
  }

  private static String batch(String... items) {
    return "[" + String.join(",", items) + "]";
  }

  private static JsonNode of(JsonNode replies, int id) {
    assertThat(replies.isArray()).as("a batch: %s", replies).isTrue();
    for (JsonNode reply : replies) {
      if (reply.path("id").asInt(-1) == id) {
        return reply;
      }
    }
    throw new AssertionError("no reply to " + id + " in " + replies);
  }

  private static String code(JsonNode reply) {
    return reply.at("/error/code").asString() + " " + reply.at("/error/executed").asString();
  }

  @Test
  void aBatchIsAnsweredByOneBatch() {
    RawPeer peer = peer();

    peer.send(batch(add(1, 1, 2), add(2, 3, 4), echo(3, "x")));
    JsonNode replies = peer.read();

    assertThat(replies.size()).isEqualTo(3);
    assertThat(of(replies, 1).path("result").asInt()).isEqualTo(3);
    assertThat(of(replies, 2).path("result").asInt()).isEqualTo(7);
    assertThat(of(replies, 3).path("result").asString()).isEqualTo("x");
  }

  @Test
  void dialectsMayBeMixedInIt() {
    RawPeer peer = peer();

    peer.send(
        batch(
            add(1, 1, 2),
            "{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"calc.add\",\"params\":[1,2]}",
            "{\"id\":3,\"method\":\"calc.add\",\"params\":[1,2]}"));
    JsonNode replies = peer.read();

    assertThat(of(replies, 1).has("ok")).isTrue();
    assertThat(of(replies, 2).has("jsonrpc")).isTrue();
    assertThat(of(replies, 3).size()).isEqualTo(2);
  }

  @Test
  void eachItemHasItsOwnOutcome() {
    RawPeer peer = peer();

    peer.send(batch(add(1, 1, 2), "{\"id\":2,\"method\":\"nobody\",\"meta\":{}}", echo(3, "x")));
    JsonNode replies = peer.read();

    assertThat(code(of(replies, 2))).isEqualTo("METHOD_NOT_FOUND no");
    assertThat(of(replies, 1).path("ok").asBoolean()).isTrue();
    assertThat(of(replies, 3).path("ok").asBoolean()).isTrue();
  }

  @Test
  void row34_ofNothingIsABadRequest() {
    RawPeer peer = peer();

    peer.send("[]");
    JsonNode reply = peer.read();

    assertThat(reply.at("/error/code").asInt()).isEqualTo(-32600);
    assertThat(reply.at("/error/data/code").asString()).isEqualTo("BAD_REQUEST");
    assertThat(reply.path("id").isNull()).isTrue();
  }

  @Test
  void row34_whatIsNoMessageIsAnsweredWithoutAnId() {
    RawPeer peer = peer();

    peer.send(batch("1", "[" + add(4, 1, 1) + "]", "{}", add(5, 1, 1)));
    JsonNode replies = peer.read();

    assertThat(replies.size()).isEqualTo(4);
    assertThat(of(replies, 5).path("result").asInt()).isEqualTo(2);
    List<String> others = new ArrayList<>();
    for (JsonNode reply : replies) {
      if (reply.path("id").isNull()) {
        others.add(reply.at("/error/code").asString());
      }
    }
    assertThat(others).containsExactly("-32600", "-32600", "-32600");
  }

  @Test
  void row34_aMalformedOneHasRunNothing() {
    Server server = start(usualServer().serve(ONCE, text -> text.text() + runs.incrementAndGet()));
    RawPeer peer = rawClient(server);

    peer.send("[{\"id\":1,\"method\":\"test.once\",\"params\":[\"a\"],\"meta\":{}},{\"id\":2]");
    JsonNode reply = peer.read();

    assertThat(reply.at("/error/data/code").asString()).isEqualTo("PARSE_ERROR");
    peer.send(add(3, 1, 1));
    assertThat(peer.read().path("id").asInt()).isEqualTo(3);
    assertThat(runs).hasValue(0);
  }

  @Test
  void row34_ofNotificationsHasNoReply() {
    RawPeer peer = peer();

    peer.send(
        batch(
            "{\"method\":\"text.echo\",\"params\":[\"x\"],\"meta\":{}}",
            "{\"jsonrpc\":\"2.0\",\"method\":\"nobody\"}"));
    peer.send(add(1, 1, 1));

    assertThat(peer.read().path("id").asInt()).isEqualTo(1);
    peer.expectNothingMore();
  }

  @Test
  void row34_anIdThatComesTwiceCountsOnce() {
    RawPeer peer = peer();

    peer.send(
        batch(add(1, 1, 2), add(1, 10, 20), "{\"id\":1,\"method\":\"rpc.ping\",\"meta\":{}}"));
    JsonNode replies = peer.read();

    assertThat(replies.size()).isEqualTo(3);
    assertThat(of(replies, 1).path("result").asInt()).isEqualTo(3);
    for (JsonNode reply : replies) {
      if (reply.path("id").isNull()) {
        assertThat(reply.at("/error/data/code").asString()).isEqualTo("BAD_REQUEST");
        assertThat(reply.at("/error/data/details/id").asInt()).isEqualTo(1);
      }
    }
  }

  @Test
  void row34_anIdThatIsInFlightIsATwinToo() {
    RawPeer peer = peer();
    peer.send(waiting("1", "{}"));

    peer.send(batch(add(1, 1, 2), add(2, 1, 2)));
    JsonNode replies = peer.read();

    assertThat(replies.size()).isEqualTo(2);
    assertThat(of(replies, 2).path("result").asInt()).isEqualTo(3);
    gate.open();
    assertThat(peer.read().path("result").asString()).isEqualTo("waited");
  }

  @Test
  void helloInItIsABadRequest() {
    RawPeer peer = peer();

    peer.send(batch("{\"id\":1,\"method\":\"rpc.hello\",\"meta\":{}}", add(2, 1, 2)));
    JsonNode replies = peer.read();

    assertThat(code(of(replies, 1))).isEqualTo("BAD_REQUEST no");
    assertThat(of(replies, 2).path("ok").asBoolean()).isTrue();
  }

  @Test
  void aLateItemTimesOutInsteadOfHoldingUpTheRest() {
    RawPeer peer = rawClient(start(usualServer().timers(clock)));

    peer.send(batch(add(1, 1, 2), waiting("2", "{\"timeout_ms\":500}")));
    gate.awaitEntered(1);
    clock.advance(Duration.ofMillis(500));
    JsonNode replies = peer.read();

    assertThat(of(replies, 1).path("result").asInt()).isEqualTo(3);
    assertThat(code(of(replies, 2))).isEqualTo("TIMEOUT maybe");
  }

  @Test
  void anItemCanBeCancelled() {
    RawPeer peer = peer();

    peer.send(batch(add(1, 1, 2), waiting("2", "{}")));
    gate.awaitEntered(1);
    peer.send("{\"method\":\"rpc.cancel\",\"params\":{\"id\":2},\"meta\":{}}");
    gate.open();
    JsonNode replies = peer.read();

    assertThat(replies.size()).isEqualTo(2);
    assertThat(of(replies, 1).path("ok").asBoolean()).isTrue();
  }

  @Test
  void bareItemsRunOneAfterTheOther() {
    ConcurrentLinkedQueue<String> order = new ConcurrentLinkedQueue<>();
    Method<Text, String> noted = Method.of("test.noted", Text.class, String.class);
    Server server =
        start(
            usualServer()
                .serve(
                    noted,
                    text -> {
                      order.add("begin " + text.text());
                      order.add("end " + text.text());
                      return text.text();
                    }));
    RawPeer peer = rawClient(server);
    String[] items =
        IntStream.range(0, 20)
            .mapToObj(
                i -> "{\"id\":%d,\"method\":\"test.noted\",\"params\":[\"%d\"]}".formatted(i, i))
            .toArray(String[]::new);

    peer.send(batch(items));
    assertThat(peer.read().size()).isEqualTo(20);

    List<String> expected =
        IntStream.range(0, 20)
            .boxed()
            .flatMap(i -> List.of("begin " + i, "end " + i).stream())
            .toList();
    assertThat(order).containsExactlyElementsOf(expected);
  }

  @Test
  void twoItemsWithOneKeyAreOneOperation() {
    Server server = start(usualServer().serve(ONCE, text -> text.text() + runs.incrementAndGet()));
    RawPeer peer = rawClient(server);
    String item =
        "{\"id\":%d,\"method\":\"test.once\",\"params\":[\"a\"],\"meta\":{\"key\":\"a key of one operation\"}}";

    peer.send(batch(item.formatted(1), item.formatted(2)));
    JsonNode replies = peer.read();

    assertThat(of(replies, 1).path("result").asString()).isEqualTo("a1");
    assertThat(of(replies, 2).path("result").asString()).isEqualTo("a1");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 1_000})
  void row34_manyItems(int count) {
    RawPeer peer = peer();

    peer.send(
        IntStream.range(0, count)
            .mapToObj(i -> add(i, i, 1))
            .collect(Collectors.joining(",", "[", "]")));
    JsonNode replies = peer.read();

    assertThat(replies.size()).isEqualTo(count);
    for (int i = 0; i < count; i++) {
      assertThat(of(replies, i).path("result").asInt()).isEqualTo(i + 1);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1_001, 100_000})
  void row34_tooManyItems(int count) {
    RawPeer peer = peer();

    peer.send("[" + "1,".repeat(count - 1) + "1]");
    JsonNode reply = peer.read();

    assertThat(reply.at("/error/data/code").asString()).isEqualTo("TOO_LARGE");
    assertThat(reply.at("/error/data/executed").asString()).isEqualTo("no");
    assertThat(reply.at("/error/message").asString())
        .isEqualTo("a batch of more than 1000 messages (expected: at most that)");
    peer.send(add(1, 1, 1));
    assertThat(peer.read().path("id").asInt()).isEqualTo(1);
  }

  @Test
  void row34_theLargestResultsGiveWayWhereTheyDoNotFit() {
    Limits limits = Limits.DEFAULT.with(Bound.FRAME_BYTES, 8_192);
    Method<Void, String> large = Method.of("test.large", Void.class, String.class);
    RawPeer peer =
        rawClient(start(usualServer().limits(limits).serve(large, _ -> "c".repeat(5_000))));

    peer.send(
        batch(
            echo(1, "a"),
            "{\"id\":2,\"method\":\"test.large\",\"meta\":{}}",
            echo(3, "b".repeat(4_000))));
    JsonNode replies = peer.read();

    assertThat(of(replies, 1).path("ok").asBoolean()).isTrue();
    assertThat(code(of(replies, 2))).isEqualTo("TOO_LARGE yes");
    assertThat(of(replies, 3).path("ok").asBoolean()).isTrue();
  }

  @Test
  void row34_aBatchWhoseRepliesCannotFitRunsNothing() {
    Limits limits = Limits.DEFAULT.with(Bound.FRAME_BYTES, 8_192);
    RawPeer peer = rawClient(start(usualServer().limits(limits)));

    peer.send(
        IntStream.range(0, 40)
            .mapToObj(i -> add(i, i, 1))
            .collect(Collectors.joining(",", "[", "]")));
    JsonNode reply = peer.read();

    assertThat(reply.at("/error/data/code").asString()).isEqualTo("TOO_LARGE");
    assertThat(reply.at("/error/data/executed").asString()).isEqualTo("no");
  }

  @Test
  void aDrainFinishesIt() {
    CountDownLatch entered = new CountDownLatch(1);
    Method<Void, String> slow = Method.of("test.slow", Void.class, String.class);
    Server server =
        start(
            usualServer()
                .serve(
                    slow,
                    _ -> {
                      entered.countDown();
                      gate.pass();
                      return "done";
                    }));
    RawPeer peer = rawClient(server);
    peer.send(batch(add(1, 1, 2), "{\"id\":2,\"method\":\"test.slow\",\"meta\":{}}"));
    awaitCount(entered);

    Thread closing = Thread.startVirtualThread(server::close);
    peer.send(batch(add(3, 1, 2), add(4, 1, 2)));
    JsonNode refused = peer.read();
    gate.open();
    JsonNode replies = peer.read();

    assertThat(refused.size()).isEqualTo(2);
    assertThat(replies.size()).isEqualTo(2);
    assertThat(of(replies, 2).path("result").asString()).isEqualTo("done");
    peer.awaitEnd();
    assertThat(closing).isNotNull();
  }

  @Test
  void row34_allCallsOfTheConnectionCountForItsLimit() {
    Limits limits = Limits.DEFAULT.with(Bound.IN_FLIGHT, 2);
    RawPeer peer = rawClient(start(usualServer().limits(limits)));

    peer.send(batch(waiting("1", "{}"), waiting("2", "{}"), add(3, 1, 2)));
    gate.open();
    JsonNode replies = peer.read();

    assertThat(code(of(replies, 3))).isEqualTo("SERVER_BUSY no");
    assertThat(of(replies, 1).path("ok").asBoolean()).isTrue();
    assertThat(of(replies, 2).path("ok").asBoolean()).isTrue();
  }
}
