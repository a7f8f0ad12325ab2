package dev.tern.conformance;

import dev.tern.core.Method;
import dev.tern.core.RpcFixture;
import dev.tern.core.client.CallOptions;
import dev.tern.core.client.Client;
import dev.tern.core.retry.RetryPolicy;
import dev.tern.core.server.Server;
import dev.tern.core.transport.Transport;
import dev.tern.transport.netty.NettyTransport;
import dev.tern.transport.threads.ThreadsTransport;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;

/**
 * One side of {@link ManyCallsTest}, in a JVM of its own: {@code server TRANSPORT CALLS} prints its
 * port and holds every call until all of them are in flight; {@code client TRANSPORT CALLS PORT}
 * makes them over one connection.
 */
final class ManyCalls {
  private static final Method<RpcFixture.Pair, Integer> HOLD =
      Method.of("many.hold", RpcFixture.Pair.class, Integer.class);

  private ManyCalls() {}

  public static void main(String[] args) throws Exception {
    int calls = Integer.parseInt(args[2]);
    try (Transport transport = transport(args[1])) {
      if (args[0].equals("server")) {
        serve(transport, calls);
      } else {
        call(transport, calls, Integer.parseInt(args[3]));
      }
    }
  }

  private static Transport transport(String name) {
    return switch (name) {
      case "netty" -> NettyTransport.create();
      case "threads" -> new ThreadsTransport();
      default -> throw new IllegalArgumentException("transport: " + name);
    };
  }

  /** Until its input ends. */
  @SuppressWarnings("SystemOut") // the parent process reads the port there
  private static void serve(Transport transport, int calls) throws IOException {
    CountDownLatch all = new CountDownLatch(calls);
    try (Server server =
        Server.builder(transport)
            .serve(
                HOLD,
                p -> {
                  all.countDown();
                  all.await();
                  return p.a() + p.b();
                })
            .listen(0)) {
      System.out.println(server.port());
      int end = System.in.read();
      if (end >= 0 || server.stats().count("OK") != calls || server.stats().inFlight() != 0) {
        throw new IllegalStateException(server.stats() + " (expected: " + calls + " OK)");
      }
    }
  }

  private static void call(Transport transport, int calls, int port) {
    CallOptions patient = CallOptions.timeout(Duration.ofMinutes(2));
    InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    try (Client client =
        Client.builder(transport).retry(RetryPolicy.NONE).failFast().connect(address)) {
      List<CompletableFuture<Integer>> pending = new ArrayList<>();
      for (int i = 0; i < calls; i++) {
        pending.add(client.callAsync(HOLD, new RpcFixture.Pair(i, 1), patient));
      }
      for (int i = 0; i < calls; i++) {
        int sum = pending.get(i).join();
        if (sum != i + 1) {
          throw new IllegalStateException(
              "call " + i + ": " + sum + " (expected: " + (i + 1) + ")");
        }
      }
      if (client.stats().connections() != 1) {
        throw new IllegalStateException(client.stats() + " (expected: 1 connection)");
      }
    }
  }
}
