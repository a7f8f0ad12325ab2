package dev.tern.core.log;

import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How the framework writes to the log, which may block, while nothing else may wait for it: a
 * bounded queue, emptied in order by at most one thread, which ends when the queue is empty. When
 * the log is slower than what comes, lines are dropped and counted, and the calls go on. The bound
 * is one of bytes, about: {@link #CAPACITY} times {@link #LINE_BYTES}. Thread-safe.
 */
public final class LogQueue {
  private static final Logger LOG = LoggerFactory.getLogger("dev.tern.log");

  /** Of the process: the log behind it is one, too. */
  public static final LogQueue SHARED = new LogQueue();

  /** Places, enough for a burst. A usual line takes one. */
  static final int CAPACITY = 1_024;

  /** A place: names, ids and codes are shorter together. What may be longer takes more places. */
  static final int LINE_BYTES = 4_096;

  private record Line(Runnable writes, int places) {}

  private final ConcurrentLinkedQueue<Line> lines = new ConcurrentLinkedQueue<>();
  private final Semaphore places = new Semaphore(CAPACITY);
  private final AtomicBoolean draining = new AtomicBoolean();
  private final AtomicLong dropped = new AtomicLong();

  /** How many of the dropped lines the log was told of. By whoever drains. */
  private long told;

  /**
   * Writes soon, or never if the queue is full. Never blocks.
   *
   * @param line writes one line
   */
  public void add(Runnable line) {
    add(0, line);
  }

  /**
   * Writes soon what was thrown, or as much of it as a line may hold, or never if the queue is
   * full. Never blocks.
   *
   * @param line writes one line with what it is given
   */
  public void add(Throwable thrown, Consumer<Throwable> line) {
    Throwable bounded = LogText.of(thrown);
    add(LogText.bytes(bounded), () -> line.accept(bounded));
  }

  /**
   * As {@link #add(Runnable)}.
   *
   * @param more what the line holds, about, beside names, ids and codes; in bytes
   */
  public void add(int more, Runnable line) {
    int taken = Math.min(1 + more / LINE_BYTES, CAPACITY);
    if (places.tryAcquire(taken)) {
      lines.add(new Line(line, taken));
    } else {
      dropped.incrementAndGet();
    }
    if (!draining.get() && draining.compareAndSet(false, true)) {
      // Not a virtual thread: a log that blocks would hold one of their scheduler's.
      try {
        Thread.ofPlatform().daemon().name("tern-log").start(this::drain);
      } catch (OutOfMemoryError noThread) { // the next line tries again
        draining.set(false);
      }
    }
  }

  /** How many lines have found the queue full, ever. */
  public long dropped() {
    return dropped.get();
  }

  private void drain() {
    do {
      for (Line line; (line = lines.poll()) != null; ) {
        places.release(line.places);
        writeNow(line.writes);
      }
      long all = dropped.get();
      long missed = all - told;
      told = all;
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
