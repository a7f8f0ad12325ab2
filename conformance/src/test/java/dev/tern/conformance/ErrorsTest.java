package dev.tern.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.core.Effect;
import dev.tern.core.Filter;
import dev.tern.core.Lane;
import dev.tern.core.Method;
import dev.tern.core.Procedure;
import dev.tern.core.Response;
import dev.tern.core.RpcException;
import dev.tern.core.client.CallOptions;
import dev.tern.core.client.Client;
import dev.tern.core.server.Server;
import dev.tern.protocol.Dialect;
import dev.tern.protocol.ErrorCode;
import dev.tern.protocol.Executed;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What a caller is told when something goes wrong in a handler, a filter or a result. */
final class ErrorsTest extends EveryTransport {

  private static final Method<Void, Object> FAIL = Method.of("test.fail", Void.class, Object.class);

  /** A port where nobody listens. */
  private static final InetSocketAddress NOWHERE =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);

  private Server failing(Procedure<Void, Object> procedure) {
    return start(usualServer().serve(FAIL, procedure));
  }

  private RpcException failureOf(Procedure<Void, Object> procedure) {
    Client client = client(failing(procedure));
    RpcException e = failure(() -> client.call(FAIL, null));
    assertThat(client.call(ADD, new Pair(1, 1))).as("the connection lives on").isEqualTo(2);
    return e;
  }

  private static void assertInternal(RpcException e) {
    assertInternal(e, Executed.MAYBE);
  }

  private static void assertInternal(RpcException e, Executed executed) {
    assertThat(e.code()).isEqualTo("INTERNAL");
    assertThat(e.executed()).isEqualTo(executed);
    assertThat(e.getMessage()).startsWith("internal error, incident ");
    assertThat(e.details()).containsOnlyKeys("incident");
  }

  @Test
  void anApplicationErrorPassesAndWasExecuted() {
    RpcException e =
        failureOf(
            _ -> {
              throw new RpcException("OUT_OF_STOCK", "none left", Map.of("sku", "x1"));
            });

    assertThat(e.code()).isEqualTo("OUT_OF_STOCK");
    assertThat(e).hasMessage("none left");
    assertThat(e.details()).isEqualTo(Map.of("sku", "x1"));
    assertThat(e.executed()).isEqualTo(Executed.YES);
    assertThat(e.number()).isEqualTo(-32000);
    assertThat(e.isRemote()).isTrue();
  }

  @Test
  void anApplicationErrorMaySayThatNothingWasDone() {
    RpcException e =
        failureOf(
            _ -> {
              throw RpcException.notExecuted("LOCKED", "later, please");
            });

    assertThat(e.code()).isEqualTo("LOCKED");
    assertThat(e.executed()).isEqualTo(Executed.NO);
  }

  @Test
  void anUnexpectedExceptionShowsNothingButAnIncident() {
    RpcException e =
        failureOf(
            _ -> {
              throw new SQLException("select secret from users");
            });

    assertInternal(e);
    assertThat(e.toString()).doesNotContain("secret").doesNotContain("SQL");
  }

  @Test
  void detailsThatCannotBeEncodedAreLeftOut() {
    RpcException e =
        failureOf(
            _ -> {
              throw new RpcException("ODD", "words", Map.of("value", Double.NaN));
            });

    assertThat(e.code()).isEqualTo("ODD");
    assertThat(e.details()).isEmpty();
  }

  /** A class that cannot be used, as one whose own classes are missing. */
  static final class Broken {
    private final String missing;

    Broken(String missing) {
      this.missing = missing;
    }

    @SuppressWarnings("unused") // read as a property
    public String getName() {
      if (!missing.isEmpty()) {
        throw new NoClassDefFoundError(missing);
      }
      return missing;
    }
  }

  /** Is not even able to say what it is. */
  @SuppressWarnings("serial") // it never travels
  private static final class Speechless extends RuntimeException {
    @Override
    public String getMessage() {
      throw new IllegalStateException("speechless");
    }
  }

  private void assertEndsAlone(Lane lane, Procedure<Void, Object> fails, String code) {
    Method<Void, Object> once =
        Method.of("test.once", Void.class, Object.class).effect(Effect.ONCE);
    Server server =
        start(
            usualServer()
                .exposeErrors(true)
                .pool("one", 1, 10)
                .serve(FAIL, lane, fails)
                .serve(once, lane, fails));
    Client client = client(server);
    for (int i = 0; i < 3; i++) {
      assertThat(failure(() -> client.call(FAIL, null)).code()).isEqualTo(code);
      assertThat(client.call(ADD, new Pair(1, 1))).as("the connection lives on").isEqualTo(2);
    }
    CallOptions again = CallOptions.DEFAULT.withOperation(client.operation(once));
    for (int i = 0; i < 2; i++) {
      assertThat(failure(() -> client.call(once, null, again)).code()).isEqualTo(code);
    }
    eventually(() -> server.stats().inFlight() == 0);
  }

  static List<Lane> lanes() {
    return List.of(Lane.VIRTUAL, Lane.INLINE, Lane.pool("one"));
  }

  @ParameterizedTest
  @MethodSource("lanes")
  void detailsThatBreakWhileTheyAreWrittenAreLeftOut(Lane lane) {
    assertEndsAlone(
        lane,
        _ -> {
          throw new RpcException("ODD", "words", Map.of("value", new Broken("its/own/Class")));
        },
        "ODD");
  }

  @ParameterizedTest
  @MethodSource("lanes")
  void anExceptionThatCannotSayWhatItIsEndsItsCall(Lane lane) {
    assertEndsAlone(
        lane,
        _ -> {
          throw new Speechless();
        },
        "INTERNAL");
  }

  @Test
  void halfASurrogatePairInAMessageDoesNoHarm() {
    RpcException e =
        failureOf(
            _ -> {
              throw new RpcException("ODD", "x\uD800y");
            });

    assertThat(e).hasMessage("x\uFFFDy");
  }

  @Test
  void anErrorOfANestedCallSaysNothingOfTheOuterOne() {
    Client nested = client(start(usualServer()));

    assertInternal(failureOf(_ -> nested.call("no.such", null, Object.class)));
  }

  @Test
  void aNestedCallThatNeverLeftSaysNothingOfTheOuterOne() {
    Client nested = client(NOWHERE);

    assertInternal(failureOf(_ -> nested.call(ADD, new Pair(1, 2))));
  }

  /**
   * It did not let the nested call go, which says no more of the outer one than any other error.
   */
  @Test
  void aRefusalOfANestedClientsFilterSaysNothingOfTheOuterOne() {
    Server other = start(usualServer());
    for (Filter refuses :
        List.<Filter>of(
            (_, _) -> {
              throw RpcException.refusal(ErrorCode.SERVER_BUSY, "enough for now");
            },
            (_, _) -> {
              throw RpcException.notExecuted("ENOUGH", "for now");
            },
            (_, _) -> {
              throw new RpcException("ENOUGH", "for now");
            })) {
      Client nested = client(other.address(), b -> b.filter(refuses));

      assertInternal(failureOf(_ -> nested.call(ADD, new Pair(1, 2))));
    }
  }

  @Test
  void anErrorOfACallInAFilterSaysNothingOfTheOuterOne() {
    Client nested = client(start(usualServer()));
    Filter asks =
        (request, next) ->
            request.method().equals(ADD.name())
                ? new Response.Value(
                    nested.callEncoded("no.such", null, CallOptions.DEFAULT).encoded())
                : next.handle(request); // the client's hello
    Server server = start(usualServer().filter(asks));

    assertInternal(failure(() -> client(server).call(ADD, new Pair(1, 2))), Executed.NO);
    assertThat(server.stats().count("INTERNAL")).isEqualTo(1);
  }

  @Test
  void aCallThatFailsInAFilterAfterTheHandlerIsNoProofThatItDidNotRun() {
    Client nested = client(NOWHERE);
    Filter tellsAfterwards =
        (request, next) -> {
          Response response = next.handle(request);
          nested.call(ADD, new Pair(1, 2));
          return response;
        };
    Server server = start(usualServer().filter(tellsAfterwards));

    assertInternal(failure(() -> client(server).call(ADD, new Pair(1, 2))));
  }

  @Test
  void aFilterMayAnswerWithAnApplicationError() {
    Filter refuses =
        (_, _) -> {
          throw RpcException.notExecuted("NOT_TODAY", "closed");
        };
    Client client = client(start(usualServer().filter(refuses)));

    RpcException e = failure(() -> client.call(ADD, new Pair(1, 2)));

    assertThat(e.code()).isEqualTo("NOT_TODAY");
    assertThat(e.executed()).isEqualTo(Executed.NO);
  }

  @Test
  void aFilterLetsTheFrameworksErrorsPass() {
    Filter passes = (request, next) -> next.handle(request);
    Client client = client(start(usualServer().filter(passes)));

    RpcException e = failure(() -> client.call("calc.add", Map.of("a", 1), Integer.class));

    assertThat(e.code()).isEqualTo("INVALID_PARAMS");
    assertThat(e.executed()).isEqualTo(Executed.NO);
  }

  @Test
  void anExceptionInAFilterCostsOnlyItsCall() {
    Filter fails =
        (request, next) -> {
          if (request.method().equals(ECHO.name())) {
            throw new IllegalStateException("secret");
          }
          return next.handle(request);
        };
    Client client = client(start(usualServer().filter(fails)));

    assertInternal(failure(() -> client.call(ECHO, new Text("x"))), Executed.NO);
    assertThat(client.call(ADD, new Pair(1, 2))).isEqualTo(3);
  }

  @Test
  void aStackOverflowCostsOnlyItsCall() {
    assertInternal(failureOf(_ -> endless(0)));
  }

  @Test
  void aStackOverflowOfAnInlineMethodCostsOnlyItsCall() {
    Client client = client(start(usualServer().serve(FAIL, Lane.INLINE, _ -> endless(0))));

    assertInternal(failure(() -> client.call(FAIL, null)));
    assertThat(client.call(ADD, new Pair(1, 2))).isEqualTo(3);
  }

  @SuppressWarnings("InfiniteRecursion") // that is what it is for
  private static int endless(int depth) {
    return endless(depth + 1) + 1;
  }

  @Test
  void aResultThatCannotBeEncodedCostsOnlyItsCall() {
    assertInternal(failureOf(_ -> Map.of("value", Double.NaN)), Executed.YES);
  }

  @Test
  void aResultThatIsTooLargeWasExecuted() {
    Client client =
        client(start(usualServer().frameBytes(1_000).serve(FAIL, _ -> "x".repeat(999))));

    RpcException e = failure(() -> client.call(FAIL, null));

    assertThat(e.code()).isEqualTo("TOO_LARGE");
    assertThat(e.executed()).isEqualTo(Executed.YES);
    assertThat(client.call(ADD, new Pair(1, 2))).as("the connection lives on").isEqualTo(3);
  }

  @Test
  void aResultThatIsTooLargeCountsAsThat() {
    Server server = start(usualServer().frameBytes(1_000).serve(FAIL, _ -> "x".repeat(999)));

    failure(() -> client(server).call(FAIL, null));

    assertThat(server.stats().byCode()).isEqualTo(Map.of("OK", 0L, "TOO_LARGE", 1L));
  }

  @Test
  void aResultThatJustFitsIsSent() {
    int id = "1".length();
    int envelope = "{\"id\":,\"ok\":true,\"result\":\"\"}".length() + id;
    Client client =
        client(
            start(usualServer().frameBytes(1_000).serve(FAIL, _ -> "x".repeat(1_000 - envelope))));

    assertThat(client.call(FAIL, null)).isEqualTo("x".repeat(1_000 - envelope));
  }

  @Test
  void anErrorThatIsTooLargeKeepsItsCodeAndVerdict() {
    Server server =
        start(
            usualServer()
                .frameBytes(1_000)
                .serve(
                    FAIL,
                    _ -> {
                      throw new RpcException(
                          "ODD", "m".repeat(2_000), Map.of("d", "x".repeat(2_000)));
                    }));
    Client client = client(server.address(), b -> b.frameBytes(1_000));

    RpcException e = failure(() -> client.call(FAIL, null));

    assertThat(e.code()).isEqualTo("ODD");
    assertThat(e.executed()).isEqualTo(Executed.YES);
    assertThat(client.call(ADD, new Pair(1, 2))).as("the connection lives on").isEqualTo(3);
  }

  @Test
  void aRequestThatIsTooLargeDoesNotLeave() {
    Client client = client(start(usualServer()).address(), b -> b.frameBytes(1_000));

    RpcException e = failure(() -> client.call(ECHO, new Text("x".repeat(1_000))));

    assertThat(e.code()).isEqualTo("TOO_LARGE");
    assertThat(e.executed()).isEqualTo(Executed.NO);
    assertThat(e.isRemote()).isFalse();
    assertThat(client.call(ADD, new Pair(1, 2))).as("the connection lives on").isEqualTo(3);
  }

  @ParameterizedTest
  @EnumSource(Dialect.class)
  void aPeerSeesTheMessageOfAnErrorIfErrorsAreExposed(Dialect dialect) {
    Filter failing =
        (request, next) -> {
          if (request.method().equals("calc.add")) {
            throw new IllegalStateException("the filter is torn");
          }
          return next.handle(request);
        };
    Server server =
        start(
            usualServer()
                .exposeErrors(true)
                .filter(failing)
                .serve(
                    FAIL,
                    _ -> {
                      throw new IllegalStateException("the shelf is empty");
                    }));
    Client client = client(server.address(), b -> b.dialect(dialect));

    assertThat(failure(() -> client.call(FAIL, null))).hasMessage("the shelf is empty");
    assertThat(failure(() -> client.call(ADD, new Pair(1, 2)))).hasMessage("the filter is torn");
  }

  @Test
  void aBarePeerSeesAnIncidentUnlessErrorsAreExposed() {
    Server server =
        failing(
            _ -> {
              throw new IllegalStateException("the shelf is empty");
            });
    Client bare = client(server.address(), b -> b.dialect(Dialect.BARE));

    RpcException e = failure(() -> bare.call(FAIL, null));

    assertThat(e.number()).isEqualTo(-32000);
    assertThat(e.getMessage()).startsWith("internal error, incident ");
  }
}
