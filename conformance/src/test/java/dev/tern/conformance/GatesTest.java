package dev.tern.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.core.Method;
import dev.tern.core.RpcException;
import dev.tern.core.client.Client;
import dev.tern.core.server.Server;
import dev.tern.protocol.Executed;
import dev.tern.protocol.Limits;
import dev.tern.protocol.Limits.Bound;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What a server refuses before it spends a thread on it. */
final class GatesTest extends EveryTransport {

  private static final Method<Text, String> RUN_TEXT =
      Method.of("test.runText", Text.class, String.class);

  private static void assertBusy(RpcException e) {
    assertThat(e.code()).isEqualTo("SERVER_BUSY");
    assertThat(e.executed()).isEqualTo(Executed.NO);
    assertThat(e.details()).containsKey("retry_after_ms");
  }

  @Test
  void refusesMoreCallsThanMayBeInFlight() {
    Server server = start(usualServer().maxInFlight(1));
    CompletableFuture<String> first = client(server).callAsync(WAIT, null);
    gate.awaitEntered(1);
    Client other = client(server);

    assertBusy(failure(() -> other.call(ADD, new Pair(1, 2))));
    gate.open();
    result(first);

    assertThat(other.call(ADD, new Pair(1, 2))).as("there is room again").isEqualTo(3);
    assertThat(server.stats().count("SERVER_BUSY")).isEqualTo(1);
  }

  @Test
  void refusesMoreCallsThanMayBeInFlightOnOneConnection() {
    Server server = start(usualServer().limits(Limits.DEFAULT.with(Bound.IN_FLIGHT, 1)));
    Client client = client(server);
    CompletableFuture<String> first = client.callAsync(WAIT, null);
    gate.awaitEntered(1);

    assertBusy(failure(() -> client.call(ADD, new Pair(1, 2))));
    assertThat(client(server).call(ADD, new Pair(1, 2))).as("on another one").isEqualTo(3);
    gate.open();
    result(first);
  }

  @Test
  void refusesLargeParamsWhileTheByteBudgetIsUsedUp() {
    Server server =
        start(
            usualServer()
                .processBytes(5_500)
                .serve(
                    RUN_TEXT,
                    _ -> {
                      gate.pass();
                      return "ran";
                    }));
    Client client = client(server);
    CompletableFuture<String> first = client.callAsync(RUN_TEXT, new Text("x".repeat(6_000)));
    gate.awaitEntered(1);

    assertBusy(failure(() -> client.call(ECHO, new Text("x".repeat(2_000)))));
    assertThat(client.call(ADD, new Pair(1, 2))).as("small params pass").isEqualTo(3);
    gate.open();
    result(first);

    assertThat(client.call(ECHO, new Text("x".repeat(2_000)))).as("there is room").hasSize(2_000);
  }

  @Test
  void whatIsRefusedDoesNotRun() {
    Server server = start(usualServer().maxInFlight(1));
    Client client = client(server);
    CompletableFuture<String> first = client.callAsync(WAIT, null);
    gate.awaitEntered(1);
    failure(() -> client.call(WAIT, null));
    gate.open();
    result(first);

    assertThat(server.stats().count("OK")).isEqualTo(1);
  }
}
