package dev.tern.cli.serve;

import dev.tern.cli.serve.DemoService.Counter;
import dev.tern.cli.serve.DemoService.Get;
import dev.tern.cli.serve.DemoService.Inc;
import dev.tern.cli.visit.CallFailure;
import dev.tern.core.Filter;
import dev.tern.core.Handler;
import dev.tern.core.Lane;
import dev.tern.core.OperationToken;
import dev.tern.core.Request;
import dev.tern.core.Response;
import dev.tern.core.RpcException;
import dev.tern.core.client.CallOptions;
import dev.tern.core.client.Client;
import dev.tern.core.client.OperationOutcome.State;
import dev.tern.core.client.Reply;
import dev.tern.core.retry.RetryPolicy;
import dev.tern.core.server.Server;
import dev.tern.core.transport.Transport;
import dev.tern.protocol.Meta;
import dev.tern.testkit.ServerFaults;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

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

  /** So long that a client makes a second attempt before the first is answered. */
  private static final Duration LONG = Duration.ofMillis(700);

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
    claims.scene("resume", "a server that takes 700 ms, and a client that is killed before");
    claims.said(
        "A client keeps the token of its inc, and is killed between two attempts; another process"
            + " goes on with the token.");
    Attempts attempts = new Attempts();
    ServerFaults slow = ServerFaults.of(LONG, 0, 0, 0);
    try (Server server =
            DemoService.offer(Server.builder(transport).filter(attempts), Lane.VIRTUAL, slow)
                .listen(0);
        Client watcher = Client.builder(transport).connect(server.address())) {
      OperationToken token = watcher.operation(DemoService.INC);
      killBetweenAttempts(server, token, attempts);
      State state = watcher.outcome(token).state();
      claims.line(
          state == State.RUNNING || state == State.DONE,
          "what became of it?",
          state == State.RUNNING ? "it runs, although its caller is gone" : state.toString(),
          "RUNNING, or DONE already");
      try (ClientProcess restarted = ClientProcess.call(resumption(server, token))) {
        String result = restarted.output();
        long counter = watcher.call(DemoService.GET, new Get("payments")).value();
        claims.line(
            result.equals("{\"key\":\"payments\",\"value\":1}") && counter == 1,
            "inc(payments), resumed",
            "result %s; the counter is at %d".formatted(result, counter),
            "value 1, and a counter of 1");
      }
    } catch (RpcException e) {
      claims.line(false, "inc(payments), resumed", CallFailure.headline(e), "a result");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void killBetweenAttempts(Server server, OperationToken token, Attempts attempts)
      throws IOException, InterruptedException {
    List<String> impatient =
        resumption(server, token, "--retries", "9", "--attempt-timeout", ATTEMPT.toMillis() + "ms");
    try (ClientProcess client = ClientProcess.call(impatient)) {
      attempts.atTheSecond.complete(client::kill);
      String printed = client.output();
      claims.line(
          attempts.seen.get() == 2 && printed.startsWith("nothing"),
          "its client is killed",
          "after %d attempts; it has printed %s".formatted(attempts.seen.get(), printed),
          "2 attempts, and no result");
    }
  }

  private static List<String> resumption(Server server, OperationToken token, String... options) {
    List<String> arguments = new ArrayList<>(List.of("--resume", token.toString()));
    arguments.addAll(List.of(options));
    arguments.addAll(List.of("127.0.0.1:" + server.port(), "inc", "key=payments"));
    return arguments;
  }

  /** Counts attempts at operations, and does something as the second one comes. */
  private static final class Attempts implements Filter {
    private final AtomicInteger seen = new AtomicInteger();
    private final CompletableFuture<Runnable> atTheSecond = new CompletableFuture<>();

    @Override
    public Response filter(Request request, Handler next) {
      if (request.meta().get(Meta.KEY) != null && seen.incrementAndGet() == 2) {
        atTheSecond.join().run();
      }
      return next.handle(request);
    }
  }
}
