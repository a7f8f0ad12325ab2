package dev.tern.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tern.core.Effect;
import dev.tern.core.Method;
import dev.tern.core.RpcException;
import dev.tern.core.client.CallOptions;
import dev.tern.core.client.Client;
import dev.tern.core.retry.RetryPolicy;
import dev.tern.transport.threads.ThreadsTransport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/**
 * A server in a heap of 256 MiB, all kinds of hostile peers at once, and one polite client beside
 * them: 100 calls a second, each of which shall be answered within a second. How many are is the
 * business of a measurement, {@code -Dtern.hostile.seconds=300} on a machine that does nothing
 * else; a build looks whether the server lives, and serves. Rows 58 and 59 of docs/PROMISES.md.
 */
@OverSockets
@Tag("slow")
final class HostilePeersTest {
  private static final boolean IS_MEASURED = Integer.getInteger("tern.hostile.seconds") != null;
  private static final int SECONDS = Integer.getInteger("tern.hostile.seconds", 2);
  private static final long SEED = Long.getLong("tern.fuzz.seed", System.nanoTime());

  private static final Duration PATIENCE = Duration.ofSeconds(50);
  private static final int WARM_UP_CALLS = 1_000;
  private static final int CALLS_A_SECOND = 100;
  private static final int CALLS = SECONDS * CALLS_A_SECOND;

  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
  private static final int LEAST = IS_MEASURED ? (int) Math.ceil(0.95 * CALLS) : 1;

  private static final Method<TestService.Add, Long> ADD =
      Method.of("add", TestService.Add.class, Long.class).effect(Effect.READ);

  private final TestTransport kind;

  HostilePeersTest(TestTransport kind) {
    this.kind = kind;
  }

  @Test
  void row59_aPoliteClientIsServedBesideHostilePeersInASmallHeap() throws Exception {
    say("-Dtern.fuzz.seed=%s".formatted(SEED));
    Process server =
        new ProcessBuilder(
                JavaProcess.command(
                    "-XX:+ExitOnOutOfMemoryError", MeasuredServer.class, kind.name()))
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    try {
      int port = Integer.parseInt(Python.firstLine(server));
      List<Long> nanos;
      try (ThreadsTransport transport = new ThreadsTransport();
          Client client =
              Client.builder(transport).retry(RetryPolicy.NONE).connect("127.0.0.1", port)) {
        for (int i = 0; i < WARM_UP_CALLS; i++) {
          client.call(ADD, new TestService.Add(1, 2));
        }
        try (HostilePeers hostile = new HostilePeers(port, SEED)) {
          await().atMost(PATIENCE).until(() -> connections(client) >= HostilePeers.STAYING);
          nanos = callAtItsRate(client);
          say("connections %s".formatted(hostile.connections()));
          server.outputWriter().write('\n'); // it shall look what lives, now
          server.outputWriter().flush();
          assertThat(client.call(ADD, new TestService.Add(1, 2))).isEqualTo(3);
        }
        assertThat(client.call(ADD, new TestService.Add(1, 2))).isEqualTo(3);
      }
      long resident = residentKib(server);
      server.outputWriter().close(); // the end of its input ends it
      String figures = Python.firstLine(server);
      say(
          "%s for %s s: %s of %s answered in time, p50 %s ms, slowest %s ms; resident %s MiB, %s"
              .formatted(
                  kind,
                  SECONDS,
                  nanos.size(),
                  CALLS,
                  TimeUnit.NANOSECONDS.toMillis(nanos.get(nanos.size() / 2)),
                  TimeUnit.NANOSECONDS.toMillis(nanos.getLast()),
                  resident >> 10,
                  figures));
      assertThat(nanos.size()).as("answered in time").isGreaterThanOrEqualTo(LEAST);
      assertThat(server.waitFor()).isZero();
    } finally {
      server.destroyForcibly();
    }
  }

  private static int connections(Client client) {
    return client.call("rpc.stats", null, JsonNode.class).get("connections").intValue();
  }

  private static void say(String words) {
    System.out.println("HostilePeersTest " + words);
  }

  /** How long those calls took that were answered in time, since they were due; sorted. */
  private static List<Long> callAtItsRate(Client client) throws Exception {
    try (ExecutorService threads =
        Executors.newCachedThreadPool(Thread.ofPlatform().daemon().factory())) {
      long start = System.nanoTime();
      List<Future<Long>> calls = new ArrayList<>();
      for (int i = 0; i < CALLS; i++) {
        long due = start + i * SECOND / CALLS_A_SECOND;
        while (System.nanoTime() - due < 0) {
          LockSupport.parkNanos(due - System.nanoTime());
        }
        calls.add(threads.submit(() -> call(client, due)));
      }
      List<Long> nanos = new ArrayList<>();
      for (Future<Long> call : calls) {
        if (call.get() <= SECOND) {
          nanos.add(call.get());
        }
      }
      Collections.sort(nanos);
      return nanos;
    }
  }

  private static long call(Client client, long due) {
    try {
      Duration left = Duration.ofNanos(due + SECOND - System.nanoTime());
      assertThat(client.call(ADD, new TestService.Add(40, 2), CallOptions.timeout(left)))
          .isEqualTo(42);
      return System.nanoTime() - due;
    } catch (RpcException | IllegalArgumentException late) { // also one whose time is over already
      return Long.MAX_VALUE;
    }
  }

  /** The most memory that a process has had, as the system counts it; 0 where it does not tell. */
  private static long residentKib(Process process) throws IOException {
    Path status = Path.of("/proc/" + process.pid() + "/status");
    if (!Files.isReadable(status)) {
      return 0;
    }
    return Files.readAllLines(status).stream()
        .filter(line -> line.startsWith("VmHWM:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
        .findFirst()
        .orElse(0);
  }
}
