package dev.tern.core.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.tern.core.Counter;
import dev.tern.core.Method;
import dev.tern.core.RpcException;
import dev.tern.core.retry.RetryPolicy;
import dev.tern.core.runtime.Backoff;
import dev.tern.core.server.Server;
import dev.tern.core.transport.Connection;
import dev.tern.core.transport.ConnectionHandler;
import dev.tern.core.transport.Transport;
import dev.tern.protocol.Dialect;
import dev.tern.protocol.Executed;
import dev.tern.testkit.ManualTimers;
import dev.tern.transport.memory.MemoryTransport;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How a client finds a connection, and what it says when there is none. */
@Timeout(60)
final class EndpointTest {
  private static final Method<Void, Integer> ONE = Method.of("one", Void.class, Integer.class);

  private final MemoryTransport memory = new MemoryTransport();
  private final ManualTimers clock = new ManualTimers();

  @SuppressWarnings("NullAway.Init") // before each test
  private Server server;

  @BeforeEach
  void start() throws IOException {
    server = Server.builder(memory).serve(ONE, _ -> 1).listen(0);
  }

  @AfterEach
  void stop() {
    memory.close();
    server.close();
  }

  /** Its first connections end before they can take a call; then it is the other transport. */
  private record Dying(Transport healthy, AtomicInteger deaths) implements Transport {
    @Override
    public Listener listen(InetSocketAddress address, Acceptor acceptor) throws IOException {
      return healthy.listen(address, acceptor);
    }

    @Override
    public Connection connect(InetSocketAddress address, Duration timeout, Acceptor acceptor)
        throws IOException {
      if (deaths.getAndDecrement() <= 0) {
        return healthy.connect(address, timeout, acceptor);
      }
      CountDownLatch ended = new CountDownLatch(1);
      Connection opened =
          healthy.connect(
              address, timeout, connection -> new EndWatch(acceptor.accept(connection), ended));
      opened.abort();
      try {
        ended.await();
      } catch (InterruptedException e) {
        throw new IOException(e);
      }
      return opened;
    }

    @Override
    public void close() {
      healthy.close();
    }
  }

  /** Says when a connection has ended. */
  private record EndWatch(ConnectionHandler handler, CountDownLatch ended)
      implements ConnectionHandler {
    @Override
    public void onBytes(byte[] buffer, int offset, int length) {
      handler.onBytes(buffer, offset, length);
    }

    @Override
    public void onReadComplete() {
      handler.onReadComplete();
    }

    @Override
    public void onEndOfInput() {
      handler.onEndOfInput();
    }

    @Override
    public void onSendProgress() {
      handler.onSendProgress();
    }

    @Override
    public void onClosed(@Nullable Throwable cause) {
      handler.onClosed(cause);
      ended.countDown();
    }
  }

  private Client dying(int deaths) {
    return Client.builder(new Dying(memory, new AtomicInteger(deaths)))
        .retry(RetryPolicy.NONE)
        .backoff(new Backoff(Duration.ofNanos(1), Duration.ofNanos(1)))
        .connect(server.address());
  }

  private static RpcException failure(Client client) {
    RpcException failure = catchThrowableOfType(RpcException.class, () -> client.call(ONE, null));
    assertThat(failure).as("a failure").isNotNull();
    return failure;
  }

  @Test
  void aCallThatNeverLeftIsMadeAgainAndCounted() {
    try (Client client = dying(2)) {
      assertThat(client.call(ONE, null)).isEqualTo(1);
      assertThat(client.stats().count(Counter.NEVER_LEFT)).isEqualTo(2);
      assertThat(client.stats().byCode()).containsEntry("OK", 1L);
    }
  }

  /** It counts the attempts at it; the first fails, the others wait until they may go on. */
  private record Gated(Transport healthy, AtomicInteger attempts, CountDownLatch gate)
      implements Transport {
    @Override
    public Listener listen(InetSocketAddress address, Acceptor acceptor) throws IOException {
      return healthy.listen(address, acceptor);
    }

    @Override
    public Connection connect(InetSocketAddress address, Duration timeout, Acceptor acceptor)
        throws IOException {
      if (attempts.incrementAndGet() == 1) {
        throw new IOException("refused");
      }
      try {
        gate.await();
      } catch (InterruptedException e) {
        throw new IOException(e);
      }
      return healthy.connect(address, timeout, acceptor);
    }

    @Override
    public void close() {
      healthy.close();
    }
  }

