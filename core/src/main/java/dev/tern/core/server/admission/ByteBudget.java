package dev.tern.core.server.admission;

import dev.tern.core.runtime.Timers;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
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

  /** Whether {@link #wakeSome} is to run. Under {@link #lock}. */
  private boolean waking;

  /** How many there are in {@link #waiting}. Written under {@link #lock}. */
  private volatile int waiters;

  public ByteBudget(long limit, Timers timers) {
    this.limit = limit;
    this.timers = timers;
  }

  public boolean isExceeded() {
    return used.get() > limit;
  }

  /** Whether it is exceeded so far that nothing more may come, however small. */
  public boolean isFull() {
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
    long now = used.addAndGet(bytes);
    if (bytes < 0 && now <= limit && waiters > 0) {
      wake();
    }
  }

  /**
   * Runs once, by the timers, when there is room again: who gives back holds a connection's lock,
   * and two that woke each other's connection would wait for each other.
   */
  public void whenRoom(Runnable resume) {
    lock.lock();
    try {
      waiting.add(resume);
      waiters = waiting.size();
    } finally {
      lock.unlock();
    }
    if (!isExceeded()) {
      wake();
    }
  }

  /** It need not run any more. */
  public void forget(Runnable resume) {
    lock.lock();
    try {
      waiting.remove(resume);
      waiters = waiting.size();
    } finally {
      lock.unlock();
    }
  }

  private void wake() {
    lock.lock();
    try {
      if (waking || waiting.isEmpty()) {
        return;
      }
      waking = true;
    } finally {
      lock.unlock();
    }
    timers.schedule(0, this::wakeSome);
  }

  private void wakeSome() {
    List<Runnable> woken = new ArrayList<>();
    boolean more;
    lock.lock();
    try {
      Iterator<Runnable> longest = waiting.iterator();
      while (woken.size() < WOKEN_AT_ONCE && longest.hasNext() && !isExceeded()) {
        woken.add(longest.next());
        longest.remove();
      }
      waiters = waiting.size();
      more = waiters > 0 && !isExceeded(); // else whoever gives back wakes the rest
      waking = more;
    } finally {
      lock.unlock();
    }
    if (more) {
      timers.schedule(NEXT_NANOS, this::wakeSome);
    }
    woken.forEach(resume -> timers.schedule(0, resume)); // each on its own: one may fail
  }
}
