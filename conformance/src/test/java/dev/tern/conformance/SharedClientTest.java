package dev.tern.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.core.EncodedJson;
import dev.tern.core.Method;
import dev.tern.core.RpcException;
import dev.tern.core.client.CallOptions;
import dev.tern.core.client.Client;
import dev.tern.core.server.Server;
import dev.tern.core.server.ServerBuilder;
import dev.tern.protocol.Dialect;
import dev.tern.protocol.ErrorCode;
import dev.tern.protocol.Executed;
import dev.tern.protocol.Limits;
import dev.tern.protocol.Limits.Bound;
import dev.tern.protocol.Metadata;
import dev.tern.protocol.Oddity;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Many callers share a client and its connection: what one of them does ends no call of others. */
final class SharedClientTest extends EveryTransport {
  private static final Method<Void, Void> UNKNOWN = Method.of("no.such", Void.class, Void.class);
  private static final Method<Void, EncodedJson> GIVE =
      Method.of("test.give", Void.class, EncodedJson.class);
  private static final Method<Any, Void> TAKE = Method.of("test.take", Any.class, Void.class);

  /** More than twice as many as a server forgives of what belongs to no call. */
  private static final int FLOOD = 2 * Limits.DEFAULT.get(Bound.ERROR_BURST) + 1;

  private static final Limits LOW =
      Limits.DEFAULT.with(Bound.DEPTH, 16).with(Bound.NAME_BYTES, 30).with(Bound.NUMBER_DIGITS, 20);

  private static final String DEEP = "[".repeat(16) + "]".repeat(16);
  private static final String LONG_NAME = "{\"" + "n".repeat(31) + "\":1}";
  private static final String LONG_NUMBER = "[" + "1".repeat(21) + "]";

  record Any(EncodedJson value) {}

  private static EncodedJson json(String text) {
    return new EncodedJson(text.getBytes(UTF_8));
  }

  private static Any any(String text) {
    return new Any(json(text));
  }

  /** Does something while another caller's call waits, and when it is over calls once more. */
  private void besideAnother(Client client, Runnable work) {
    CompletableFuture<String> other = client.callAsync(WAIT, null);
    gate.awaitEntered(1);
    work.run();
    assertThat(client.call(ADD, new Pair(1, 2))).isEqualTo(3);
    gate.open();
    assertThat(result(other)).isEqualTo("waited");
    assertThat(client.stats().connections()).isEqualTo(1);
  }

  @Test
  void row160_aFloodOfUnknownMethodsIsAnsweredAndEndsNoCallOfOthers() {
    Server server = start(usualServer());
    Client client = client(server);
    besideAnother(
        client,
        () -> {
          List<CompletableFuture<Void>> flood = new ArrayList<>();
          for (int i = 0; i < FLOOD; i++) {
            flood.add(client.callAsync(UNKNOWN, null));
            if (i % 1_000 == 0) {
              assertThat(client.call(ADD, new Pair(i, 1))).isEqualTo(i + 1);
            }
          }
          for (CompletableFuture<Void> call : flood) {
            RpcException failure = failure(call);
            assertThat(failure.code()).isEqualTo(ErrorCode.METHOD_NOT_FOUND.name());
            assertThat(failure.executed()).isEqualTo(Executed.NO);
          }
        });
    assertThat(server.stats().count(Oddity.TOO_MANY_ERRORS)).isZero();
  }

  @Test
  void row160_soDoesAFloodOfNotificationsThatNobodyTakes() {
    Client client = client(start(usualServer()));
    besideAnother(
        client,
        () -> {
          for (int i = 0; i < FLOOD; i++) {
            client.notify("no.such", null);
          }
        });
  }

  static Stream<Arguments> whatAServerOfLowerLimitsRefuses() {
    return Stream.of(Dialect.values())
        .flatMap(
            dialect ->
                Stream.of(
                    Arguments.of(dialect, DEEP, ErrorCode.PARSE_ERROR),
                    Arguments.of(dialect, LONG_NAME, ErrorCode.INVALID_PARAMS),
                    Arguments.of(dialect, LONG_NUMBER, ErrorCode.INVALID_PARAMS)));
  }

