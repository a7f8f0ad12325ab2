package dev.tern.core.client;

import dev.tern.core.link.Mailbox;
import dev.tern.core.runtime.Environment;
import dev.tern.core.transport.Connection;
import java.util.ArrayList;
import java.util.List;

/**
 * Wakes the callers of calls that have ended. Many of them are woken by one virtual thread: to
 * unpark a virtual thread costs an I/O thread about a microsecond, and another virtual thread next
 * to nothing. Who spins on virtual threads holds that one up no longer than the callers themselves.
 *
 * <p>Most of these callers call again at once. So the mailbox is held until they have run, and
 * their requests leave together: with 512 callers that takes a tenth of the writes.
 *
 * <p>Used in the connection's serial context only.
 */
final class CallerWaker {
  /** Fewer are woken directly: starting a virtual thread would cost more (docs/adr/0003). */
  private static final int WAKE_TOGETHER = 8;

  /** How long a request waits for others at most; long enough that the timer costs nothing. */
  private static final long LONGEST_HOLD_NANOS = 5_000_000;

  private final Mailbox<PendingCall> outgoing;
  private final Environment environment;
  private final Connection connection;
  private final Runnable drain;
  private boolean holdIsBounded;

  /**
   * @param outgoing where callers post
   * @param drain takes what is in there; runs in the serial context
   */
  CallerWaker(
      Mailbox<PendingCall> outgoing,
      Environment environment,
      Connection connection,
      Runnable drain) {
    this.outgoing = outgoing;
    this.environment = environment;
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
    environment.startVirtual(() -> wakeAndRelease(virtual));
  }

  @SuppressWarnings("ThreadPriorityCheck") // if it does not help, the hold ends early: no harm
  private void wakeAndRelease(List<PendingCall> calls) {
    calls.forEach(PendingCall::wake);
    Thread.yield(); // to the end of the scheduler's queue, behind those that were woken
    outgoing.release();
  }

  /** Sends what is there after a while, even if some callers have not run: they may compute. */
  private void boundHold() {
    if (!holdIsBounded) {
      holdIsBounded = true;
      environment
          .timers()
          .schedule(LONGEST_HOLD_NANOS, () -> connection.execute(this::onHoldBound));
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
