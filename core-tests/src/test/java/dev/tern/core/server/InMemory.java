package dev.tern.core.server;

import dev.tern.core.Lane;
import dev.tern.core.RpcException;
import dev.tern.core.client.Client;
import dev.tern.core.client.ClientBuilder;
import dev.tern.core.retry.RetryPolicy;
import dev.tern.testkit.ManualTimers;
import dev.tern.transport.memory.MemoryTransport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Servers and clients in one process, on a clock that the test moves. */
final class InMemory implements AutoCloseable {
  /** A test that waits longer has failed. */
  private static final int PATIENCE_SECONDS = 20;

  /** The name of {@link Lane#pool} that {@link #server} declares. */
  static final String POOL = "heavy";

  static final List<Lane> LANES = List.of(Lane.VIRTUAL, Lane.INLINE, Lane.pool(POOL));

  final ManualTimers clock = new ManualTimers();
  private final MemoryTransport transport = new MemoryTransport();
  private final Deque<Runnable> opened = new ArrayDeque<>();

  /** A server that is not started yet. */
  ServerBuilder server() {
    return Server.builder(transport).timers(clock).pool(POOL, 2, 100);
  }

  Server start(ServerBuilder builder) {
    try {
      Server server = builder.listen(0);
      opened.push(() -> server.close(Duration.ZERO));
      return server;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A client of a server that is started now. */
  Client clientOf(ServerBuilder builder) {
    return clientOf(start(builder));
  }

  Client clientOf(Server server) {
    ClientBuilder builder =
        Client.builder(transport).retry(RetryPolicy.NONE).failFast().timers(clock);
    Client client = builder.connect(server.address());
    opened.push(client::close);
    return client;
  }

  /** The exception that a call throws. */
  static RpcException failure(Runnable call) {
    try {
      call.run();
    } catch (RpcException e) {
      return e;
    }
    throw new AssertionError("a result (expected: an RpcException)");
  }

  /** The exception that a call ends with. */
  static RpcException failure(CompletableFuture<?> call) {
    try {
      throw new AssertionError("result: " + call.join() + " (expected: an RpcException)");
    } catch (CompletionException e) {
      if (e.getCause() instanceof RpcException rpc) {
        return rpc;
      }
      throw new AssertionError("thrown: " + e.getCause() + " (expected: an RpcException)", e);
    }
  }

  static void await(CountDownLatch latch) {
    try {
      if (!latch.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        throw new AssertionError("the latch is closed (expected: open)");
      }
    } catch (InterruptedException e) {
      throw new AssertionError("interrupted", e);
    }
  }

  @Override
  public void close() {
    opened.forEach(Runnable::run);
    transport.close();
  }
}
