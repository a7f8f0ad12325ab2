package dev.tern.bench;

import dev.tern.core.outcome.Attempt;
import dev.tern.core.outcome.Claim;
import dev.tern.core.outcome.MemoryStore;
import dev.tern.core.outcome.Operation;
import dev.tern.core.outcome.Outcome;
import dev.tern.core.outcome.ParamsHash;
import dev.tern.core.runtime.Timers;
import dev.tern.protocol.Bytes;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** How long the clock's thread is kept by one step in which a memory store forgets. */
@State(Scope.Thread)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 1, jvmArgsAppend = "-Xmx1g")
public class SweepBenchmark {
  private static final Duration WINDOW = Duration.ofSeconds(1);

  /** Longer than window and extra. */
  private static final Duration LATER = Duration.ofSeconds(3);

  /** More than one step forgets. */
  private static final int ENOUGH = 300;

  /** How many outcomes it remembers besides. */
  @Param({"1000", "1000000"})
  public int kept;

  private final Clock clock = new Clock();
  private final MemoryStore store =
      MemoryStore.builder().bytes(Long.MAX_VALUE / 4).window(WINDOW).timers(clock).build();
  private final ParamsHash params = ParamsHash.of(null);
  private final Outcome outcome = new Outcome.Result(Bytes.of(new byte[] {'1'}));
  private long number;

  /** Stands still until it is told; its tasks run when they are asked for. */
  private static final class Clock implements Timers {
    private final Queue<Runnable> tasks = new ArrayDeque<>();
    private long now;

    @Override
    public long nanoTime() {
      return now;
    }

    @Override
    public Scheduled schedule(long delayNanos, Runnable task) {
      tasks.add(task);
      return () -> {};
    }
  }

  /** Fills it with what stays: it was made an hour ahead. */
  @Setup
  public void fill() {
    clock.now = Duration.ofHours(1).toNanos();
    for (int i = 0; i < kept; i++) {
      remember("kept", "kept-" + i);
    }
    clock.now = 0;
  }

  /** What the step is to forget, and all that was left. */
  @Setup(Level.Invocation)
  public void expire() {
    while (store.size() > kept) {
      clock.tasks.remove().run();
    }
    clock.now = 0; // what stays must not expire, however often this runs
    for (int i = 0; i < ENOUGH; i++) {
      remember("alice", "new-" + number++);
    }
    clock.now = LATER.toNanos();
  }

  private void remember(String caller, String key) {
    Attempt attempt =
        new Attempt(
            new Operation(caller, "add", key),
            params,
            1,
            store.dedup(),
            store.nowMillis(),
            Duration.ofMinutes(1));
    store.complete((Claim.Mine) store.claim(attempt), outcome);
  }

  /** One step. */
  @Benchmark
  public void step() {
    clock.tasks.remove().run();
  }
}
