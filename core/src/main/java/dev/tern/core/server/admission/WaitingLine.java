package dev.tern.core.server.admission;

import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Calls that wait for a place, in the order in which they came. Guarded by the lock of the places.
 *
 * <p>Whoever came first goes first while the queue empties now and then. When it has not done so
 * for {@link #OVERLOAD_NANOS}, whoever came last goes first: first come first served would then
 * serve each call so late that its caller has given up. ("Adaptive LIFO" in Ben Maurer, Fail at
 * Scale, ACM Queue 13(8), 2015, whose time this is.)
 */
final class WaitingLine {
  /** A burst is served within that, or it is no burst. */
  static final long OVERLOAD_NANOS = 100_000_000;

  private @Nullable Ticket first;
  private @Nullable Ticket last;
  private int size;

  /** Since when it has not been empty. */
  private long busySinceNanos;

  int size() {
    return size;
  }

  void add(Ticket ticket, long now) {
    if (last == null) {
      busySinceNanos = now;
      first = ticket;
    } else {
      last.after = ticket;
    }
    ticket.before = last;
    last = ticket;
    size++;
  }

  boolean isOverloaded(long now) {
    return size > 0 && now - busySinceNanos > OVERLOAD_NANOS;
  }

  /** The next one that may go, which stays in the queue; null for none. */
  @Nullable Ticket next(long now, Predicate<Ticket> mayGo) {
    boolean newestFirst = isOverloaded(now);
    Ticket next = newestFirst ? last : first;
    while (next != null && !mayGo.test(next)) {
      next = newestFirst ? next.before : next.after;
    }
    return next;
  }

  void remove(Ticket ticket) {
    Ticket before = ticket.before;
    Ticket after = ticket.after;
    if (before == null) {
      first = after;
    } else {
      before.after = after;
    }
    if (after == null) {
      last = before;
    } else {
      after.before = before;
    }
    ticket.before = null;
    ticket.after = null;
    size--;
  }
}
