package dev.tern.cli.serve;

import dev.tern.cli.serve.DemoService.Counter;
import dev.tern.cli.serve.DemoService.Get;
import dev.tern.cli.visit.CallFailure;
import dev.tern.core.CallAttempt;
import dev.tern.core.Lane;
import dev.tern.core.RpcException;
import dev.tern.core.client.Client;
import dev.tern.core.client.Reply;
import dev.tern.core.server.Server;
import dev.tern.core.transport.Transport;
import dev.tern.testkit.ServerFaults;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;

/** What lost requests cost: most calls are quick, and a tail of retried ones is not. */
final class LossScene {
  private static final int CALLS = 200;
  private static final double LOSS = 0.2;

  /** Of the first 200 requests, which there are in any case, it loses 40. */
  private static final long SEED = 4;

  private static final int SURELY_LOST = 40;
  private static final int PERCENT = 100;

  private final Transport transport;
  private final Claims claims;

  LossScene(Transport transport, Claims claims) {
    this.transport = transport;
    this.claims = claims;
  }

  void show() throws IOException {
    claims.scene("tail", "200 calls at a server that loses 20 % of the requests");
    claims.said(
        "Most are answered at once; each loss costs an attempt of 100 ms and a wait, and nobody's"
            + " call fails.");
    ServerFaults faults = ServerFaults.of(Duration.ZERO, LOSS, 0, SEED);
    try (Server server =
            DemoService.offer(Server.builder(transport).filter(faults.filter()), Lane.VIRTUAL)
                .listen(0);
        Client client =
            Client.builder(transport).retry(OnceScenes.STUBBORN).connect(server.address());
        ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Reply<Counter>> replies =
          IntStream.range(0, CALLS)
              .mapToObj(
                  _ ->
                      CompletableFuture.supplyAsync(
                          () -> client.exchange(DemoService.GET, new Get("orders")), callers))
              .toList()
              .stream()
              .map(CompletableFuture::join)
              .toList();
      tell(replies, faults.lostRequests());
    } catch (CompletionException e) {
      String shown =
          e.getCause() instanceof RpcException failure
              ? CallFailure.headline(failure)
              : String.valueOf(e.getCause());
      claims.line(false, CALLS + " lossy calls", shown, CALLS + " results");
    }
  }

  private void tell(List<Reply<Counter>> replies, long lost) {
    List<Duration> sorted = replies.stream().map(Reply::took).sorted().toList();
    LatencyHistogram.lines(sorted).forEach(claims::said);
    List<CallAttempt> attempts =
        replies.stream().flatMap(reply -> reply.attempts().stream()).toList();
    int retries = attempts.size() - replies.size();
    long retried = replies.stream().filter(reply -> reply.attempts().size() > 1).count();
    claims.line(
        lost >= SURELY_LOST && retries >= lost,
        CALLS + " lossy calls",
        "all answered, p50 %s, p99 %s; %d requests lost, %d retries of %d calls"
            .formatted(
                Claims.millis(percentile(sorted, 50)),
                Claims.millis(percentile(sorted, 99)),
                lost,
                retries,
                retried),
        "at least " + SURELY_LOST + " lost, and a retry for each");
  }

  private static Duration percentile(List<Duration> sorted, int percent) {
    return sorted.get(Math.min(sorted.size() - 1, sorted.size() * percent / PERCENT));
  }
}
