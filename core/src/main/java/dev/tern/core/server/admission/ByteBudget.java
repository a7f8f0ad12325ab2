package dev.tern.core.server.admission;

import dev.tern.core.runtime.Timers;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Bounds the bytes that all connections of a server hold: unfinished frames, calls in flight, and
 * replies that their peers have not read. Thread-safe.
 *
 * <p>Over its limit, whatever is large must wait or is refused. What is small goes on, so that a
 * peer that asks for little is served beside one that has taken all, up to twice the limit.
 */
public final class ByteBudget {
  /**
   * What a connection may hold of each kind (an unfinished frame, replies) whatever the others
   * hold. Nothing smaller is worth telling the budget at once.
   */
  public static final int SMALL_BYTES = 4 << 10;

  /** From here on it must wait as soon as the limit is passed; below, at twice the limit. */
  public static final int LARGE_BYTES = 16 << 10;

  /** A call that holds less goes on over the limit, so that many larger ones do not keep it out. */
  public static final int SMALL_CALL_BYTES = 1 << 10;

  /** As many as may go on at once: each reads something before it can find the budget exceeded. */
  private static final int WOKEN_AT_ONCE = 64;

  /** Until the next ones go on: time in which the ones before take what they need. */
  private static final long NEXT_NANOS = 1_000_000;

  private final long limit;
  private final Timers timers;
  private final AtomicLong used = new AtomicLong();

  private final ReentrantLock lock = new ReentrantLock();

  /** Connections that paused because of this, the longest first. Under {@link #lock}. */
  private final Set<Runnable> waiting = new LinkedHashSet<>();

  /** How many there are in {@link #waiting}. Written under {@link #lock}. */
  private volatile int waiters;

  /** Whether {@link #wakeSome} is to run. */
  private final AtomicBoolean waking = new AtomicBoolean();

  public ByteBudget(long limit, Timers timers) {
    this.limit = limit;
    this.timers = timers;
  }

  /** Whether a call of so many bytes may begin: a small one up to twice the limit. */
  public boolean hasRoomFor(int callBytes) {
    return callBytes < SMALL_CALL_BYTES ? !isFull() : !isExceeded();
  }

  /** Whether so many bytes are more than one connection may hold of a kind at present. */
  public boolean isTooMuch(long bytes) {
    return bytes > SMALL_BYTES && (bytes > LARGE_BYTES ? isExceeded() : isFull());
  }

  private boolean isExceeded() {
    return used.get() > limit;
  }

  private boolean isFull() {
    return used.get() / 2 > limit;
  }

  /** How many connections wait for room. */
  public int waiters() {
    return waiters;
  }

  /**
   * Takes so much for what has yet to come, if half of the limit is enough for that and all that is
   * held: a promise of bytes must not keep those out that are there.
   */
  public boolean tryAdd(int bytes) {
    for (long now = used.get(); now + bytes <= limit / 2; now = used.get()) {
      if (used.compareAndSet(now, now + bytes)) {
        return true;
      }
    }
    return false;
  }

  /** Takes or, negative, gives back. */
  public void add(long bytes) {
    used.addAndGet(bytes);
    if (bytes < 0) {
      wake();
    }
  }

  /**
   * Runs once, by the timers, when there is room again: who gives back holds a connection's lock,
   * and two that woke each other's connection would wait for each other. Asked for again before it
   * has run it keeps its place.
   */
  public void whenRoom(Runnable resume) {
    changeWaiting(() -> waiting.add(resume));
    wake();
  }

  /** It need not run any more. */
  public void forget(Runnable resume) {
    changeWaiting(() -> waiting.remove(resume));
  }

  private void changeWaiting(Runnable change) {
    lock.lock();
    try {
      change.run();
      waiters = waiting.size();
    } finally {
      lock.unlock();
    }
  }

  private void wake() {
    if (waiters > 0 && !isExceeded() && waking.compareAndSet(false, true)) {
      timers.schedule(0, this::wakeSome);
    }
  }

  private void wakeSome() {
    List<Runnable> woken = new ArrayList<>();
    changeWaiting(
        () -> {
          Iterator<Runnable> longest = waiting.iterator();
          while (woken.size() < WOKEN_AT_ONCE && longest.hasNext() && !isExceeded()) {
            woken.add(longest.next());
            longest.remove();
          }
        });
    if (waiters > 0 && !isExceeded()) {
      timers.schedule(NEXT_NANOS, this::wakeSome);
    } else {
      waking.set(false);
      wake(); // room may have come, or somebody who waits, just before that
    }
    woken.forEach(resume -> timers.schedule(0, resume)); // each on its own: one may fail
  }
}
