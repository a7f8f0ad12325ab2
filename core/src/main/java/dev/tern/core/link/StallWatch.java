package dev.tern.core.link;

import dev.tern.core.transport.Connection;
import java.time.Duration;

/**
 * Finds out that a peer takes nothing of what is being sent to it. It looks ten times within the
 * limit, so that it is late by a tenth of it at most. It counts these looks instead of measuring
 * the time between them: if this whole process was suspended, the peer is not to blame. In the
 * connection's serial context.
 */
public final class StallWatch {
  /** A peer that takes nothing at all for so long is taken for gone, not for slow. */
  public static final Duration DEFAULT_LIMIT = Duration.ofSeconds(10);

  private static final int LOOKS = 10;

  private final Connection connection;
  private final long stepNanos;
  private long nextLook = Alarm.NEVER;
  private long sentThen;
  private int unmoved;

  /**
   * Watches a connection.
   *
   * @param limit how long nothing may move; more than 0
   */
  public StallWatch(Connection connection, Duration limit) {
    this.connection = connection;
    this.stepNanos = Math.max(1, limit.toNanos() / LOOKS);
  }

  /** Looks, and says when it wants to look again; {@link Alarm#NEVER} if nothing is to be sent. */
  public long look(long now) {
    long sent = connection.sentBytes(); // first: some of the unsent bytes may leave meanwhile
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
