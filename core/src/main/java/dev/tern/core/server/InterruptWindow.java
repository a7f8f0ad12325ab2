package dev.tern.core.server;

import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The time in which a call's thread is inside the user's code, and may be interrupted: no interrupt
 * reaches it before or after. One thread at a time is in it; any thread interrupts.
 *
 * <p>Holds the thread that is inside, {@link #INTERRUPTING} while it is being interrupted, or null.
 * Compare-and-sets instead of a lock, because calls of one connection run on several processors,
 * and each would take it twice.
 */
final class InterruptWindow extends AtomicReference<@Nullable Object> {
  private static final long serialVersionUID = 1;
  private static final Object INTERRUPTING = "interrupting";

  /** The current thread goes in. */
  void enter() {
    set(Thread.currentThread());
  }

  /** The current thread comes out; an interrupt that is under way has arrived when it is out. */
  @SuppressWarnings("ThreadPriorityCheck") // it waits for one call of Thread.interrupt
  void leave() {
    if (!compareAndSet(Thread.currentThread(), null)) {
      while (INTERRUPTING.equals(get())) {
        Thread.yield();
      }
    }
  }

  /** Interrupts the thread that is inside, if one is. */
  void interrupt() {
    if (get() instanceof Thread inside && compareAndSet(inside, INTERRUPTING)) {
      try {
        inside.interrupt();
      } finally {
        set(null);
      }
    }
  }
}
