package dev.tern.core.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.core.Counter;
import dev.tern.core.Effect;
import dev.tern.core.Lane;
import dev.tern.core.Method;
import dev.tern.core.RawPeer;
import dev.tern.core.RpcFixture;
import dev.tern.core.Stats;
import dev.tern.core.auth.Identity;
import dev.tern.core.client.CallOptions;
import dev.tern.core.client.Client;
import dev.tern.core.limit.ConcurrencyLimit;
import dev.tern.protocol.Oddity;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** What a server counts, and whom it tells that. */
final class StatsTest extends RpcFixture {
  private static final String KEY = "0123456789-abcdef";
  private static final int PREFIX = 4;

  private static final Method<Void, String> ONCE =
      Method.of("once", Void.class, String.class).effect(Effect.ONCE);
  private static final Method<Text, String> HOLD = Method.of("hold", Text.class, String.class);
  private static final Method<Void, String> POOLED = Method.of("pooled", Void.class, String.class);

  private String hold(Text text) throws InterruptedException {
    gate.pass();
    return "held";
  }

  private String wait(Void none) throws InterruptedException {
    gate.pass();
    return "waited";
  }

  private static String call(int id, String method) {
    return "{\"id\":" + id + ",\"method\":\"" + method + "\",\"meta\":{\"key\":\"" + KEY + "\"}}";
  }

  private static String stats(int id, String meta) {
    return "{\"id\":" + id + ",\"method\":\"rpc.stats\",\"meta\":{" + meta + "}}";
  }

  private static void eventually(Server server, Counter what, long times) {
    eventually(() -> server.stats().count(what) == times);
  }

  private static void assertBusy(RawPeer peer) {
    assertThat(peer.read().at("/error/code").asString()).isEqualTo("SERVER_BUSY");
  }

  @Test
  void bytesAreCountedWithTheirPrefixesAlsoAfterTheConnectionHasClosed() {
    Server server = start(usualServer());
    RawPeer peer = rawClient(server);
    String ping = "{\"id\":1,\"method\":\"rpc.ping\",\"meta\":{}}";
    peer.send(ping);
    long written = (long) PREFIX + peer.read().toString().getBytes(StandardCharsets.UTF_8).length;
    Stats open = server.stats();
    assertThat(open.count(Counter.BYTES_READ)).isEqualTo((long) PREFIX + ping.length());
    assertThat(open.count(Counter.BYTES_WRITTEN)).isEqualTo(written);
    assertThat(open.connections()).isEqualTo(1);

    peer.close();
    eventually(server, Counter.CLOSED_BY_PEER, 1);
    Stats closed = server.stats();
    assertThat(closed.count(Counter.BYTES_READ)).isEqualTo((long) PREFIX + ping.length());
    assertThat(closed.count(Counter.BYTES_WRITTEN)).isEqualTo(written);
    assertThat(closed.connections()).isZero();
    assertThat(closed.count(Counter.CONNECTIONS_OPENED)).isEqualTo(1);
  }

  @Test
  void aResetIsAConnectionThatBroke() {
    Server server = start(usualServer());
    RawPeer peer = rawClient(server);
    peer.abort();
    eventually(server, Counter.CLOSED_BROKEN, 1);
  }

  @Test
  void aFrameThatIsNoneIsACause() {
    Server server = start(usualServer());
    RawPeer peer = rawClient(server);
    peer.sendBytes(new byte[PREFIX]);
    peer.read();
    peer.awaitEnd();
    eventually(server, Counter.CLOSED_FOR_CAUSE, 1);
    assertThat(server.stats().count(Oddity.BAD_FRAME)).isEqualTo(1);
  }

  @Test
  void aServerThatClosesTellsWhatItClosedAndWhatItCutOff() {
    Server server = start(usualServer());
    RawPeer idle = rawClient(server);
    RawPeer busy = rawClient(server);
    busy.send(call(1, WAIT.name()));
    gate.awaitEntered(1);
    eventually(() -> server.stats().connections() == 2);
    server.close(Duration.ZERO);
    idle.awaitEnd();
    assertThat(server.stats().count(Counter.CLOSED_HERE)).isEqualTo(1);
    assertThat(server.stats().count(Counter.CLOSED_CUT_OFF)).isEqualTo(1);
  }

  @Test
  void theClientCountsItsConnectionsToo() {
    Server server = start(usualServer());
    Client client = client(server);
    client.call(ADD, new Pair(1, 2));
    assertThat(client.stats().count(Counter.CONNECTIONS_OPENED)).isEqualTo(1);
    assertThat(client.stats().count(Counter.BYTES_READ))
        .isEqualTo(server.stats().count(Counter.BYTES_WRITTEN));
    client.close();
    eventually(() -> client.stats().count(Counter.CLOSED_HERE) == 1);
  }

  @Test
  void tooManyCallsAtTheServer() {
    Server server = start(usualServer().maxInFlight(1));
    RawPeer peer = rawClient(server);
    peer.send(call(1, WAIT.name()), call(2, WAIT.name()));
    assertBusy(peer);
    assertThat(server.stats().count(Counter.REFUSED_SERVER_FULL)).isEqualTo(1);
  }

  @Test
  void tooManyBytesAtTheServer() {
    Server server = start(usualServer().processBytes(4_000).serve(HOLD, this::hold));
    Client client = client(server);
    CompletableFuture<String> first = client.callAsync(HOLD, new Text("x".repeat(4_500)));
    gate.awaitEntered(1);
    failure(() -> client.call(ECHO, new Text("x".repeat(2_000))));
    assertThat(server.stats().count(Counter.REFUSED_BYTES)).isEqualTo(1);
    gate.open();
    assertThat(result(first)).isEqualTo("held");
  }

