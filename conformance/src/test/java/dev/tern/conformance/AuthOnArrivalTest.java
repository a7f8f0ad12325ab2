package dev.tern.conformance;

import static dev.tern.conformance.Replies.json;
import static dev.tern.conformance.Replies.v1Error;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.core.Counter;
import dev.tern.core.RawPeer;
import dev.tern.core.RpcException;
import dev.tern.core.auth.Identity;
import dev.tern.core.auth.TokenVerifier;
import dev.tern.core.client.CallOptions;
import dev.tern.core.client.Client;
import dev.tern.core.limit.ConcurrencyLimit;
import dev.tern.core.runtime.Environment;
import dev.tern.core.server.Server;
import dev.tern.core.server.ServerBuilder;
import dev.tern.protocol.ErrorCode;
import dev.tern.protocol.Executed;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who calls is found out before a call has a thread or a place, unless that may block. */
final class AuthOnArrivalTest extends EveryTransport {
  private static final CallOptions AS_ANN = CallOptions.DEFAULT.withAuth("ann");

  private record Verifier(boolean mayBlock, Function<String, @Nullable Identity> code)
      implements TokenVerifier {
    @Override
    public @Nullable Identity verify(String token) {
      return code.apply(token);
    }
  }

  /** Knows ann, and bob, who may add and nothing else. */
  private static @Nullable Identity known(String token) {
    return switch (token) {
      case "ann" -> Identity.of("token:ann");
      case "bob" -> Identity.of("token:bob", ADD.name()::equals);
      default -> null;
    };
  }

  private ServerBuilder guarded(boolean mayBlock) {
    return usualServer().authenticate(new Verifier(mayBlock, AuthOnArrivalTest::known));
  }

  private static String echo(int id, String meta) {
    return json("{'id':" + id + ",'method':'text.echo','params':['x'],'meta':{" + meta + "}}");
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '"',
      value = {
        "'auth':'nobodys', UNAUTHORIZED",
        "'auth':'bob',     FORBIDDEN",
        "'md':{'a':'b'},   UNAUTHORIZED"
      })
  void whoIsRefusedStartsNoThread(String meta, ErrorCode code) {
    AtomicInteger started = new AtomicInteger();
    ThreadFactory counting =
        task -> {
          started.incrementAndGet();
          return Environment.SYSTEM.virtualThreads().newThread(task);
        };
    Environment counted =
        new Environment(
            Environment.SYSTEM.timers(),
            counting,
            Environment.SYSTEM.platformThreads(),
            Environment.SYSTEM.random());
    RawPeer peer = rawClient(start(guarded(false).environment(counted)));
    peer.send(echo(1, meta));

    v1Error(peer.read(), "1", code, Executed.NO);
    assertThat(started).hasValue(0);
    peer.send(echo(2, "'auth':'ann'"));
    assertThat(peer.read().get("result").asString()).isEqualTo("x");
    assertThat(started).as("of a call that is served").hasValue(1);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aStrangerTakesNoPlaceFromWhoIsKnown(boolean mayBlock) {
    ConcurrencyLimit one = ConcurrencyLimit.fixed(1).queue(0).fairShare(1);
    Server server = start(guarded(mayBlock).limit(one).maxInFlight(1));
    CompletableFuture<String> running = client(server).callAsync(WAIT, null, AS_ANN);
    gate.awaitEntered(1);
    RawPeer peer = rawClient(server);
    peer.send(echo(1, ""));

    v1Error(peer.read(), "1", ErrorCode.UNAUTHORIZED, Executed.NO);
    assertThat(server.stats().count(Counter.REFUSED_SERVER_FULL)).isZero();
    gate.open();
    assertThat(result(running)).isEqualTo("waited");
  }

  @Test
  void aVerifierThatDoesNotBlockIsAskedOffTheLanes() {
    CompletableFuture<Thread> asked = new CompletableFuture<>();
    Verifier verifier =
        new Verifier(
            false,
            token -> {
              asked.complete(Thread.currentThread());
              return known(token);
            });
    Client client = client(start(usualServer().authenticate(verifier)));

    assertThat(client.call(ADD, new Pair(1, 2), AS_ANN)).isEqualTo(3);
    assertThat(result(asked).isVirtual()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aVerifierThatFailsFailsThatCallAlone(boolean mayBlock) {
    Verifier broken =
        new Verifier(
            mayBlock,
            token -> {
              if (token.equals("bad")) {
                throw new IllegalStateException("a secret of the verifier's");
              }
              return known(token);
            });
    Client client = client(start(usualServer().authenticate(broken)));
    RpcException e =
        failure(() -> client.call(ADD, new Pair(1, 2), CallOptions.DEFAULT.withAuth("bad")));

    assertThat(e.code() + " " + e.executed()).isEqualTo("INTERNAL NO");
    assertThat(e).hasMessageContaining("incident");
    assertThat(client.call(ADD, new Pair(1, 2), AS_ANN)).isEqualTo(3);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aVerifierMayRefuseInWordsOfItsOwn(boolean mayBlock) {
    Verifier away =
        new Verifier(
            mayBlock,
            _ -> {
              throw RpcException.refusal(ErrorCode.UNAVAILABLE, "nobody knows the tokens now");
            });
    Client client = client(start(usualServer().authenticate(away)));
    RpcException e = failure(() -> client.call(ADD, new Pair(1, 2), AS_ANN));

    assertThat(e.code() + " " + e.executed()).isEqualTo("UNAVAILABLE NO");
    assertThat(e).hasMessageContaining("nobody knows the tokens now");
  }

  @Test
  void theLogNamesTheCallerWhomALimitHasRefused() {
    ConcurrencyLimit one = ConcurrencyLimit.fixed(1).queue(0).fairShare(1);
    Client client = client(start(guarded(false).limit(one)));
    CompletableFuture<String> running = client.callAsync(WAIT, null, AS_ANN);
    gate.awaitEntered(1);
    try (LogCapture log = new LogCapture()) {
      failure(() -> client.call(ADD, new Pair(1, 2), AS_ANN));

      log.line("method=calc.add .* code=SERVER_BUSY .*caller=token:ann$");
    }
    gate.open();
    assertThat(result(running)).isEqualTo("waited");
  }

  @Test
  void onAConnectionWhereManyCallEachHasItsOwnName() {
    RawPeer peer = rawClient(start(guarded(false)));
    peer.send(
        json("{'id':1,'method':'rpc.hello','meta':{'auth':'ann'}}"),
        json("{'id':2,'method':'rpc.hello','meta':{'auth':'bob'}}"),
        json("{'id':3,'method':'rpc.hello','meta':{}}"));

    assertThat(peer.read().at("/result/caller").asString()).isEqualTo("token:ann");
    assertThat(peer.read().at("/result/caller").asString()).isEqualTo("token:bob");
    assertThat(peer.read().at("/result/caller").isMissingNode()).isTrue();
  }
}
