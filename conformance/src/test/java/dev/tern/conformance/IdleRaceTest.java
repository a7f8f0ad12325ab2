package dev.tern.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.core.client.Client;
import dev.tern.core.client.ClientBuilder;
import dev.tern.core.retry.RetryPolicy;
import dev.tern.core.server.Server;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;

/**
 * Connections are reclaimed again and again at the very moment at which their client calls. The
 * client makes no failed call again, and the method is UNSAFE: a call that was lost on its way
 * would be seen.
 */
class IdleRaceTest extends EveryTransport {
  private static final long SEED = Long.getLong("tern.fuzz.seed", 20261129);
  private static final int ROUNDS = Integer.getInteger("tern.fuzz.rounds", 300);
  private static final int MOST_NANOS = 1_000_000;
  private static final Duration IDLE = Duration.ofSeconds(10);

  @Test
  void noCallIsLostWhenItsServerReclaimsTheConnection() {
    race(start(BadInput.onClock(usualServer(), clock).idleTimeout(IDLE)), client -> client);
  }

  @Test
  void noCallIsLostWhenItsClientReclaimsTheConnection() {
    race(start(usualServer()), client -> client.timers(clock).idleTimeout(IDLE));
  }

  private void race(Server server, UnaryOperator<ClientBuilder> setUp) {
    System.out.println("seed " + SEED);
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(SEED);
    AtomicInteger connections = new AtomicInteger();
    CountingTransport counting = new CountingTransport(transport, connections::incrementAndGet);
    ClientBuilder plain =
        Client.builder(counting).retry(RetryPolicy.NONE).timeout(Duration.ofSeconds(60));
    try (Client client = setUp.apply(plain).connect(server.address())) {
      for (int round = 0; round < ROUNDS; round++) {
        assertThat(client.call(ADD, new Pair(round, 1))).isEqualTo(round + 1);
        // Once this one is answered the hello, which goes out behind the first, has been read.
        assertThat(client.call(ADD, new Pair(round, 3))).isEqualTo(round + 3);
        CompletableFuture<Void> time = CompletableFuture.runAsync(this::passTime);
        spin(random.nextInt(MOST_NANOS));
        int sum = client.call(ADD, new Pair(round, 2));
        assertThat(sum).as("round %d, seed %d", round, SEED).isEqualTo(round + 2);
        result(time);
      }
      System.out.printf("%s: %d rounds, %d connections%n", kind, ROUNDS, connections.get());
      assertThat(connections.get()).as("connections that were reclaimed").isGreaterThan(1);
    }
  }

  /**
   * The first time whoever reclaims finds that a call has come, the second time that none has,
   * unless one has. A third time would not leave a client whose time is real any to obey.
   */
  private void passTime() {
    for (int i = 0; i < 2; i++) {
      clock.advance(IDLE);
      spin(MOST_NANOS / 8);
    }
  }

  private static void spin(long nanos) {
    long until = System.nanoTime() + nanos;
    while (System.nanoTime() < until) {
      Thread.onSpinWait();
    }
  }
}
