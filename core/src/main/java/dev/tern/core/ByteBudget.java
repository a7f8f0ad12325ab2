package dev.tern.core;

import dev.tern.core.transport.Timers;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Bounds the bytes that all connections of a server hold for unfinished frames and for the params
 * of running calls. Thread-safe.
 */
final class ByteBudget {
  private final long limit;
  private final Timers timers;
  private final AtomicLong used = new AtomicLong();

  /** Connections that paused because of this; each is in it at most once. */
  private final ConcurrentLinkedQueue<Runnable> waiting = new ConcurrentLinkedQueue<>();

  ByteBudget(long limit, Timers timers) {
    this.limit = limit;
    this.timers = timers;
  }

  boolean isExceeded() {
    return used.get() > limit;
  }

  /** Takes or, negative, gives back. */
  void add(long bytes) {
    if (bytes == 0) {
      return;
    }
    long now = used.addAndGet(bytes);
    if (bytes < 0 && now <= limit && !waiting.isEmpty()) {
      wakeAll();
    }
  }

  /**
   * Runs once, by the timers, when there is room again: who gives back holds a connection's lock,
   * and two that woke each other's connection would wait for each other.
   */
  void whenRoom(Runnable resume) {
    waiting.add(resume);
    if (!isExceeded()) {
      wakeAll();
    }
  }

  private void wakeAll() {
    for (Runnable resume; (resume = waiting.poll()) != null; ) {
      timers.schedule(0, resume);
    }
  }
}
