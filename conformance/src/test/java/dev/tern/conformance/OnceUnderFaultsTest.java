package dev.tern.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tern.core.Effect;
import dev.tern.core.Method;
import dev.tern.core.RpcException;
import dev.tern.core.client.Client;
import dev.tern.core.retry.RetryPolicy;
import dev.tern.core.server.Server;
import dev.tern.protocol.Executed;
import dev.tern.testkit.FaultProxy;
import dev.tern.transport.memory.Direction;
import dev.tern.transport.netty.NettyTransport;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * 10,000 operations that must happen once, over a network that loses and repeats frames, loses
 * replies after the effect and resets connections, at a server that is killed in between and
 * forgets. Their effects are lines of a file that outlives the servers.
 */
@Tag("slow")
final class OnceUnderFaultsTest {
  private static final long SEED = 20261128;
  private static final int OPERATIONS = 10_000;
  private static final int CALLERS = 64;
  private static final int RESETS = 10;

  private record Payment(int number) {}

  private static final Method<Payment, Integer> PAY =
      Method.of("pay", Payment.class, Integer.class).effect(Effect.ONCE);

  @TempDir private Path folder;

  private final Map<Integer, Executed> failed = new ConcurrentHashMap<>();
  private final Map<String, Integer> codes = new ConcurrentHashMap<>();
  private final AtomicInteger next = new AtomicInteger();

  @Test
  @Timeout(240)
  void eachOperationHasItsEffectOnceAndEveryVerdictIsTrue() throws Exception {
    Path file = folder.resolve("effects");
    try (FileChannel effects =
            FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.APPEND);
        NettyTransport clients = NettyTransport.create()) {
      NettyTransport[] servers = {NettyTransport.create()};
      Server[] server = {serve(servers[0], effects)};
      try (FaultProxy proxy = faulty(server[0]);
          Client client =
              Client.builder(clients)
                  .timeout(Duration.ofSeconds(20))
                  .retry(
                      RetryPolicy.DEFAULT
                          .withAttempts(8)
                          .withAttemptTimeout(Duration.ofMillis(400))
                          .withoutBudget())
                  .connect(proxy.address())) {
        ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor();
        for (int i = 0; i < CALLERS; i++) {
          callers.execute(() -> callUntilAllAreMade(client));
        }
        for (int reset = 1; reset <= RESETS; reset++) {
          awaitMade(OPERATIONS * reset / (RESETS + 1));
          proxy.resetAll();
          if (reset % 4 == 0) { // killed: its store is gone, and with it what it remembers
            servers[0].close();
            server[0].close(Duration.ZERO);
            servers[0] = NettyTransport.create();
            server[0] = serve(servers[0], effects);
            proxy.target(server[0].address());
          }
        }
        callers.shutdown();
        assertThat(callers.awaitTermination(180, TimeUnit.SECONDS)).as("no call hangs").isTrue();
        assertThat(proxy.counts().of(Direction.TO_SERVER).lostFrames()).isPositive();
        assertThat(proxy.counts().of(Direction.TO_CLIENT).lostFrames()).isPositive();
      }
      server[0].close();
      servers[0].close();
    }
    check(file);
  }

  private static Server serve(NettyTransport transport, FileChannel effects) throws IOException {
    return Server.builder(transport)
        .serve(
            PAY,
            payment -> {
              effects.write(ByteBuffer.wrap((payment.number() + "\n").getBytes(UTF_8)));
              return payment.number();
            })
        .listen(0);
  }

  private static FaultProxy faulty(Server server) {
    return FaultProxy.to(server.address())
        .loseFrames(Direction.TO_SERVER, 0.02, SEED)
        .loseFrames(Direction.TO_CLIENT, 0.02, SEED + 1)
        .duplicateFrames(Direction.TO_SERVER, 0.001, SEED + 2);
  }

  private void callUntilAllAreMade(Client client) {
    for (int number; (number = next.getAndIncrement()) < OPERATIONS; ) {
      try {
        assertThat(client.call(PAY, new Payment(number))).isEqualTo(number);
      } catch (RpcException e) {
        failed.put(number, e.executed());
        codes.merge(e.code() + " " + e.executed(), 1, Integer::sum);
      }
    }
  }

  private void awaitMade(int operations) {
    await()
        .pollInterval(Duration.ofMillis(2))
        .atMost(Duration.ofMinutes(3))
        .until(() -> next.get() >= operations);
  }

  private void check(Path file) throws IOException {
    Map<Integer, Long> effects =
        Files.readAllLines(file).stream()
            .collect(Collectors.groupingBy(Integer::valueOf, Collectors.counting()));
    String seen = "seed " + SEED + ", failed: " + codes;
    for (int number = 0; number < OPERATIONS; number++) {
      long happened = effects.getOrDefault(number, 0L);
      Executed verdict = failed.getOrDefault(number, Executed.YES);
      switch (verdict) {
        case YES -> assertThat(happened).as("%s effects, %s", number, seen).isEqualTo(1);
        case NO -> assertThat(happened).as("%s effects, %s", number, seen).isZero();
        case MAYBE -> assertThat(happened).as("%s effects, %s", number, seen).isBetween(0L, 1L);
      }
    }
    IO.println(OPERATIONS + " operations, " + effects.size() + " effects, " + seen);
  }
}
