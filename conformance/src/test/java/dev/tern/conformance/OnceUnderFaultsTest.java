package dev.tern.conformance;

import static dev.tern.conformance.EffectsServer.PAY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.tern.conformance.EffectsServer.Payment;
import dev.tern.core.CallAttempt;
import dev.tern.core.Gate;
import dev.tern.core.RpcException;
import dev.tern.core.client.CallOptions;
import dev.tern.core.client.Client;
import dev.tern.core.client.Reply;
import dev.tern.core.retry.RetryPolicy;
import dev.tern.core.transport.Transport;
import dev.tern.protocol.Executed;
import dev.tern.testkit.FaultProxy;
import dev.tern.transport.memory.Direction;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;

/**
 * Operations that must happen once, over a network that loses and repeats frames, loses replies
 * after the effect and resets connections, at a server whose process is killed and started again,
 * and forgets. Effects are lines of a file that outlives it. {@code -Dtern.once.operations=10000
 * -Dtern.once.kills=6} for as many as docs/PROMISES.md tells of.
 */
@Tag("slow")
final class OnceUnderFaultsTest {
  private static final long SEED = Long.getLong("tern.fuzz.seed", 20_261_128L);
  private static final int OPERATIONS = Integer.getInteger("tern.once.operations", 1_000);
  private static final int KILLS = Integer.getInteger("tern.once.kills", 2);
  private static final int RESETS_A_LIFE = 2;
  private static final int CALLERS = 64;

  private static final RetryPolicy RETRIES = RetryPolicy.DEFAULT.withoutBudget();

  @TempDir private Path folder;

  private final Map<Integer, End> ends = new ConcurrentHashMap<>();
  private final AtomicInteger next = new AtomicInteger();

  /**
   * What a caller was told in the end.
   *
   * @param wasStale whether one of the attempts was told so
   */
  private record End(String code, Executed executed, boolean wasStale) {
    private static End of(String code, Executed executed, List<CallAttempt> attempts) {
      boolean wasStale = attempts.stream().anyMatch(one -> one.code().equals("STALE"));
      return new End(code, executed, wasStale);
    }

    static End of(RpcException e) {
      return of(e.code(), e.executed(), e.attempts());
    }

    static End of(Reply<Integer> reply, int number) {
      assertThat(reply.value()).isEqualTo(number);
      return of("OK", Executed.YES, reply.attempts());
    }
  }

  /** The server from its start to its end, and what it remembers. */
  private record Life(Process process, InetSocketAddress address) {
    static Life begin(TestTransport kind, Path folder) throws IOException {
      List<String> command =
          new ArrayList<>(
              JavaProcess.command("-XX:TieredStopAtLevel=1", EffectsServer.class, kind.name()));
      command.add(folder.toString());
      Process process =
          new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
      int port = Integer.parseInt(Python.firstLine(process));
      return new Life(process, new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    }

    void kill() throws InterruptedException {
      process.destroyForcibly();
      assertThat(process.waitFor()).as("its exit code").isNotZero();
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"THREADS", "NETTY"})
  @Timeout(240)
  void eachOperationHasItsEffectOnceAndEveryVerdictIsTrue(TestTransport kind) throws Exception {
    IO.println("OnceUnderFaultsTest -Dtern.fuzz.seed=" + SEED);
    Life life = Life.begin(kind, folder);
    try (Transport transport = kind.create();
        FaultProxy faulty = faulty(life);
        FaultProxy sound = FaultProxy.to(life.address());
        Client client = client(transport, faulty, 8, Duration.ofMillis(400));
        Client patient = client(transport, sound, 60, Duration.ofSeconds(20))) {
      ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor();
      for (int i = 0; i < CALLERS; i++) {
        callers.execute(() -> callUntilAllAreMade(client));
      }
      int staleBefore = 0;
      for (int kill = 1; kill <= KILLS; kill++) {
        for (int reset = 1; reset <= RESETS_A_LIFE; reset++) {
          awaitMade((kill - 1 + reset / (RESETS_A_LIFE + 1.0)) / (KILLS + 1));
          faulty.resetAll();
        }
        awaitMade(kill / (KILLS + 1.0));
        int held = OPERATIONS + kill - 1;
        CompletableFuture<Integer> call =
            patient.callAsync(PAY, new Payment(held, true), keyed(held));
        eventually(() -> lines(EffectsServer.EFFECTS).contains(Integer.toString(held)));
        life.kill();
        staleBefore = lines(EffectsServer.STALE).size();
        life = Life.begin(kind, folder);
        faulty.target(life.address());
        sound.target(life.address());
        ends.put(held, End.of(failure(call)));
      }
      callers.shutdown();
      assertThat(callers.awaitTermination(180, TimeUnit.SECONDS)).as("no call hangs").isTrue();
      assertThat(faulty.counts().of(Direction.TO_SERVER).lostFrames()).isPositive();
      assertThat(faulty.counts().of(Direction.TO_CLIENT).lostFrames()).isPositive();
      int said = staleBefore;
      eventually(() -> said + counted(patient) == lines(EffectsServer.STALE).size());
    } finally {
      life.process().destroyForcibly();
    }
    check();
  }

