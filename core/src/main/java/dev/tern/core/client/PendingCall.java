package dev.tern.core.client;

import dev.tern.protocol.Bytes;
import dev.tern.protocol.Id;
import dev.tern.protocol.session.ClientCall;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.locks.LockSupport;

/** A call whose caller is parked until it ends. */
final class PendingCall extends ClientCall {
  private static final VarHandle HAS_ENDED;

  static {
    try {
      HAS_ENDED = MethodHandles.lookup().findVarHandle(PendingCall.class, "ended", boolean.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final Thread caller = Thread.currentThread();
  private final boolean isVirtual = caller.isVirtual();

  /** Released when set: what the call has become is seen by whoever sees it. */
  private volatile boolean ended;

  private volatile boolean givenUp;

  PendingCall(long sequence, Id id, Bytes frame, boolean expectsReply, long deadlineNanos) {
    super(sequence, id, frame, expectsReply, deadlineNanos);
  }

  boolean isOnVirtualThread() {
    return isVirtual;
  }

  /** It has ended; in the serial context. */
  void wake() {
    HAS_ENDED.setRelease(this, true); // no fence: unpark has one
    LockSupport.unpark(caller);
  }

  boolean hasEnded() {
    return ended;
  }

  boolean isGivenUp() {
    return givenUp;
  }

  void giveUp() {
    givenUp = true;
  }

  /**
   * Parks until it has ended.
   *
   * @param onInterrupt what to do when the caller is interrupted; it stays interrupted
   */
  void await(Runnable onInterrupt) {
    boolean interrupted = false;
    while (!ended) {
      LockSupport.park(); // without a blocker, whose two stores each call would pay for
      if (!ended && Thread.interrupted()) {
        if (!interrupted) {
          onInterrupt.run();
        }
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
