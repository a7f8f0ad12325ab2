package dev.tern.bench.soak;

import dev.tern.core.client.CallOptions;
import dev.tern.core.transport.Transport;

/**
 * A way to a server.
 *
 * @param isGuarded whether it asks for a token
 */
record Door(Transport transport, int port, boolean isGuarded) {
  /** What its visitors say with each call. */
  CallOptions options() {
    return isGuarded ? CallOptions.DEFAULT.withAuth(GuardedServer.TOKEN) : CallOptions.DEFAULT;
  }
}
