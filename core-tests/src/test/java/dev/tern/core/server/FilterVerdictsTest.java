package dev.tern.core.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.core.Filter;
import dev.tern.core.Handler;
import dev.tern.core.Method;
import dev.tern.core.Procedure;
import dev.tern.core.Request;
import dev.tern.core.Response;
import dev.tern.core.RpcException;
import dev.tern.core.client.CallOptions;
import dev.tern.core.client.Client;
import dev.tern.protocol.ErrorCode;
import dev.tern.protocol.Executed;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What a caller is told of whether its call ran, when a filter or a handler throws. */
final class FilterVerdictsTest {
  record Picky(int value) {
    Picky {
      switch (value) {
        case 0 -> throw new IllegalStateException("a bug of the record's");
        case 1 -> throw new IllegalArgumentException("refused by the record");
        case 2 -> throw new RpcException("MINE", "an answer of the record's");
        default -> {}
      }
    }
  }

  private static final Method<Void, Object> RUN = Method.of("run", Void.class, Object.class);
  private static final Method<Picky, Integer> PICKY =
      Method.of("picky", Picky.class, Integer.class);

  private final InMemory memory = new InMemory();
  private final AtomicInteger runs = new AtomicInteger();

  @AfterEach
  void closeAll() {
    memory.close();
  }

  private static RpcException forbidden() {
    return RpcException.refusal(ErrorCode.FORBIDDEN, "not yours");
  }

  private Object run() {
    return runs.incrementAndGet();
  }

  private RpcException failure(Filter filter, Procedure<Void, Object> procedure) {
    Client client = memory.clientOf(memory.server().filter(filter).serve(RUN, procedure));
    return InMemory.failure(() -> client.call(RUN, null));
  }

  private RpcException failure(Filter filter) {
    return failure(filter, _ -> run());
  }

  private static Filter before(RuntimeException thrown) {
    return (_, _) -> {
      throw thrown;
    };
  }

  private static Filter after(RuntimeException thrown) {
    return (request, next) -> {
      next.handle(request);
      throw thrown;
    };
  }

  private static void assertIs(RpcException e, String code, Executed executed) {
    assertThat(e.code() + " " + e.executed()).isEqualTo(code + " " + executed);
  }

  // --- before the user's code ---

  @ParameterizedTest
  @EnumSource(
      names = {
        "UNAUTHORIZED",
        "FORBIDDEN",
        "INVALID_PARAMS",
        "CONFLICT",
        "UNAVAILABLE",
        "SERVER_BUSY"
      })
  void aFilterRefuses(ErrorCode code) {
    Map<String, Object> details = Map.of("retry_after_ms", 5);

    RpcException e = failure(before(RpcException.refusal(code, "why", details, null)));

    assertIs(e, code.name(), Executed.NO);
    assertThat(e).hasMessage("why");
    assertThat(e.details()).hasToString("{retry_after_ms=5}");
  }

  @Test
  void anExceptionOfAFilterBeforeTheHandlerIsInternalAndNo() {
    assertIs(failure(before(new IllegalStateException("x"))), "INTERNAL", Executed.NO);
  }

  @Test
  void anAnswerOfAFiltersOwnIsNo() {
    assertIs(failure(before(new RpcException("MINE", "x"))), "MINE", Executed.NO);
  }

  @Test
  void anErrorOfACallThatAFilterMadeBeforeTheHandlerIsInternalAndNo() {
    Client nested = memory.clientOf(memory.server());
    Filter asks =
        (request, next) -> {
          var _ = nested.callEncoded("no.such", null, CallOptions.DEFAULT);
          return next.handle(request);
        };

    assertIs(failure(asks), "INTERNAL", Executed.NO);
    assertThat(runs).hasValue(0);
  }

  @ParameterizedTest
  @CsvSource({"0, INTERNAL", "1, INVALID_PARAMS", "2, MINE"})
  void whatAConstructorOfParamsThrowsIsNo(int value, String code) {
    Client client = memory.clientOf(memory.server().serve(PICKY, p -> (Integer) run()));

    RpcException e =
        InMemory.failure(() -> client.call("picky", Map.of("value", value), Object.class));

    assertIs(e, code, Executed.NO);
    assertThat(runs).hasValue(0);
  }

  // --- by the user's code ---

