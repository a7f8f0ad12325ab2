package dev.tern.core.client;

import dev.tern.core.runtime.Timers;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The connections of a client that have not ended, those that are closing included, so that its
 * close can wait for them. Thread-safe.
 */
final class OpenConnections {
  private final ReentrantLock lock = new ReentrantLock();

  /** Opened when the last one has ended after {@link #close} was called. */
  private final CountDownLatch allEnded = new CountDownLatch(1);

  // Guarded by the lock.
  private final Set<ClientConnection> open = new HashSet<>();
  private boolean closing;

  void add(ClientConnection connection) {
    lock.lock();
    try {
      open.add(connection);
    } finally {
      lock.unlock();
    }
  }

  void remove(ClientConnection connection) {
    lock.lock();
    try {
      open.remove(connection);
      openLatchIfAllEnded();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Closes all and waits until they have ended.
   *
   * @param graceNanos after this those that have not sent everything are aborted; so they are when
   *     the thread is interrupted, which then stays interrupted and does not wait
   */
  void close(long graceNanos, Timers timers) {
    List<ClientConnection> last;
    lock.lock();
    try {
      closing = true;
      last = List.copyOf(open);
      openLatchIfAllEnded();
    } finally {
      lock.unlock();
    }
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

  /** Under the lock. */
  private void openLatchIfAllEnded() {
    if (closing && open.isEmpty()) {
      allEnded.countDown();
    }
  }
}
