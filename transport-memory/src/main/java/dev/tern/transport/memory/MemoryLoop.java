package dev.tern.transport.memory;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import dev.tern.core.runtime.IoThread;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.locks.ReentrantLock;

/** The one thread of an {@link MemoryTransport}: runs tasks in the order in which they came. */
final class MemoryLoop {

  static final String THREAD_NAME = "tern-memory";

  /** How long a close waits for the thread, in case that a handler never returns. */
  private static final long CLOSE_MILLIS = 5_000;

  private final ScheduledThreadPoolExecutor executor =
      new ScheduledThreadPoolExecutor(1, LoopThread::new);

  /** Held by a task that runs after the thread has ended, so that there is one at a time. */
  private final ReentrantLock late = new ReentrantLock();

  MemoryLoop() {
    executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    executor.setRemoveOnCancelPolicy(true);
  }

  private boolean isCurrent() {
    return Thread.currentThread() instanceof LoopThread thread && thread.loop() == this;
  }

  /** Runs a task: at once if this is the thread of the loop, else as {@link #post} does. */
  void run(Runnable task) {
    if (isCurrent()) {
      task.run();
    } else {
      post(task);
    }
  }

  /**
   * Queues a task behind those that wait. If the loop has ended, it runs here, on the calling
   * thread, after the last task of the loop.
   */
  void post(Runnable task) {
    try {
      executor.execute(() -> runGuarded(task));
    } catch (RejectedExecutionException e) {
      runLate(task);
    }
  }

  /** Queues a task for later. It is dropped if the loop ends before. */
  Future<?> postAfterMillis(long millis, Runnable task) {
    try {
      return executor.schedule(() -> runGuarded(task), millis, MILLISECONDS);
    } catch (RejectedExecutionException e) {
      return CompletableFuture.completedFuture(null); // its end has ended all connections
    }
  }

  /** Reports what a task throws as uncaught; the executor would hide it. */
  private static void runGuarded(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException | Error e) {
      Thread thread = Thread.currentThread();
      thread.getUncaughtExceptionHandler().uncaughtException(thread, e);
    }
  }

  private void runLate(Runnable task) {
    if (!isCurrent()) {
      awaitEnd();
    }
    late.lock();
    try {
      task.run();
    } finally {
      late.unlock();
    }
  }

  void close() {
    executor.shutdown();
    awaitEnd();
  }

  private void awaitEnd() {
    boolean interrupted = false;
    long deadline = System.nanoTime() + MILLISECONDS.toNanos(CLOSE_MILLIS);
    while (System.nanoTime() - deadline < 0) {
      try {
        executor.awaitTermination(CLOSE_MILLIS, MILLISECONDS);
        break;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** The thread of the loop, on which handlers must not block. */
  private final class LoopThread extends Thread implements IoThread {
    LoopThread(Runnable task) {
      super(task, THREAD_NAME);
      setDaemon(true);
    }

    MemoryLoop loop() {
      return MemoryLoop.this;
    }
  }
}