  @Test
  void aHandlerThatRefusesPromisesNo() {
    Procedure<Void, Object> refuses =
        _ -> {
          throw forbidden();
        };

    assertIs(failure((request, next) -> next.handle(request), refuses), "FORBIDDEN", Executed.NO);
  }

  @Test
  void aRefusalOfANestedCallIsInternalAndMaybe() {
    Client nested = memory.clientOf(memory.server().filter(before(forbidden())).serve(RUN, _ -> 1));
    Client client = memory.clientOf(memory.server().serve(RUN, _ -> nested.call(RUN, null)));

    assertIs(InMemory.failure(() -> client.call(RUN, null)), "INTERNAL", Executed.MAYBE);
  }

  @Test
  void aResultThatCannotBeEncodedIsInternalAndYes() {
    Filter passes = (request, next) -> next.handle(request);

    assertIs(failure(passes, _ -> Double.NaN), "INTERNAL", Executed.YES);
  }

  @Test
  void anErrorOfTheHandlersThatAFilterHandsOnKeepsItsVerdict() {
    Filter looks =
        (request, next) -> {
          try {
            return next.handle(request);
          } catch (RpcException e) {
            runs.incrementAndGet();
            throw e;
          }
        };
    Procedure<Void, Object> refuses =
        _ -> {
          throw RpcException.notExecuted("LOCKED", "x");
        };

    assertIs(failure(looks, refuses), "LOCKED", Executed.NO);
  }

  // --- on the way back ---

  @Test
  void aRefusalOnTheWayBackIsMaybe() {
    assertIs(failure(after(forbidden())), "FORBIDDEN", Executed.MAYBE);
  }

  @Test
  void anExceptionOnTheWayBackIsMaybe() {
    assertIs(failure(after(new IllegalStateException("x"))), "INTERNAL", Executed.MAYBE);
  }

  @Test
  void aPromiseOnTheWayBackIsMaybe() {
    assertIs(failure(after(RpcException.notExecuted("MINE", "x"))), "MINE", Executed.MAYBE);
  }

  @Test
  void anAnswerOfAFiltersOwnOnTheWayBackIsMaybe() {
    assertIs(failure(after(new RpcException("MINE", "x"))), "MINE", Executed.MAYBE);
  }

  @Test
  void anErrorThatAFilterMakesOfTheHandlersIsMaybe() {
    Filter translates =
        (request, next) -> {
          try {
            return next.handle(request);
          } catch (RpcException e) {
            throw RpcException.notExecuted("TRANSLATED", "x");
          }
        };
    Procedure<Void, Object> fails =
        _ -> {
          run();
          throw new RpcException("MINE", "x");
        };

    assertIs(failure(translates, fails), "TRANSLATED", Executed.MAYBE);
  }

  // --- a handler that runs again, or elsewhere ---

  @Test
  void theSecondRunOfAHandlerCannotPromiseNo() {
    Filter twice =
        (request, next) -> {
          next.handle(request);
          return next.handle(request);
        };
    Procedure<Void, Object> refusesTheSecond =
        _ -> {
          if (runs.incrementAndGet() == 2) {
            throw forbidden();
          }
          return "done";
        };

    assertIs(failure(twice, refusesTheSecond), "FORBIDDEN", Executed.MAYBE);
  }

  @Test
  void aHandlerThatAFilterStartsAfterItHasThrownNeverRuns() {
    CountDownLatch answered = new CountDownLatch(1);
    CompletableFuture<CompletableFuture<Response>> started = new CompletableFuture<>();
    Filter late =
        (request, next) -> {
          if (!request.method().equals(RUN.name())) {
            return next.handle(request); // the client's hello
          }
          Handler waits =
              passed -> {
                InMemory.await(answered);
                return next.handle(passed);
              };
          started.complete(Elsewhere.start(request, waits));
          throw new IllegalStateException("gives up");
        };

    RpcException e = failure(late);
    answered.countDown();

    assertIs(e, "INTERNAL", Executed.NO);
    assertThat(started.join()).failsWithin(Duration.ofSeconds(20));
    assertThat(runs).hasValue(0);
  }

  @Test
  void aHandlerThatRunsOnAThreadOfAFiltersCounts() {
    CountDownLatch running = new CountDownLatch(1);
    CountDownLatch over = new CountDownLatch(1);
    Filter leaves =
        (request, next) -> {
          var _ = Elsewhere.start(request, next);
          InMemory.await(running);
          throw forbidden();
        };
    Procedure<Void, Object> waits =
        _ -> {
          running.countDown();
          over.await();
          return "";
        };

    RpcException e = failure(leaves, waits);
    over.countDown();

    assertIs(e, "FORBIDDEN", Executed.MAYBE);
  }

