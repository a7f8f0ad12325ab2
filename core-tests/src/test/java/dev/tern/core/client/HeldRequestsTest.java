package dev.tern.core.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.core.RawPeer;
import dev.tern.core.RpcFixture;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** Requests wait for those of callers that were woken together, but not for ever. */
final class HeldRequestsTest extends RpcFixture {

  /** The threads that run virtual ones, unless somebody sets their number. */
  private static final int CARRIERS = Runtime.getRuntime().availableProcessors();

  /** Enough to be woken together, and to occupy every carrier. */
  private static final int CALLERS = 8 * CARRIERS;

  private final CountDownLatch occupied = new CountDownLatch(CARRIERS);
  private volatile boolean busy = true;

  @Test
  void aRequestLeavesWhileThoseThatWereWokenBeforeComputeOn() throws Exception {
    RawPeer.Listening server = rawServer();
    Client client = clockedClient(server.address());
    List<Thread> callers = new ArrayList<>();
    for (int i = 0; i < CALLERS; i++) {
      callers.add(Thread.startVirtualThread(() -> callThenCompute(client)));
    }
    RawPeer peer = server.accept();
    String[] replies = new String[CALLERS];
    for (int i = 0; i < CALLERS; i++) {
      replies[i] = reply(peer);
    }
    peer.send(replies);
    awaitCount(occupied);

    CompletableFuture<Integer> sum = new CompletableFuture<>();
    Thread.ofPlatform().start(() -> sum.complete(client.call(ADD, new Pair(1, 2))));
    CompletableFuture<String> arrived = new CompletableFuture<>();
    Thread.ofPlatform().start(() -> arrived.complete(reply(peer)));
    advanceUntilDone(Duration.ofMillis(1), arrived);

    assertThat(busy).isTrue();
    busy = false;
    peer.send(arrived.get());
    assertThat(result(sum)).isEqualTo(3);
    for (Thread caller : callers) {
      caller.join();
    }
  }

  private void callThenCompute(Client client) {
    client.call(ADD, new Pair(1, 2));
    occupied.countDown();
    while (busy) {
      Thread.onSpinWait();
    }
  }

  private static String reply(RawPeer peer) {
    return "{\"id\":" + peer.read().get("id") + ",\"ok\":true,\"result\":3}";
  }
}
