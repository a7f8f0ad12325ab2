package dev.tern.cli.visit;

import dev.tern.core.client.Client;
import java.time.Duration;

/**
 * Closes a client when the process is told to stop (Ctrl-C, SIGTERM), so that the server learns
 * that nobody waits for the call. The exit code stays that of the signal.
 */
final class CancelAtStop implements AutoCloseable {
  /**
   * A cancel leaves at once, unless the peer does not read; who pressed Ctrl-C, or has said how
   * long it may take, will not wait. A server that gets none sees the connection end.
   */
  private static final Duration PATIENCE = Duration.ofMillis(50);

  private final Thread hook;

  CancelAtStop(Client client) {
    hook = new Thread(() -> closeSoon(client), "tern-stop");
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /**
   * Closes a client that waits for nothing any more. A server that keeps its end open, as a silent
   * one does, is not waited for until the client has given it up.
   */
  static void closeSoon(Client client) {
    Thread closing = Thread.ofPlatform().daemon().name("tern-close").start(client::close);
    try {
      closing.join(PATIENCE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // the end of the transport closes it
    }
  }

  /** The client will be closed in the usual way. */
  @Override
  public void close() {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException _) {
      // The process is being stopped: the hook that is registered will close the client.
    }
  }
}
