package dev.tern.core.log;

import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How the framework writes to the log, which may block, while nothing else may wait for it: a
 * bounded queue, emptied in order by at most one thread, which ends when the queue is empty. When
 * the log is slower than what comes, lines are dropped and counted, and the calls go on.
 * Thread-safe.
 */
public final class LogQueue {
  private static final Logger LOG = LoggerFactory.getLogger("dev.tern.log");

  /** Of the process: the log behind it is one, too. */
  public static final LogQueue SHARED = new LogQueue();

  /** Enough for a burst, and a few hundred KiB at most. */
  static final int CAPACITY = 1_024;

  private final LinkedBlockingQueue<Runnable> lines = new LinkedBlockingQueue<>(CAPACITY);
  private final AtomicBoolean draining = new AtomicBoolean();
  private final AtomicLong dropped = new AtomicLong();

  /**
   * Writes soon, or never if the queue is full. Never blocks.
   *
   * @param line writes one line
   */
  public void add(Runnable line) {
    if (!lines.offer(line)) {
      dropped.incrementAndGet();
    }
    if (!draining.get() && draining.compareAndSet(false, true)) {
      // Not a virtual thread: a log that blocks would hold one of their scheduler's.
      Thread.ofPlatform().daemon().name("tern-log").start(this::drain);
    }
  }

  /** How many lines found the queue full and nobody was told of yet. */
  long dropped() {
    return dropped.get();
  }

  private void drain() {
    do {
      for (Runnable line; (line = lines.poll()) != null; ) {
        writeNow(line);
      }
      long missed = dropped.getAndSet(0);
      if (missed > 0) {
        writeNow(() -> LOG.warn("log_lines_dropped={}", missed));
      }
      draining.set(false);
    } while (!lines.isEmpty() && draining.compareAndSet(false, true));
  }

  /** A log that fails must take neither a call nor the lines after this one with it. */
  @SuppressWarnings("EmptyCatch") // there is no log to say it to
  private static void writeNow(Runnable line) {
    try {
      line.run();
    } catch (Throwable e) {
      // the next one may succeed
    }
  }
}
