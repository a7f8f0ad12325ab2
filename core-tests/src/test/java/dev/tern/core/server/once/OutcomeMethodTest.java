package dev.tern.core.server.once;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.core.OperationToken;
import dev.tern.core.RpcException;
import dev.tern.core.client.CallOptions;
import dev.tern.core.client.Client;
import dev.tern.core.client.OperationOutcome;
import dev.tern.core.client.OperationOutcome.State;
import dev.tern.core.outcome.MemoryStore;
import dev.tern.core.retry.RetryPolicy;
import dev.tern.core.server.Server;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a client hears when it asks what became of an operation, and that it can resume one. */
final class OutcomeMethodTest extends OnceFixture {
  private static final Pair PARAMS = new Pair(1, 2);

  private Client clientOf(Server server) {
    return client(server.address(), b -> b.timers(clock));
  }

  private static CallOptions with(OperationToken token) {
    return CallOptions.DEFAULT.withOperation(token);
  }

  private static void assertIs(RpcException e, String expected) {
    assertThat(e.code() + " " + e.executed()).isEqualTo(expected);
  }

  @Test
  void unknown() {
    Client client = clientOf(started());

    assertThat(client.outcome(client.operation(RUN)).state()).isEqualTo(State.UNKNOWN);
  }

  @Test
  void running() {
    holdWork();
    Client client = clientOf(started());
    OperationToken token = client.operation(RUN);
    var call = client.callAsync(RUN, PARAMS, with(token));
    gate.awaitEntered(1);

    assertThat(client.outcome(token).state()).isEqualTo(State.RUNNING);
    gate.open();
    result(call);
  }

  @Test
  void doneWithAResult() {
    Client client = clientOf(started());
    OperationToken token = client.operation(RUN);
    client.call(RUN, PARAMS, with(token));
    OperationOutcome outcome = client.outcome(token);

    assertThat(outcome.state()).isEqualTo(State.DONE);
    assertThat(String.valueOf(outcome.<Object>result(RUN))).isEqualTo("3");
  }

  @Test
  @SuppressWarnings("NullAway") // a result may be null
  void doneWithNull() {
    work = _ -> null;
    Client client = clientOf(started());
    OperationToken token = client.operation(RUN);
    client.call(RUN, PARAMS, with(token));
    OperationOutcome outcome = client.outcome(token);

    assertThat(outcome.hasResult()).isTrue();
    assertThat(outcome.encoded()).asString().isEqualTo("null");
  }

  @Test
  void doneWithAnError() {
    work =
        _ -> {
          throw new RpcException("NO_MONEY", "short of 3", Map.of("missing", 3));
        };
    Client client = clientOf(started());
    OperationToken token = client.operation(RUN);
    failure(() -> client.call(RUN, PARAMS, with(token)));
    OperationOutcome outcome = client.outcome(token);

    assertThat(outcome.state()).isEqualTo(State.DONE);
    assertThat(outcome.hasResult()).isFalse();
    assertThat(String.valueOf(outcome.error())).contains("NO_MONEY", "short of 3", "\"missing\":3");
  }

  @Test
  void failed() {
    work =
        _ -> {
          throw new IllegalStateException("half-way");
        };
    Client client = clientOf(started());
    OperationToken token = client.operation(RUN);
    failure(() -> client.call(RUN, PARAMS, with(token)));

    assertThat(client.outcome(token).state()).isEqualTo(State.FAILED);
  }

  @Test
  void notKept() {
    MemoryStore small = MemoryStore.builder().timers(clock).resultBytes(0).build();
    Client client = clientOf(start(onceServer().outcomes(small).serve(RUN, this::count)));
    OperationToken token = client.operation(RUN);
    client.call(RUN, PARAMS, with(token));

    assertThat(client.outcome(token).state()).isEqualTo(State.NOT_KEPT);
  }

  @Test
  void fenced() {
    Client client = clientOf(started());
    OperationToken token = client.operation(RUN);

    assertThat(client.fence(token, CallOptions.DEFAULT).state()).isEqualTo(State.FENCED);
    assertThat(client.outcome(token).state()).isEqualTo(State.FENCED);
    assertIs(failure(() -> client.call(RUN, PARAMS, with(token))), "CONFLICT NO");
    assertThat(runs).hasValue(0);
  }

  @Test
  void aFenceThatComesTooLateTellsWhatBecameOfIt() {
    Client client = clientOf(started());
    OperationToken token = client.operation(RUN);
    client.call(RUN, PARAMS, with(token));

    assertThat(client.fence(token, CallOptions.DEFAULT).state()).isEqualTo(State.DONE);
  }

  @Test
  void byItsKeyAlone() {
    Client client = clientOf(started());
    client.call(RUN, PARAMS, CallOptions.DEFAULT.withKey(KEY));

    assertThat(client.outcome("run", KEY, CallOptions.DEFAULT).state()).isEqualTo(State.DONE);
    assertIs(failure(() -> client.outcome("run", KEY + "x", CallOptions.DEFAULT)), "STALE MAYBE");
  }

