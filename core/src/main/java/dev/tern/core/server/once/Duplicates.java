package dev.tern.core.server.once;

import dev.tern.protocol.Message;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Finds calls that may have to wait for another attempt at their operation, before anything of them
 * runs, on a lane whose threads must not wait. The first call with a key goes to its lane. Another
 * one waits here until the operation of the first runs, and joins it then on a thread of its own;
 * if the first leaves without, the next one takes its place. Who calls is not known yet, so it may
 * find too many. Thread-safe.
 */
public final class Duplicates {
  /** The calls with one key. Changed in the map's own steps only. */
  private static final class Present {
    private int calls = 1;

    /** Whether the first is on its way to its lane, or there, and does not run yet. */
    private boolean isFirstToCome = true;

    /** Null for none, as it nearly always is. */
    private @Nullable Queue<Place> waiting;

    private boolean park(Place place) {
      if (!isFirstToCome) {
        return false;
      }
      if (waiting == null) {
        waiting = new ArrayDeque<>(1);
      }
      return waiting.add(place);
    }
  }

  private final ConcurrentMap<String, Present> present = new ConcurrentHashMap<>();
  private final boolean isBareOnly;

  /**
   * @param isBareOnly whether nothing but bare calls is remembered
   */
  Duplicates(boolean isBareOnly) {
    this.isBareOnly = isBareOnly;
  }

  /** Takes a call in, which is to {@link Place#leave}; null if it has no key that counts. */
  public @Nullable Place enter(Message.Request request) {
    String key =
        isBareOnly
            ? OperationKeys.ofBare(request.dialect(), request.id())
            : OperationKeys.of(request.dialect(), request.id(), request.meta());
    return key == null ? null : enter(key);
  }

  Place enter(String key) {
    Place place = new Place(key);
    present.compute(
        key,
        (_, all) -> {
          if (all == null) {
            return new Present();
          }
          all.calls++;
          place.isDuplicate = true;
          return all;
        });
    return place;
  }

  /** The place of one call among those with its key. */
  public final class Place {
    private final String key;
    private boolean isDuplicate;
    private Runnable start = () -> {};

    private Place(String key) {
      this.key = key;
    }

    /** Whether another call came before it, and it has not taken the place of that one. */
    public boolean isDuplicate() {
      return isDuplicate;
    }

    /**
     * Has a call that is not the first one wait until the operation of that one runs, or until it
     * is the first one itself.
     *
     * @param start runs when it may go on; perhaps at once
     * @return false if it is the first one: it goes on
     */
    public boolean waits(Runnable start) {
      if (!isDuplicate) {
        return false;
      }
      this.start = start;
      boolean[] isParked = new boolean[1];
      present.computeIfPresent(
          key,
          (_, all) -> {
            isParked[0] = all.park(this);
            return all;
          });
      if (!isParked[0]) {
        start.run();
      }
      return true;
    }

    /** The operation of the first call runs: those that wait for that go on. */
    public void runs() {
      AtomicReference<@Nullable Queue<Place>> go = new AtomicReference<>();
      present.computeIfPresent(
          key,
          (_, all) -> {
            all.isFirstToCome = false;
            go.setPlain(all.waiting);
            all.waiting = null;
            return all;
          });
      Queue<Place> waiting = go.getPlain();
      if (waiting != null) {
        waiting.forEach(other -> other.start.run());
      }
    }

    /**
     * The call is over. Until the last one is, whoever comes is no first one: it would wait on its
     * lane for those that joined.
     */
    public void leave() {
      AtomicReference<@Nullable Place> next = new AtomicReference<>();
      present.computeIfPresent(
          key,
          (_, all) -> {
            all.calls--;
            if (!isDuplicate) {
              next.setPlain(all.waiting == null ? null : all.waiting.poll()); // none, if it has run
              all.isFirstToCome = next.getPlain() != null;
            }
            return all.calls == 0 ? null : all;
          });
      Place first = next.getPlain();
      if (first != null) {
        first.isDuplicate = false;
        first.start.run();
      }
    }
  }
}
