package dev.tern.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.core.RpcException;
import dev.tern.core.client.Client;
import dev.tern.core.limit.ConcurrencyLimit;
import dev.tern.core.server.Server;
import dev.tern.protocol.Executed;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** More calls than a server lets run. */
final class LimitRowsTest extends EveryTransport {
  private static final ConcurrencyLimit ONE = ConcurrencyLimit.fixed(1).queue(1).fairShare(1);

  @Test
  void row110_whatFindsNoRoomInTheQueueIsBusyAtOnce() {
    Client client = client(start(usualServer().limit(ONE)));
    CompletableFuture<String> runs = client.callAsync(WAIT, null);
    gate.awaitEntered(1);
    List<CompletableFuture<Integer>> more = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      more.add(client.callAsync(ADD, new Pair(1, 2)));
    }
    eventually(() -> more.stream().filter(CompletableFuture::isDone).count() == 99);
    gate.open();
    result(runs);
    int waited = 0;
    for (CompletableFuture<Integer> call : more) {
      if (call.isCompletedExceptionally()) {
        RpcException busy = failure(call);
        assertThat(busy.code()).isEqualTo("SERVER_BUSY");
        assertThat(busy.executed()).isEqualTo(Executed.NO);
        assertThat(busy.details()).containsKey("retry_after_ms");
      } else {
        waited += result(call);
      }
    }
    assertThat(waited).as("the sum of the one that waited").isEqualTo(3);
  }

  @Test
  void row111_aDeadlineThatPassesInTheQueueIsATimeoutThatHasNotRun() {
    Server server = start(usualServer().limit(ONE));
    Client client = client(server);
    CompletableFuture<String> runs = client.callAsync(WAIT, null);
    gate.awaitEntered(1);
    Client hasty = client(server.address(), b -> b.timeout(Duration.ofMillis(200)));
    RpcException late = failure(() -> hasty.call(ADD, new Pair(1, 2)));
    assertThat(late.code()).isEqualTo("TIMEOUT");
    gate.open();
    result(runs);
    assertThat(client.call(ADD, new Pair(1, 2))).as("the queue is empty").isEqualTo(3);
  }

  @Test
  void row112_whoFloodsAndIsGoneLeavesNothingInTheQueue() {
    Server server = start(usualServer().limit(ONE.queue(1_000)));
    CompletableFuture<String> runs = client(server).callAsync(WAIT, null);
    gate.awaitEntered(1);
    Client flood = client(server);
    for (int i = 0; i < 500; i++) {
      var _ = flood.callAsync(ADD, new Pair(1, 2));
    }
    eventually(() -> server.stats().inFlight() == 501);
    flood.close();
    eventually(() -> server.stats().inFlight() == 1);
    gate.open();
    result(runs);
    assertThat(client(server).call(ADD, new Pair(1, 2))).isEqualTo(3);
  }
}
