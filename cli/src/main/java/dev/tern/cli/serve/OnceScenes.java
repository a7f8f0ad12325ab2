package dev.tern.cli.serve;

import dev.tern.cli.serve.DemoService.Counter;
import dev.tern.cli.serve.DemoService.Get;
import dev.tern.cli.serve.DemoService.Inc;
import dev.tern.cli.visit.CallFailure;
import dev.tern.core.Lane;
import dev.tern.core.OperationToken;
import dev.tern.core.RpcException;
import dev.tern.core.client.CallOptions;
import dev.tern.core.client.Client;
import dev.tern.core.client.OperationOutcome.State;
import dev.tern.core.client.Reply;
import dev.tern.core.retry.RetryPolicy;
import dev.tern.core.server.Server;
import dev.tern.core.transport.Transport;
import dev.tern.protocol.Executed;
import dev.tern.testkit.FaultProxy;
import dev.tern.testkit.ServerFaults;
import dev.tern.transport.memory.Direction;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** Operations that happen once: whatever is lost, and although their client is gone. */
final class OnceScenes {
  private static final int TIMES = 5;
  private static final Duration DELAY = Duration.ofMillis(120);
  private static final double LOSS = 0.2;

  /** Of the first six requests, which there are in any case, it loses the second and the fifth. */
  private static final long SEED = 27;

  private static final int SURELY_LOST = 2;

  /** Shorter than the delay: the first attempt cannot have an answer in time. */
  private static final Duration ATTEMPT = Duration.ofMillis(100);

  /** For get, which takes the delay each time: long enough for it. */
  private static final Duration READING = Duration.ofMillis(500);

  /** More than can all be lost. */
  private static final int ATTEMPTS = 30;

  /** A call that was sent has begun long before. */
  private static final long BEGUN_WITHIN_NANOS = 10_000_000_000L;

  static final RetryPolicy STUBBORN =
      RetryPolicy.DEFAULT
          .withAttempts(ATTEMPTS)
          .withAttemptTimeout(ATTEMPT)
          .withBackoff(Duration.ofMillis(30), 2, Duration.ofMillis(200))
          .withoutBudget();

  private static final Duration WHOLE_CALL = Duration.ofSeconds(30);

  private final Transport transport;
  private final Claims claims;

  OnceScenes(Transport transport, Claims claims) {
    this.transport = transport;
    this.claims = claims;
  }

  void show() throws IOException {
    showRetries();
    showResume();
  }

  private void showRetries() throws IOException {
    claims.scene("once", "a server that loses 20 % of the requests, and takes 120 ms");
    claims.said(
        "One inc, sent five times, with 100 ms for each attempt: lost, late and repeated requests"
            + " count once.");
    ServerFaults faults = ServerFaults.of(DELAY, LOSS, 0, SEED);
    try (Server server =
            DemoService.offer(
                    Server.builder(transport).filter(faults.filter()), Lane.VIRTUAL, faults)
                .listen(0);
        Client client =
            Client.builder(transport)
                .timeout(WHOLE_CALL)
                .retry(STUBBORN)
                .connect(server.address());
        Client reader =
            Client.builder(transport)
                .timeout(WHOLE_CALL)
                .retry(STUBBORN.withAttemptTimeout(READING))
                .connect(server.address())) {
      OperationToken token = client.operation(DemoService.INC);
      List<Long> values = new ArrayList<>();
      int attempts = 0;
      for (int i = 0; i < TIMES; i++) {
        Reply<Counter> reply =
            client.exchange(
                DemoService.INC, new Inc("orders", null), CallOptions.DEFAULT.withOperation(token));
        values.add(reply.value().value());
        attempts += reply.attempts().size();
      }
      long lost = faults.lostRequests();
      long counter = reader.call(DemoService.GET, new Get("orders")).value();
      claims.line(
          values.equals(Collections.nCopies(TIMES, 1L))
              && counter == 1
              && lost >= SURELY_LOST
              && attempts > TIMES,
          "inc(orders), five times",
          "results %s after %d attempts, %d of them lost; the counter is at %d"
              .formatted(values, attempts, lost, counter),
          "five times 1 after more attempts than calls, some lost; the counter is at 1");
    } catch (RpcException e) {
      claims.line(false, "inc(orders), five times", CallFailure.headline(e), "a result");
    }
  }

  private void showResume() throws IOException {
    claims.scene("resume", "a server that takes 120 ms, and a client that is gone before");
    claims.said(
        "A client keeps the token of its inc, calls, and crashes; the next one learns from the"
            + " token what became of it.");
    ServerFaults slow = ServerFaults.of(DELAY, 0, 0, 0);
    try (Server server =
            DemoService.offer(Server.builder(transport), Lane.VIRTUAL, slow).listen(0);
        Client restarted = Client.builder(transport).connect(server.address())) {
      String kept = callAndCrash(server, restarted);
      OperationToken token = OperationToken.parse(kept);
      State state = restarted.outcome(token).state();
      claims.line(
          state == State.RUNNING || state == State.DONE,
          "what became of it?",
          state == State.RUNNING ? "it runs, although its caller is gone" : state.toString(),
          "RUNNING, or DONE already");
      long value =
          restarted
              .call(
                  DemoService.INC,
                  new Inc("payments", null),
                  CallOptions.DEFAULT.withOperation(token))
              .value();
      long counter = restarted.call(DemoService.GET, new Get("payments")).value();
      claims.line(
          value == 1 && counter == 1,
          "inc(payments), resumed",
          "result %d; the counter is at %d".formatted(value, counter),
          "1 and 1");
    } catch (RpcException e) {
      claims.line(false, "inc(payments), resumed", CallFailure.headline(e), "a result");
    }
  }

  /**
   * Calls inc through a network that breaks while the method runs.
   *
   * @param watcher sees when it does
   * @return what a client has kept that is gone
   */
  private String callAndCrash(Server server, Client watcher) {
    try (FaultProxy network = FaultProxy.to(server.address());
        Client crashing =
            Client.builder(transport).retry(RetryPolicy.NONE).connect(network.address())) {
      OperationToken token = crashing.operation(DemoService.INC);
      String kept = token.toString();
      network.stall(Direction.TO_CLIENT); // its answer must not win the race with the crash
      CompletableFuture<Counter> call =
          crashing.callAsync(
              DemoService.INC, new Inc("payments", null), CallOptions.DEFAULT.withOperation(token));
      long began = System.nanoTime();
      Set<State> seen = new TreeSet<>();
      do {
        seen.add(watcher.outcome(token).state());
      } while (seen.equals(Set.of(State.UNKNOWN))
          && System.nanoTime() - began < BEGUN_WITHIN_NANOS);
      network.resetAll();
      Executed verdict = verdictOf(call);
      claims.line(
          verdict == Executed.MAYBE,
          "the connection breaks",
          CallFailure.verdict(verdict),
          CallFailure.verdict(Executed.MAYBE));
      return kept;
    }
  }

  private static Executed verdictOf(CompletableFuture<?> call) {
    try {
      call.join();
      return Executed.YES;
    } catch (CompletionException e) {
      return e.getCause() instanceof RpcException failure ? failure.executed() : Executed.NO;
    }
  }
}
