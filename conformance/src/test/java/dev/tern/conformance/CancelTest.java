package dev.tern.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.core.CancelToken;
import dev.tern.core.Effect;
import dev.tern.core.Lane;
import dev.tern.core.Method;
import dev.tern.core.RawPeer;
import dev.tern.core.Request;
import dev.tern.core.RpcException;
import dev.tern.core.client.CallOptions;
import dev.tern.core.client.Client;
import dev.tern.core.server.Server;
import dev.tern.protocol.Executed;
import dev.tern.protocol.Limits;
import dev.tern.protocol.Limits.Bound;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A caller that no longer wants its call: who is told, who is interrupted, and who is not. */
final class CancelTest extends EveryTransport {

  private static final Method<Void, String> WORK = Method.of("test.work", Void.class, String.class);

  private final CountDownLatch tokenFired = new CountDownLatch(1);
  private final CountDownLatch interrupted = new CountDownLatch(1);

  /** Waits at the gate; tells when its token fires, and when it is interrupted. */
  private Server workServer(Method<Void, String> method, Lane lane) {
    return start(
        usualServer()
            .timers(clock)
            .pool("heavy", 1, 8)
            .serve(
                method,
                lane,
                _ -> {
                  Request.current().cancelToken().onCancel(tokenFired::countDown);
                  try {
                    gate.pass();
                  } catch (InterruptedException e) {
                    interrupted.countDown();
                    throw e;
                  }
                  return "done";
                }));
  }

  private Server workServer() {
    return workServer(WORK, Lane.VIRTUAL);
  }

  @Test
  void cancellingTheFutureCancelsTheCallAtTheServer() {
    CompletableFuture<String> call = clockedClient(workServer().address()).callAsync(WORK, null);
    gate.awaitEntered(1);

    call.cancel(true);

    awaitCount(tokenFired);
  }

  @Test
  void completingTheFutureFromOutsideCancelsTheCallAtTheServer() {
    CompletableFuture<String> call = clockedClient(workServer().address()).callAsync(WORK, null);
    gate.awaitEntered(1);

    call.complete("never mind");

    awaitCount(tokenFired);
    assertThat(result(call)).isEqualTo("never mind");
  }

  @Test
  void aTimeoutOfTheFutureCancelsTheCallAtTheServer() {
    CompletableFuture<String> call = clockedClient(workServer().address()).callAsync(WORK, null);
    gate.awaitEntered(1);

    call.completeExceptionally(new TimeoutException());

    awaitCount(tokenFired);
  }

  @Test
  void theDeadlineFiresTheToken() {
    Server server = workServer();
    var _ =
        clockedClient(server.address())
            .callAsync(WORK, null, CallOptions.timeout(Duration.ofSeconds(1)));
    gate.awaitEntered(1);

    clock.advance(Duration.ofMillis(999));

    awaitCount(tokenFired);
  }

  @Test
  void aResetConnectionFiresTheToken() {
    RawPeer peer = rawClient(workServer());
    peer.send("{\"id\":1,\"method\":\"test.work\",\"meta\":{}}");
    gate.awaitEntered(1);

    peer.abort();

    awaitCount(tokenFired);
  }

  @Test
  void aTokenThatNobodyCancelsDoesNotFire() {
    CompletableFuture<String> call = clockedClient(workServer().address()).callAsync(WORK, null);
    gate.awaitEntered(1);
    gate.open();
    result(call);

    assertThat(tokenFired.getCount()).isEqualTo(1);
  }

  @ParameterizedTest
  @EnumSource(names = {"READ", "IDEMPOTENT"})
  void aMethodThatLeavesNothingHalfDoneIsInterrupted(Effect effect) {
    Method<Void, String> method = WORK.effect(effect);
    Server server = workServer(method, Lane.VIRTUAL);
    CompletableFuture<String> call = clockedClient(server.address()).callAsync(method, null);
    gate.awaitEntered(1);

    call.cancel(true);

    awaitCount(interrupted);
  }

  @Test
  void aMethodThatSaysSoIsInterrupted() {
    Method<Void, String> method = WORK.interruptible();
    Server server = workServer(method, Lane.VIRTUAL);
    CompletableFuture<String> call = clockedClient(server.address()).callAsync(method, null);
    gate.awaitEntered(1);

    call.cancel(true);

    awaitCount(interrupted);
  }

