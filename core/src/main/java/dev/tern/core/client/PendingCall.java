package dev.tern.core.client;

import dev.tern.protocol.Bytes;
import dev.tern.protocol.Id;
import dev.tern.protocol.session.ClientCall;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

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

  /** Set after the outcome: whoever reads true may read that. */
  private volatile boolean ended;

  private volatile boolean givenUp;

  PendingCall(@Nullable Id id, Bytes frame, long deadlineNanos) {
    super(id, frame, deadlineNanos);
  }

  boolean isOnVirtualThread() {
    return caller.isVirtual();
  }

  /** Lets the caller go on: the call has ended. In the serial context. */
  void wake() {
    HAS_ENDED.setRelease(this, true); // a volatile write would cost a fence more: unpark has one
    LockSupport.unpark(caller);
  }

  boolean hasEnded() {
    return ended;
  }

  /** Whether the caller wants it no more. */
  boolean isGivenUp() {
    return givenUp;
  }

  void giveUp() {
    givenUp = true;
  }

  /**
   * Parks until it has ended.
   *
   * @param giveUp what to do with it when the caller is interrupted, who stays interrupted
   */
  void await(Consumer<PendingCall> giveUp) {
    boolean interrupted = false;
    while (!ended) {
      LockSupport.park(); // with a blocker each call would pay for its two stores
      if (!ended && Thread.interrupted()) {
        if (!interrupted) {
          giveUp.accept(this);
        }
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
