package dev.tern.bench;

import dev.tern.core.outcome.Attempt;
import dev.tern.core.outcome.Claim;
import dev.tern.core.outcome.MemoryStore;
import dev.tern.core.outcome.Operation;
import dev.tern.core.outcome.Outcome;
import dev.tern.core.outcome.ParamsHash;
import dev.tern.protocol.Bytes;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What the memory store takes for one operation, beside few and beside very many. */
@State(Scope.Thread)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 1, jvmArgsAppend = "-Xmx1g")
public class MemoryStoreBenchmark {
  /** How many outcomes it remembers. */
  @Param({"1000", "1000000"})
  public int kept;

  private final MemoryStore store =
      MemoryStore.builder().bytes(Long.MAX_VALUE / 4).window(Duration.ofHours(1)).build();
  private final ParamsHash params = ParamsHash.of(null);
  private final Outcome outcome = new Outcome.Result(Bytes.of(new byte[] {'1'}));
  private long number;

  /** Fills it. */
  @Setup
  public void fill() {
    for (int i = 0; i < kept; i++) {
      store.complete((Claim.Mine) store.claim(attempt("kept-" + i)), outcome);
    }
  }

  /** One that is new, and one that is not. */
  @Benchmark
  public Claim claim() {
    number++;
    store.release((Claim.Mine) store.claim(attempt("new-" + number)));
    return store.claim(attempt("kept-" + number * 7919 % kept));
  }

  private Attempt attempt(String key) {
    Operation operation = new Operation("alice", "add", key);
    return new Attempt(
        operation, params, 1, store.dedup(), store.nowMillis(), Duration.ofMinutes(1));
  }
}