  @Test
  void aRunOfAnOperationIsNeitherInterruptedNorTold() {
    Method<Void, String> method = WORK.effect(Effect.ONCE).interruptible();
    Server server = workServer(method, Lane.VIRTUAL);
    Client client = clockedClient(server.address());
    CompletableFuture<String> call = client.callAsync(method, null);
    gate.awaitEntered(1);

    call.cancel(true);
    assertThat(client.call(ADD, new Pair(40, 2))).isEqualTo(42); // read after the cancel
    gate.open();
    eventually(() -> server.stats().inFlight() == 0);

    assertThat(interrupted.getCount()).isEqualTo(1);
    assertThat(tokenFired.getCount()).isEqualTo(1);
  }

  @Test
  void anyOtherMethodIsNotInterrupted() {
    Method<Void, String> method = WORK.effect(Effect.UNSAFE);
    Server server = workServer(method, Lane.VIRTUAL);
    CompletableFuture<String> call = clockedClient(server.address()).callAsync(method, null);
    gate.awaitEntered(1);

    call.cancel(true);
    awaitCount(tokenFired); // if it came, the interrupt would come at the same time
    gate.open();
    eventually(() -> server.stats().inFlight() == 0);

    assertThat(interrupted.getCount()).isEqualTo(1);
    assertThat(server.stats().count("OK")).isEqualTo(1);
  }

  @Test
  void anInterruptedPoolThreadServesTheNextCallUndisturbed() {
    Method<Void, String> method = WORK.effect(Effect.READ);
    Method<Void, Boolean> look = Method.of("test.look", Void.class, Boolean.class);
    Server server =
        start(
            usualServer()
                .pool("heavy", 1, 8)
                .serve(
                    method,
                    Lane.pool("heavy"),
                    _ -> {
                      Request.current().cancelToken().onCancel(tokenFired::countDown);
                      gate.pass();
                      return "done";
                    })
                .serve(look, Lane.pool("heavy"), _ -> Thread.currentThread().isInterrupted()));
    Client client = client(server);
    CompletableFuture<String> call = client.callAsync(method, null);
    gate.awaitEntered(1);
    call.cancel(true);

    assertThat(client.call(look, null)).isFalse();
  }

  @Test
  void aCallThatIsCancelledBeforeItsHandlerStartsNeverRuns() {
    Server server = workServer(WORK, Lane.pool("heavy"));
    RawPeer peer = rawClient(server);
    peer.send(
        "{\"id\":1,\"method\":\"test.work\",\"meta\":{}}",
        "{\"id\":2,\"method\":\"test.work\",\"meta\":{}}");
    gate.awaitEntered(1);

    peer.send("{\"method\":\"rpc.cancel\",\"params\":{\"id\":2},\"meta\":{}}");
    var cancelled = peer.read();
    gate.open();
    var done = peer.read();
    eventually(() -> server.stats().inFlight() == 0);

    assertThat(cancelled.get("id").asInt()).isEqualTo(2);
    assertThat(cancelled.get("error").get("code").asString()).isEqualTo("CANCELLED");
    assertThat(cancelled.get("error").get("executed").asString()).isEqualTo("no");
    assertThat(done.get("result").asString()).isEqualTo("done");
    assertThat(server.stats().count("OK")).isEqualTo(1);
  }

  /** Runs a call on a thread that is interrupted once {@code ready} has returned. */
  private static RpcException interruptedCall(Client client, Runnable ready) {
    CompletableFuture<RpcException> thrown = new CompletableFuture<>();
    CompletableFuture<Boolean> flag = new CompletableFuture<>();
    Thread caller =
        Thread.startVirtualThread(
            () -> {
              try {
                client.call(WORK, null);
                thrown.completeExceptionally(new AssertionError("a result"));
              } catch (RpcException e) {
                thrown.complete(e);
              } catch (Throwable e) { // the test must not wait for it
                thrown.completeExceptionally(e);
              }
              flag.complete(Thread.currentThread().isInterrupted());
            });
    ready.run();
    caller.interrupt();
    RpcException e = result(thrown);
    assertThat(result(flag)).as("the interrupt flag is kept").isTrue();
    return e;
  }

