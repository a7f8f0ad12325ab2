package dev.tern.core.server.admission;

import dev.tern.core.Counter;
import dev.tern.core.limit.ConcurrencyLimit;
import dev.tern.core.observe.Tally;
import dev.tern.protocol.WireError;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Applies one {@link ConcurrencyLimit}: counts the calls that run, and keeps those that wait.
 * Thread-safe; nobody blocks here for longer than a queue is looked at.
 *
 * <p>While nobody waits, entering and leaving are two atomic steps each. While somebody does, all
 * go through the lock: so with the lock held and somebody waiting, the count of running calls grows
 * by {@link #force} alone. Whoever finds no place looks for one again under the lock, in which also
 * whoever leaves looks for somebody who waits, so that no place stays free beside one who may have
 * it.
 */
public final class Places {
  /** In {@link #state} above the calls that run: one that waits. */
  private static final long WAITING = 1L << 32;

  private final ConcurrencyLimit limit;
  private final Refusal refusal;
  private final Tally tally;
  private final Pace pace;
  private final @Nullable Adaptation adaptation;

  private volatile int most;
  private final AtomicLong state = new AtomicLong();

  private final ReentrantLock lock = new ReentrantLock();
  private final WaitingLine line = new WaitingLine(); // guarded by lock

  /**
   * @param whose what a refused caller is told that it is full
   * @param tally is told why calls are refused
   */
  public Places(ConcurrencyLimit limit, String whose, Tally tally, long now) {
    this.tally = tally;
    this.limit = limit;
    this.refusal = new Refusal("too many calls run and wait at " + whose);
    this.pace = new Pace(now);
    this.most = limit.least();
    this.adaptation = limit.isAdaptive() ? new Adaptation(limit, now) : null;
  }

  /** Calls that hold a place. */
  public int running() {
    return running(state.get());
  }

  /** Calls that wait for one. */
  public int waiting() {
    return waiting(state.get());
  }

  private static int running(long state) {
    return (int) state;
  }

  private static int waiting(long state) {
    return (int) (state / WAITING);
  }

  /**
   * Refuses a call that finds neither a place nor room in the queue, before anything is made for
   * it. Takes no lock: a flood of calls must stay cheap.
   *
   * @return null if it has to {@link #enter}, which may refuse it as well
   */
  @Nullable WireError refuseIfFull(long now) {
    long counts = state.get();
    if (running(counts) < most || waiting(counts) < limit.queue()) {
      return null;
    }
    tally.count(Counter.REFUSED_QUEUE_FULL);
    return refusal(now);
  }

  /**
   * @param hasWaited whether it may wait here beyond the bound, as it holds a place of another
   *     limit
   */
  Ticket.Answer enter(Ticket ticket, long now, boolean hasWaited) {
    Caller.Share share = ticket.shareOf(this);
    if (take(share, false)) {
      pace.moved(now);
      return Ticket.Answer.ADMITTED;
    }
    List<Ticket> promoted = new ArrayList<>(0);
    Ticket.Answer answer;
    lock.lock();
    try {
      promote(promoted, now);
      answer = enterOrWait(ticket, share, now, hasWaited);
    } finally {
      lock.unlock();
    }
    promoted.forEach(each -> each.promoted(now));
    return answer;
  }

  /** A place is there, and the caller has not its share yet. */
  private boolean take(Caller.Share share, boolean pastOthers) {
    if (share.running.incrementAndGet() <= limit.shareOf(most)) {
      long now = state.get();
      while (running(now) < most && (pastOthers || waiting(now) == 0)) {
        if (state.compareAndSet(now, now + 1)) {
          return true;
        }
        now = state.get();
      }
    }
    share.running.decrementAndGet();
    return false;
  }

  /** Takes a place for a call that cannot wait, if one is free and nobody waits. */
  boolean takeFree(Ticket ticket, long now) {
    if (take(ticket.shareOf(this), false)) {
      return true;
    }
    tally.count(Counter.REFUSED_QUEUE_FULL);
    // Whoever left meanwhile may have seen the caller's share as full, and let nobody go.
    List<Ticket> promoted = new ArrayList<>(0);
    lock.lock();
    try {
      promote(promoted, now);
    } finally {
      lock.unlock();
    }
    promoted.forEach(each -> each.promoted(now));
    return false;
  }

  /** With the lock. Those that wait have been looked at: none of them may have a free place. */
  private Ticket.Answer enterOrWait(
      Ticket ticket, Caller.Share share, long now, boolean hasWaited) {
    while (true) {
      long before = state.get(); // first: if a place gets free after this, the last step fails
      if (take(share, true)) {
        return Ticket.Answer.ADMITTED;
      }
      if (ticket.isOver()) { // ended meanwhile, and told so already: it must not wait
        force(ticket);
        return Ticket.Answer.ADMITTED;
      }
      Counter refusal = hasWaited ? null : refusalOf(ticket, share, now);
      if (refusal != null) {
        tally.count(refusal);
        return Ticket.Answer.REFUSED;
      }
      if (state.compareAndSet(before, before + WAITING)) {
        share.waiting++;
        line.add(ticket, now);
        ticket.queuedAt = this;
        return Ticket.Answer.WAITS;
      }
    }
  }

  /** Why a call may not wait; null if it may. */
  private @Nullable Counter refusalOf(Ticket ticket, Caller.Share share, long now) {
    if (line.size() >= limit.queue()) {
      return Counter.REFUSED_QUEUE_FULL;
    }
    if (share.waiting >= limit.shareOf(limit.queue())) {
      return Counter.REFUSED_SHARE;
    }
    boolean isInTime = line.isOverloaded(now) || !comesTooLate(ticket, now);
    return isInTime ? null : Counter.REFUSED_TOO_LATE;
  }

  private boolean comesTooLate(Ticket ticket, long now) {
    return pace.isTooSlow(running(), line.size(), now, ticket.deadlineNanos() - now);
  }

  /** With the lock: lets as many go as there are places for, but none whose call has ended. */
  private void promote(List<Ticket> promoted, long now) {
    while (line.size() > 0 && running() < most) {
      Ticket next = line.next(now, this::mayGo);
      if (next == null) {
        return;
      }
      next.shareOf(this).running.incrementAndGet();
      unqueue(next, 1); // in one step: from the moment that nobody waits, others take places
      pace.moved(now);
      promoted.add(next);
    }
  }

  private boolean mayGo(Ticket ticket) {
    return !ticket.isOver() && ticket.shareOf(this).running.get() < limit.shareOf(most);
  }

  /**
   * @param places how many it has from now on: 1 or 0
   */
  private void unqueue(Ticket ticket, int places) {
    line.remove(ticket);
    ticket.queuedAt = null;
    ticket.shareOf(this).waiting--;
    state.addAndGet(places - WAITING);
  }

  /** Gives a place to a call that must not wait, whether there is one or not. */
  void force(Ticket ticket) {
    ticket.shareOf(this).running.incrementAndGet();
    state.incrementAndGet();
  }

  /**
   * @param nanos how long the call has run; negative if that says nothing of others
   */
  void leave(Ticket ticket, long now, long nanos) {
    if (nanos >= 0) {
      pace.took(nanos);
      if (adaptation != null) {
        most = adaptation.after(nanos, running(), now);
      }
    }
    pace.moved(now);
    ticket.shareOf(this).running.decrementAndGet();
    for (long before = state.get(); waiting(before) == 0; before = state.get()) {
      if (state.compareAndSet(before, before - 1)) {
        return;
      }
    }
    List<Ticket> promoted = new ArrayList<>(1);
    lock.lock();
    try {
      state.decrementAndGet();
      promote(promoted, now);
    } finally {
      lock.unlock();
    }
    promoted.forEach(each -> each.promoted(now));
  }

  /** Takes a call out of the queue; false if it is not in it. */
  @SuppressWarnings("ReferenceEquality") // these places are the ones, or they are not
  boolean remove(Ticket ticket) {
    lock.lock();
    try {
      if (ticket.queuedAt == this) {
        unqueue(ticket, 0);
        return true;
      }
      return false;
    } finally {
      lock.unlock();
    }
  }

  WireError refusal(long now) {
    return refusal.after(Pace.millis(waitNanos(now)));
  }

  private long waitNanos(long now) {
    long counts = state.get();
    return pace.waitNanos(running(counts), waiting(counts), now);
  }
}
