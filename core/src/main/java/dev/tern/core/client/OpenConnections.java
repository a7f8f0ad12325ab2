package dev.tern.core.client;

import dev.tern.core.runtime.Timers;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;

/**
 * The connections of a client that have not ended, those that are closing included, so that its
 * close can wait for them. Thread-safe.
 */
final class OpenConnections {
  private final Set<ClientConnection> open = ConcurrentHashMap.newKeySet();
  private volatile boolean closing;

  /** Opens when {@link #close} has been called and all have ended, in either order. */
  private final CountDownLatch allEnded = new CountDownLatch(1);

  void add(ClientConnection connection) {
    open.add(connection);
  }

  void remove(ClientConnection connection) {
    open.remove(connection);
    openLatchIfAllEnded();
  }

  /**
   * Closes all and waits until they have ended.
   *
   * @param graceNanos after this those that have not sent everything are aborted; so they are when
   *     the thread is interrupted, which then stays interrupted and does not wait
   */
  void close(long graceNanos, Timers timers) {
    closing = true;
    List<ClientConnection> last = List.copyOf(open);
    openLatchIfAllEnded();
    last.forEach(ClientConnection::close);
    Runnable giveUp = () -> last.forEach(ClientConnection::abortUnlessSent);
    Timers.Scheduled patience = timers.schedule(graceNanos, giveUp);
    try {
      allEnded.await();
    } catch (InterruptedException e) {
      giveUp.run();
      Thread.currentThread().interrupt();
    } finally {
      patience.cancel();
    }
  }

  private void openLatchIfAllEnded() {
    if (closing && open.isEmpty()) {
      allEnded.countDown();
    }
  }
}
