package dev.tern.conformance;

import dev.tern.core.transport.Connection;
import dev.tern.core.transport.Transport;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;

/** A transport that leaves everything to another one, for those that change one thing of it. */
abstract class PassingTransport implements Transport {
  private final Transport transport;

  PassingTransport(Transport transport) {
    this.transport = transport;
  }

  @Override
  public Listener listen(InetSocketAddress address, Acceptor acceptor) throws IOException {
    return transport.listen(address, acceptor);
  }

  @Override
  public Connection connect(InetSocketAddress address, Duration timeout, Acceptor acceptor)
      throws IOException {
    return transport.connect(address, timeout, acceptor);
  }

  /** Nothing: the other transport has an owner. */
  @Override
  public void close() {}
}
