package dev.tern.core.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
final class SystemTimersTest {
  private static final int IDLE_MILLIS = 20;
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private static final InheritableThreadLocal<String> INHERITED = new InheritableThreadLocal<>();

  /** The thread that a task runs on, after a delay. */
  private static Thread threadOf(Timers timers, Duration delay) {
    CompletableFuture<Thread> thread = new CompletableFuture<>();
    timers.schedule(delay.toNanos(), () -> thread.complete(Thread.currentThread()));
    return thread.join();
  }

  @Test
  void itsThreadRefusesToBlock() {
    CompletableFuture<Boolean> refuses = new CompletableFuture<>();

    Timers.system().schedule(0, () -> refuses.complete(IoThread.isCurrent()));

    assertThat(refuses.join()).isTrue();
  }

  @Test
  void itsThreadEndsWhenThereIsNothingToDo() throws InterruptedException {
    Thread thread = threadOf(new SystemTimers(IDLE_MILLIS), Duration.ZERO);

    assertThat(thread.join(PATIENCE)).isTrue();
  }

  @Test
  void itsThreadComesBackWhenItIsNeeded() throws InterruptedException {
    SystemTimers timers = new SystemTimers(IDLE_MILLIS);
    Thread first = threadOf(timers, Duration.ZERO);
    first.join();

    assertThat(threadOf(timers, Duration.ZERO)).isNotSameAs(first);
  }

  @Test
  void aTaskThatIsDueMuchLaterRuns() {
    Duration later = Duration.ofMillis(10 * IDLE_MILLIS);

    assertThat(threadOf(new SystemTimers(IDLE_MILLIS), later).getName()).isEqualTo("tern-timers");
  }

  @Test
  void aCancelledTaskDoesNotKeepItsThread() throws InterruptedException {
    SystemTimers timers = new SystemTimers(IDLE_MILLIS);
    Timers.Scheduled distant = timers.schedule(Duration.ofDays(1).toNanos(), () -> {});
    Thread thread = threadOf(timers, Duration.ZERO);

    distant.cancel();

    assertThat(thread.join(PATIENCE)).isTrue();
  }

  @Test
  void itsThreadTakesNothingOverFromTheOneWhoNeedsItFirst() throws InterruptedException {
    CompletableFuture<ClassLoader> loader = new CompletableFuture<>();
    CompletableFuture<String> inherited = new CompletableFuture<>();
    ClassLoader application = new ClassLoader() {};
    Thread first =
        Thread.ofPlatform()
            .unstarted(
                () -> {
                  INHERITED.set("of the application");
                  new SystemTimers(IDLE_MILLIS)
                      .schedule(
                          0,
                          () -> {
                            loader.complete(Thread.currentThread().getContextClassLoader());
                            inherited.complete(String.valueOf(INHERITED.get()));
                          });
                });
    first.setContextClassLoader(application);
    first.start();
    first.join();

    assertThat(loader.join()).isNotSameAs(application);
    assertThat(inherited.join()).isEqualTo("null");
  }
}
