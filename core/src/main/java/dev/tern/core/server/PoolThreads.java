package dev.tern.core.server;

import dev.tern.core.runtime.Environment;
import dev.tern.core.server.ServerSettings.PoolSize;
import dev.tern.core.server.admission.Pace;
import dev.tern.core.server.admission.Refusal;
import dev.tern.protocol.WireError;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Platform threads of a server's own, with a bounded queue before them. Thread-safe. */
final class PoolThreads implements Executor {
  private final Environment environment;
  private final int threads;
  private final ThreadPoolExecutor executor;
  private final Pace pace;
  private final Refusal refusal = new Refusal(ServerCore.NO_THREAD);

  PoolThreads(String name, PoolSize size, Environment environment) {
    this.environment = environment;
    this.threads = size.threads();
    this.pace = new Pace(environment.timers().nanoTime());
    AtomicInteger number = new AtomicInteger();
    this.executor =
        new ThreadPoolExecutor(
            threads,
            threads,
            0,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(size.queue()),
            task -> {
              Thread thread = environment.platformThreads().newThread(task);
              thread.setName("tern-pool-" + name + "-" + number.getAndIncrement());
              return thread;
            });
  }

  /**
   * Runs it when a thread is free.
   *
   * @throws RejectedExecutionException if the queue is full, or the server has closed
   */
  @Override
  public void execute(Runnable task) {
    executor.execute(() -> timed(task));
  }

  private void timed(Runnable task) {
    long began = environment.timers().nanoTime();
    pace.moved(began);
    try {
      task.run();
    } finally {
      long now = environment.timers().nanoTime();
      pace.took(now - began);
      pace.moved(now);
    }
  }

  /** What a call is told that finds the queue full: when there will be room. */
  WireError busy() {
    long now = environment.timers().nanoTime();
    int waiting = executor.getQueue().size();
    return refusal.after(Pace.millis(pace.waitNanos(threads, waiting, now)));
  }

  /** Takes no more; its threads end when the calls that it has taken have. */
  void shutdown() {
    executor.shutdown();
  }
}
