package dev.tern.core.client;

import dev.tern.core.client.batch.Countdown;
import dev.tern.protocol.Bytes;
import dev.tern.protocol.Id;
import dev.tern.protocol.session.ClientCall;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A call whose caller is parked until it ends. */
final class PendingCall extends ClientCall {
  private static final AtomicIntegerFieldUpdater<PendingCall> STATE =
      AtomicIntegerFieldUpdater.newUpdater(PendingCall.class, "state");

  private static final int WANTED = 0;
  private static final int GIVEN_UP = 1;
  private static final int ENDED = 2;

  private final Thread caller = Thread.currentThread();

  /** ENDED is set after the outcome: whoever reads that may read the outcome. */
  private volatile int state;

  private final long postedNanos;

  /** Whether it leaves with others, which it waits for. Written before it is posted. */
  private boolean held;

  /** Who waits for it and others together; null if its caller waits for it alone. */
  private final @Nullable Countdown together;

  /**
   * @param postedNanos when its frame was made
   */
  PendingCall(
      @Nullable Id id,
      Bytes frame,
      long deadlineNanos,
      long postedNanos,
      @Nullable Countdown together) {
    super(id, frame, deadlineNanos);
    this.postedNanos = postedNanos;
    this.together = together;
  }

  /** How long its frame waited in this process, until it left or until now. */
  long queuedNanos(long now) {
    return (sentNanos() == 0 ? now : sentNanos()) - postedNanos;
  }

  boolean isOnVirtualThread() {
    return together == null && caller.isVirtual();
  }

  /** Lets the caller go on: the call has ended. In the serial context. */
  void wake() {
    // Unpark makes it visible to the caller, so that a volatile write is not needed.
    STATE.lazySet(this, ENDED);
    if (together == null) {
      LockSupport.unpark(caller);
    } else {
      together.ended();
    }
  }

  /** Says that it leaves with others, before it is posted. */
  void hold() {
    held = true;
  }

  boolean isHeld() {
    return held;
  }

  /** Whether its caller still waits for the reply. */
  boolean isWanted() {
    return state == WANTED;
  }

  /** Its caller wants it no more; false if it has ended, or was given up before. Any thread. */
  boolean giveUp() {
    return STATE.compareAndSet(this, WANTED, GIVEN_UP);
  }

  /**
   * Parks until it has ended.
   *
   * @param onInterrupt told when the caller is interrupted, who stays interrupted
   */
  void await(Consumer<PendingCall> onInterrupt) {
    boolean interrupted = false;
    while (state != ENDED) {
      LockSupport.park(); // with a blocker each call would pay for its two stores
      if (state != ENDED && Thread.interrupted()) {
        onInterrupt.accept(this);
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
