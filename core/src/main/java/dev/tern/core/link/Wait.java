package dev.tern.core.link;

import dev.tern.core.Request;
import dev.tern.core.runtime.Timers;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;

/**
 * Waits for something on behalf of a call: no longer than its deadline, and not after it was
 * cancelled. The thread parks without a time limit; a timer or the cancel token ends that, so that
 * a manual clock can. Nothing of the wait stays behind, neither at the timers, the token nor the
 * future.
 */
public final class Wait {
  private Wait() {}

  /**
   * Blocks for a while.
   *
   * @return true
   * @throws TimeoutException if the request's deadline passes first
   * @throws CancellationException as {@link #until} does
   */
  public static boolean sleep(long nanos, Request request, Timers timers) throws TimeoutException {
    CompletableFuture<Boolean> over = new CompletableFuture<>();
    Timers.Scheduled alarm = timers.schedule(nanos, () -> over.complete(true));
    try {
      return until(over, request, timers);
    } catch (ExecutionException e) {
      throw new AssertionError("an alarm does not fail", e);
    } finally {
      alarm.cancel();
    }
  }

  /**
   * Blocks until a future is done.
   *
   * @param future may be shared: others may wait for it, and it goes on when this wait ends
   * @return its value
   * @throws ExecutionException if it has failed; the cause is what it failed with
   * @throws TimeoutException if the request's deadline passes first
   * @throws CancellationException if the request is cancelled first, or the thread interrupted: it
   *     stays interrupted then
   */
  public static <T> T until(CompletableFuture<T> future, Request request, Timers timers)
      throws ExecutionException, TimeoutException {
    try {
      return future.isDone() ? future.get() : untilDone(future, request, timers);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("interrupted");
    }
  }

  private static <T> T untilDone(CompletableFuture<T> future, Request request, Timers timers)
      throws ExecutionException, TimeoutException, InterruptedException {
    CompletableFuture<T> stop = new CompletableFuture<>();
    Runnable cancel = () -> stop.cancel(false);
    CancelSource token = request.cancelToken() instanceof CancelSource source ? source : null;
    Timers.Scheduled alarm =
        timers.schedule(
            request.deadlineNanos() - timers.nanoTime(),
            () -> stop.completeExceptionally(new TimeoutException()));
    try {
      if (token != null) {
        token.whenCancelled(cancel);
      }
      var _ = CompletableFuture.anyOf(future, stop).handle((_, _) -> true).get();
      if (future.isDone()) {
        return future.get();
      }
      if (stop.isCancelled()) {
        throw new CancellationException("cancelled");
      }
      throw new TimeoutException("the deadline passed");
    } finally {
      alarm.cancel();
      if (token != null) {
        token.remove(cancel);
      }
      stop.cancel(false); // the future forgets whoever waited for either
    }
  }
}
