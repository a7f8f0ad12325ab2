package dev.tern.core.server.once;

import dev.tern.core.RpcException;
import dev.tern.core.link.CancelSource;
import dev.tern.core.outcome.Claim;
import dev.tern.core.outcome.Outcome;
import dev.tern.core.outcome.ParamsHash;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * One run of an operation in this process, or the attempt to claim one. It is the cancel token of
 * the user's code, too. Thread-safe.
 */
final class Run extends CancelSource {
  /**
   * So many calls may wait for one operation: its caller makes one attempt after the other, and a
   * few may still wait at the server when the next comes.
   */
  static final int MAX_JOINERS = 64;

  /** How it ended. */
  sealed interface End {
    /** The operation is over. */
    record Over(Outcome outcome) implements End {}

    /** The operation has certainly had no effect, and may be tried again. */
    record NotRun(RpcException error) implements End {}

    /** It was not for this attempt to run it: whoever waits asks again. */
    enum Elsewhere implements End {
      IT
    }
  }

  private static final AtomicIntegerFieldUpdater<Run> SETTLED =
      AtomicIntegerFieldUpdater.newUpdater(Run.class, "settled");

  private static final AtomicReferenceFieldUpdater<Run, @Nullable Waiters> WAITERS =
      AtomicReferenceFieldUpdater.newUpdater(Run.class, Waiters.class, "waiters");

  final ParamsHash params;
  final long deadlineNanos;

  /** Null until the operation is claimed. */
  private volatile Claim.@Nullable Mine claim;

  /** Null until the store knows how it ended. */
  private volatile @Nullable End end;

  /** Null as long as nobody waits: most runs end like this. */
  private volatile @Nullable Waiters waiters;

  @SuppressWarnings("UnusedVariable") // SETTLED looks at it
  private volatile int settled;

  /** What those look at that wait. */
  private static final class Waiters {
    private final CompletableFuture<End> end = new CompletableFuture<>();
    private final CompletableFuture<Boolean> decided = new CompletableFuture<>();
    private final AtomicInteger joiners = new AtomicInteger();
  }

  Run(ParamsHash params, long deadlineNanos) {
    this.params = params;
    this.deadlineNanos = deadlineNanos;
  }

  Claim.@Nullable Mine claim() {
    return claim;
  }

  /** The store has said that it is for this run. */
  void claimed(Claim.Mine mine) {
    claim = mine;
    tell(waiters);
  }

  /** The store knows how it ended, or that it was not for this run. */
  void ended(End how) {
    end = how;
    tell(waiters);
  }

  /** Completed when the store knows how it ended. */
  CompletableFuture<End> end() {
    return waiters().end;
  }

  /** Completed when the store has said whether the operation is for this run; never fails. */
  CompletableFuture<Boolean> decided() {
    return waiters().decided;
  }

  /** What is known is told by whoever comes later: the one that waits, or the one that knows. */
  private Waiters waiters() {
    Waiters known = waiters;
    if (known == null) {
      Waiters fresh = new Waiters();
      known = WAITERS.compareAndSet(this, null, fresh) ? fresh : Objects.requireNonNull(waiters);
      tell(known);
    }
    return known;
  }

  private void tell(@Nullable Waiters all) {
    if (all == null) {
      return;
    }
    End how = end;
    if (how != null) {
      all.end.complete(how);
    }
    if (how != null || claim != null) {
      all.decided.complete(claim != null);
    }
  }

  /** Whether one more may wait for it. */
  boolean admits() {
    AtomicInteger joiners = waiters().joiners;
    if (joiners.incrementAndGet() <= MAX_JOINERS) {
      return true;
    }
    joiners.decrementAndGet();
    return false;
  }

  void leave() {
    waiters().joiners.decrementAndGet();
  }

  /** Whether it is for whoever asks to say how it ended: the first one. */
  boolean settles() {
    return SETTLED.compareAndSet(this, 0, 1);
  }
}
