package dev.tern.conformance;

import dev.tern.core.transport.Connection;
import dev.tern.core.transport.Transport;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;

/** A transport that tells of each attempt to connect. */
final class CountingTransport extends PassingTransport {
  private final Runnable onAttempt;

  CountingTransport(Transport transport, Runnable onAttempt) {
    super(transport);
    this.onAttempt = onAttempt;
  }

  @Override
  public Connection connect(InetSocketAddress address, Duration timeout, Acceptor acceptor)
      throws IOException {
    onAttempt.run();
    return super.connect(address, timeout, acceptor);
  }
}