  @Test
  void callsThatWaitAtALimitAreCountedAndTheOneTooManyIsRefused() {
    Server server = start(usualServer().limit(ConcurrencyLimit.fixed(1).fairShare(1)));
    RawPeer peer = rawClient(server);
    peer.send(call(1, WAIT.name()), call(2, WAIT.name()), call(3, WAIT.name()));
    assertBusy(peer);
    assertThat(server.stats().queued()).isEqualTo(1);
    assertThat(server.stats().count(Counter.REFUSED_QUEUE_FULL)).isEqualTo(1);
    gate.open();
    eventually(() -> server.stats().queued() == 0);
  }

  @Test
  void oneCallerWithMoreThanItsShare() {
    ConcurrencyLimit half = ConcurrencyLimit.fixed(2).fairShare(0.5);
    Server server = start(usualServer().limit(half));
    RawPeer peer = rawClient(server);
    peer.send(call(1, WAIT.name()), call(2, WAIT.name()), call(3, WAIT.name()));
    assertBusy(peer);
    assertThat(server.stats().count(Counter.REFUSED_SHARE)).isEqualTo(1);
  }

  @Test
  void aPoolThatIsFull() {
    Server server =
        start(
            Server.builder(transport)
                .pool("one", 1, 1)
                .serve(POOLED, Lane.pool("one"), this::wait));
    RawPeer peer = rawClient(server);
    peer.send(call(1, "pooled"));
    gate.awaitEntered(1);
    peer.send(call(2, "pooled"), call(3, "pooled"));
    assertBusy(peer);
    assertThat(server.stats().count(Counter.REFUSED_LANE)).isEqualTo(1);
  }

  @Test
  void attemptsThatJoinAndAttemptsThatAreReplayed() {
    Server server = start(Server.builder(transport).serve(ONCE, this::wait));
    RawPeer peer = rawClient(server);
    peer.send(call(1, "once"));
    gate.awaitEntered(1);
    peer.send(call(2, "once"));
    eventually(() -> server.stats().inFlight() == 2);
    gate.open();
    List.of(peer.read(), peer.read());
    eventually(server, Counter.JOINED, 1);
    peer.send(call(3, "once"));
    peer.read();
    assertThat(server.stats().count(Counter.REPLAYED)).isEqualTo(1);
    assertThat(server.stats().count(Counter.JOINED)).isEqualTo(1);
  }

  @Test
  void peersAreToldNothingUnlessTheServerSaysSo() {
    RawPeer peer = rawClient(start(usualServer()));
    peer.send(stats(1, ""));
    assertThat(peer.read().at("/error/code").asString()).isEqualTo("METHOD_NOT_FOUND");
  }

  @Test
  void peersAreToldTheSameAsTheServersOwner() {
    Server server = start(usualServer().timers(clock).tellStats(true));
    RawPeer peer = rawClient(server);
    peer.send("{\"id\":1,\"method\":\"nothing\",\"meta\":{}}");
    peer.read();
    clock.advance(Duration.ofMillis(1_500));
    peer.send(stats(2, ""));
    JsonNode told = peer.read().get("result");
    assertThat(told.get("uptime_ms").asLong()).isEqualTo(1_500);
    assertThat(told.get("connections").asLong()).isEqualTo(1);
    assertThat(told.get("in_flight").asLong()).as("this one").isEqualTo(1);
    assertThat(told.get("queued").asLong()).isZero();
    assertThat(told.get("last_seen_ms").asLong()).isZero();
    assertThat(told.at("/calls/METHOD_NOT_FOUND").asLong()).isEqualTo(1);
    assertThat(told.at("/counts/connections_opened").asLong()).isEqualTo(1);
    assertThat(told.at("/counts/bytes_read").asLong())
        .isEqualTo(server.stats().count(Counter.BYTES_READ));
    assertThat(told.get("oddities").isEmpty()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"all", "stats", "nothing"})
  void whereCallersAuthenticateTheyNeedAPermit(String who) {
    Server server =
        start(
            usualServer()
                .tellStats(true)
                .authenticate(
                    token ->
                        Map.of(
                                "all", Identity.of("token:all"),
                                "stats", Identity.of("token:stats", "rpc.stats"::equals),
                                "nothing", Identity.of("token:nothing", _ -> false))
                            .get(token)));
    RawPeer peer = rawClient(server);
    peer.send(stats(1, "\"auth\":\"" + who + "\""));
    JsonNode reply = peer.read();
    assertThat(reply.get("ok").asBoolean()).as("of %s", reply).isEqualTo(!who.equals("nothing"));
    assertThat(who.equals("nothing") ? reply.at("/error/code").asString() : "FORBIDDEN")
        .isEqualTo("FORBIDDEN");
  }

  @Test
  void aCallerCanBeAskedByName() {
    Client client = client(start(usualServer().tellStats(true)));
    CompletableFuture<String> waits = client.callAsync(WAIT, null);
    gate.awaitEntered(1);
    String told =
        new String(
            client.callEncoded("rpc.stats", null, CallOptions.DEFAULT).encoded(),
            StandardCharsets.UTF_8);
    assertThat(told).contains("\"in_flight\":2");
    gate.open();
    assertThat(result(waits)).isEqualTo("waited");
  }
}
