package dev.tern.conformance;

import dev.tern.core.transport.Connection;
import dev.tern.core.transport.Transport;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/** A transport that connects to nobody until it recovers, and counts the attempts. */
final class FailingTransport extends PassingTransport {
  private final AtomicInteger attempts = new AtomicInteger();
  private volatile boolean recovered;

  FailingTransport(Transport transport) {
    super(transport);
  }

  int attempts() {
    return attempts.get();
  }

  void recover() {
    recovered = true;
  }

  @Override
  public Connection connect(InetSocketAddress address, Duration timeout, Acceptor acceptor)
      throws IOException {
    attempts.incrementAndGet();
    if (!recovered) {
      throw new IOException("cannot connect to " + address + ": it fails on purpose");
    }
    return super.connect(address, timeout, acceptor);
  }
}