  private ServerBuilder takingServer() {
    return usualServer().serveVoid(TAKE, _ -> {});
  }

  @ParameterizedTest
  @MethodSource("whatAServerOfLowerLimitsRefuses")
  void row161_paramsOverTheServersLimitsFailThatCallAlone(
      Dialect dialect, String params, ErrorCode code) {
    Server server = start(takingServer().limits(LOW));
    Client client = client(server.address(), builder -> builder.dialect(dialect));
    besideAnotherOf(
        dialect,
        client,
        () -> {
          RpcException failure = failure(() -> client.call(TAKE, any(params)));
          assertThat(failure.isRemote()).isTrue();
          assertThat(failure.code()).isEqualTo(code.name());
          assertThat(failure.executed()).isEqualTo(Executed.NO);
        });
  }

  /** A bare client has a connection for each call. */
  private void besideAnotherOf(Dialect dialect, Client client, Runnable work) {
    if (dialect == Dialect.BARE) {
      work.run();
      assertThat(client.call(ADD, new Pair(1, 2))).isEqualTo(3);
    } else {
      besideAnother(client, work);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Dialect.class,
      names = {"V1", "JSONRPC"})
  void row161_aNotificationOverTheServersLimitsEndsNoCall(Dialect dialect) {
    Server server = start(takingServer().limits(LOW));
    Client client = client(server.address(), builder -> builder.dialect(dialect));
    besideAnother(client, () -> client.notify(TAKE, any(DEEP)));
    assertThat(server.stats().count(Oddity.MALFORMED)).isEqualTo(1);
  }

  @Test
  void row161_metadataOverTheServersLimitsFailsThatCallAlone() {
    Client client = client(start(takingServer().limits(LOW)));
    Metadata metadata = Metadata.of(Map.of("n".repeat(31), ""));
    besideAnother(
        client,
        () -> {
          RpcException failure =
              failure(
                  () -> client.call(TAKE, any("[]"), CallOptions.DEFAULT.withMetadata(metadata)));
          assertThat(failure.code()).isEqualTo(ErrorCode.BAD_REQUEST.name());
          assertThat(failure.executed()).isEqualTo(Executed.NO);
        });
  }

  /** It is far above the usual number of unreadable payloads that close a connection. */
  @Test
  void row161_howeverOften() {
    Client client = client(start(takingServer().limits(LOW)));
    besideAnother(
        client,
        () -> {
          for (int i = 0; i < 100; i++) {
            assertThat(failure(() -> client.call(TAKE, any(DEEP))).executed())
                .isEqualTo(Executed.NO);
          }
        });
  }

  static Stream<Arguments> whatAClientOfLowerLimitsCannotRead() {
    return Stream.of(Dialect.values())
        .flatMap(
            dialect ->
                Stream.of(DEEP, LONG_NAME, LONG_NUMBER)
                    .map(result -> Arguments.of(dialect, result)));
  }

  @ParameterizedTest
  @MethodSource("whatAClientOfLowerLimitsCannotRead")
  void row162_aResultOverTheClientsLimitsFailsThatCallAlone(Dialect dialect, String result) {
    Server server = start(usualServer().serve(GIVE, _ -> json(result)));
    Client client = client(server.address(), builder -> builder.dialect(dialect).limits(LOW));
    besideAnotherOf(
        dialect,
        client,
        () -> {
          RpcException failure = failure(() -> client.call(GIVE));
          assertThat(failure.code()).isEqualTo(ErrorCode.INTERNAL.name());
          assertThat(failure.executed()).as("it has a result").isEqualTo(Executed.YES);
        });
  }

  @Test
  void row162_anErrorOverTheClientsLimitsFailsThatCallAlone() {
    Server server =
        start(
            usualServer()
                .serve(
                    GIVE,
                    _ -> {
                      throw new RpcException("MINE", "m", Map.of("a", json(DEEP)));
                    }));
    Client client = client(server.address(), builder -> builder.limits(LOW));
    besideAnother(
        client,
        () -> {
          RpcException failure = failure(() -> client.call(GIVE));
          assertThat(failure.code()).isEqualTo(ErrorCode.INTERNAL.name());
          assertThat(failure.executed()).isEqualTo(Executed.MAYBE);
        });
  }
}