  // --- a run of another's ---

  private static Filter joining(Handler waits) {
    return (request, _) -> {
      request.mayHaveRun();
      return waits.handle(request);
    };
  }

  @Test
  void whatAFilterThrowsThatWaitsForAnothersRunIsMaybe() {
    Filter joins =
        joining(
            _ -> {
              throw RpcException.refusal(ErrorCode.SERVER_BUSY, "too many wait");
            });

    assertIs(failure(joins), "SERVER_BUSY", Executed.MAYBE);
  }

  @Test
  void theDeadlineOfACallThatWaitsForAnothersRunIsMaybe() {
    CountDownLatch waiting = new CountDownLatch(1);
    CountDownLatch over = new CountDownLatch(1);
    Filter joins =
        joining(
            request -> {
              waiting.countDown();
              InMemory.await(over);
              throw new IllegalStateException("nobody waits any more");
            });
    Client client = memory.clientOf(memory.server().filter(joins).serve(RUN, _ -> run()));
    CompletableFuture<Object> call =
        client.callAsync(RUN, null, CallOptions.timeout(Duration.ofSeconds(1)));
    InMemory.await(waiting);

    memory.clock.advance(Duration.ofMillis(950)); // the client sends less than it has

    RpcException e = InMemory.failure(call);
    over.countDown();
    assertIs(e, "TIMEOUT", Executed.MAYBE);
    assertThat(e.isRemote()).isTrue();
  }

  @Test
  void aHandlerThatRunsAfterAllCannotPromiseNo() {
    Filter joins =
        (request, next) -> {
          request.mayHaveRun();
          return next.handle(request);
        };
    Procedure<Void, Object> refuses =
        _ -> {
          throw forbidden();
        };

    assertIs(failure(joins, refuses), "FORBIDDEN", Executed.MAYBE);
  }

  @Test
  void aCallThatHasEndedCannotWaitForAnothersRun() {
    CountDownLatch waiting = new CountDownLatch(1);
    CountDownLatch ended = new CountDownLatch(1);
    CompletableFuture<String> said = new CompletableFuture<>();
    Filter joinsLate =
        (request, next) -> {
          if (!request.method().equals(RUN.name())) {
            return next.handle(request); // the client's hello
          }
          waiting.countDown();
          InMemory.await(ended);
          try {
            request.mayHaveRun();
            said.complete("it may wait");
          } catch (RpcException e) {
            said.complete(e.code());
            throw e;
          }
          return next.handle(request);
        };
    Client client = memory.clientOf(memory.server().filter(joinsLate).serve(RUN, _ -> run()));
    CompletableFuture<Object> call =
        client.callAsync(RUN, null, CallOptions.timeout(Duration.ofSeconds(1)));
    InMemory.await(waiting);
    memory.clock.advance(Duration.ofMillis(950));
    RpcException e = InMemory.failure(call);
    ended.countDown();

    assertIs(e, "TIMEOUT", Executed.NO);
    assertThat(said.join()).isEqualTo("CANCELLED");
  }

  // --- counted as it was told ---

  @Test
  void aRefusalCountsByItsCode() {
    Filter refusing =
        (request, next) -> {
          if (request.method().equals(RUN.name())) {
            throw forbidden();
          }
          return next.handle(request); // the client's hello
        };
    Server server = memory.start(memory.server().filter(refusing).serve(RUN, _ -> 1));

    InMemory.failure(() -> memory.clientOf(server).call(RUN, null));

    assertThat(server.stats().byCode()).isEqualTo(Map.of("OK", 0L, "FORBIDDEN", 1L));
  }

  @Test
  void theChainShowsTheUsersFiltersAndTheMethod() {
    record Named(String text) implements Filter {
      @Override
      public Response filter(Request request, Handler next) {
        return next.handle(request);
      }

      @Override
      public String toString() {
        return text;
      }
    }
    Server server =
        memory.start(
            memory
                .server()
                .filter(new Named("outer"))
                .filter(new Named("inner"))
                .serve(RUN, _ -> 1));

    assertThat(server.onion("run")).isEqualTo("outer → inner → unsafe → run");
    assertThat(server.onion("rpc.discover")).isEqualTo("outer → inner → rpc.discover");
  }
}
