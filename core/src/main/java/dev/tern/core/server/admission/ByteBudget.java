package dev.tern.core.server.admission;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Bounds the bytes that all connections of a server hold: unfinished frames, calls in flight, and
 * replies that their peers have not read. Thread-safe.
 *
 * <p>Over its limit, whatever is large must wait or is refused. What is small goes on, so that a
 * peer that asks for little is served beside one that has taken all, up to twice the limit. Whoever
 * waits looks again after {@link #lookAgainNanos}.
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

  /** How soon one that waits alone looks again. */
  private static final long LOOK_NANOS = 10_000_000;

  /**
   * For each so many waiters a look takes as long again: all look 10,000 times a second at most.
   */
  private static final int WAITERS_A_LOOK = 100;

  private final long limit;
  private final AtomicLong used = new AtomicLong();
  private final AtomicInteger waiters = new AtomicInteger();

  public ByteBudget(long limit) {
    this.limit = limit;
  }

  /** Takes or, negative, gives back. */
  public void add(long bytes) {
    used.addAndGet(bytes);
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

  /**
   * Takes so much for what is made of a call's params, if that is not over the limit.
   *
   * @return false if nothing was taken
   */
  public boolean tryTake(long bytes) {
    boolean fits = used.addAndGet(bytes) <= limit;
    if (!fits) {
      used.addAndGet(-bytes);
    }
    return fits;
  }

  /** Whether so much fits when nothing else is held. */
  public boolean canEverTake(long bytes) {
    return bytes <= limit;
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

  /** One more connection waits for room, or one less. */
  public void waits(boolean more) {
    waiters.addAndGet(more ? 1 : -1);
  }

  /** How many connections wait for room. */
  public int waiters() {
    return waiters.get();
  }

  /** How long who waits should wait before looking again. */
  public long lookAgainNanos() {
    return LOOK_NANOS + LOOK_NANOS * waiters.get() / WAITERS_A_LOOK;
  }
}
