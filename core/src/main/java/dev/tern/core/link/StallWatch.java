package dev.tern.core.link;

import dev.tern.core.transport.Connection;
import java.time.Duration;

/**
 * Finds out that a peer takes nothing of what is being sent to it. It looks ten times within the
 * limit, so that it is late by a tenth of it at most, and counts looks, not time: what stood still
 * may have been this process. In the connection's serial context.
 */
public final class StallWatch {
  /** A reader that takes nothing for so long is not slow, it is gone. */
  public static final Duration DEFAULT_LIMIT = Duration.ofSeconds(10);

  private static final int LOOKS = 10;

  private final Connection connection;
  private final long stepNanos;
  private long nextLook = Alarm.NEVER;
  private long sentThen;
  private int unmoved;

  /**
   * @param limit more than 0
   */
  public StallWatch(Connection connection, Duration limit) {
    this.connection = connection;
    this.stepNanos = Math.max(1, limit.toNanos() / LOOKS);
  }

  /** Looks, and says when it wants to look again; {@link Alarm#NEVER} if nothing is to be sent. */
  public long look(long now) {
    long sent = connection.sentBytes(); // before the rest is looked at: it may leave meanwhile
    if (connection.unsentBytes() == 0) {
      nextLook = Alarm.NEVER;
      unmoved = 0;
    } else if (nextLook == Alarm.NEVER || sent != sentThen) {
      nextLook = now + stepNanos;
      sentThen = sent;
      unmoved = 0;
    } else if (now - nextLook >= 0) {
      nextLook = now + stepNanos;
      unmoved++;
    }
    return nextLook;
  }

  /** Whether nothing has moved for the whole limit. */
  public boolean isStalled() {
    return unmoved >= LOOKS;
  }
}
