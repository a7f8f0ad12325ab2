package dev.tern.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.tern.core.Effect;
import dev.tern.core.Lane;
import dev.tern.core.Method;
import dev.tern.core.RawPeer;
import dev.tern.core.Request;
import dev.tern.core.RpcException;
import dev.tern.core.client.CallOptions;
import dev.tern.core.client.Client;
import dev.tern.core.server.Server;
import dev.tern.protocol.Dialect;
import dev.tern.protocol.Executed;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;

/** Client and server in the dialects beside v1. */
final class DialectsTest extends EveryTransport {

  private static final Method<Void, Object> FAIL = Method.of("test.fail", Void.class, Object.class);

  private Client client(Server server, Dialect dialect) {
    return client(server.address(), b -> b.dialect(dialect));
  }

  private Client bare(Server server) {
    return client(server.address(), b -> b.dialect(Dialect.BARE).timers(clock));
  }

  @ParameterizedTest
  @EnumSource(Dialect.class)
  void callsInEveryDialect(Dialect dialect) {
    Client client = client(start(usualServer()), dialect);

    assertThat(client.call(ADD, new Pair(1, 2))).isEqualTo(3);
    assertThat(client.call(ECHO, new Text("ä\u0000\"\uD83D\uDE00")))
        .isEqualTo("ä\u0000\"\uD83D\uDE00");
  }

  @ParameterizedTest
  @EnumSource(Dialect.class)
  void anUnknownMethodWasNotExecutedInEveryDialect(Dialect dialect) {
    Client client = client(start(usualServer()), dialect);

    RpcException e = failure(() -> client.call("no.such", null, Void.class));

    assertThat(e.code()).isEqualTo("METHOD_NOT_FOUND");
    assertThat(e.number()).isEqualTo(-32601);
    assertThat(e.executed()).isEqualTo(Executed.NO);
  }

  @Test
  void jsonRpcCarriesTheWholeErrorOfATernServer() {
    Server server =
        start(
            usualServer()
                .serve(
                    FAIL,
                    _ -> {
                      throw RpcException.notExecuted("LOCKED", "later");
                    }));

    RpcException e = failure(() -> client(server, Dialect.JSONRPC).call(FAIL, null));

    assertThat(e.code()).isEqualTo("LOCKED");
    assertThat(e.executed()).isEqualTo(Executed.NO);
  }

  @Test
  void aBareErrorOfAHandlerMayHaveHadItsEffect() {
    Server server =
        start(
            usualServer()
                .serve(
                    FAIL,
                    _ -> {
                      throw new RpcException("LOCKED", "later");
                    }));

    RpcException e = failure(() -> client(server, Dialect.BARE).call(FAIL, null));

    assertThat(e).hasMessage("later");
    assertThat(e.number()).isEqualTo(-32000);
    assertThat(e.executed()).isEqualTo(Executed.MAYBE);
  }

  @Test
  void aForeignJsonRpcServerSeesNothingButTheSpecification() {
    RawPeer.Listening server = rawServer();
    Client client = client(server.address(), b -> b.dialect(Dialect.JSONRPC).timers(clock));
    CompletableFuture<Integer> call = client.callAsync(ADD, new Pair(1, 2));

    JsonNode request = server.accept().read();
    call.cancel(true);

    assertThat(request.propertyNames())
        .containsExactlyInAnyOrder("jsonrpc", "id", "method", "params");
  }

  @Test
  void aForeignJsonRpcServerSeesNoMetaEvenOfACallWithAKey() {
    RawPeer.Listening server = rawServer();
    Client client = client(server.address(), b -> b.dialect(Dialect.JSONRPC).timers(clock));
    CallOptions keyed = CallOptions.DEFAULT.withKey("an operation's key");
    CompletableFuture<Integer> call = client.callAsync(ADD, new Pair(1, 2), keyed);

    JsonNode request = server.accept().read();
    call.cancel(true);

    assertThat(request.has("meta")).isFalse();
  }

  @Test
  void aForeignJsonRpcServerIsSentNoCancel() {
    RawPeer.Listening server = rawServer();
    Client client = client(server.address(), b -> b.dialect(Dialect.JSONRPC).timers(clock));
    CompletableFuture<Integer> first = client.callAsync(ADD, new Pair(1, 2));
    RawPeer peer = server.accept();
    peer.read();
    first.cancel(true);
    eventually(() -> client.stats().count("CANCELLED") == 1);

    var _ = client.callAsync(ECHO, new Text("x"));

    assertThat(peer.read().get("method").asString()).isEqualTo("text.echo");
  }