  private Client bare(Gated gated) {
    return Client.builder(gated)
        .retry(RetryPolicy.NONE)
        .timers(clock)
        .dialect(Dialect.BARE)
        .backoff(new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(60)))
        .connect(server.address());
  }

  /** Its deadline passes while an attempt waits, or is under way. */
  private void timesOut(CompletableFuture<Integer> call, Duration timeout) {
    clock.advance(timeout);
    assertThat(catchCause(call))
        .isInstanceOfSatisfying(RpcException.class, e -> assertThat(e.code()).isEqualTo("TIMEOUT"));
  }

  private static void eventually(BooleanSupplier condition) {
    while (!condition.getAsBoolean()) {
      Thread.onSpinWait();
    }
  }

  @Test
  void aBareCallerThatHasGivenUpConnectsNoMore() {
    Gated gated = new Gated(memory, new AtomicInteger(), new CountDownLatch(0));
    Duration timeout = Duration.ofMillis(50);
    try (Client client = bare(gated)) {
      for (int i = 0; i < 9; i++) { // 450 ms: the backoff is 500 at least
        CompletableFuture<Integer> call = client.callAsync(ONE, null, CallOptions.timeout(timeout));
        eventually(() -> clock.pending() == 2); // the attempt that waits, the deadline
        timesOut(call, timeout);
        assertThat(clock.pending()).as("timers of call %s", i).isZero();
      }
      clock.advance(Duration.ofMillis(550)); // the backoff after one failure is over

      assertThat(gated.attempts()).as("attempts").hasValue(1);
      assertThat(client.call(ONE, null)).as("at once, as nothing else failed").isEqualTo(1);
      assertThat(gated.attempts()).as("attempts").hasValue(2);
    }
  }

  @Test
  void whatABareCallerThatHasGivenUpOpensIsClosed() {
    Gated gated = new Gated(memory, new AtomicInteger(), new CountDownLatch(1));
    try (Client client = bare(gated)) {
      CompletableFuture<Integer> call =
          client.callAsync(ONE, null, CallOptions.timeout(Duration.ofSeconds(2)));
      eventually(() -> clock.pending() == 2);
      clock.advance(Duration.ofSeconds(1));
      eventually(() -> gated.attempts().get() == 2);
      timesOut(call, Duration.ofSeconds(1));
      assertThat(client.stats().connections()).isZero();
      gated.gate().countDown();

      eventually(() -> server.stats().count(Counter.CONNECTIONS_OPENED) == 1);
      eventually(() -> client.stats().connections() == 0);
    }
  }

  @Test
  void afterThreeTriesItFails() {
    try (Client client = dying(3)) {
      RpcException failure = failure(client);

      assertThat(failure.code()).isEqualTo("UNAVAILABLE");
      assertThat(failure.executed()).isEqualTo(Executed.NO);
      assertThat(failure.isTransient()).isTrue();
      assertThat(client.stats().count(Counter.NEVER_LEFT)).isEqualTo(2);
    }
  }

  @Test
  void theChainShowsThePolicy() {
    try (Client client = dying(0)) {
      assertThat(client)
          .hasToString(
              "counting → nested → retry, 1 attempt → again if never left, 3 tries → connection to "
                  + "127.0.0.1:"
                  + server.address().getPort());
    }
  }

  @Test
  void aClosedClientIsNotTransient() {
    Client client = dying(0);
    client.close();

    RpcException failure = failure(client);

    assertThat(failure.code()).isEqualTo("UNAVAILABLE");
    assertThat(failure.executed()).isEqualTo(Executed.NO);
    assertThat(failure.isTransient()).isFalse();
  }

  @Test
  void aCallThatTheCloseEndedIsNotTransient() throws IOException {
    CompletableFuture<Void> accepted = new CompletableFuture<>();
    try (Transport.Listener silent = silentPeer(accepted)) {
      Client client =
          Client.builder(memory).retry(RetryPolicy.NONE).failFast().connect(silent.address());
      CompletableFuture<Integer> call = client.callAsync(ONE, null);
      accepted.join();
      client.close(Duration.ZERO);

      RpcException failure = (RpcException) catchCause(call);

      assertThat(failure.code()).isEqualTo("UNAVAILABLE");
      assertThat(failure.executed()).isEqualTo(Executed.MAYBE);
      assertThat(failure.isTransient()).isFalse();
    }
  }

  private static Throwable catchCause(CompletableFuture<?> call) {
    CompletionException thrown = catchThrowableOfType(CompletionException.class, call::join);
    return thrown.getCause() == null ? thrown : thrown.getCause();
  }

  /** Reads, and says nothing. */
  private Transport.Listener silentPeer(CompletableFuture<Void> heard) throws IOException {
    return memory.listen(
        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
        connection -> new Silent(connection, heard));
  }

  private record Silent(Connection connection, CompletableFuture<Void> heard)
      implements ConnectionHandler {
    @Override
    public void onBytes(byte[] buffer, int offset, int length) {
      heard.complete(null);
    }

    @Override
    public void onReadComplete() {}

    @Override
    public void onEndOfInput() {
      connection.close();
    }

    @Override
    public void onSendProgress() {}

    @Override
    public void onClosed(@Nullable Throwable cause) {}
  }

  @Test
  void aTimeoutNamesTheMethodAndTheSilentPeer() throws IOException {
    CompletableFuture<Void> heard = new CompletableFuture<>();
    try (Transport.Listener silent = silentPeer(heard);
        Client client =
            Client.builder(memory)
                .retry(RetryPolicy.NONE)
                .failFast()
                .timers(clock)
                .connect(silent.address())) {
      CompletableFuture<Integer> call = client.callAsync(ONE, null);
      heard.join();
      clock.advance(Duration.ofSeconds(11));

      assertThat(catchCause(call))
          .hasMessageMatching(
              "one at 127\\.0\\.0\\.1:"
                  + silent.address().getPort()
                  + ": sent 1[01]000 ms ago, no reply before the deadline, nor a byte on this"
                  + " connection: is this a Tern server\\?");
    }
  }
}
