package dev.tern.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tern.core.Method;
import dev.tern.core.RpcException;
import dev.tern.core.client.Client;
import dev.tern.core.retry.RetryPolicy;
import dev.tern.core.server.DrainReport;
import dev.tern.core.server.Server;
import dev.tern.core.transport.Transport;
import dev.tern.testkit.FaultProxy;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Two servers take turns behind one address: a proxy leads each new connection to the one that is
 * up, and the other is drained. One client calls all the time, and makes no failed call again.
 */
@OverSockets
@Timeout(180)
@Tag("slow")
class RollingRestartTest {
  private static final int RESTARTS = 20;
  private static final int CALLERS = 32;
  private static final int CALLS_BETWEEN = 200;

  record Pair(int a, int b) {}

  /** Of the effect UNSAFE: what may have run would not be made again. */
  private static final Method<Pair, Integer> ADD = Method.of("calc.add", Pair.class, Integer.class);

  private final Transport transport;
  private final AtomicLong answered = new AtomicLong();
  private final Queue<RpcException> failed = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean stopped = new AtomicBoolean();

  RollingRestartTest(TestTransport kind) {
    transport = kind.create();
  }

  @AfterEach
  void close() {
    transport.close();
  }

  private Server start() throws IOException {
    return Server.builder(transport).serve(ADD, p -> p.a() + p.b()).listen(0);
  }

  @Test
  void twentyRestartsCostNoCall() throws IOException, InterruptedException {
    Server up = start();
    long began = System.nanoTime();
    try (FaultProxy proxy = FaultProxy.to(up.address());
        Client client =
            Client.builder(transport)
                .retry(RetryPolicy.NONE)
                .timeout(Duration.ofSeconds(60))
                .connect(proxy.address())) {
      List<Thread> callers = new ArrayList<>();
      for (int i = 0; i < CALLERS; i++) {
        callers.add(Thread.startVirtualThread(() -> callOnAndOn(client)));
      }
      long slowest = 0;
      for (int i = 0; i < RESTARTS; i++) {
        awaitMoreCalls();
        Server next = start();
        proxy.target(next.address());
        long told = System.nanoTime();
        DrainReport report = up.drain(Duration.ofSeconds(60));
        slowest = Math.max(slowest, System.nanoTime() - told);
        assertThat(report.isClean()).as("%s", report).isTrue();
        up = next;
      }
      awaitMoreCalls();
      stopped.set(true);
      for (Thread caller : callers) {
        caller.join();
      }
      System.out.printf(
          "%s: %d restarts, %d callers, %d calls in %d ms, failed %d, slowest drain %d ms%n",
          transport.getClass().getSimpleName(),
          RESTARTS,
          CALLERS,
          answered.get(),
          (System.nanoTime() - began) / 1_000_000,
          failed.size(),
          slowest / 1_000_000);
    } finally {
      stopped.set(true);
      up.close(Duration.ZERO);
    }
    assertThat(failed).isEmpty();
  }

  private void callOnAndOn(Client client) {
    for (int i = 0; !stopped.get(); i++) {
      try {
        assertThat(client.call(ADD, new Pair(i, 1))).isEqualTo(i + 1);
        answered.incrementAndGet();
      } catch (RpcException e) {
        failed.add(e);
        return;
      }
    }
  }

  private void awaitMoreCalls() {
    long enough = answered.get() + CALLS_BETWEEN;
    await()
        .atMost(Duration.ofSeconds(60))
        .pollInterval(Duration.ofMillis(2))
        .until(() -> answered.get() >= enough || !failed.isEmpty());
  }
}