  @Test
  void aForeignBareServerSeesTheThreeKeysAndAFreshUuid() {
    RawPeer.Listening server = rawServer();
    Client client = client(server.address(), b -> b.dialect(Dialect.BARE).timers(clock));
    var _ = client.callAsync(ADD, new Pair(1, 2));

    JsonNode request = server.accept().read();

    assertThat(request.propertyNames()).containsExactlyInAnyOrder("id", "method", "params");
    assertThat(UUID.fromString(request.get("id").asString())).isNotNull();
  }

  @Test
  void aBareCallHasAConnectionOfItsOwnAndClosesIt() {
    Server server = start(usualServer());
    Client client = bare(server);
    CompletableFuture<String> first = client.callAsync(WAIT, null);
    CompletableFuture<String> second = client.callAsync(WAIT, null);
    gate.awaitEntered(2);

    assertThat(server.stats().connections()).isEqualTo(2);
    gate.open();
    result(first);
    result(second);

    eventually(() -> server.stats().connections() == 0 && client.stats().connections() == 0);
  }

  @Test
  void aBareClientCancelsByClosing() {
    Method<Void, String> work =
        Method.<Void, String>of("test.work", Void.class, String.class).effect(Effect.READ);
    CountDownLatch told = new CountDownLatch(1);
    Server server =
        start(
            usualServer()
                .serve(
                    work,
                    _ -> {
                      Request.current().cancelToken().onCancel(told::countDown);
                      gate.pass();
                      return "";
                    }));
    CompletableFuture<String> call = bare(server).callAsync(work, null);
    gate.awaitEntered(1);

    call.cancel(true);

    awaitCount(told);
  }

  @Test
  void aBareCallWhoseDeadlinePassesWhileItConnectsLeavesNoConnectionOpen() {
    StuckTransport stuck = new StuckTransport(transport);
    Server server = start(usualServer());
    Client client = client(stuck, server.address(), b -> b.dialect(Dialect.BARE).timers(clock));
    CompletableFuture<Integer> call =
        client.callAsync(ADD, new Pair(1, 2), CallOptions.timeout(Duration.ofSeconds(1)));
    stuck.awaitAttempt();
    advanceUntilDone(Duration.ofSeconds(1), call);
    failure(call);

    stuck.letGo();

    eventually(
        () ->
            stuck.connects() == 1
                && server.stats().connections() == 0
                && client.stats().connections() == 0);
  }

  @Test
  void closingABareClientFailsItsCalls() {
    Client client = bare(start(usualServer()));
    CompletableFuture<String> call = client.callAsync(WAIT, null);
    gate.awaitEntered(1);

    client.close();

    RpcException e = failure(call);
    assertThat(e.code()).isEqualTo("UNAVAILABLE");
    assertThat(e.executed()).isEqualTo(Executed.MAYBE);
  }

  @Test
  void aBareClientHasNoNotifications() {
    Client client = bare(start(usualServer()));

    assertThatIllegalStateException().isThrownBy(() -> client.notify("calc.add", null));
  }

  @Test
  void aJsonRpcNotificationRuns() {
    Server server = start(usualServer());

    client(server, Dialect.JSONRPC).notify("calc.add", new Pair(1, 2));

    eventually(() -> server.stats().count("OK") == 1);
  }

  @ParameterizedTest
  @EnumSource(names = {"VIRTUAL", "INLINE"})
  void bareFramesRunOneAtATimeInTheirOrder(Lanes lane) {
    Server server = start(usualServer().serve(FAIL, lane.lane(), _ -> "" + Request.current().id()));
    RawPeer peer = rawClient(server);

    peer.send(
        "{\"id\":1,\"method\":\"text.echo\",\"params\":{\"text\":\"a\"}}",
        "{\"id\":2,\"method\":\"test.fail\"}",
        "{\"id\":3,\"method\":\"text.echo\",\"params\":{\"text\":\"b\"}}",
        "{\"id\":4,\"method\":\"test.fail\"}");

    for (int id = 1; id <= 4; id++) {
      assertThat(peer.read().get("id").asInt()).isEqualTo(id);
    }
  }

  enum Lanes {
    VIRTUAL,
    INLINE;

    Lane lane() {
      return this == VIRTUAL ? Lane.VIRTUAL : Lane.INLINE;
    }
  }
}
