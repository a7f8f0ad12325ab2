package dev.tern.core.server.once;

import dev.tern.protocol.Message;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/**
 * Finds calls that may have to wait for another attempt at their operation, before anything of them
 * runs, on a lane whose threads must not wait. The first call with a key goes to its lane. Another
 * one waits here until the operation of the first runs, and joins it then on a thread of its own;
 * if the first leaves without, the next one takes its place. Who calls is not known yet, so it may
 * find too many. Thread-safe.
 */
public final class Duplicates {

  /** A call that waits here. */
  public interface Parked {
    /** The operation runs: goes on on a thread of its own. */
    void join();

    /** There is no first one any more: goes to its lane, as the first. */
    void goFirst();
  }

  /** The calls with one key. Changed in the map's own steps only. */
  private static final class Present {
    private int calls = 1;

    /** Whether the first is on its way to its lane, or there, and does not run yet. */
    private boolean isFirstToCome = true;

    private final Queue<Parked> parked = new ArrayDeque<>(1);
  }

  private final ConcurrentMap<String, Present> present = new ConcurrentHashMap<>();
  private final boolean isBareOnly;

  /**
   * @param isBareOnly whether nothing but bare calls is remembered
   */
  Duplicates(boolean isBareOnly) {
    this.isBareOnly = isBareOnly;
  }

  /** Its key; null if it has none that counts. */
  public @Nullable String keyOf(Message.Request request) {
    return isBareOnly
        ? OperationKeys.ofBare(request.dialect(), request.id())
        : OperationKeys.of(request.dialect(), request.id(), request.meta());
  }

  /** Notes a call; whether there is another one before it. Each is to {@link #leave}. */
  public boolean enter(String key) {
    boolean[] isAnother = new boolean[1];
    present.compute(
        key,
        (_, all) -> {
          if (all == null) {
            return new Present();
          }
          all.calls++;
          isAnother[0] = true;
          return all;
        });
    return isAnother[0];
  }

  /** Has a call that is not the first one wait until the operation of that one runs. */
  public void park(String key, Parked call) {
    boolean[] isParked = new boolean[1];
    present.computeIfPresent(
        key,
        (_, all) -> {
          isParked[0] = all.isFirstToCome && all.parked.add(call);
          return all;
        });
    if (!isParked[0]) {
      call.join();
    }
  }

  /** The operation of the first call runs: those that wait for that go on. */
  public void runs(String key) {
    Queue<Parked> waiting = new ArrayDeque<>(0);
    present.computeIfPresent(
        key,
        (_, all) -> {
          all.isFirstToCome = false;
          waiting.addAll(all.parked);
          all.parked.clear();
          return all;
        });
    waiting.forEach(Parked::join);
  }

  /**
   * A call is over. Until the last one is, whoever comes is no first one: it would wait on its lane
   * for those that joined.
   *
   * @param wasFirst whether it was the first one
   */
  public void leave(String key, boolean wasFirst) {
    Parked[] next = new Parked[1];
    present.computeIfPresent(
        key,
        (_, all) -> {
          all.calls--;
          if (wasFirst) {
            next[0] = all.parked.poll(); // none, if the first one has run
            all.isFirstToCome = next[0] != null;
          }
          return all.calls == 0 ? null : all;
        });
    if (next[0] != null) {
      next[0].goFirst();
    }
  }
}
