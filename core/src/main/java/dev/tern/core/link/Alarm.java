package dev.tern.core.link;

import dev.tern.core.runtime.Timers;
import dev.tern.core.transport.Connection;

/**
 * Wakes a connection at an instant or earlier. It is only ever moved to an earlier instant. Whoever
 * needs it later lets it go off early and sets it again: so a connection whose calls come and go
 * costs one timer every few seconds, not one a call. In the connection's serial context.
 */
public final class Alarm {
  /** Stands for an instant that never comes. */
  static final long NEVER = Long.MAX_VALUE;

  private final Timers timers;
  private final Connection connection;
  private final Runnable onRing;
  private long armedFor = NEVER;
  private Timers.Scheduled armed = () -> {};

  /**
   * Makes an alarm that is not set.
   *
   * @param onRing runs in the serial context, at the instant or earlier
   */
  public Alarm(Timers timers, Connection connection, Runnable onRing) {
    this.timers = timers;
    this.connection = connection;
    this.onRing = onRing;
  }

  /** Rings at that instant or earlier. */
  public void setFor(long instant, long now) {
    if (instant == NEVER || (armedFor != NEVER && armedFor - instant <= 0)) {
      return;
    }
    armed.cancel();
    armedFor = instant;
    armed = timers.schedule(instant - now, () -> connection.execute(() -> ring(instant)));
  }

  /** Does not ring any more, unless it is set again. */
  public void cancel() {
    armed.cancel();
    armedFor = NEVER;
  }

  private void ring(long instant) {
    if (armedFor == instant) {
      armedFor = NEVER;
      onRing.run();
    }
  }
}
