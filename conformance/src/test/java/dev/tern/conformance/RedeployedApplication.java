package dev.tern.conformance;

import dev.tern.core.Effect;
import dev.tern.core.Filter;
import dev.tern.core.Lane;
import dev.tern.core.Method;
import dev.tern.core.OperationToken;
import dev.tern.core.RpcException;
import dev.tern.core.TypeRef;
import dev.tern.core.auth.TokenFile;
import dev.tern.core.client.CallOptions;
import dev.tern.core.client.Client;
import dev.tern.core.limit.ConcurrencyLimit;
import dev.tern.core.retry.RetryPolicy;
import dev.tern.core.server.Server;
import dev.tern.core.tls.TlsClient;
import dev.tern.core.tls.TlsServer;
import dev.tern.core.transport.Transport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * An application for {@link RedeployRowsTest}, which loads it with a class loader of its own: it
 * serves and calls in every way that has threads, timers or caches behind it, and closes what it
 * has opened.
 */
public final class RedeployedApplication implements Runnable {
  private record Pair(int a, int b) {}

  private static final Method<Pair, Integer> VIRTUAL =
      Method.of("virtual", Pair.class, Integer.class).effect(Effect.READ);
  private static final Method<Pair, Integer> INLINE =
      Method.of("inline", Pair.class, Integer.class).effect(Effect.READ);
  private static final Method<Pair, Integer> POOLED =
      Method.of("pooled", Pair.class, Integer.class).effect(Effect.READ);
  private static final Method<Pair, Integer> FAILING =
      Method.of("failing", Pair.class, Integer.class);
  private static final Method<Pair, Integer> NEVER =
      Method.of("never", Pair.class, Integer.class).effect(Effect.READ); // so it is interrupted

  private record Line(String sku, LocalDate due, Optional<Size> size) {}

  private record Basket(List<Line> lines, Map<String, Pair> pairs) {}

  private enum Size {
    SMALL
  }

  private static final Method<Basket, Basket> RICH =
      Method.of("rich", Basket.class, Basket.class).effect(Effect.ONCE);
  private static final Method<Pair, List<Line>> GENERIC =
      Method.of("generic", Pair.class, new TypeRef<List<Line>>() {});
  private static final Method<Pair, Pair> SOLD_OUT =
      Method.of("soldOut", Pair.class, Pair.class).effect(Effect.ONCE);

  private static final Line LINE =
      new Line("a", LocalDate.of(2026, 1, 31), Optional.of(Size.SMALL));
  private static final Basket BASKET = new Basket(List.of(LINE), Map.of("a", new Pair(1, 2)));

  private static final Pair PAIR = new Pair(40, 2);

  private static final Method<Pair, Integer> OWN =
      Method.of("own", Pair.class, Integer.class).effect(Effect.READ);
  private static final String TOKEN = "0123456789-abcdef";

  private final TestTransport kind;
  private final Path authority;
  private final Path certificate;
  private final Path key;

  /**
   * An application over a transport.
   *
   * @param kind the name of a {@link TestTransport}
   * @param files those of an authority, of a certificate of this machine's, and of its key
   */
  public RedeployedApplication(String kind, List<String> files) {
    this.kind = TestTransport.valueOf(kind);
    this.authority = Path.of(files.get(0));
    this.certificate = Path.of(files.get(1));
    this.key = Path.of(files.get(2));
  }

