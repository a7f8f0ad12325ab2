package dev.tern.conformance;

import dev.tern.core.transport.Connection;
import dev.tern.core.transport.Transport;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;

/** A transport that does not finish connecting until it is let go. */
final class StuckTransport extends PassingTransport {
  private final Semaphore attempts = new Semaphore(0);
  private final AtomicInteger connects = new AtomicInteger();
  private final CountDownLatch open = new CountDownLatch(1);

  StuckTransport(Transport transport) {
    super(transport);
  }

  /** Waits until somebody tries to connect. */
  void awaitAttempt() {
    attempts.acquireUninterruptibly();
  }

  void letGo() {
    open.countDown();
  }

  /** How many connections it has made. */
  int connects() {
    return connects.get();
  }

  @Override
  public Connection connect(InetSocketAddress address, Duration timeout, Acceptor acceptor)
      throws IOException {
    attempts.release();
    try {
      open.await();
    } catch (InterruptedException e) {
      throw new InterruptedIOException();
    }
    Connection connection = super.connect(address, timeout, acceptor);
    connects.incrementAndGet();
    return connection;
  }
}
