package dev.tern.core.server.admission;

import dev.tern.protocol.Executed;
import dev.tern.protocol.WireError;
import dev.tern.protocol.session.ServerCall;
import java.util.List;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * One call's way through the limits that it is under: of its method first, then of the server. What
 * it holds of the first it keeps while it waits for the second.
 *
 * <p>At each time one thread has it: that of the connection, then whoever lets it go on, then its
 * lane, then that of the connection again. Only {@link #quit} comes from beside.
 */
public final class Ticket {
  private static final AtomicIntegerFieldUpdater<Ticket> HELD =
      AtomicIntegerFieldUpdater.newUpdater(Ticket.class, "held");

  /** What becomes of a call that wants to begin. */
  public enum Answer {
    ADMITTED,
    /** {@link Holder#goOn} is called later, perhaps before this is returned. */
    WAITS,
    /** See {@link #refusal}. */
    REFUSED
  }

  /** Whose ticket it is. */
  public interface Holder {
    /** It has waited, and begins now. Any thread; never blocks. */
    void goOn();
  }

  private final List<Places> way;
  private final Caller caller;
  private final ServerCall call;
  private final Holder holder;

  /** How many of the places on its way it holds. */
  private volatile int held;

  /** Whether the call is over: nothing is held from then on. */
  private volatile boolean isLeft;

  /** Whether it has held all its places. */
  private boolean wasAdmitted;

  private long admittedNanos;
  private @Nullable WireError refusal;

  /** Neighbours in the queue; guarded by the lock of those places, as each of their tickets is. */
  @Nullable Ticket before;

  @Nullable Ticket after;

  /** In whose queue it is; null for none. Written with the lock of these. */
  volatile @Nullable Places queuedAt;

  Ticket(List<Places> way, Caller caller, ServerCall call, Holder holder) {
    this.way = way;
    this.caller = caller;
    this.call = call;
    this.holder = holder;
  }

  /** Asks for its places. In the connection's serial context; never waits for another thread. */
  public Answer enter(long now) {
    Answer answer = advance(now, false);
    if (answer == Answer.REFUSED) {
      release(now, false);
    }
    return answer;
  }

  /** Why it may not begin. */
  public WireError refusal() {
    if (refusal == null) {
      throw new IllegalStateException("not refused (expected: an answer of REFUSED)");
    }
    return refusal;
  }

  /** It has a place that it waited for: the next one, or the call begins. */
  void promoted(long now) {
    hold();
    if (advance(now, true) == Answer.ADMITTED) {
      holder.goOn();
    }
  }

  /** Only its holder's thread writes it before the call begins, and hands it on in order. */
  private void hold() {
    HELD.lazySet(this, held + 1);
  }

  private Answer advance(long now, boolean hasWaited) {
    while (held < way.size()) {
      Places next = way.get(held);
      Answer answer = next.enter(this, now, hasWaited);
      if (answer == Answer.REFUSED) {
        refusal = next.refusal(now);
      }
      if (answer != Answer.ADMITTED) {
        return answer;
      }
      hold();
    }
    admitted(now);
    return Answer.ADMITTED;
  }

  private void admitted(long now) {
    admittedNanos = now;
    wasAdmitted = true;
  }

  /**
   * Nobody waits for the call any more.
   *
   * @return whether it was taken out of a queue: it never begins. Else somebody has let it go on
   */
  public boolean quit() {
    for (Places places : way) {
      if (places.remove(this)) {
        return true;
      }
    }
    return false;
  }

  /** The call is over on its lane, or never began: gives back what it holds. May be repeated. */
  public void leave(long now) {
    isLeft = true;
    release(now, call.verdict(Executed.YES) != Executed.NO);
  }

  /** The call waits for another one's run: it holds no place meanwhile. */
  public void stepAside(long now) {
    release(now, false);
  }

  /** Whether it counts. */
  public boolean isHolding() {
    return held > 0;
  }

  /**
   * The user's code begins. A call that has stepped aside counts again: nobody makes it wait a
   * second time, so it may be one too many. One that has come as a duplicate takes a place that is
   * free: else as many might run as callers use one key.
   *
   * @return false if there is none, see {@link #refusal}; nothing is held then
   */
  public boolean begins(long now) {
    if (held > 0 || isLeft) {
      return true;
    }
    if (wasAdmitted) {
      way.forEach(places -> places.force(this));
      admittedNanos = now;
      held = way.size();
    } else if (!takeFree(now)) {
      return false;
    }
    if (isLeft) { // a filter runs the method on a thread of its own, and has not waited for it
      release(now, false);
    }
    return true;
  }

  /** Takes its places if nobody waits for one of them; else none. */
  private boolean takeFree(long now) {
    for (int i = 0; i < way.size(); i++) {
      Places next = way.get(i);
      if (!next.takeFree(this, now)) {
        refusal = next.refusal(now);
        release(now, false);
        return false;
      }
      if (!HELD.compareAndSet(this, i, i + 1)) { // it has left meanwhile, and given back the others
        next.leave(this, now, -1);
        return true;
      }
    }
    admitted(now);
    return true;
  }

  /**
   * @param hasRun whether it tells how long a call takes
   */
  private void release(long now, boolean hasRun) {
    for (int i = HELD.getAndSet(this, 0) - 1; i >= 0; i--) {
      way.get(i).leave(this, now, hasRun ? now - admittedNanos : -1);
    }
  }

  Caller.Share shareOf(Places places) {
    return caller.shareOf(places);
  }

  boolean isOver() {
    return call.hasEnded();
  }

  long deadlineNanos() {
    return call.deadlineNanos();
  }
}
