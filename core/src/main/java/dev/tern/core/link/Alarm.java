package dev.tern.core.link;

import dev.tern.core.runtime.Timers;
import dev.tern.core.transport.Connection;

/**
 * Wakes a connection at an instant. Moving it later is free: it goes off early and is set again, so
 * that a connection whose calls' deadlines roll forward costs one timer every few seconds, not one
 * a call. In the connection's serial context.
 */
public final class Alarm {
  /** For never. */
  static final long NEVER = Long.MAX_VALUE;

  private final Timers timers;
  private final Connection connection;
  private final Runnable onRing;
  private long armedFor = NEVER;
  private Timers.Scheduled armed = () -> {};

  /**
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
