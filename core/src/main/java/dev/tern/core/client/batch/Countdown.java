package dev.tern.core.client.batch;

import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/** Calls that have left together, and the thread that waits for all of them. */
public final class Countdown {
  private final Thread waiting = Thread.currentThread();
  private volatile int left;

  /** Of so many calls, for this thread. */
  public Countdown(int calls) {
    left = calls;
  }

  /** One of them has ended. In the serial context of their connection. */
  @SuppressWarnings("NonAtomicVolatileUpdate") // one context, one writer
  public void ended() {
    left--;
    if (left == 0) {
      LockSupport.unpark(waiting);
    }
  }

  /**
   * Parks until all have ended.
   *
   * @param onInterrupt told when the thread is interrupted, which stays interrupted
   */
  public void await(Consumer<Countdown> onInterrupt) {
    boolean interrupted = false;
    while (left > 0) {
      LockSupport.park(this);
      if (left > 0 && Thread.interrupted()) {
        onInterrupt.accept(this);
        interrupted = true;
      }
    }
    if (interrupted) {
      waiting.interrupt();
    }
  }
}
