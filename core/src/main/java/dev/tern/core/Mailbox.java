package dev.tern.core;

import dev.tern.core.transport.Connection;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * How other threads hand things to a connection's serial context: whoever finds it empty wakes the
 * context, the others ride along, so that many calls become one task, one write. Its bound is the
 * number of calls: each is in it at most twice.
 */
final class Mailbox<T> {
  private final ConcurrentLinkedQueue<T> items = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean woken = new AtomicBoolean();
  private final Connection connection;
  private final Runnable drain;

  /**
   * @param drain runs in the serial context; takes all with {@link #take} after {@link #open}
   */
  Mailbox(Connection connection, Runnable drain) {
    this.connection = connection;
    this.drain = drain;
  }

  /** Any thread. */
  void post(T item) {
    items.add(item);
    if (!woken.get() && woken.compareAndSet(false, true)) {
      connection.execute(drain);
    }
  }

  /** From here on the next {@link #post} wakes again. First thing in the drain. */
  void open() {
    woken.set(false);
  }

  @Nullable T take() {
    return items.poll();
  }
}
