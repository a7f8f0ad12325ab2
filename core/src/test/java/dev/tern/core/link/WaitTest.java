package dev.tern.core.link;

import static dev.tern.core.access.Access.CORE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.tern.core.Caller;
import dev.tern.core.CancelToken;
import dev.tern.core.Effect;
import dev.tern.core.Request;
import dev.tern.core.access.CallContext;
import dev.tern.core.runtime.Timers;
import dev.tern.protocol.Dialect;
import dev.tern.protocol.Id;
import dev.tern.protocol.Meta;
import java.io.IOException;
import java.lang.reflect.Field;
import java.net.SocketAddress;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
final class WaitTest {
  private static final long DEADLINE = 100;

  /** Remembers the one task, and whether it was cancelled. */
  private static final class OneTimer implements Timers {
    private volatile @Nullable Runnable task;
    private long delay;
    private boolean cancelled;

    @Override
    public long nanoTime() {
      return 40;
    }

    @Override
    public Scheduled schedule(long delayNanos, Runnable scheduled) {
      delay = delayNanos;
      task = scheduled;
      return () -> cancelled = true;
    }

    void ring() {
      if (task != null) {
        task.run();
      }
    }
  }

  private record Context(Dialect dialect, Timers timers, boolean isNotification)
      implements CallContext {
    @Override
    public @Nullable Id id() {
      return null;
    }

    @Override
    public @Nullable SocketAddress peer() {
      return null;
    }
  }

  /** Counts the actions that are on it. */
  private final CancelSource token = new CancelSource();

  private final OneTimer timers = new OneTimer();
  private final CompletableFuture<String> future = new CompletableFuture<>();

  private Request request(CancelToken cancelToken) {
    return CORE.request(
        new Context(Dialect.V1, timers, false),
        "m",
        null,
        Meta.NONE,
        Effect.UNSAFE,
        DEADLINE,
        cancelToken,
        Caller.ANONYMOUS);
  }

  private String await() throws ExecutionException, TimeoutException {
    return Wait.until(future, request(token), timers);
  }

  private @Nullable Object actions() {
    try {
      Field actions = CancelSource.class.getDeclaredField("actions");
      actions.setAccessible(true);
      return actions.get(token);
    } catch (ReflectiveOperationException e) {
      throw new LinkageError(e.getMessage(), e);
    }
  }

  /** What must be so however a wait has ended. */
  private void assertNothingIsLeft() {
    assertThat(timers.cancelled)
        .as("the timer, if any, is cancelled")
        .isEqualTo(timers.task != null);
    assertThat(actions()).as("no action is left on the token").isNull();
    if (!future.isDone()) { // one that is done has told whoever waited; a spent node may stay there
      assertThat(future.getNumberOfDependents()).as("nobody waits for the future").isZero();
    }
  }

  @Test
  void aValueThatIsThereIsReturnedWithoutATimer() throws ExecutionException, TimeoutException {
    future.complete("done");

    assertThat(await()).isEqualTo("done");
    assertThat(timers.task).isNull();
    assertNothingIsLeft();
  }

  @Test
  void aValueThatComesLaterIsReturned() throws Exception {
    Thread completer =
        Thread.startVirtualThread(
            () -> {
              while (timers.task == null) {
                Thread.onSpinWait();
              }
              future.complete("done");
            });

    assertThat(await()).isEqualTo("done");
    completer.join();
    assertThat(timers.delay).isEqualTo(DEADLINE - timers.nanoTime());
    assertNothingIsLeft();
  }

  @Test
  void aFailureIsThrown() {
    IOException failure = new IOException("refused");
    future.completeExceptionally(failure);

    assertThatExceptionOfType(ExecutionException.class).isThrownBy(this::await).withCause(failure);
    assertNothingIsLeft();
  }

  @Test
  void theDeadlineEndsIt() throws InterruptedException {
    Thread ringer =
        Thread.startVirtualThread(
            () -> {
              while (timers.task == null) {
                Thread.onSpinWait();
              }
              timers.ring();
            });

    assertThatExceptionOfType(TimeoutException.class).isThrownBy(this::await);
    ringer.join(); // it wakes whoever waits before the future has forgotten him
    assertNothingIsLeft();
    assertThat(future).isNotDone();
  }

  @Test
  void aCancelEndsIt() {
    Thread.startVirtualThread(token::cancel);

    assertThatExceptionOfType(CancellationException.class).isThrownBy(this::await);
    assertThat(future).isNotDone();
  }

  @Test
  void anInterruptEndsItAndStays() {
    Thread.currentThread().interrupt();

    assertThatExceptionOfType(CancellationException.class).isThrownBy(this::await);
    assertThat(Thread.interrupted()).isTrue();
    assertNothingIsLeft();
  }

  @Test
  void aTokenThatCannotBeCancelledIsNoHindrance() throws ExecutionException, TimeoutException {
    future.complete("done");

    assertThat(Wait.until(future, request(CancelToken.NONE), timers)).isEqualTo("done");
  }
}
