package dev.tern.core.server.once;

import dev.tern.core.Caller;
import dev.tern.core.access.OperationKeys;
import dev.tern.protocol.Meta;
import dev.tern.protocol.envelope.Message;
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
 * then on a thread of its own; if the first leaves without, another one takes its place. A call
 * that is refused leaves at once.
 *
 * <p>Callers are told apart by what is known of them when a call arrives: their name, or as long as
 * nobody has looked at it their token. So it may find too few, such as another attempt with another
 * token, which waits where it runs; and too many, where a filter of the user's tells callers apart
 * by something else: these wait, and then go their own ways. Thread-safe.
 */
public final class Duplicates {
  /** A key for each operation: the key alone of a caller that nothing is known of. */
  private final ConcurrentMap<Object, Present> present = new ConcurrentHashMap<>();

  private final boolean isBareOnly;
  private final boolean isTokenKnown;

  /**
   * @param isBareOnly whether nothing but bare calls is remembered
   * @param isTokenKnown whether the name of a caller is what its token says
   */
  Duplicates(boolean isBareOnly, boolean isTokenKnown) {
    this.isBareOnly = isBareOnly;
    this.isTokenKnown = isTokenKnown;
  }

  /** The key of a caller of whom something is known. */
  private record Whose(String caller, @Nullable String token, String key) {}

  /** What other attempts share with a request; null if it has no key that counts. */
  private @Nullable Object operationOf(Message.Request request, Caller caller) {
    String key = keyOf(request);
    if (key == null) {
      return null;
    }
    String token = isTokenKnown ? null : request.meta().get(Meta.AUTH);
    return token == null && caller.isAnonymous() ? key : new Whose(caller.name(), token, key);
  }

  /** The key of a request; null if it has none that counts. */
  private @Nullable String keyOf(Message.Request request) {
    return isBareOnly
        ? OperationKeys.ofBare(request.dialect(), request.id())
        : OperationKeys.of(request.dialect(), request.id(), request.meta());
  }

  /**
   * Whether a call would come as a duplicate now.
   *
   * @param caller as far as it is known
   */
  public boolean hasOther(Message.Request request, Caller caller) {
    Object operation = operationOf(request, caller);
    return operation != null && present.containsKey(operation);
  }

  /**
   * Takes a call in, which is to {@link Place#leave}; null if it has no key that counts.
   *
   * @param caller as far as it is known
   */
  public @Nullable Place enter(Message.Request request, Caller caller) {
    Object operation = operationOf(request, caller);
    return operation == null ? null : enter(operation);
  }

  Place enter(Object operation) {
    Present fresh = new Present(present, operation);
    while (true) {
      Present others = present.putIfAbsent(operation, fresh);
      if (others == null) {
        return new Place(fresh, false);
      }
      if (others.join()) {
        return new Place(others, true);
      }
      others.remove(); // the last of them has just left
    }
  }

  /** The attempts at one operation. */
  private static final class Present {
    private static final AtomicIntegerFieldUpdater<Present> CALLS =
        AtomicIntegerFieldUpdater.newUpdater(Present.class, "calls");

    private static final AtomicReferenceFieldUpdater<Present, @Nullable Place> WAITING =
        AtomicReferenceFieldUpdater.newUpdater(Present.class, Place.class, "waiting");

    private final ConcurrentMap<Object, Present> present;
    private final Object operation;

    /** How many are here. At 0 this object is closed: the next attempt makes another. */
    private volatile int calls = 1;

    /**
     * The calls that wait for the first one, as a stack; null while it is empty. It is closed,
     * which {@link Place#NOBODY} marks, when the operation runs or the first call has left: whoever
     * comes then goes on at once.
     */
    private volatile @Nullable Place waiting;

    private Present(ConcurrentMap<Object, Present> present, Object operation) {
      this.present = present;
      this.operation = operation;
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
      present.remove(operation, this);
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

  /** The place of one call among the attempts at its operation. */
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