  private static FaultProxy faulty(Life life) {
    return FaultProxy.to(life.address())
        .loseFrames(Direction.TO_SERVER, 0.02, SEED)
        .loseFrames(Direction.TO_CLIENT, 0.02, SEED + 1)
        .duplicateFrames(Direction.TO_SERVER, 0.005, SEED + 2);
  }

  private static Client client(
      Transport transport, FaultProxy proxy, int attempts, Duration attempt) {
    return Client.builder(transport)
        .timeout(Duration.ofSeconds(Gate.PATIENCE_SECONDS))
        .retry(
            RETRIES
                .withAttempts(attempts)
                .withAttemptTimeout(attempt)
                .withBackoff(Duration.ofMillis(50), 2, Duration.ofMillis(500)))
        .connect(proxy.address());
  }

  private static CallOptions keyed(int number) {
    return CallOptions.DEFAULT.withKey("operation-%08d".formatted(number));
  }

  private static int numberOf(String key) {
    return Integer.parseInt(key.substring(key.indexOf('-') + 1));
  }

  private void callUntilAllAreMade(Client client) {
    for (int number; (number = next.getAndIncrement()) < OPERATIONS; ) {
      ends.put(number, call(client, number));
    }
  }

  private static End call(Client client, int number) {
    try {
      return End.of(client.exchange(PAY, new Payment(number, false), keyed(number)), number);
    } catch (RpcException e) {
      return End.of(e);
    }
  }

  private static RpcException failure(CompletableFuture<Integer> call) {
    ExecutionException thrown =
        catchThrowableOfType(
            ExecutionException.class, () -> call.get(Gate.PATIENCE_SECONDS, TimeUnit.SECONDS));
    assertThat(thrown.getCause()).isInstanceOf(RpcException.class);
    return (RpcException) thrown.getCause();
  }

  /** What the server of now has counted. */
  private static long counted(Client client) {
    return client.call("rpc.stats", null, JsonNode.class).at("/calls/STALE").asLong(0);
  }

  private List<String> lines(String file) throws IOException {
    return Files.readAllLines(folder.resolve(file));
  }

  private void awaitMade(double share) {
    eventually(() -> next.get() >= OPERATIONS * share);
  }

  private static void eventually(Callable<Boolean> condition) {
    await().pollInterval(Duration.ofMillis(2)).atMost(Duration.ofMinutes(3)).until(condition);
  }

  private void check() throws IOException {
    Map<Integer, Long> effects =
        lines(EffectsServer.EFFECTS).stream()
            .collect(Collectors.groupingBy(Integer::valueOf, Collectors.counting()));
    List<Integer> stale =
        lines(EffectsServer.STALE).stream().map(OnceUnderFaultsTest::numberOf).toList();
    Map<String, Long> told =
        ends.values().stream()
            .collect(
                Collectors.groupingBy(
                    end -> end.code() + " " + end.executed(), TreeMap::new, Collectors.counting()));
    String seen = "seed %d, %s, stale %d times".formatted(SEED, told, stale.size());
    assertThat(ends).as(seen).hasSize(OPERATIONS + KILLS);
    ends.forEach(
        (number, end) -> {
          String which = "%d: %s; %s".formatted(number, end, seen);
          long happened = effects.getOrDefault(number, 0L);
          switch (end.executed()) {
            case YES -> assertThat(happened).as(which).isEqualTo(1);
            case NO -> assertThat(happened).as(which).isZero();
            case MAYBE -> assertThat(happened).as(which).isBetween(0L, 1L);
          }
          if (end.wasStale()) {
            assertThat(stale).as(which).contains(number);
          }
        });
    // Who was told so in vain, as the reply was lost, has heard nothing better.
    assertThat(stale)
        .allSatisfy(
            number -> assertThat(ends.get(number).executed()).as(seen).isEqualTo(Executed.MAYBE));
    for (int held = OPERATIONS; held < OPERATIONS + KILLS; held++) {
      assertThat(ends).as(seen).containsEntry(held, new End("STALE", Executed.MAYBE, true));
      assertThat(effects).as(seen).containsEntry(held, 1L);
      assertThat(stale).as(seen).containsOnlyOnce(held);
    }
    long acknowledged = count(Executed.YES);
    assertThat((long) effects.size())
        .as(seen)
        .isBetween(acknowledged, acknowledged + count(Executed.MAYBE));
    IO.println(ends.size() + " operations, " + effects.size() + " effects, " + seen);
  }

  private long count(Executed verdict) {
    return ends.values().stream().filter(end -> end.executed() == verdict).count();
  }
}