  @Test
  void anInterruptedCallerKeepsItsFlagAndKnowsThatTheCallMayHaveRun() {
    Client client = clockedClient(workServer().address());

    RpcException e = interruptedCall(client, () -> gate.awaitEntered(1));

    assertThat(e.code()).isEqualTo("CANCELLED");
    assertThat(e.executed()).isEqualTo(Executed.MAYBE);
    awaitCount(tokenFired);
  }

  @Test
  void anInterruptedCallerWhoseCallNeverLeftKnowsThatItDidNotRun() {
    RawPeer.Listening server = rawServer();
    Client client =
        client(
            server.address(), b -> b.timers(clock).limits(Limits.DEFAULT.with(Bound.IN_FLIGHT, 1)));
    var _ = client.callAsync(WORK, null);
    RawPeer peer = server.accept();
    peer.read();

    RpcException e =
        interruptedCall(client, () -> eventually(() -> client.stats().inFlight() == 2));

    assertThat(e.code()).isEqualTo("CANCELLED");
    assertThat(e.executed()).isEqualTo(Executed.NO);
  }

  @Test
  void anInterruptedCallerWhoseClientIsConnectingKnowsThatItDidNotRun() {
    StuckTransport stuck = new StuckTransport(transport);
    Client client = client(stuck, workServer().address(), b -> b.timers(clock));

    RpcException e = interruptedCall(client, stuck::awaitAttempt);
    stuck.letGo();

    assertThat(e.code()).isEqualTo("CANCELLED");
    assertThat(e.executed()).isEqualTo(Executed.NO);
  }

  @Test
  void aCallerThatIsInterruptedAlreadyIsCancelledAtOnce() {
    Client client = clockedClient(workServer().address());
    client.call(ADD, new Pair(1, 2)); // connects

    RpcException e =
        interruptedCall(
            client,
            () -> {
              // at once
            });

    assertThat(e.code()).isEqualTo("CANCELLED");
  }

  @Test
  void anActionThatThrowsHarmsNobodyElse() {
    Method<Void, String> method = Method.of("test.throws", Void.class, String.class);
    Server server =
        start(
            usualServer()
                .serve(
                    method,
                    _ -> {
                      CancelToken token = Request.current().cancelToken();
                      token.onCancel(
                          () -> {
                            throw new IllegalStateException("a bad action");
                          });
                      token.onCancel(tokenFired::countDown);
                      gate.pass();
                      return "";
                    }));
    Client client = client(server);
    CompletableFuture<String> call = client.callAsync(method, null);
    gate.awaitEntered(1);

    call.cancel(true);

    awaitCount(tokenFired);
    assertThat(client.call(ADD, new Pair(1, 2))).isEqualTo(3);
    assertThat(client.stats().connections()).isEqualTo(1);
    gate.open();
    eventually(() -> server.stats().inFlight() == 0);
  }

  /** A server whose {@link #WORK} has that done when it is cancelled. */
  private Server doingUponCancel(Runnable action) {
    return start(
        usualServer()
            .timers(clock)
            .serve(
                WORK,
                _ -> {
                  Request.current().cancelToken().onCancel(action);
                  gate.pass();
                  return "";
                }));
  }

  @Test
  void anActionThatBlocksHoldsUpNobody() {
    CountDownLatch blocked = new CountDownLatch(1);
    Server server =
        doingUponCancel(
            () -> {
              tokenFired.countDown();
              awaitCount(blocked);
            });
    RawPeer peer = rawClient(server);
    peer.send("{\"id\":1,\"method\":\"test.work\",\"meta\":{}}");
    gate.awaitEntered(1);

    peer.send("{\"method\":\"rpc.cancel\",\"params\":{\"id\":1},\"meta\":{}}");
    awaitCount(tokenFired);
    peer.send("{\"id\":2,\"method\":\"calc.add\",\"params\":[1,2],\"meta\":{}}");

    assertThat(peer.read().get("result").asInt()).isEqualTo(3); // while the action is in there
    blocked.countDown();
  }

