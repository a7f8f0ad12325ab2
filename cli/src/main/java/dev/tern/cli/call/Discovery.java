package dev.tern.cli.call;

import dev.tern.cli.offer.Offer;
import dev.tern.core.RpcException;
import dev.tern.core.client.CallOptions;
import dev.tern.core.client.Client;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Asks a server what it offers, once at most and beside a call. On a connection of its own: a
 * server that answers one frame a connection would reset the call's over a second one, and of an
 * error without an id nobody could tell whose it is. That it fails is no error. Thread-safe.
 */
final class Discovery {
  private final Supplier<Client> connect;
  private final CallOptions options;
  private final AtomicBoolean asked = new AtomicBoolean();
  private final CompletableFuture<Offer> answer = new CompletableFuture<>();

  /**
   * @param connect makes the client that asks
   */
  Discovery(Supplier<Client> connect, CallOptions options) {
    this.connect = connect;
    this.options = options;
  }

  /** Begins to ask, unless that was done before. Does not block. */
  void ask() {
    if (asked.compareAndSet(false, true)) {
      Thread.ofVirtual().name("tern-discover").start(this::run);
    }
  }

  private void run() {
    try (Client client = connect.get()) {
      ask(client); // whoever waits for the answer does not wait for the close
    } catch (Throwable e) {
      answer.completeExceptionally(e);
    }
  }

  private void ask(Client client) {
    try {
      answer.complete(Offer.of(client.callEncoded(Offer.DISCOVER, null, options).encoded()));
    } catch (Throwable e) { // whatever it is, nobody shall wait
      answer.completeExceptionally(e);
    }
  }

  /** Why there is no answer; null as long as that is not known. */
  @Nullable RpcException failure() {
    return answer.isCompletedExceptionally() && answer.exceptionNow() instanceof RpcException e
        ? e
        : null;
  }

  /** The answer; null if there is none in time, or nobody has asked. */
  @Nullable Offer within(Duration patience) {
    if (!asked.get()) {
      return null;
    }
    try {
      return answer.get(patience.toNanos(), TimeUnit.NANOSECONDS);
    } catch (ExecutionException | TimeoutException e) {
      return null;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return null;
    }
  }
}
