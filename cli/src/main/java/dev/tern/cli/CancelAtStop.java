package dev.tern.cli;

import dev.tern.core.client.Client;
import java.time.Duration;

/**
 * Closes a client when the process is told to stop (Ctrl-C, SIGTERM), so that the server learns
 * that nobody waits for the call. The exit code stays that of the signal.
 */
final class CancelAtStop implements AutoCloseable {
  /** A cancel leaves at once, unless the peer does not read; who pressed Ctrl-C will not wait. */
  private static final Duration GRACE = Duration.ofMillis(200);

  private final Thread hook;

  CancelAtStop(Client client) {
    hook = new Thread(() -> client.close(GRACE), "tern-stop");
    Runtime.getRuntime().addShutdownHook(hook);
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
