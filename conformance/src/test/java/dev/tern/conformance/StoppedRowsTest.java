package dev.tern.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.tern.core.Effect;
import dev.tern.core.Gate;
import dev.tern.core.Method;
import dev.tern.core.OperationToken;
import dev.tern.core.RpcException;
import dev.tern.core.client.CallOptions;
import dev.tern.core.client.Client;
import dev.tern.core.retry.RetryPolicy;
import dev.tern.protocol.Executed;
import dev.tern.transport.threads.ThreadsTransport;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** A server that stands still for longer than its window, as when its machine is suspended. */
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

  private static void send(String signal, Process to) throws Exception {
    String pid = Long.toString(to.pid());
    assertThat(new ProcessBuilder("kill", "-" + signal, pid).start().waitFor()).isZero();
  }

  @Test
  void row102_aServerThatStoodStillLongerThanItsWindowRunsNothingAgain() throws Exception {
    try (ServeProcess server = ServeProcess.start("--window", "1s");
        ThreadsTransport transport = new ThreadsTransport();
        Client client =
            Client.builder(transport).retry(RetryPolicy.NONE).connect("127.0.0.1", server.port())) {
      Counter bills = new Counter("bills");
      OperationToken token = client.operation(INC);
      CallOptions again = CallOptions.DEFAULT.withOperation(token);
      assertThat(client.call(INC, bills, again).value()).isEqualTo(1);

      send("STOP", server.process());
      RpcException silent =
          catchThrowableOfType(
              RpcException.class, () -> client.call(INC, bills, again.withTimeout(LONGER)));
      send("CONT", server.process());
      assertThat(silent.code()).isEqualTo("TIMEOUT");
      assertThat(silent.executed()).isEqualTo(Executed.MAYBE);

      // What was sent meanwhile is still answered out of what is remembered, or is STALE.
      await()
          .atMost(Duration.ofSeconds(Gate.PATIENCE_SECONDS))
          .until(() -> isForgotten(client, bills, again));
      assertThat(client.call(GET, bills).value()).isEqualTo(1);
    }
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
