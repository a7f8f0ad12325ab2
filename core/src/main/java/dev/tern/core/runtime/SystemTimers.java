package dev.tern.core.runtime;

import dev.tern.core.log.LogQueue;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The machine's clock, and one platform thread that user code cannot starve. The thread ends when
 * nothing has been due, and nothing is waiting, for a while, and comes back when it is needed: an
 * application that has closed everything leaves none behind.
 */
final class SystemTimers implements Timers {
  private static final Logger LOG = LoggerFactory.getLogger(SystemTimers.class);

  /**
   * How long its thread waits for something to do: a new one costs less than a millisecond, and an
   * application that is taken down is looked at seconds later.
   */
  static final long IDLE_MILLIS = 1_000;

  /** Shared by all clients, servers and transports of the process; its thread is a daemon. */
  static final SystemTimers INSTANCE = new SystemTimers(IDLE_MILLIS);

  private final ScheduledThreadPoolExecutor executor;

  SystemTimers(long idleMillis) {
    executor = new ScheduledThreadPoolExecutor(1, TimersThread::new);
    executor.setRemoveOnCancelPolicy(true);
    executor.setKeepAliveTime(idleMillis, TimeUnit.MILLISECONDS);
    executor.allowCoreThreadTimeOut(true);
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

  /**
   * Who blocks it stops every deadline of the process, so it refuses as those that move bytes. It
   * takes nothing over from whoever happened to need it first, neither thread-locals nor a context
   * class loader: it may outlive them.
   */
  private static final class TimersThread extends Thread implements IoThread {
    /** The JVM's default. */
    private static final long STACK_BYTES = 0;

    TimersThread(Runnable task) {
      super(null, task, "tern-timers", STACK_BYTES, false);
      setDaemon(true);
    }
  }

  private static void runLogged(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException e) {
      LogQueue.SHARED.add(e, why -> LOG.error("a timer's task failed", why));
    }
  }
}
