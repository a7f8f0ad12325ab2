package dev.tern.conformance;

import dev.tern.core.Effect;
import dev.tern.core.Method;
import dev.tern.core.OperationToken;
import dev.tern.core.RpcException;
import dev.tern.core.client.CallOptions;
import dev.tern.core.client.Client;
import dev.tern.core.client.Reply;
import dev.tern.core.retry.RetryPolicy;
import dev.tern.core.transport.Transport;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * The client of {@link ClockStepsTest}, in a JVM of its own: calls {@code tern serve} while it sets
 * its own time of day and the server's, on and back, in the middle of calls. Fails if that makes a
 * difference.
 */
final class SteppingClient {
  private static final int HOUR_SECONDS = 3_600;
  private static final long PATIENCE_SECONDS = 20;
  private static final Duration SHORT = Duration.ofMillis(400);

  private record Counter(String key) {}

  private record Count(long value) {}

  private record Sleep(long ms) {}

  private static final Method<Counter, Count> INC =
      Method.of("inc", Counter.class, Count.class).effect(Effect.ONCE);
  private static final Method<Counter, Count> GET =
      Method.of("get", Counter.class, Count.class).effect(Effect.READ);
  private static final Method<Sleep, Void> SLEEP =
      Method.of("sleep", Sleep.class, Void.class).effect(Effect.READ);

  private SteppingClient() {}

  /** The arguments, in one, with commas: transport, port, own file, the server's file. */
  public static void main(String[] args) throws Exception {
    String[] said = args[0].split(",", -1);
    Path own = Path.of(said[2]);
    Path servers = Path.of(said[3]);
    Counter bills = new Counter("bills");
    try (Transport transport = TestTransport.valueOf(said[0]).create();
        Client client =
            Client.builder(transport)
                .retry(RetryPolicy.NONE)
                .connect("127.0.0.1", Integer.parseInt(said[1]))) {
      long paid = 0;
      for (Path whose : List.of(own, servers)) {
        for (int hours : new int[] {1, -1, 0}) {
          OperationToken token = client.operation(INC);
          CallOptions operation = CallOptions.DEFAULT.withOperation(token);
          paid++;
          expect(paid, client.call(INC, bills, operation).value(), "the first attempt");
          var inTime = client.callAsync(SLEEP, new Sleep(200));
          var late = client.callAsync(SLEEP, new Sleep(60_000), CallOptions.timeout(SHORT));
          long began = System.nanoTime();
          long before = System.currentTimeMillis();
          Files.writeString(whose, Integer.toString(hours * HOUR_SECONDS));
          if (whose.equals(own) && hours != 0) {
            long moved = System.currentTimeMillis() - before;
            expect(hours > 0, moved > 0, "whether its time of day has gone on");
            expect(true, Math.abs(moved) > HOUR_SECONDS * 900L, "by an hour, of " + moved + " ms");
          }
          inTime.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
          expectTimeout(late, began);
          Reply<Count> again = client.exchange(INC, bills, operation);
          expect(paid, again.value().value(), "the second attempt");
          expect(true, again.isReplayed(), "whether it is remembered");
        }
      }
      expect(paid, client.call(GET, bills).value(), "all that was paid");
    }
  }

  private static void expectTimeout(CompletableFuture<Void> late, long began) throws Exception {
    try {
      late.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
      throw new AssertionError("a result (expected: TIMEOUT)");
    } catch (ExecutionException e) {
      expect("TIMEOUT", ((RpcException) e.getCause()).code(), "what the late call comes to");
    }
    long took = System.nanoTime() - began;
    if (took < SHORT.toNanos() / 2 || took > Duration.ofSeconds(PATIENCE_SECONDS).toNanos() / 2) {
      throw new AssertionError("took " + took + " ns (expected: about " + SHORT + ")");
    }
  }

  private static void expect(Object expected, Object found, String what) {
    if (!expected.equals(found)) {
      throw new AssertionError(what + ": " + found + " (expected: " + expected + ")");
    }
  }
}
