package dev.tern.core.server.once;

import dev.tern.core.Effect;
import dev.tern.core.Filter;
import dev.tern.core.Lane;
import dev.tern.core.Method;
import dev.tern.core.binding.MessageBinding;
import dev.tern.core.observe.Tally;
import dev.tern.core.outcome.OutcomeStore;
import dev.tern.core.runtime.Timers;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a server remembers of the operations that it runs, and who looks after that. */
public final class Once {
  private final @Nullable Runs runs;
  private final @Nullable Runs replays;
  private final List<OutcomeStore> own = new ArrayList<>();

  /**
   * @param store of the methods that must happen once; null for none: they are UNSAFE then
   * @param isUsers whether the store is the user's, who closes it
   * @param cache of bare calls whose methods do not say what their effect is; null for none
   * @param tally counts what is joined and replayed
   */
  public Once(
      @Nullable OutcomeStore store,
      boolean isUsers,
      @Nullable OutcomeStore cache,
      Timers timers,
      Tally tally) {
    this.runs = store == null ? null : new Runs(store, timers, tally);
    this.replays = cache == null ? null : new Runs(cache, timers, tally);
    if (store != null && !isUsers) {
      own.add(store);
    }
    if (cache != null) {
      own.add(cache);
    }
  }

  /** Forgets everything that only this server remembers: it is closed. */
  public void close() {
    own.forEach(OutcomeStore::close);
  }

  /**
   * Tells when none of the operations runs that must happen once, once or more often; at once if
   * none does.
   */
  public void whenNoneRuns(Runnable told) {
    if (runs == null) {
      told.run();
    } else {
      runs.whenNoneRuns(told);
    }
  }

  /** Tells the operations that must happen once to end; returns how many run. */
  public int cancelAll() {
    return runs == null ? 0 : runs.cancelAll();
  }

  /**
   * The filter that stands around a method; null if it needs none.
   *
   * @param message knows what its params say that are a message; null if it takes none
   */
  public @Nullable Filter around(Method<?, ?> method, MessageBinding.@Nullable Leaf message) {
    if (method.name().startsWith("rpc.")) {
      return null;
    }
    return switch (method.effect()) {
      case READ, IDEMPOTENT -> null;
      case ONCE ->
          runs == null
              ? unsafe(method)
              : new OnceFilter(new OnceRunner(runs, method.maxRun(), false, message));
      case UNSAFE -> unsafe(method);
    };
  }

  /** Bare calls alone have replays there, and no params that are a message. */
  private Filter unsafe(Method<?, ?> method) {
    return new UnsafeFilter(
        replays == null ? null : new OnceRunner(replays, method.maxRun(), true, null));
  }

  /**
   * What finds calls of a method that may have to wait; null if they may do that where they run.
   *
   * @param isLimited whether a call needs a place of a limit, which one that waits must not hold
   * @param isTokenKnown whether the name of a caller is what its token says when a call arrives
   */
  public @Nullable Duplicates duplicates(
      Method<?, ?> method, Lane lane, boolean isLimited, boolean isTokenKnown) {
    boolean mayWait = lane instanceof Lane.Virtual && !isLimited;
    if (mayWait || method.name().startsWith("rpc.")) {
      return null;
    }
    boolean isKept = method.effect() == Effect.ONCE && runs != null;
    boolean isBare = method.effect() == Effect.ONCE || method.effect() == Effect.UNSAFE;
    return isKept || (isBare && replays != null) ? new Duplicates(!isKept, isTokenKnown) : null;
  }

  /** Of the methods that must happen once; null for none. */
  public @Nullable OutcomeStore store() {
    return runs == null ? null : runs.store;
  }
}
