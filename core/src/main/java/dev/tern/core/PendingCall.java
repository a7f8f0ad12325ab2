package dev.tern.core;

import dev.tern.protocol.ClientCall;
import dev.tern.protocol.Id;
import java.util.concurrent.locks.LockSupport;

/** A call whose caller is parked until it ends. */
final class PendingCall extends ClientCall {
  private final Thread caller = Thread.currentThread();
  private volatile boolean ended;
  private volatile boolean givenUp;

  PendingCall(long sequence, Id id, byte[] frame, boolean expectsReply, long deadlineNanos) {
    super(sequence, id, frame, expectsReply, deadlineNanos);
  }

  Thread caller() {
    return caller;
  }

  /** It has ended; in the serial context. */
  void wake() {
    ended = true;
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
      LockSupport.park(this);
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
