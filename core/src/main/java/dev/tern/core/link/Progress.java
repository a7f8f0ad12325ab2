package dev.tern.core.link;

import dev.tern.core.transport.Connection;

/**
 * Sees that a peer takes bytes that had to wait for it, which shows that it is there though nothing
 * comes from it. What the operating system takes at once shows nothing. In the connection's serial
 * context.
 */
public final class Progress {
  private final Connection connection;
  private long sentThen;
  private boolean waited;

  public Progress(Connection connection) {
    this.connection = connection;
  }

  /** Whether bytes that waited the last time have moved since. */
  public boolean hasMoved() {
    long sent = connection.sentBytes();
    boolean moved = waited && sent != sentThen;
    sentThen = sent;
    waited = connection.unsentBytes() > 0;
    return moved;
  }
}
