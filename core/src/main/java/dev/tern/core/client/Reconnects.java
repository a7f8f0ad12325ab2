package dev.tern.core.client;

import dev.tern.core.runtime.Backoff;
import java.util.random.RandomGenerator;

/**
 * Says when the next attempt to connect may begin. Each failure in a row makes the wait longer. A
 * failure is an attempt that fails, or a connection that ends before the server has sent a message
 * that is understood: so a server that accepts and closes at once is approached no more often than
 * one that refuses. The first such connection is forgiven, as the server may have restarted. Not
 * thread-safe.
 */
final class Reconnects {
  private final Backoff backoff;
  private final RandomGenerator random;
  private int failures;
  private boolean forgiven;

  /** When the last failure was; read only after there was one. */
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

  /** The server has sent a message: all is well. */
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
   * A connection has ended before the server had sent a message that is understood.
   *
   * @param openedNanos when that connection was opened
   */
  void endedUnheard(long openedNanos, long now) {
    if (now - openedNanos >= backoff.ceiling().toNanos()) {
      succeeded(); // it has lasted, perhaps carrying notifications, which nobody answers
    } else if (failures == 0 && !forgiven) {
      forgiven = true;
      failedNanos = now;
    } else if (openedNanos - failedNanos >= 0) { // an older one ended for a reason that has counted
      failed(now);
    }
  }
}
