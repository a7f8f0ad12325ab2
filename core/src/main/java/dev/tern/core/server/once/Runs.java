package dev.tern.core.server.once;

import dev.tern.core.log.LogQueue;
import dev.tern.core.log.LogText;
import dev.tern.core.observe.Tally;
import dev.tern.core.outcome.Claim;
import dev.tern.core.outcome.Operation;
import dev.tern.core.outcome.Outcome;
import dev.tern.core.outcome.OutcomeStore;
import dev.tern.core.runtime.Timers;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The operations of one store that run in this server. Of each there is at most one run; who comes
 * later finds it here and joins. A run that takes longer than its method may is given up: it is
 * cancelled, and the operation has failed. Thread-safe.
 */
final class Runs {
  private static final Logger LOG = LoggerFactory.getLogger("dev.tern.once");

  /** How often it is looked whether a run takes too long: it is given up so much late at most. */
  private static final long LOOK_NANOS = 1_000_000_000;

  final OutcomeStore store;
  final Timers timers;
  final Tally tally;
  private final ConcurrentMap<Operation, Run> running = new ConcurrentHashMap<>();
  private final AtomicBoolean looking = new AtomicBoolean();

  /** Null until the server stops. */
  private volatile @Nullable Runnable whenNone;

  Runs(OutcomeStore store, Timers timers, Tally tally) {
    this.store = store;
    this.timers = timers;
    this.tally = tally;
  }

  /** Begins a run; returns the one that is there already, or null. */
  @Nullable Run begin(Operation operation, Run run) {
    Run other = running.putIfAbsent(operation, run);
    if (other == null && !looking.get() && looking.compareAndSet(false, true)) {
      timers.schedule(LOOK_NANOS, this::look);
    }
    return other;
  }

  /** It was not for this run to claim the operation. */
  void elsewhere(Operation operation, Run run) {
    remove(operation, run);
    run.ended(Run.End.Elsewhere.IT);
  }

  /** Tells when there is no run, once or more often; at once if there is none. */
  void whenNoneRuns(Runnable told) {
    whenNone = told;
    if (running.isEmpty()) {
      told.run();
    }
  }

  /** Tells all runs to end; returns how many there are. */
  int cancelAll() {
    int runs = 0;
    for (Run run : running.values()) {
      runs++;
      run.cancel();
    }
    return runs;
  }

  private void remove(Operation operation, Run run) {
    running.remove(operation, run);
    Runnable told = whenNone;
    if (told != null && running.isEmpty()) {
      told.run();
    }
  }

  /**
   * A run has ended: the store is told first, then those that wait.
   *
   * @return whether that counts: false if it was given up before
   */
  boolean end(Operation operation, Run run, Run.End end) {
    if (!run.settles()) {
      return false;
    }
    Claim.Mine claim = run.claim();
    try {
      if (claim != null) {
        switch (end) {
          case Run.End.Over(Outcome outcome) -> store.complete(claim, outcome);
          case Run.End.NotRun _ -> store.release(claim);
          case Run.End.Elsewhere _ -> {}
        }
      }
    } catch (RuntimeException e) { // what was claimed is left to its lease
      LogQueue.SHARED.add(e, why -> log(operation, "the store did not take its outcome", why));
    } finally {
      remove(operation, run);
      run.ended(end);
    }
    return true;
  }

  private void look() {
    long now = timers.nanoTime();
    running.forEach(
        (operation, run) -> {
          if (now - run.deadlineNanos >= 0) {
            run.cancel();
            if (end(operation, run, new Run.End.Over(Outcome.Silent.FAILED))) {
              LogQueue.SHARED.add(() -> log(operation, "ran longer than its method may", null));
            }
          }
        });
    looking.set(false);
    if (!running.isEmpty() && looking.compareAndSet(false, true)) {
      timers.schedule(LOOK_NANOS, this::look);
    }
  }

  private static void log(Operation operation, String what, @Nullable Throwable why) {
    LOG.error(
        "method={} key={}: {}",
        LogText.of(operation.method()),
        LogText.quoted(operation.key()),
        what,
        why);
  }
}
