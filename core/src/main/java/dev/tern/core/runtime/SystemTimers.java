package dev.tern.core.runtime;

import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The machine's clock, and one platform thread that user code cannot starve. */
final class SystemTimers implements Timers {
  private static final Logger LOG = LoggerFactory.getLogger(SystemTimers.class);

  /** Shared by all clients, servers and transports of the process; its thread is a daemon. */
  static final SystemTimers INSTANCE = new SystemTimers();

  private final ScheduledThreadPoolExecutor executor;

  private SystemTimers() {
    executor = new ScheduledThreadPoolExecutor(1, TimersThread::new);
    executor.setRemoveOnCancelPolicy(true);
  }

  @Override
  public long nanoTime() {
    return System.nanoTime();
  }

  @Override
  public Scheduled schedule(long delayNanos, Runnable task) {
    Future<?> future =
        executor.schedule(() -> runLogged(task), Math.max(0, delayNanos), TimeUnit.NANOSECONDS);
    return () -> future.cancel(false);
  }

  /** Who blocks it stops every deadline of the process, so it refuses as those that move bytes. */
  private static final class TimersThread extends Thread implements IoThread {
    TimersThread(Runnable task) {
      super(task, "tern-timers");
      setDaemon(true);
    }
  }

  private static void runLogged(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException e) {
      Thread.startVirtualThread(() -> LOG.error("a timer's task failed", e)); // a log may block
    }
  }
}
