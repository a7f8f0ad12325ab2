package dev.tern.testkit;

import dev.tern.core.runtime.Timers;
import java.time.Duration;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A clock that stands still until a test moves it. Thread-safe.
 *
 * <p>{@link #nanoTime} begins ten seconds before a {@code long} overflows, so that code which
 * compares two instants instead of their difference fails in a test.
 */
public final class ManualTimers implements Timers {

  /**
   * Ten seconds before a long overflows, and one nanosecond more: {@link Long#MAX_VALUE} stands for
   * "never", and a task that is due in ten seconds must not fall on it.
   */
  private static final long START = Long.MAX_VALUE - Duration.ofSeconds(10).toNanos() + 1;

  /** A task and when it is due, since the start. Tasks that are due together run by number. */
  private record Task(long dueNanos, long number, Runnable task) {}

  private final ReentrantLock lock = new ReentrantLock();
  // Guarded by lock:
  private final PriorityQueue<Task> tasks =
      new PriorityQueue<>(Comparator.comparingLong(Task::dueNanos).thenComparingLong(Task::number));
  private long elapsedNanos;
  private long lastNumber;

  /** A clock without tasks. */
  public ManualTimers() {}

  @Override
  public long nanoTime() {
    lock.lock();
    try {
      return START + elapsedNanos; // may overflow, as System.nanoTime may
    } finally {
      lock.unlock();
    }
  }

  /** The task runs on the thread that calls {@link #advance}, never on this one. */
  @Override
  public Scheduled schedule(long delayNanos, Runnable task) {
    lock.lock();
    try {
      Task added = new Task(after(delayNanos), ++lastNumber, task);
      tasks.add(added);
      return () -> cancel(added);
    } finally {
      lock.unlock();
    }
  }

  private void cancel(Task task) {
    lock.lock();
    try {
      tasks.remove(task);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Moves the clock on and runs on this thread what becomes due, in order, each task at its time;
   * also what these tasks schedule within the same span. What a task throws comes out here, with
   * the clock at that task's time; the tasks after it are still scheduled.
   *
   * @param duration zero runs what is due already
   */
  public void advance(Duration duration) {
    if (duration.isNegative()) {
      throw new IllegalArgumentException("duration: " + duration + " (expected: >= 0)");
    }
    long end;
    lock.lock();
    try {
      end = after(duration.toNanos());
    } finally {
      lock.unlock();
    }
    while (runNext(end)) {
      // until nothing more is due
    }
  }

  /** Runs the first task that is due by then; without one moves the clock there. */
  private boolean runNext(long end) {
    Task next;
    lock.lock();
    try {
      next = tasks.peek();
      boolean due = next != null && next.dueNanos() <= end;
      elapsedNanos = Math.max(elapsedNanos, due ? next.dueNanos() : end);
      if (!due) {
        return false;
      }
      tasks.remove();
    } finally {
      lock.unlock();
    }
    next.task().run();
    return true;
  }

  /** The number of tasks that are scheduled and have neither run nor been cancelled. */
  public int pending() {
    lock.lock();
    try {
      return tasks.size();
    } finally {
      lock.unlock();
    }
  }

  /** How long until a task is due; null without one, zero for one that is due already. */
  public @Nullable Duration untilNext() {
    lock.lock();
    try {
      Task next = tasks.peek();
      return next == null ? null : Duration.ofNanos(next.dueNanos() - elapsedNanos);
    } finally {
      lock.unlock();
    }
  }

  private long after(long delayNanos) {
    long due = elapsedNanos + Math.max(0, delayNanos);
    return due < 0 ? Long.MAX_VALUE : due; // a delay of "for ever" must not wrap around
  }
}
