package dev.tern.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.core.Gate;
import dev.tern.core.Method;
import dev.tern.core.RpcException;
import dev.tern.core.client.Client;
import dev.tern.core.retry.RetryPolicy;
import dev.tern.protocol.Executed;
import dev.tern.transport.threads.ThreadsTransport;
import java.io.File;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of calls when a process is stopped, ended, or cannot write its log. */
@Tag("slow")
@Timeout(120)
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "it has no signals that stop a process")
final class ProcessRowsTest {
  private record Pair(long a, long b) {}

  private static final Method<Pair, Long> ADD = Method.of("add", Pair.class, Long.class);

  /** Less than a heartbeat and its timeout, so that nobody takes the other end for gone. */
  private static final Duration STANDSTILL = Duration.ofSeconds(5);

  private static final Duration PATIENCE = Duration.ofSeconds(Gate.PATIENCE_SECONDS);

  private static Client connect(ThreadsTransport transport, int port) {
    return Client.builder(transport)
        .retry(RetryPolicy.NONE)
        .failFast()
        .timeout(PATIENCE)
        .connect("127.0.0.1", port);
  }

  private static long add(Client client, int a) {
    return client.call(ADD, new Pair(a, 1));
  }

  private static CompletableFuture<Long> addAsync(Client client, int a) {
    return client.callAsync(ADD, new Pair(a, 1));
  }

  private static void eventually(Callable<Boolean> condition) {
    Awaitility.await().atMost(PATIENCE).until(condition);
  }

  @Test
  void row67_aServerThatStoodStillAnswersAllThatCameMeanwhile() throws Exception {
    try (ServeProcess server = ServeProcess.start();
        ThreadsTransport transport = new ThreadsTransport();
        Client client = connect(transport, server.port())) {
      assertThat(add(client, 1)).isEqualTo(2);
      ServeProcess.signal("STOP", server.process());
      List<CompletableFuture<Long>> calls = new ArrayList<>();
      for (int i = 0; i < 100; i++) {
        calls.add(addAsync(client, i));
      }
      assertThat(server.process().waitFor(STANDSTILL.toMillis(), TimeUnit.MILLISECONDS)).isFalse();
      ServeProcess.signal("CONT", server.process());
      for (int i = 0; i < 100; i++) {
        assertThat(calls.get(i).get(Gate.PATIENCE_SECONDS, TimeUnit.SECONDS)).isEqualTo(i + 1);
      }
    }
  }

  @Test
  void row67_aClientThatStoodStillReadsItsReply() throws Exception {
    try (ServeProcess server = ServeProcess.start()) {
      List<String> command = ServeProcess.tern("call", "--timeout", "60s");
      command.addAll(List.of("127.0.0.1:" + server.port(), "sleep", "ms=2000"));
      Process caller = new ProcessBuilder(command).redirectErrorStream(true).start();
      try (ThreadsTransport transport = new ThreadsTransport();
          Client client = connect(transport, server.port())) {
        assertThat(add(client, 1)).isEqualTo(2);
        assertThat(caller.waitFor(1_500, TimeUnit.MILLISECONDS)).isFalse();
        ServeProcess.signal("STOP", caller);
        assertThat(caller.waitFor(STANDSTILL.toMillis(), TimeUnit.MILLISECONDS)).isFalse();
        ServeProcess.signal("CONT", caller);
        String said = new String(caller.getInputStream().readAllBytes(), UTF_8);
        assertThat(caller.waitFor()).as(said).isZero();
        assertThat(add(client, 2)).as("others were served meanwhile").isEqualTo(3);
      } finally {
        caller.destroyForcibly();
      }
    }
  }

