package dev.tern.core.client;

import dev.tern.core.link.Mailbox;
import dev.tern.core.runtime.Timers;
import dev.tern.core.transport.Connection;
import java.util.ArrayList;
import java.util.List;

/**
 * Wakes the callers of the calls that have ended. To unpark a virtual thread from outside the
 * scheduler costs the waking thread about a microsecond each, from inside next to nothing: many are
 * woken by one virtual thread. Those callers are virtual threads too, so it can be starved no more
 * than they can.
 *
 * <p>Most of those callers call again at once. So the mailbox is held until all of them have run,
 * and what they ask for leaves together: with 512 callers a tenth of the writes.
 *
 * <p>In the connection's serial context.
 */
final class CallerWaker {
  /** From so many on, waking by one virtual thread pays for the hop (see docs/adr/0003). */
  private static final int WAKE_TOGETHER = 8;

  /** A request waits no longer for others; long enough that the timer costs nothing. */
  private static final long LONGEST_HOLD_NANOS = 5_000_000;

  private final Mailbox<PendingCall> outgoing;
  private final Timers timers;
  private final Connection connection;
  private final Runnable drain;
  private boolean holdIsBounded;

  /**
   * @param outgoing where callers post
   * @param drain takes what is in there; runs in the serial context
   */
  CallerWaker(Mailbox<PendingCall> outgoing, Timers timers, Connection connection, Runnable drain) {
    this.outgoing = outgoing;
    this.timers = timers;
    this.connection = connection;
    this.drain = drain;
  }

  void wake(List<PendingCall> ended) {
    if (ended.size() < WAKE_TOGETHER) {
      ended.forEach(PendingCall::wake);
      return;
    }
    List<PendingCall> virtual = new ArrayList<>(ended.size());
    for (PendingCall call : ended) {
      if (call.isOnVirtualThread()) {
        virtual.add(call);
      } else {
        call.wake();
      }
    }
    outgoing.hold();
    boundHold();
    Thread.startVirtualThread(() -> wakeAndRelease(virtual));
  }

  @SuppressWarnings("ThreadPriorityCheck") // if it does not help, the hold ends early: no harm
  private void wakeAndRelease(List<PendingCall> calls) {
    calls.forEach(PendingCall::wake);
    Thread.yield(); // to the end of the scheduler's queue, behind those that were woken
    outgoing.release();
  }

  /** Callers that compute for long must not keep the others' requests from leaving. */
  private void boundHold() {
    if (!holdIsBounded) {
      holdIsBounded = true;
      timers.schedule(LONGEST_HOLD_NANOS, () -> connection.execute(this::onHoldBound));
    }
  }

  private void onHoldBound() {
    holdIsBounded = false;
    if (outgoing.isHeld()) {
      boundHold();
    }
    drain.run();
  }
}
