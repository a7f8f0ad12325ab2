package dev.tern.core.link;

import dev.tern.core.transport.Connection;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * How other threads hand things to a connection's serial context. A post to an empty mailbox gives
 * the context a task; what is posted before that task runs is taken by it as well, so that many
 * calls become one task and one write. Its bound is the number of calls: each is in it at most
 * twice.
 *
 * <p>It is a stack that is taken whole. A post costs one compare-and-set and a drain one exchange;
 * a queue would cost two, and a flag for the wake-up a third. It can be held: then what is posted
 * gathers, and the release gives the context one task for all of it.
 */
public final class Mailbox<T> {
  private final AtomicReference<@Nullable Letter<T>> newest = new AtomicReference<>();
  private final AtomicInteger holds = new AtomicInteger();
  private final Connection connection;
  private final Runnable drain;

  /** What was posted, with what was posted just before it. */
  public static final class Letter<T> {
    public final T item;
    public @Nullable Letter<T> next;

    private Letter(T item) {
      this.item = item;
    }
  }

  /**
   * @param drain runs in the serial context and calls {@link #takeAll}
   */
  public Mailbox(Connection connection, Runnable drain) {
    this.connection = connection;
    this.drain = drain;
  }

  /** Hands a thing over. Any thread. */
  public void post(T item) {
    Letter<T> letter = new Letter<>(item);
    Letter<T> before;
    do {
      before = newest.get();
      letter.next = before;
    } while (!newest.compareAndSet(before, letter));
    if (before == null && !isHeld()) {
      connection.execute(drain);
    }
  }

  /** Until {@link #release}, posts wake nobody. Any thread, more than once. */
  public void hold() {
    holds.incrementAndGet();
  }

  /** Undoes one {@link #hold}, and wakes for what has gathered. Any thread. */
  public void release() {
    holds.decrementAndGet();
    if (newest.get() != null) {
      connection.execute(drain);
    }
  }

  /** Whether there are more holds than releases. */
  public boolean isHeld() {
    return holds.get() > 0;
  }

  /**
   * Takes what is there, as a chain in the order in which it was posted; null if nothing is. From
   * here on the next {@link #post} wakes again.
   */
  public @Nullable Letter<T> takeAll() {
    Letter<T> rest = newest.getAndSet(null);
    Letter<T> oldest = null;
    while (rest != null) {
      Letter<T> next = rest.next;
      rest.next = oldest;
      oldest = rest;
      rest = next;
    }
    return oldest;
  }
}
