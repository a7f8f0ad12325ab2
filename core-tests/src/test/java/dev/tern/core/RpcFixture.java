package dev.tern.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tern.core.client.Client;
import dev.tern.core.client.ClientBuilder;
import dev.tern.core.retry.RetryPolicy;
import dev.tern.core.server.Server;
import dev.tern.core.server.ServerBuilder;
import dev.tern.core.transport.Transport;
import dev.tern.testkit.ManualTimers;
import dev.tern.transport.memory.MemoryTransport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;

/**
 * What tests of client and server share: a transport a test, clients and servers on it, a clock.
 */
@Timeout(60)
public abstract class RpcFixture {

  public record Pair(int a, int b) {}

  public record Text(String text) {}

  protected static final Method<Pair, Integer> ADD =
      Method.of("calc.add", Pair.class, Integer.class);
  protected static final Method<Text, String> ECHO =
      Method.of("text.echo", Text.class, String.class);

  /** Waits at {@link #gate}. */
  protected static final Method<Void, String> WAIT =
      Method.of("test.wait", Void.class, String.class);

  protected final ManualTimers clock = new ManualTimers();
  protected final Gate gate = new Gate();

  protected Transport transport;

  private final List<Server> servers = new ArrayList<>();
  private final List<Client> clients = new ArrayList<>();
  private final List<RawPeer.Listening> listening = new ArrayList<>();

  /** A transport in this process, unless a test runs over others; the fixture closes it. */
  protected Transport newTransport() {
    return new MemoryTransport();
  }

  @BeforeEach
  void openTransport() {
    transport = newTransport();
  }

  @AfterEach
  void closeAll() {
    gate.open();
    clients.forEach(Client::close);
    listening.forEach(RawPeer.Listening::close);
    transport.close(); // ends all connections, so that closing a server waits for none
    servers.forEach(Server::close);
  }

  /** A server with {@link #ADD}, {@link #ECHO} and {@link #WAIT}. */
  protected ServerBuilder usualServer() {
    return Server.builder(transport)
        .serve(ADD, p -> p.a() + p.b())
        .serve(ECHO, Text::text)
        .serve(
            WAIT,
            _ -> {
              gate.pass();
              return "waited";
            });
  }

  protected Server start(ServerBuilder builder) {
    try {
      Server server = builder.listen(0);
      servers.add(server);
      return server;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  protected Client client(Server server) {
    return client(server.address());
  }

  /** A client on the real clock: its calls have as long as the tests wait, for a busy machine. */
  protected Client client(InetSocketAddress address) {
    return client(address, b -> b.timeout(Duration.ofSeconds(Gate.PATIENCE_SECONDS)));
  }

  protected Client client(InetSocketAddress address, UnaryOperator<ClientBuilder> setUp) {
    return client(transport, address, setUp);
  }

  /** A client on the manual clock. */
  protected Client clockedClient(InetSocketAddress address) {
    return client(address, builder -> builder.timers(clock));
  }

  /** A client that says at once what became of its one attempt, unless the test says otherwise. */
  protected Client client(
      Transport over, InetSocketAddress address, UnaryOperator<ClientBuilder> setUp) {
    ClientBuilder plain = Client.builder(over).retry(RetryPolicy.NONE).failFast();
    Client client = setUp.apply(plain).connect(address);
    clients.add(client);
    return client;
  }

  /** A server that does only what the test says. */
  protected RawPeer.Listening rawServer() {
    RawPeer.Listening server = RawPeer.listen(transport);
    listening.add(server);
    return server;
  }

  protected RawPeer rawClient(Server server) {
    return RawPeer.connect(transport, server.address());
  }

  /** Moves the clock on in steps until the future is done: for what arms its timer unseen. */
  protected void advanceUntilDone(Duration step, CompletableFuture<?> future) {
    await()
        .pollInterval(Duration.ofMillis(2))
        .atMost(Duration.ofSeconds(Gate.PATIENCE_SECONDS))
        .until(
            () -> {
              clock.advance(step);
              return future.isDone();
            });
  }

  /**
   * Runs what stops a server on the manual clock, until its grace has begun. Whoever moves the
   * clock beyond that grace before all has left has the server reset its connections.
   */
  protected <T> CompletableFuture<T> stopping(Supplier<T> stop) {
    int before = clock.pending();
    CompletableFuture<T> stopped = CompletableFuture.supplyAsync(stop, Thread::startVirtualThread);
    eventually(() -> clock.pending() >= before + 2); // the grace, and what follows it
    return stopped;
  }

  /** Waits for what no latch shows, such as a figure of {@code stats()}. */
  protected static void eventually(Callable<Boolean> condition) {
    await()
        .pollInterval(Duration.ofMillis(2))
        .atMost(Duration.ofSeconds(Gate.PATIENCE_SECONDS))
        .until(condition);
  }

  protected static void awaitCount(CountDownLatch latch) {
    try {
      assertThat(latch.await(Gate.PATIENCE_SECONDS, TimeUnit.SECONDS))
          .as("the latch is open, %s left", latch.getCount())
          .isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError("interrupted", e);
    }
  }

  protected static <T extends @Nullable Object> T result(CompletableFuture<T> future) {
    try {
      return future.get(Gate.PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException | ExecutionException | TimeoutException e) {
      throw new AssertionError("no result: " + e, e);
    }
  }

  /** The exception that the call ends with. */
  protected static RpcException failure(CompletableFuture<?> future) {
    try {
      Object result = future.get(Gate.PATIENCE_SECONDS, TimeUnit.SECONDS);
      throw new AssertionError("result: " + result + " (expected: an RpcException)");
    } catch (ExecutionException e) {
      assertThat(e.getCause()).isInstanceOf(RpcException.class);
      return (RpcException) e.getCause();
    } catch (InterruptedException | TimeoutException e) {
      throw new AssertionError("the call did not end: " + e, e);
    }
  }

  /** The exception that this throws. */
  protected static RpcException failure(Runnable call) {
    try {
      call.run();
    } catch (RpcException e) {
      return e;
    }
    throw new AssertionError("a result (expected: an RpcException)");
  }
}
