package dev.tern.transport.threads;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import dev.tern.core.transport.Transport;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A bound port and the thread that accepts its connections. */
final class SocketListener implements Transport.Listener {

  private static final Logger log = LoggerFactory.getLogger(SocketListener.class);

  /** Connections that the operating system holds for us: a burst of clients that come back. */
  private static final int BACKLOG = 512;

  /**
   * The rest after a failed accept. When descriptors are used up every accept fails at once;
   * without a rest the loop would burn a processor until some connection ends.
   */
  private static final long REST_MILLIS = 100;

  private final ThreadsTransport transport;
  private final Transport.Acceptor acceptor;
  private final ServerSocket serverSocket;
  private final InetSocketAddress address;
  private final SocketThread thread;
  private final CountDownLatch closed = new CountDownLatch(1);

  SocketListener(ThreadsTransport transport, InetSocketAddress address, Transport.Acceptor acceptor)
      throws IOException {
    this.transport = transport;
    this.acceptor = acceptor;
    this.serverSocket = new ServerSocket();
    try {
      serverSocket.setReuseAddress(true); // a restarted server shall not wait for old connections
      serverSocket.bind(address, BACKLOG);
    } catch (IOException e) {
      serverSocket.close();
      throw new IOException("cannot listen on " + Dialer.text(address) + ": " + e.getMessage(), e);
    }
    this.address = (InetSocketAddress) serverSocket.getLocalSocketAddress();
    this.thread = new SocketThread("accept-" + this.address.getPort(), this::acceptUntilClosed);
  }

  void start() {
    thread.start();
  }

  private void acceptUntilClosed() {
    try {
      while (!serverSocket.isClosed()) {
        transport.room.acquire(); // without room the peers wait in the backlog
        acceptOne();
      }
    } catch (InterruptedException e) {
      // close() interrupts a wait for room: the loop ends either way.
    }
  }

  /** Uses the permit that was acquired, or gives it back. */
  private void acceptOne() throws InterruptedException {
    Socket socket;
    try {
      socket = serverSocket.accept();
    } catch (IOException e) {
      transport.room.release();
      if (!serverSocket.isClosed()) {
        log.warn("accepting on {} rests for {} ms: {}", address, REST_MILLIS, e.getMessage());
        closed.await(REST_MILLIS, MILLISECONDS);
      }
      return;
    }
    try {
      transport.start(socket, acceptor, transport.room::release);
    } catch (IOException e) {
      log.debug("a connection to {} ended before it began: {}", address, e.getMessage());
    } catch (RuntimeException e) {
      log.error("the acceptor of {} failed; its connection is closed", address, e);
    }
  }

  @Override
  public InetSocketAddress address() {
    return address;
  }

  @Override
  public void close() {
    try {
      serverSocket.close();
    } catch (IOException e) {
      log.debug("closing {}: {}", address, e.getMessage());
    }
    closed.countDown();
    thread.interrupt();
    awaitThread();
    transport.forget(this);
  }

  /** The port is free only when the accepting thread has left it. */
  private void awaitThread() {
    if (Thread.currentThread().equals(thread)) {
      return; // an acceptor closes its own listener
    }
    try {
      thread.join(ThreadsTransport.CLOSE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public String toString() {
    return address.toString();
  }
}
