package dev.tern.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.tern.core.Effect;
import dev.tern.core.Gate;
import dev.tern.core.Method;
import dev.tern.core.OperationToken;
import dev.tern.core.RpcException;
import dev.tern.core.client.CallOptions;
import dev.tern.core.client.Client;
import dev.tern.core.client.OperationOutcome;
import dev.tern.core.outcome.MemoryStore;
import dev.tern.core.retry.RetryPolicy;
import dev.tern.core.server.Server;
import dev.tern.core.transport.Transport;
import dev.tern.protocol.Executed;
import dev.tern.testkit.FaultProxy;
import dev.tern.transport.threads.ThreadsTransport;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * An end that stands still for longer than the window, as when its machine is suspended, or is
 * killed.
 */
@Tag("slow")
@Timeout(120)
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "it has no signals that stop a process")
final class StoppedRowsTest {
  /** Its window is a second, and an outcome is kept for a second more. */
  private static final Duration LONGER = Duration.ofMillis(2_500);

  private record Counter(String key) {}

  private record Count(long value) {}

  private static final Method<Counter, Count> INC =
      Method.of("inc", Counter.class, Count.class).effect(Effect.ONCE);
  private static final Method<Counter, Count> GET =
      Method.of("get", Counter.class, Count.class).effect(Effect.READ);

  private static InetSocketAddress addressOf(ServeProcess server) {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port());
  }

  @ParameterizedTest
  @ValueSource(strings = {"netty", "threads"})
  void row55_whatAKilledServerHadBegunIsMaybeAtOnceAndStaleAtTheNext(String kind) throws Exception {
    try (ServeProcess first = ServeProcess.start("--transport", kind, "--delay", "60s");
        ServeProcess second = ServeProcess.start("--transport", kind);
        FaultProxy proxy = FaultProxy.to(addressOf(first));
        ThreadsTransport transport = new ThreadsTransport();
        Client client =
            Client.builder(transport)
                .retry(RetryPolicy.NONE)
                .timeout(Duration.ofSeconds(50))
                .connect(proxy.address())) {
      Counter bills = new Counter("bills");
      OperationToken token = client.operation(INC);
      CallOptions again = CallOptions.DEFAULT.withOperation(token);
      CompletableFuture<Count> call = client.callAsync(INC, bills, again);
      eventually(() -> client.outcome(token).state() == OperationOutcome.State.RUNNING);

      first.process().destroyForcibly();
      assertThat(call.handle((_, e) -> verdict(e)).get(20, TimeUnit.SECONDS))
          .isEqualTo("UNAVAILABLE MAYBE");
      proxy.target(addressOf(second));
      assertThat(verdict(catchThrowable(() -> client.call(INC, bills, again))))
          .isEqualTo("STALE MAYBE");
      assertThat(client.call(GET, bills).value()).isZero();
    }
  }

  private static String verdict(Throwable thrown) {
    Throwable cause = thrown instanceof CompletionException ? thrown.getCause() : thrown;
    return cause instanceof RpcException e ? e.code() + " " + e.executed() : String.valueOf(thrown);
  }

  @ParameterizedTest
  @ValueSource(strings = {"netty", "threads"})
  void row102_aServerThatStoodStillLongerThanItsWindowRunsNothingAgain(String kind)
      throws Exception {
    try (ServeProcess server = ServeProcess.start("--transport", kind, "--window", "1s");
        ThreadsTransport transport = new ThreadsTransport();
        Client client =
            Client.builder(transport).retry(RetryPolicy.NONE).connect("127.0.0.1", server.port())) {
      Counter bills = new Counter("bills");
      OperationToken token = client.operation(INC);
      CallOptions again = CallOptions.DEFAULT.withOperation(token);
      assertThat(client.call(INC, bills, again).value()).isEqualTo(1);

      ServeProcess.signal("STOP", server.process());
      RpcException silent =
          catchThrowableOfType(
              RpcException.class, () -> client.call(INC, bills, again.withTimeout(LONGER)));
      ServeProcess.signal("CONT", server.process());
      assertThat(silent.code()).isEqualTo("TIMEOUT");
      assertThat(silent.executed()).isEqualTo(Executed.MAYBE);

      // What was sent meanwhile is still answered out of what is remembered, or is STALE.
      eventually(() -> isForgotten(client, bills, again));
      assertThat(client.call(GET, bills).value()).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"THREADS", "NETTY"})
  void row102_aClientThatStoodStillLongerThanTheWindowRunsNothingAgain(TestTransport kind)
      throws Exception {
    AtomicInteger runs = new AtomicInteger();
    CountDownLatch goOn = new CountDownLatch(1);
    try (MemoryStore store = MemoryStore.builder().window(Duration.ofSeconds(1)).build();
        Transport transport = kind.create();
        Server server =
            Server.builder(transport)
                .outcomes(store)
                .serve(
                    INC,
                    _ -> {
                      long number = runs.incrementAndGet();
                      goOn.await();
                      return new Count(number);
                    })
                .listen(0)) {
      Process caller = call(server.port());
      try {
        eventually(() -> runs.get() == 1);
        ServeProcess.signal("STOP", caller);
        goOn.countDown();
        eventually(() -> store.size() == 0); // the window is over, and the outcome forgotten
        ServeProcess.signal("CONT", caller);

        String said = new String(caller.getInputStream().readAllBytes(), UTF_8);
        assertThat(said).containsAnyOf("{\"value\":1}", "STALE");
        assertThat(caller.waitFor() == 0).as(said).isNotEqualTo(said.contains("STALE"));
        assertThat(runs).hasValue(1);
      } finally {
        caller.destroyForcibly();
      }
    }
  }

  private static Process call(int port) throws IOException {
    String line = "call --effect once --attempt-timeout 500ms --timeout 60s --retries 9";
    List<String> command = ServeProcess.tern(line.split(" "));
    command.addAll(List.of("127.0.0.1:" + port, "inc", "key=bills"));
    return new ProcessBuilder(command).redirectErrorStream(true).start();
  }

  private static void eventually(Callable<Boolean> condition) {
    await().atMost(Duration.ofSeconds(Gate.PATIENCE_SECONDS)).until(condition);
  }

  private static boolean isForgotten(Client client, Counter counter, CallOptions again) {
    try {
      assertThat(client.call(INC, counter, again).value()).isEqualTo(1);
      return false;
    } catch (RpcException e) {
      assertThat(e.code()).isEqualTo("STALE");
      assertThat(e.executed()).isEqualTo(Executed.MAYBE);
      return true;
    }
  }
}
