package dev.tern.bench.own;

import dev.tern.core.outcome.Attempt;
import dev.tern.core.outcome.Claim;
import dev.tern.core.outcome.MemoryStore;
import dev.tern.core.outcome.Operation;
import dev.tern.core.outcome.Outcome;
import dev.tern.core.outcome.ParamsHash;
import dev.tern.core.runtime.Timers;
import dev.tern.protocol.Bytes;
import java.time.Duration;
import java.util.UUID;

/**
 * A store that has many outcomes already, which stay while those of the run come and go. They are
 * another caller's, and were made by a clock that was an hour ahead.
 */
final class FilledStore {
  private static final Duration AHEAD = Duration.ofHours(1);
  private static final byte[] RESULT = {'3'};

  private FilledStore() {}

  private static final class Ahead implements Timers {
    private final Timers clock = Timers.system();
    private volatile long aheadNanos;

    @Override
    public long nanoTime() {
      return clock.nanoTime() + aheadNanos;
    }

    @Override
    public Scheduled schedule(long delayNanos, Runnable task) {
      return clock.schedule(delayNanos, task);
    }
  }

  static MemoryStore with(int outcomes, MemoryStore.Builder builder) {
    Ahead clock = new Ahead();
    MemoryStore store = builder.timers(clock).build();
    clock.aheadNanos = AHEAD.toNanos();
    ParamsHash params = ParamsHash.of(null);
    for (int i = 0; i < outcomes; i++) {
      Operation operation = new Operation("another", "add", new UUID(0, i).toString());
      Attempt first =
          new Attempt(
              operation, params, 1, store.dedup(), store.nowMillis(), MemoryStore.DEFAULT_WINDOW);
      if (!(store.claim(first) instanceof Claim.Mine mine)) {
        throw new IllegalStateException("no room for outcome " + i + " of " + outcomes);
      }
      store.complete(mine, new Outcome.Result(Bytes.of(RESULT.clone())));
    }
    clock.aheadNanos = 0;
    return store;
  }
}
