package dev.tern.core.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.core.RpcFixture;
import dev.tern.core.retry.RetryPolicy;
import dev.tern.core.server.Server;
import dev.tern.core.transport.Connection;
import dev.tern.core.transport.Transport;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class AttemptTimeoutTest extends RpcFixture {
  private static final Duration ATTEMPT = Duration.ofMillis(100);

  private final CountDownLatch connecting = new CountDownLatch(1);
  private final CountDownLatch connected = new CountDownLatch(1);

  @Test
  void theWaitForAConnectionIsNoAttempt() {
    Server server = start(usualServer());
    try (Client client =
        Client.builder(new SlowToConnect())
            .timers(clock)
            .retry(RetryPolicy.DEFAULT.withAttempts(2).withAttemptTimeout(ATTEMPT))
            .connect(server.address())) {
      CompletableFuture<Reply<Integer>> call =
          CompletableFuture.supplyAsync(() -> client.exchange(ADD, new Pair(1, 2)));
      awaitCount(connecting);
      for (int i = 0; i < 5; i++) { // more than there are attempts
        clock.advance(ATTEMPT.multipliedBy(2));
      }
      assertThat(call).isNotDone();
      connected.countDown();
      Reply<Integer> reply = result(call);
      assertThat(reply.value()).isEqualTo(3);
      assertThat(reply.attempts()).hasSize(1);
    }
  }

  private final class SlowToConnect implements Transport {
    @Override
    public Listener listen(InetSocketAddress address, Acceptor acceptor) throws IOException {
      return transport.listen(address, acceptor);
    }

    @Override
    public Connection connect(InetSocketAddress address, Duration timeout, Acceptor acceptor)
        throws IOException {
      connecting.countDown();
      awaitCount(connected);
      return transport.connect(address, timeout, acceptor);
    }

    @Override
    public void close() {
      // The fixture closes the one below.
    }
  }
}
