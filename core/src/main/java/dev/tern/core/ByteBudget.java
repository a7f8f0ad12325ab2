package dev.tern.core;

import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Bounds the bytes that all connections of a server hold for unfinished frames and for the params
 * of running calls. Thread-safe.
 */
final class ByteBudget {
  private final long limit;
  private final AtomicLong used = new AtomicLong();

  /** Connections that paused because of this; each is in it at most once. */
  private final ConcurrentLinkedQueue<Runnable> waiting = new ConcurrentLinkedQueue<>();

  ByteBudget(long limit) {
    this.limit = limit;
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

  /** Runs once, on any thread, when there is room again. */
  void whenRoom(Runnable resume) {
    waiting.add(resume);
    if (!isExceeded()) {
      wakeAll();
    }
  }

  private void wakeAll() {
    for (Runnable resume; (resume = waiting.poll()) != null; ) {
      resume.run();
    }
  }
}