  @Override
  public void run() {
    Transport transport = kind.create();
    InetSocketAddress address;
    try (Server server =
        Server.builder(transport)
            .pool("redeployed", 1, 10)
            .serve(VIRTUAL, p -> p.a() + p.b())
            .serve(INLINE, Lane.INLINE, p -> p.a() + p.b())
            .serve(POOLED, Lane.pool("redeployed"), p -> p.a() + p.b())
            .serve(FAILING, _ -> fail())
            .serve(NEVER, _ -> never())
            .serve(RICH, basket -> basket)
            .serve(GENERIC, _ -> List.of(LINE))
            .serve(SOLD_OUT, _ -> soldOut())
            .filter(Filter.nonBlocking((request, next) -> next.handle(request)))
            .listen(0)) {
      address = server.address();
      try (Client client = Client.builder(transport).connect(address)) {
        call(client);
      }
      callGuarded(transport);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    waitForASecondAttempt(transport, address);
    transport.close();
  }

  /** Calls that are encrypted, limited and known by a token, on a thread of the application's. */
  private void callGuarded(Transport transport) throws IOException {
    Path file = Files.createTempFile("redeployed", ".tokens");
    Files.writeString(file, TokenFile.lineOf("ann", TOKEN, List.of()));
    ExecutorService executor = Executors.newSingleThreadExecutor();
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch end = new CountDownLatch(1);
    Transport trusting = TlsClient.builder().authorities(authority).open().over(transport);
    try (TokenFile tokens = TokenFile.open(file);
        TlsServer tls = TlsServer.builder(certificate, key).open();
        Server server =
            Server.builder(tls.over(transport))
                .authenticate(tokens)
                .limit(ConcurrencyLimit.adaptive(5, 10))
                .limit(OWN, ConcurrencyLimit.fixed(1).queue(1))
                .serve(VIRTUAL, p -> p.a() + p.b())
                .serve(OWN, Lane.of(executor), p -> sumAfter(begun, end, p))
                .listen(0);
        Client client =
            Client.builder(trusting).retry(RetryPolicy.NONE).connect(server.address())) {
      CallOptions ann = CallOptions.DEFAULT.withAuth(TOKEN);
      expect(42, client.call(VIRTUAL, PAIR, ann));
      expect("UNAUTHORIZED", codeOf(() -> client.call(VIRTUAL, PAIR)));
      CompletableFuture<Integer> first = client.callAsync(OWN, PAIR, ann);
      begun.await();
      CallOptions soon = ann.withTimeout(Duration.ofMillis(20));
      expect("TIMEOUT", codeOf(() -> client.call(OWN, PAIR, soon))); // it waits for the first
      end.countDown();
      expect(42, first.join());
    } catch (InterruptedException e) {
      throw new AssertionError("interrupted", e);
    } finally {
      executor.shutdown();
      Files.delete(file);
    }
  }

  private static int sumAfter(CountDownLatch begun, CountDownLatch end, Pair pair)
      throws InterruptedException {
    begun.countDown();
    end.await();
    return pair.a() + pair.b();
  }

  private static void call(Client client) {
    for (Method<Pair, Integer> method : List.of(VIRTUAL, INLINE, POOLED)) {
      expect(42, client.call(method, PAIR));
      expect(42, client.callAsync(method, PAIR).join());
      expect(42L, client.call(method.name(), Map.of("a", 40, "b", 2), Long.class));
      client.notify(method, PAIR);
    }
    OperationToken token = client.operation(RICH);
    expect(BASKET, client.call(RICH, BASKET, CallOptions.DEFAULT.withOperation(token)));
    expect(BASKET, client.outcome(token).result(RICH));
    expect(List.of(LINE), client.call(GENERIC, PAIR));
    expect(BASKET, client.call("rich", BASKET, Basket.class));
    expect("SOLD_OUT", codeOf(() -> client.call(SOLD_OUT, PAIR)));
    client.call("rpc.discover", null, Object.class);
    expect("INTERNAL", codeOf(() -> client.call(FAILING, PAIR)));
    expect("METHOD_NOT_FOUND", codeOf(() -> client.call("unknown", null, Object.class)));
    CallOptions soon = CallOptions.DEFAULT.withTimeout(Duration.ofMillis(20));
    expect("TIMEOUT", codeOf(() -> client.call(NEVER, PAIR, soon)));
  }

  /** A client whose server is gone is closed while its next attempt to connect is not due yet. */
  private static void waitForASecondAttempt(Transport transport, InetSocketAddress address) {
    try (Client client = Client.builder(transport).failFast().connect(address)) {
      expect("UNAVAILABLE", codeOf(() -> client.call(VIRTUAL, PAIR)));
      client.callAsync(VIRTUAL, PAIR).cancel(false);
    }
  }

  private static final class Failure extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  private static Pair soldOut() {
    throw new RpcException("SOLD_OUT", "expected in this test", Map.of("line", LINE));
  }

  private static int fail() {
    throw new Failure();
  }

  private static int never() throws InterruptedException {
    new CountDownLatch(1).await();
    return 0;
  }

  private static String codeOf(Runnable call) {
    try {
      call.run();
      return "none";
    } catch (RpcException e) {
      return e.code();
    }
  }

  private static void expect(Object expected, Object actual) {
    if (!expected.equals(actual)) {
      throw new AssertionError(actual + " (expected: " + expected + ")");
    }
  }
}
