package dev.tern.transport.threads;

import dev.tern.core.log.LogQueue;
import dev.tern.core.transport.ListenFailure;
import dev.tern.core.transport.Transport;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A bound port and the thread that accepts its connections. */
final class SocketListener implements Transport.Listener {

  private static final Logger log = LoggerFactory.getLogger(SocketListener.class);

  /** How many connections may wait to be accepted: a burst of clients that connect again. */
  private static final int BACKLOG = 512;

  /** The pause after a failed accept: when descriptors are used up, each one fails at once. */
  private static final long REST_MILLIS = 100;

  private final ThreadsTransport transport;
  private final Transport.Acceptor acceptor;
  private final ServerSocket serverSocket = new ServerSocket();
  private final InetSocketAddress address;
  private final SocketThread thread;

  SocketListener(ThreadsTransport transport, InetSocketAddress address, Transport.Acceptor acceptor)
      throws IOException {
    this.transport = transport;
    this.acceptor = acceptor;
    try {
      serverSocket.setReuseAddress(true); // a restarted server shall not wait for old connections
      serverSocket.bind(address, BACKLOG);
    } catch (IOException e) {
      serverSocket.close();
      throw ListenFailure.of(address, e);
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
        acceptOne();
      }
    } catch (InterruptedException e) {
      // close() has interrupted a wait: the loop ends either way.
    }
  }

  /** Without room it waits, and so do those behind it, in the backlog. */
  private void acceptOne() throws InterruptedException {
    Socket socket;
    try {
      socket = serverSocket.accept();
    } catch (IOException e) {
      if (!serverSocket.isClosed()) {
        String why = e.getMessage();
        LogQueue.SHARED.add(
            () -> log.warn("accepting on {} rests for {} ms: {}", address, REST_MILLIS, why));
        Thread.sleep(REST_MILLIS);
      }
      return;
    }
    try {
      transport.accept(socket, acceptor);
    } catch (IOException e) {
      if (log.isDebugEnabled()) {
        String why = e.getMessage();
        LogQueue.SHARED.add(
            () -> log.debug("a connection to {} ended before it began: {}", address, why));
      }
    } catch (RuntimeException e) {
      LogQueue.SHARED.add(
          e, why -> log.error("the acceptor of {} failed; its connection is closed", address, why));
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
    thread.interrupt();
    thread.awaitEnd(ThreadsTransport.CLOSE_MILLIS); // the port is free when it has ended
    transport.listeners.remove(this);
  }
}