  @Test
  void anActionMayBlockWhenTheDeadlinePasses() {
    CountDownLatch blocked = new CountDownLatch(1);
    CountDownLatch left = new CountDownLatch(1);
    Server server =
        doingUponCancel(
            () -> {
              try {
                awaitCount(blocked);
              } finally {
                left.countDown();
              }
            });
    CompletableFuture<String> call =
        clockedClient(server.address())
            .callAsync(WORK, null, CallOptions.timeout(Duration.ofSeconds(1)));
    gate.awaitEntered(1);

    clock.advance(Duration.ofSeconds(1)); // returns, as the timers' thread has others to wake

    assertThat(failure(call).code()).isEqualTo("TIMEOUT");
    assertThat(left.getCount()).as("the action is in there").isEqualTo(1);
    blocked.countDown();
  }

  @Test
  void anActionMayCallAnotherServer() {
    Client other = client(start(usualServer()));
    CompletableFuture<Integer> called = new CompletableFuture<>();
    Server server =
        doingUponCancel(
            () -> {
              try {
                called.complete(other.call(ADD, new Pair(1, 2)));
              } catch (Throwable e) { // the test must not wait for it
                called.completeExceptionally(e);
              }
            });
    CompletableFuture<String> call = clockedClient(server.address()).callAsync(WORK, null);
    gate.awaitEntered(1);

    call.cancel(true);

    assertThat(result(called)).isEqualTo(3);
  }

  /** Calls {@link #WORK} at another server, from a handler that may not be interrupted. */
  private Server callingServer(Client nested, CompletableFuture<RpcException> thrown) {
    return start(
        usualServer()
            .serve(
                Method.of("test.outer", Void.class, String.class),
                _ -> {
                  try {
                    return nested.call(WORK, null);
                  } catch (RpcException e) {
                    thrown.complete(e);
                    throw e;
                  }
                }));
  }

  @Test
  void aCallThatAHandlerMadeEndsWithTheCallThatItServes() {
    CompletableFuture<RpcException> thrown = new CompletableFuture<>();
    Server server = callingServer(clockedClient(workServer().address()), thrown);
    RawPeer peer = rawClient(server);
    peer.send("{\"id\":1,\"method\":\"test.outer\",\"meta\":{}}");
    gate.awaitEntered(1);

    peer.send("{\"method\":\"rpc.cancel\",\"params\":{\"id\":1},\"meta\":{}}");
    var error = peer.read().get("error");

    awaitCount(tokenFired); // of the nested call, at its own server
    assertThat(result(thrown).code()).isEqualTo("CANCELLED");
    assertThat(error.get("code").asString()).isEqualTo("CANCELLED");
    assertThat(error.get("executed").asString()).isEqualTo("maybe");
  }

  @Test
  void aCallThatAHandlerMadeEndsWhenTheCallerIsGone() {
    CompletableFuture<RpcException> thrown = new CompletableFuture<>();
    Server server = callingServer(clockedClient(workServer().address()), thrown);
    RawPeer peer = rawClient(server);
    peer.send("{\"id\":1,\"method\":\"test.outer\",\"meta\":{}}");
    gate.awaitEntered(1);

    peer.abort();

    awaitCount(tokenFired);
    assertThat(result(thrown).code()).isEqualTo("CANCELLED");
  }

  @Test
  void cancelsThatCrossTheirRepliesDoNotCloseTheConnection() {
    int calls = 3_000; // more than the burst of useless cancels that is forgiven
    Server server = start(usualServer());
    RawPeer peer = rawClient(server);
    for (int id = 0; id < calls; id++) {
      peer.send("{\"id\":" + id + ",\"method\":\"calc.add\",\"params\":[1,2],\"meta\":{}}");
    }
    for (int id = 0; id < calls; id++) {
      assertThat(peer.read().get("result").asInt()).isEqualTo(3);
    }

    for (int id = 0; id < calls; id++) {
      peer.send("{\"method\":\"rpc.cancel\",\"params\":{\"id\":" + id + "},\"meta\":{}}");
    }
    peer.send("{\"id\":\"last\",\"method\":\"rpc.ping\",\"meta\":{}}");

    assertThat(peer.read().get("id").asString()).isEqualTo("last");
  }
}