  @Test
  void row69_aSignalUnderLoadOrTwoCostNoCallThatWasTaken() throws Exception {
    try (ServeProcess server = ServeProcess.start();
        ThreadsTransport transport = new ThreadsTransport()) {
      AtomicBoolean isOver = new AtomicBoolean();
      AtomicInteger answered = new AtomicInteger();
      List<CompletableFuture<Void>> callers = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        callers.add(
            CompletableFuture.runAsync(
                () -> {
                  try (Client client = connect(transport, server.port())) {
                    for (int n = 0; !isOver.get(); n++) {
                      assertThat(add(client, n)).isEqualTo(n + 1);
                      answered.incrementAndGet();
                    }
                  }
                },
                task -> Thread.ofVirtual().start(task)));
      }
      eventually(() -> answered.get() > 1_000);
      ServeProcess.signal("TERM", server.process());
      ServeProcess.signal(
          "TERM", server.process()); // as supervisors do that signal the whole group
      assertThat(server.process().waitFor(Gate.PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
      isOver.set(true);
      assertThat(server.process().exitValue()).isZero();
      for (CompletableFuture<Void> caller : callers) {
        try {
          caller.get(Gate.PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
          assertThat(e.getCause()).isInstanceOf(RpcException.class);
          RpcException last = (RpcException) e.getCause(); // "maybe" if it waited to be accepted
          assertThat(last.code()).as("nobody listens any more: %s", last).isEqualTo("UNAVAILABLE");
          assertThat(last.executed()).isNotEqualTo(Executed.YES);
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 30, 100, 200, 300, 500})
  void row69_aSignalDuringTheStartEndsIt(int millis) throws Exception {
    Process process =
        new ProcessBuilder(ServeProcess.tern("serve", "--port", "0"))
            .redirectErrorStream(true)
            .start();
    try {
      boolean ended = process.waitFor(millis, TimeUnit.MILLISECONDS);
      assertThat(ended).isFalse();
      ServeProcess.signal("TERM", process);
      assertThat(process.waitFor(Gate.PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
      String said = new String(process.getInputStream().readAllBytes(), UTF_8);
      // Before it is ours it is the JVM's own; one in the middle of its own start says so, with 1.
      boolean isTooEarly = said.contains("Error occurred during initialization of VM");
      assertThat(process.exitValue()).as(said).isIn(0, 143, isTooEarly ? 1 : 143);
      assertThat(said).doesNotContain("Exception");
    } finally {
      process.destroyForcibly();
    }
  }

  @Test
  void row70_aFullDiskUnderTheLogCostsNoCall() throws Exception {
    File full = new File("/dev/full");
    assertThat(full).exists();
    try (ServeProcess server = ServeProcess.startWithLog(full);
        ThreadsTransport transport = new ThreadsTransport();
        Client client = connect(transport, server.port())) {
      for (int i = 0; i < 300; i++) { // each a line of the log
        RpcException e = failureOf(client);
        assertThat(e.code()).isEqualTo("METHOD_NOT_FOUND");
        assertThat(e.executed()).isEqualTo(Executed.NO);
      }
      assertThat(add(client, 1)).isEqualTo(2);
      ServeProcess.signal("TERM", server.process());
      assertThat(server.process().waitFor(Gate.PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
      assertThat(server.process().exitValue()).isZero();
    }
  }

  private static RpcException failureOf(Client client) {
    try {
      client.call("no.such", Map.of(), Long.class);
    } catch (RpcException e) {
      return e;
    }
    throw new AssertionError("a result (expected: an RpcException)");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--port 99999           | 99999",
        "--window 0s            | --window",
        "--max-running many     | --max-running",
        "--drop 1.5             | --drop",
        "--tls-cert /none.pem   | --tls-",
        "--grace soon           | --grace",
        "--no-such-setting      | --no-such-setting",
      })
  void row71_aBadSettingIsNamedAndNothingStarts(String options, String named) throws Exception {
    List<String> command = ServeProcess.tern("serve");
    command.addAll(List.of(options.split(" ")));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    try {
      String said = new String(process.getInputStream().readAllBytes(), UTF_8);
      assertThat(process.waitFor()).as(said).isNotZero();
      assertThat(said).contains(named).doesNotContain("Exception", "listening");
    } finally {
      process.destroyForcibly();
    }
  }
}
