package dev.tern.core.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.tern.core.Filter;
import dev.tern.core.Method;
import dev.tern.core.RpcException;
import dev.tern.core.retry.RetryPolicy;
import dev.tern.core.server.Server;
import dev.tern.protocol.Executed;
import dev.tern.transport.memory.MemoryTransport;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a filter of a client's throws never says more than is known about the call. */
@Timeout(60)
final class FilterVerdictTest {
  private static final Method<Void, Integer> COUNT = Method.of("count", Void.class, Integer.class);
  private static final Method<Void, Integer> REFUSE =
      Method.of("refuse", Void.class, Integer.class);
  private static final Method<Void, Integer> BREAK = Method.of("break", Void.class, Integer.class);

  private final AtomicInteger runs = new AtomicInteger();
  private final MemoryTransport transport = new MemoryTransport();

  @SuppressWarnings("NullAway.Init") // before each test
  private Server server;

  @BeforeEach
  void start() throws IOException {
    server =
        Server.builder(transport)
            .serve(COUNT, _ -> runs.incrementAndGet())
            .serve(
                REFUSE,
                _ -> {
                  throw RpcException.notExecuted("NOT_NOW", "later");
                })
            .serve(
                BREAK,
                _ -> {
                  transport.resetConnections();
                  return 0;
                })
            .listen(0);
  }

  @AfterEach
  void stop() {
    transport.close();
    server.close();
  }

  private RpcException failure(Method<Void, Integer> method, Filter filter) {
    try (Client client =
        Client.builder(transport)
            .retry(RetryPolicy.NONE)
            .failFast()
            .filter(filter)
            .connect(server.address())) {
      RpcException failure =
          catchThrowableOfType(RpcException.class, () -> client.call(method, null));
      assertThat(failure).as("a failure").isNotNull();
      assertThat(client.stats().count(failure.code())).as("counted").isEqualTo(1);
      return failure;
    }
  }

  @Test
  void beforeTheCallItIsNo() {
    IllegalStateException mistake = new IllegalStateException("no token");

    RpcException failure =
        failure(
            COUNT,
            (_, _) -> {
              throw mistake;
            });

    assertThat(failure.code()).isEqualTo("INTERNAL");
    assertThat(failure.executed()).isEqualTo(Executed.NO);
    assertThat(failure).hasCause(mistake).hasMessageContaining("no token");
    assertThat(runs).hasValue(0);
  }

  @Test
  void anErrorIsToldLikeAnException() {
    RpcException failure =
        failure(
            COUNT,
            (_, _) -> {
              throw new StackOverflowError();
            });

    assertThat(failure.executed()).isEqualTo(Executed.NO);
    assertThat(failure).hasCauseInstanceOf(StackOverflowError.class);
  }

  @Test
  void anExceptionThatCannotSayWhatItIsIsToldAsWell() {
    RuntimeException speechless =
        new RuntimeException() {
          @Override
          public String getMessage() {
            throw new IllegalStateException("speechless");
          }
        };

    RpcException failure =
        failure(
            COUNT,
            (_, _) -> {
              throw speechless;
            });

    assertThat(failure.code()).isEqualTo("INTERNAL");
    assertThat(failure.executed()).isEqualTo(Executed.NO);
  }

  @Test
  void afterAResultItIsYes() {
    RpcException failure =
        failure(
            COUNT,
            (request, next) -> {
              next.handle(request);
              throw new IllegalStateException("cannot store it");
            });

    assertThat(failure.executed()).isEqualTo(Executed.YES);
    assertThat(runs).hasValue(1);
  }

  @Test
  void afterAnErrorItIsTheErrorsVerdict() {
    RpcException failure =
        failure(
            REFUSE,
            (request, next) -> {
              try {
                return next.handle(request);
              } catch (RpcException e) {
                throw new IllegalStateException(e);
              }
            });

    assertThat(failure.executed()).isEqualTo(Executed.NO);
  }

  @Test
  void afterAConnectionThatBrokeItIsMaybe() {
    RpcException failure =
        failure(
            BREAK,
            (request, next) -> {
              try {
                return next.handle(request);
              } catch (RpcException e) {
                throw RpcException.notExecuted("SORRY", "it did not work");
              }
            });

    assertThat(failure.code()).isEqualTo("SORRY");
    assertThat(failure).hasMessage("it did not work");
    assertThat(failure.executed()).isEqualTo(Executed.MAYBE);
  }

  @Test
  void itsOwnErrorBeforeTheCallDoesNotSayYes() {
    RpcException failure =
        failure(
            COUNT,
            (_, _) -> {
              throw new RpcException("QUOTA", "used up", Map.of("left", 0));
            });

    assertThat(failure.code()).isEqualTo("QUOTA");
    assertThat(failure.details()).isEqualTo(Map.of("left", 0));
    assertThat(failure.executed()).isEqualTo(Executed.NO);
  }

  @Test
  void itsOwnErrorAfterAResultDoesNotSayNo() {
    RpcException failure =
        failure(
            COUNT,
            (request, next) -> {
              next.handle(request);
              throw RpcException.notExecuted("STRANGE", "I do not believe it");
            });

    assertThat(failure.executed()).isEqualTo(Executed.YES);
  }

  @Test
  void anErrorThatPassesIsNotTouched() {
    RpcException[] seen = new RpcException[1];

    RpcException failure =
        failure(
            REFUSE,
            (request, next) -> {
              try {
                return next.handle(request);
              } catch (RpcException e) {
                seen[0] = e;
                throw e;
              }
            });

    assertThat(failure).isSameAs(seen[0]);
  }

  @Test
  void theHighestOfAllAttemptsCounts() {
    RpcException failure =
        failure(
            COUNT,
            (request, next) -> {
              next.handle(request);
              return next.handle(request.withTimeout(Duration.ZERO));
            });

    assertThat(failure.code()).isEqualTo("TIMEOUT");
    assertThat(failure.executed()).isEqualTo(Executed.YES);
    assertThat(runs).hasValue(1);
  }

  /**
   * The filter gives up while the server still works on the call, which another thread has sent.
   */
  @Test
  void anAttemptThatIsUnderWayMayHaveRun() {
    RpcException failure =
        failure(
            COUNT,
            (request, next) -> {
              Thread.startVirtualThread(() -> next.handle(request));
              while (runs.get() == 0) {
                Thread.onSpinWait();
              }
              throw new IllegalStateException("I do not wait");
            });

    assertThat(failure.executed()).isNotEqualTo(Executed.NO);
  }

  @Test
  void aNotificationThatHasLeftMayHaveRun() {
    Filter failing =
        (request, next) -> {
          assertThat(request.isNotification()).isTrue();
          next.handle(request);
          throw new IllegalStateException("after all");
        };
    try (Client client =
        Client.builder(transport)
            .retry(RetryPolicy.NONE)
            .failFast()
            .filter(failing)
            .connect(server.address())) {
      RpcException failure =
          catchThrowableOfType(RpcException.class, () -> client.notify("count", null));

      assertThat(failure.executed()).isEqualTo(Executed.MAYBE);
    }
  }

  @Test
  void theCallersOwnMistakeStaysOne() {
    Filter passing = (request, next) -> next.handle(request);
    try (Client client =
        Client.builder(transport)
            .retry(RetryPolicy.NONE)
            .failFast()
            .filter(passing)
            .connect(server.address())) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> client.call("count", Map.of("x", Double.NaN), Integer.class));
    }
  }
}