  @Test
  void forgotten() {
    Client client = clientOf(started());
    OperationToken token = client.operation(RUN);
    client.call(RUN, PARAMS, with(token));
    clock.advance(WINDOW.plusSeconds(1));

    assertIs(failure(() -> client.outcome(token)), "STALE MAYBE");
    assertIs(failure(() -> client.fence(token, CallOptions.DEFAULT)), "STALE MAYBE");
  }

  @Test
  void aFenceForWhichThereIsNoRoom() {
    MemoryStore small = MemoryStore.builder().timers(clock).window(WINDOW).entries(4).build();
    Client client = clientOf(start(onceServer().outcomes(small).serve(RUN, this::count)));
    client.call(RUN, PARAMS); // all that callers without a name may have
    OperationToken token = client.operation(RUN);
    RpcException e = failure(() -> client.fence(token, CallOptions.DEFAULT));

    assertIs(e, "SERVER_BUSY NO");
    assertThat(e.details().get("retry_after_ms")).hasToString("11000");
  }

  @Test
  void ofOnesOwnOperationsOnly() {
    Client client = clientOf(start(onceServer().filter(new TokenIsName()).serve(RUN, this::count)));
    CallOptions ann = CallOptions.DEFAULT.withAuth("ann");
    OperationToken token = client.operation(RUN, ann);
    client.call(RUN, PARAMS, ann.withOperation(token));

    assertThat(client.outcome(token, ann).state()).isEqualTo(State.DONE);
    assertThat(client.outcome(token, CallOptions.DEFAULT.withAuth("bob")).state())
        .isEqualTo(State.UNKNOWN);
  }

  @Test
  void aServerWithoutAStoreDoesNotTell() {
    Server server = start(onceServer().outcomes(null).serve(RUN, this::count));

    assertIs(
        failure(() -> clientOf(server).outcome("run", KEY, CallOptions.DEFAULT)),
        "METHOD_NOT_FOUND NO");
  }

  // --- both ends ---

  @Test
  void afterACrashOfTheClientItIsResumed() {
    Server server = started();
    Client crashed = clientOf(server);
    String kept = crashed.operation(RUN).toString();
    crashed.call(RUN, PARAMS, with(OperationToken.parse(kept)));
    crashed.close();

    var reply = clientOf(server).exchange(RUN, PARAMS, with(OperationToken.parse(kept)));
    assertThat(String.valueOf(reply.value())).isEqualTo("3");
    assertThat(reply.isReplayed()).isTrue();
    assertThat(runs).hasValue(1);
  }

  @Test
  void afterACrashBeforeAnythingWasSentItRuns() {
    Server server = started();
    String kept = clientOf(server).operation(RUN).toString();

    clientOf(server).call(RUN, PARAMS, with(OperationToken.parse(kept)));
    assertThat(runs).hasValue(1);
  }

  @Test
  void afterARestartOfTheServerItIsStale() {
    Client client = clientOf(started());
    OperationToken token = OperationToken.parse(client.operation(RUN).toString());
    MemoryStore another = MemoryStore.builder().timers(clock).build();
    Client other = clientOf(start(onceServer().outcomes(another).serve(RUN, this::count)));

    assertIs(failure(() -> other.call(RUN, PARAMS, with(token))), "STALE MAYBE");
    assertThat(runs).hasValue(0);
  }

  @Test
  void aPreparedTokenThatIsTooOldCertainlyHasNotRun() {
    Client client = clientOf(started());
    OperationToken token = client.operation(RUN);
    clock.advance(WINDOW.plusMillis(1));

    assertIs(failure(() -> client.call(RUN, PARAMS, with(token))), "STALE NO");
  }

  @Test
  void anotherCallerCannotResumeIt() {
    Client client = clientOf(start(onceServer().filter(new TokenIsName()).serve(RUN, this::count)));
    OperationToken token = client.operation(RUN, CallOptions.DEFAULT.withAuth("ann"));

    RpcException e = failure(() -> client.call(RUN, PARAMS, with(token).withAuth("bob")));
    assertIs(e, "CONFLICT NO");
    assertThat(runs).hasValue(0);
  }

  /** The clock of the store and that of the client have nothing to do with each other. */
  @Test
  void theClientsClockMayBeAnHourOff() {
    clock.advance(Duration.ofHours(1));
    MemoryStore young = MemoryStore.builder().timers(clock).window(WINDOW).build();
    Server server = start(onceServer().outcomes(young).serve(RUN, this::count));
    Client client =
        client(server.address(), b -> b.retry(RetryPolicy.DEFAULT)); // the machine's clock
    Object first = client.call(RUN, PARAMS);
    clock.advance(Duration.ofSeconds(60)); // the server's runs on without the client's
    RpcException stale = failure(() -> client.call(RUN, PARAMS, old(client)));

    assertThat(String.valueOf(first)).isEqualTo("3");
    assertIs(stale, "STALE NO");
    assertThat(String.valueOf(client.<Pair, Object>call(RUN, PARAMS))).isEqualTo("3");
  }

  /** Prepared with what the client heard a minute ago by the server's clock. */
  private CallOptions old(Client client) {
    return with(client.operation(RUN));
  }
}
