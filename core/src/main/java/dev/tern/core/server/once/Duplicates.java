package dev.tern.core.server.once;

import dev.tern.protocol.Message;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * Finds calls that may have to wait for another attempt at their operation, before anything of them
 * runs, where they must not take a thread of the lane, or a place of a limit. The first call with a
 * key goes to its lane. Another one waits here until the operation of the first runs, and joins it
 * then on a thread of its own; if the first leaves without, another one takes its place. Who calls
 * is not known yet, so it may find too many: calls of others with the same key, which wait, and
 * then go their own ways; a call that is refused leaves at once. Thread-safe.
 */
public final class Duplicates {
  private final ConcurrentMap<String, Present> present = new ConcurrentHashMap<>();
  private final boolean isBareOnly;

  /**
   * @param isBareOnly whether nothing but bare calls is remembered
   */
  Duplicates(boolean isBareOnly) {
    this.isBareOnly = isBareOnly;
  }

  /** The key of a request; null if it has none that counts. */
  private @Nullable String keyOf(Message.Request request) {
    return isBareOnly
        ? OperationKeys.ofBare(request.dialect(), request.id())
        : OperationKeys.of(request.dialect(), request.id(), request.meta());
  }

  /** Whether a call would come as a duplicate now. */
  public boolean hasOther(Message.Request request) {
    String key = keyOf(request);
    return key != null && present.containsKey(key);
  }

  /** Takes a call in, which is to {@link Place#leave}; null if it has no key that counts. */
  public @Nullable Place enter(Message.Request request) {
    String key = keyOf(request);
    return key == null ? null : enter(key);
  }

  Place enter(String key) {
    Present fresh = new Present(present, key);
    while (true) {
      Present others = present.putIfAbsent(key, fresh);
      if (others == null) {
        return new Place(fresh, false);
      }
      if (others.join()) {
        return new Place(others, true);
      }
      others.remove(); // the last of them has just left
    }
  }

  /** The calls with one key. */
  private static final class Present {
    private static final AtomicIntegerFieldUpdater<Present> CALLS =
        AtomicIntegerFieldUpdater.newUpdater(Present.class, "calls");

    private static final AtomicReferenceFieldUpdater<Present, @Nullable Place> WAITING =
        AtomicReferenceFieldUpdater.newUpdater(Present.class, Place.class, "waiting");

    private final ConcurrentMap<String, Present> present;
    private final String key;

    /** How many are here. At 0 this object is closed: the next call with the key makes another. */
    private volatile int calls = 1;

    /**
     * The calls that wait for the first one, as a stack; null while it is empty. It is closed,
     * which {@link Place#NOBODY} marks, when the operation runs or the first call has left: whoever
     * comes then goes on at once.
     */
    private volatile @Nullable Place waiting;

    private Present(ConcurrentMap<String, Present> present, String key) {
      this.present = present;
      this.key = key;
    }

    private boolean join() {
      int now = calls;
      while (now > 0 && !CALLS.compareAndSet(this, now, now + 1)) {
        now = calls;
      }
      return now > 0;
    }

    private void leave() {
      if (CALLS.decrementAndGet(this) == 0) {
        remove();
      }
    }

    private void remove() {
      present.remove(key, this);
    }

    /** Puts a call on the stack; false if that is closed. */
    @SuppressWarnings("ReferenceEquality") // NOBODY is a mark
    private boolean park(Place place) {
      Place before;
      do {
        before = waiting;
        if (before == Place.NOBODY) {
          return false;
        }
        place.next = before;
      } while (!WAITING.compareAndSet(this, before, place));
      return true;
    }

    /** Closes the stack and returns what was on it: its top, or null. */
    @SuppressWarnings("ReferenceEquality") // NOBODY is a mark
    private @Nullable Place takeAll() {
      Place all = WAITING.getAndSet(this, Place.NOBODY);
      return all == Place.NOBODY ? null : all;
    }

    /** Takes the top call off the stack; closes the stack and returns null if it is empty. */
    @SuppressWarnings("ReferenceEquality") // NOBODY is a mark
    private @Nullable Place takeOne() {
      Place one;
      do {
        one = waiting;
        if (one == Place.NOBODY) {
          return null;
        }
      } while (!WAITING.compareAndSet(this, one, one == null ? Place.NOBODY : one.next));
      return one;
    }
  }

  /** The place of one call among those with its key. */
  public static final class Place {
    private static final Place NOBODY =
        new Place(new Present(new ConcurrentHashMap<>(), ""), false);

    private final Present all;
    private boolean isDuplicate;
    private @Nullable Runnable start;

    /** The one below it on the stack. */
    private @Nullable Place next;

    private Place(Present all, boolean isDuplicate) {
      this.all = all;
      this.isDuplicate = isDuplicate;
    }

    /** Whether another call came before it, and it has not taken the place of that one. */
    public boolean isDuplicate() {
      return isDuplicate;
    }

    /**
     * Has a call that is not the first one wait until the operation of that one runs, or until it
     * is the first one itself.
     *
     * @param go runs when it may go on; perhaps at once
     * @return false if it is the first one: it goes on
     */
    public boolean waits(Runnable go) {
      if (!isDuplicate) {
        return false;
      }
      start = go;
      if (!all.park(this)) {
        go.run();
      }
      return true;
    }

    /** The operation of the first call runs: those that wait for that go on. */
    public void runs() {
      for (Place one = all.takeAll(); one != null; one = one.next) {
        one.goOn();
      }
    }

    /**
     * The call is over. Until the last one is, whoever comes is no first one: it would wait on its
     * lane for those that joined.
     */
    public void leave() {
      Place first = isDuplicate ? null : all.takeOne();
      all.leave();
      if (first != null) {
        first.isDuplicate = false;
        first.goOn();
      }
    }

    private void goOn() {
      Objects.requireNonNull(start).run();
    }
  }
}
