package dev.tern.core.server.once;

import dev.tern.core.RpcException;
import dev.tern.core.link.CancelSource;
import dev.tern.core.outcome.Claim;
import dev.tern.core.outcome.Outcome;
import dev.tern.core.outcome.ParamsHash;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** One run of an operation in this process, or the attempt to claim one. Thread-safe. */
final class Run {
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

  final ParamsHash params;
  final long deadlineNanos;

  /** Of the user's code. */
  final CancelSource token = new CancelSource();

  /** Completed when the store knows how it ended. */
  final CompletableFuture<End> end = new CompletableFuture<>();

  /** Completed when the store has said whether the operation is for this run; never fails. */
  final CompletableFuture<Boolean> decided = new CompletableFuture<>();

  /** Null until the operation is claimed. */
  private volatile Claim.@Nullable Mine claim;

  private final AtomicInteger joiners = new AtomicInteger();
  private final AtomicBoolean settled = new AtomicBoolean();

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
    decided.complete(true);
  }

  /** Whether one more may wait for it. */
  boolean admits() {
    if (joiners.incrementAndGet() <= MAX_JOINERS) {
      return true;
    }
    joiners.decrementAndGet();
    return false;
  }

  void leave() {
    joiners.decrementAndGet();
  }

  /** Whether it is for whoever asks to say how it ended: the first one. */
  boolean settles() {
    return settled.compareAndSet(false, true);
  }
}
