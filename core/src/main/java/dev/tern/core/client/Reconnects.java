package dev.tern.core.client;

import dev.tern.core.runtime.Backoff;
import java.util.random.RandomGenerator;

/**
 * When the next attempt to connect may begin, after what has failed in a row: attempts, and
 * connections that the server ended before it had sent a byte. A server that accepts and closes at
 * once is approached no more often than one that refuses. Not thread-safe.
 *
 * <p>The first connection that ends like that is forgiven: the server may have restarted.
 */
final class Reconnects {
  private final Backoff backoff;
  private final RandomGenerator random;
  private int failures;
  private boolean forgiven;

  /** Of the last failure; without a meaning before there is one. */
  private long failedNanos;

  private long notBeforeNanos;

  Reconnects(Backoff backoff, RandomGenerator random) {
    this.backoff = backoff;
    this.random = random;
  }

  /** How long to wait from now on; 0 or less if not at all. */
  long waitNanos(long now) {
    return failures == 0 ? 0 : notBeforeNanos - now;
  }

  /** The server has sent something: all is well. */
  void succeeded() {
    failures = 0;
    forgiven = false;
  }

  /** Nobody could be reached. */
  void failed(long now) {
    failures++;
    failedNanos = now;
    notBeforeNanos = now + backoff.nanos(failures, random);
  }

  /**
   * The server has ended a connection before it had sent a byte.
   *
   * @param openedNanos when that connection was opened
   */
  void endedUnheard(long openedNanos, long now) {
    if (now - openedNanos >= backoff.ceiling().toNanos()) {
      succeeded(); // it has lasted: somebody may have notified over it all the time
    } else if (failures == 0 && !forgiven) {
      forgiven = true;
      failedNanos = now;
    } else if (openedNanos - failedNanos >= 0) { // else it ended of the same, as bare ones do
      failed(now);
    }
  }
}
