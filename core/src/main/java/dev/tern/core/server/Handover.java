package dev.tern.core.server;

import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** Hands a task to an executor, and does not let it run on the thread that hands it over. */
final class Handover implements Runnable {
  private final Runnable task;
  private final AtomicBoolean begun = new AtomicBoolean();

  /** Who hands it over, as long as that lasts. */
  private volatile @Nullable Thread giver = Thread.currentThread();

  private Handover(Runnable task) {
    this.task = task;
  }

  /**
   * Hands a task over.
   *
   * @throws RejectedExecutionException if the executor would run it here; and what else the
   *     executor throws
   */
  static void give(Runnable task, Executor executor) {
    Handover handover = new Handover(task);
    try {
      executor.execute(handover);
    } finally {
      handover.giver = null;
    }
  }

  /**
   * Whether an executor that is not busy runs its tasks on the thread that hands them over. What it
   * throws but to reject a task passes through.
   */
  static boolean isInPlace(Executor executor) {
    Thread here = Thread.currentThread();
    AtomicBoolean inPlace = new AtomicBoolean();
    try {
      executor.execute(() -> inPlace.set(here.equals(Thread.currentThread())));
    } catch (RejectedExecutionException e) {
      return false; // what it rejects now it may take later
    }
    return inPlace.get();
  }

  @Override
  public void run() {
    if (Thread.currentThread().equals(giver)) {
      throw new RejectedExecutionException("run in place (expected: on another thread)");
    }
    if (begun.compareAndSet(false, true)) { // an executor that runs it twice runs no call twice
      task.run();
    }
  }
}
