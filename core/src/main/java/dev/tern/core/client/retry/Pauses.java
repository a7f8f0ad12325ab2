package dev.tern.core.client.retry;

import dev.tern.core.Request;
import dev.tern.core.link.Wait;
import dev.tern.core.runtime.Timers;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;

/** The waits of a client's calls between two attempts, which its close ends. Thread-safe. */
final class Pauses {
  private final Timers timers;

  /** By the thread that waits: each waits once at a time. */
  private final Map<Thread, CompletableFuture<Boolean>> waiting = new ConcurrentHashMap<>();

  private volatile boolean closed;

  Pauses(Timers timers) {
    this.timers = timers;
  }

  /**
   * Waits; less if the client is closed.
   *
   * @throws TimeoutException if the deadline passes first
   * @throws java.util.concurrent.CancellationException if the call is cancelled first
   */
  void pause(long nanos, Request request) throws TimeoutException {
    CompletableFuture<Boolean> over = new CompletableFuture<>();
    waiting.put(Thread.currentThread(), over);
    Timers.Scheduled alarm = timers.schedule(nanos, () -> over.complete(true));
    try {
      if (!closed) { // after it was added: a close that comes later finds it
        var _ = Wait.until(over, request, timers);
      }
    } catch (ExecutionException e) {
      throw new AssertionError("an alarm does not fail", e);
    } finally {
      alarm.cancel();
      waiting.remove(Thread.currentThread());
    }
  }

  void close() {
    closed = true;
    waiting.values().forEach(over -> over.complete(true));
  }
}
