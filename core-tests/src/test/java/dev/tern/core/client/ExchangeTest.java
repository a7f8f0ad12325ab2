package dev.tern.core.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.tern.core.Method;
import dev.tern.core.RpcException;
import dev.tern.core.retry.RetryPolicy;
import dev.tern.core.server.Server;
import dev.tern.protocol.Dialect;
import dev.tern.protocol.Meta;
import dev.tern.testkit.ManualTimers;
import dev.tern.transport.memory.MemoryTransport;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A result together with where the time went. */
@Timeout(60)
final class ExchangeTest {
  record Pair(int a, int b) {}

  private static final Method<Pair, Integer> ADD = Method.of("add", Pair.class, Integer.class);
  private static final Method<Void, String> NOTHING =
      Method.of("nothing", Void.class, String.class);

  private final MemoryTransport transport = new MemoryTransport();
  private final ManualTimers serversClock = new ManualTimers();
  private final ManualTimers clock = new ManualTimers();
  private final List<Boolean> timed = new ArrayList<>();

  @SuppressWarnings("NullAway.Init") // before each test
  private Server server;

  @BeforeEach
  void start() throws IOException {
    server =
        Server.builder(transport)
            .timers(serversClock)
            .serve(
                ADD,
                pair -> {
                  serversClock.advance(Duration.ofMillis(5));
                  clock.advance(Duration.ofMillis(7));
                  return pair.a() + pair.b();
                })
            .serve(NOTHING, _ -> null)
            .listen(0);
  }

  @AfterEach
  void stop() {
    transport.close();
    server.close();
  }

  private Client client(Dialect dialect) {
    return Client.builder(transport)
        .retry(RetryPolicy.NONE)
        .failFast()
        .dialect(dialect)
        .timers(clock)
        .filter(
            (request, next) -> {
              timed.add(Boolean.TRUE.equals(request.meta().get(Meta.TIMING)));
              return next.handle(request);
            })
        .connect(server.address());
  }

  @Test
  void aReplyHasItsValueAndItsTimes() {
    try (Client client = client(Dialect.V1)) {
      Reply<Integer> reply = client.exchange(ADD, new Pair(1, 2));

      assertThat(reply.value()).isEqualTo(3);
      assertThat(reply.took()).isEqualTo(Duration.ofMillis(7));
      assertThat(reply.handlerTime()).isEqualTo(Duration.ofMillis(5));
      assertThat(reply.queueTime()).isEqualTo(Duration.ZERO);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Dialect.class,
      names = {"JSONRPC", "BARE"})
  void whereThereIsNoPlaceForTheServersTimesThereAreNone(Dialect dialect) {
    try (Client client = client(dialect)) {
      Reply<Integer> reply = client.exchange(ADD, new Pair(1, 2), CallOptions.DEFAULT);

      assertThat(reply.value()).isEqualTo(3);
      assertThat(reply.took()).isEqualTo(Duration.ofMillis(7));
      assertThat(reply.handlerTime()).isNull();
      assertThat(reply.queueTime()).isNull();
    }
  }

  @Test
  void onlyAnExchangeAsksForTheTimes() {
    try (Client client = client(Dialect.V1)) {
      client.call(ADD, new Pair(1, 2));
      client.exchange(ADD, new Pair(1, 2));
      client.notify("add", new Pair(1, 2));

      assertThat(timed).containsExactly(false, true, false);
    }
  }

  @Test
  void aValueMayBeNull() {
    try (Client client = client(Dialect.V1)) {
      assertThat(client.exchange(NOTHING, null).value()).isNull();
    }
  }

  @Test
  void anErrorIsThrownAsEver() {
    try (Client client = client(Dialect.V1)) {
      Method<Void, String> unknown = Method.of("unknown", Void.class, String.class);

      RpcException failure =
          catchThrowableOfType(RpcException.class, () -> client.exchange(unknown, null));

      assertThat(failure.code()).isEqualTo("METHOD_NOT_FOUND");
    }
  }
}
