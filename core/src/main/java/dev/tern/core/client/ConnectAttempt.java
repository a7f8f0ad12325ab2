package dev.tern.core.client;

import dev.tern.core.Request;
import dev.tern.core.RpcException;
import dev.tern.core.link.Wait;
import dev.tern.core.runtime.Environment;
import dev.tern.core.runtime.Timers;
import dev.tern.core.transport.ClosedTransport;
import dev.tern.core.transport.HostPort;
import dev.tern.protocol.ErrorCode;
import dev.tern.protocol.Executed;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * One attempt to connect, shared by all calls that wait for it. It runs on a virtual thread of its
 * own, so that it outlives a caller whose deadline passes. Thread-safe.
 */
final class ConnectAttempt {
  private static final String STAGE = "connecting";

  /** Does the work, and is told how it ended before those that wait are. */
  interface Owner {
    /** Connects; may block. */
    ClientConnection connect() throws IOException;

    /**
     * It has ended.
     *
     * @param opened null if it has failed
     */
    void attempted(ConnectAttempt attempt, @Nullable ClientConnection opened);

    /** Whether the client is closed. */
    boolean isClosed();
  }

  private final InetSocketAddress address;
  private final Owner owner;
  private final CompletableFuture<ClientConnection> result = new CompletableFuture<>();

  ConnectAttempt(InetSocketAddress address, Owner owner) {
    this.address = address;
    this.owner = owner;
  }

  /** Begins after a wait; at once if that is 0 or less. */
  void start(long waitNanos, Environment environment) {
    Runnable begin = () -> environment.startVirtual(this::run);
    if (waitNanos <= 0) {
      begin.run();
    } else {
      Timers.Scheduled wait = environment.timers().schedule(waitNanos, begin);
      // The wait may be long; once it is given up, nothing of it may stay with the clock.
      var _ = result.whenComplete((_, _) -> wait.cancel());
    }
  }

  private void run() {
    Thread.currentThread().setName("tern-connect");
    if (result.isDone()) {
      return; // the client was closed during the wait, or nobody waits any more
    }
    try {
      ClientConnection opened = owner.connect();
      owner.attempted(this, opened);
      if (!result.complete(opened)) {
        opened.close();
      }
    } catch (IOException | RuntimeException | Error e) { // whoever waits must not hang
      owner.attempted(this, null);
      result.completeExceptionally(e);
    }
  }

  /** Ends the wait of all callers: their client was closed. */
  void giveUp() {
    result.completeExceptionally(new IOException("the client was closed"));
  }

  /**
   * Nobody waits for it any more: it does not connect if it has not begun to, and closes what it
   * opens, now or later.
   */
  void abandon() {
    result.completeExceptionally(new IOException("nobody waits for the connection"));
    var _ = result.thenAccept(ClientConnection::close);
  }

  /**
   * Waits for the connection, but no longer than the request's deadline or cancellation.
   *
   * @throws RpcException if there is none; "no", as nothing was sent
   */
  ClientConnection await(Request request, Timers timers) {
    try {
      return Wait.until(result, request, timers);
    } catch (ExecutionException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      String reason = cause.getMessage();
      String message = reason == null ? "cannot connect to " + HostPort.of(address) : reason;
      boolean isLast = owner.isClosed() || cause instanceof ClosedTransport;
      throw ClientErrors.unavailable(isLast, message, Map.of("stage", STAGE), cause);
    } catch (TimeoutException e) {
      String message = "the deadline passed while connecting";
      throw ClientErrors.timeout(request, address, message, Executed.NO, STAGE);
    } catch (CancellationException e) {
      throw ClientErrors.ofClient(
          ErrorCode.CANCELLED, "cancelled while connecting", Executed.NO, null);
    }
  }
}
