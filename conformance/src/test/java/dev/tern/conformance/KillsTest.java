package dev.tern.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.core.Effect;
import dev.tern.core.Gate;
import dev.tern.core.Method;
import dev.tern.core.RpcException;
import dev.tern.core.client.Client;
import dev.tern.protocol.Executed;
import dev.tern.testkit.FaultProxy;
import dev.tern.transport.threads.ThreadsTransport;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

/**
 * Servers that are killed without warning under load, each with another one that listens already
 * and to which a proxy then leads. {@code -Dtern.kills=500} for as many.
 */
@Tag("slow")
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "it has no signal that kills")
final class KillsTest {
  private static final int KILLS = Integer.getInteger("tern.kills", 3);
  private static final long SEED = Long.getLong("tern.fuzz.seed", 20_261_130L);
  private static final int CALLERS = 16;

  /** No call may last much longer: then it hangs. */
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  private static final Duration MARGIN = Duration.ofSeconds(5);

  /** So that starting servers, not calling them, is what takes the time. */
  private static final int PACE_MILLIS = 5;

  private static final int LONGEST_PAUSE_MILLIS = 300;

  private record Pair(long a, long b) {}

  private static final Method<Pair, Long> READ =
      Method.of("add", Pair.class, Long.class).effect(Effect.READ);

  /** Declared UNSAFE: nobody repeats it, so that a failure shows. */
  private static final Method<Pair, Long> UNSAFE = Method.of("add", Pair.class, Long.class);

  private final AtomicBoolean isOver = new AtomicBoolean();
  private final AtomicLong calls = new AtomicLong();
  private final AtomicLong lastSuccess = new AtomicLong();
  private final AtomicLong longestNanos = new AtomicLong();
  private final Map<Executed, AtomicLong> failures = new ConcurrentHashMap<>();
  private final AtomicLong failedReads = new AtomicLong();

  private static InetSocketAddress at(ServeProcess server) {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port());
  }

  private @Nullable Void callUntilOver(Client client, int caller) throws InterruptedException {
    for (long n = 0; !isOver.get(); n++) {
      Method<Pair, Long> method = caller % 2 == 0 ? READ : UNSAFE;
      long began = System.nanoTime();
      try {
        assertThat(client.call(method, new Pair(n, caller))).isEqualTo(n + caller);
        lastSuccess.accumulateAndGet(System.nanoTime(), Math::max);
      } catch (RpcException e) {
        failures.computeIfAbsent(e.executed(), _ -> new AtomicLong()).incrementAndGet();
        if (caller % 2 == 0) {
          failedReads.incrementAndGet();
        }
      }
      calls.incrementAndGet();
      longestNanos.accumulateAndGet(System.nanoTime() - began, Math::max);
      TimeUnit.MILLISECONDS.sleep(PACE_MILLIS);
    }
    return null;
  }

  @Test
  void noCallHangsAndCallsSucceedElsewhereAtOnce() throws Exception {
    Random random = new Random(SEED);
    List<Long> recoveries = new ArrayList<>();
    ServeProcess active = ServeProcess.start();
    ServeProcess next = ServeProcess.start();
    List<Future<?>> callers = new ArrayList<>();
    try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
        ThreadsTransport transport = new ThreadsTransport();
        FaultProxy proxy = FaultProxy.to(at(active));
        Client client = Client.builder(transport).timeout(TIMEOUT).connect(proxy.address())) {
      for (int i = 0; i < CALLERS; i++) {
        int caller = i;
        callers.add(executor.submit(() -> callUntilOver(client, caller)));
      }
      for (int kill = 0; kill < KILLS; kill++) {
        long before = calls.get();
        awaitCalls(before + CALLERS);
        TimeUnit.MILLISECONDS.sleep(random.nextInt(LONGEST_PAUSE_MILLIS)); // when it dies: anywhere
        proxy.target(at(next));
        long killed = System.nanoTime();
        active.close();
        assertThat(active.process().waitFor(Gate.PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
        long dead = System.nanoTime();
        while (lastSuccess.get() <= dead) {
          assertThat(System.nanoTime() - dead).as("kill %d", kill).isLessThan(TIMEOUT.toNanos());
          TimeUnit.MILLISECONDS.sleep(1);
        }
        recoveries.add(TimeUnit.NANOSECONDS.toMillis(lastSuccess.get() - killed));
        active = next;
        next = ServeProcess.start();
      }
      isOver.set(true);
      for (Future<?> caller : callers) {
        caller.get(TIMEOUT.plus(MARGIN).toSeconds(), TimeUnit.SECONDS); // none hangs
      }
    } finally {
      isOver.set(true);
      active.close();
      next.close();
    }
    Collections.sort(recoveries);
    System.out.printf(
        "seed %d: %d kills, %,d calls, longest %d ms, failures %s, of reads %d; ms until calls"
            + " succeed elsewhere: median %d, longest %d%n",
        SEED,
        KILLS,
        calls.get(),
        TimeUnit.NANOSECONDS.toMillis(longestNanos.get()),
        failures,
        failedReads.get(),
        recoveries.get(recoveries.size() / 2),
        recoveries.getLast());
    assertThat(longestNanos.get()).isLessThan(TIMEOUT.plus(MARGIN).toNanos());
    assertThat(failedReads).as("reads are repeated elsewhere").hasValue(0);
    assertThat(failures.getOrDefault(Executed.YES, new AtomicLong())).hasValue(0);
  }

  private void awaitCalls(long many) throws InterruptedException, IOException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(Gate.PATIENCE_SECONDS);
    while (calls.get() < many) {
      if (System.nanoTime() - end > 0) {
        throw new IOException("no calls");
      }
      TimeUnit.MILLISECONDS.sleep(1);
    }
  }
}
