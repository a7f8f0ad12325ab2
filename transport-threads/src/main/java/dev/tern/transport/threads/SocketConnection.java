package dev.tern.transport.threads;

import dev.tern.core.transport.Connection;
import dev.tern.core.transport.ConnectionHandler;
import dev.tern.core.transport.KeepAlive;
import dev.tern.core.transport.Transport;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketOption;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One connection: a socket, a lock, a thread that reads and a thread that writes.
 *
 * <p>The lock is the serial context. The reading thread takes it to hand bytes over, the writing
 * thread to fetch what is queued; neither holds it while it reads or writes. Reading ends at the
 * peer's end, writing when all has left after {@link #close}. Whatever ends the connection sooner
 * closes the socket, which wakes both. The writing thread begins first and ends last.
 */
final class SocketConnection implements Connection {

  private final ThreadsTransport transport;
  final Socket socket;
  private final SocketAddress localAddress;
  private final SocketAddress remoteAddress;
  private final SocketThread reader;
  private final SocketThread writer;
  private final ConnectionHandler handler;

  // The serial context, and what is touched in it only:
  private final ReentrantLock lock = new ReentrantLock();
  private final Inbound inbound = new Inbound(lock);
  private final Outbound outbound = new Outbound(lock);
  private boolean open = true;
  private @Nullable Throwable cause;

  /** Asks for the handler, in the serial context. */
  SocketConnection(ThreadsTransport transport, Socket socket, Transport.Acceptor acceptor)
      throws IOException {
    this.transport = transport;
    this.socket = socket;
    socket.setTcpNoDelay(
        true); // frames are gathered in Outbound; a reply must not wait for another
    keepAlive(socket);
    localAddress = socket.getLocalSocketAddress();
    remoteAddress = socket.getRemoteSocketAddress();
    String name = socket.getLocalPort() + "-" + remoteAddress;
    reader = new SocketThread("read-" + name, this::read);
    writer = new SocketThread("write-" + name, this::write);
    lock.lock();
    try {
      handler = acceptor.accept(this);
    } finally {
      lock.unlock();
    }
  }

  /** See {@link KeepAlive}; the times as far as this system lets them be set. */
  private static void keepAlive(Socket socket) throws IOException {
    socket.setKeepAlive(true);
    for (Map.Entry<SocketOption<Integer>, Integer> time : KeepAlive.TIMES.entrySet()) {
      if (socket.supportedOptions().contains(time.getKey())) {
        socket.setOption(time.getKey(), time.getValue());
      }
    }
  }

  void start() {
    try {
      writer.start();
    } catch (OutOfMemoryError e) { // the JVM cannot start another thread
      end(e);
      finish();
    }
  }

  /** How long nothing has come. Any thread. */
  long silentNanos(long now) {
    return inbound.silentNanos(now);
  }

  /** Asks the handler to give this connection up for others; whether it does. */
  boolean givesWay() {
    lock.lock();
    try {
      return open && handler.onRoomWanted();
    } finally {
      lock.unlock();
    }
  }

  /** Waits for both threads, for a limited time. */
  void awaitEnd() {
    writer.awaitEnd(ThreadsTransport.CLOSE_MILLIS);
  }

  private void read() {
    try {
      inbound.receive(socket.getInputStream(), handler);
    } catch (Throwable e) { // a handler's error too ends this connection, and no other
      end(e);
    }
  }

  private void write() {
    try {
      reader.start();
      outbound.send(socket.getOutputStream(), handler);
      if (transport.lingering.tryAcquire()) {
        try {
          socket.shutdownOutput(); // tells the peer that this was all
          reader.awaitEnd(LINGER_MILLIS); // the peer's own end, if it comes soon
        } finally {
          transport.lingering.release();
        }
      }
    } catch (Throwable e) { // a handler's error too ends this connection, and no other
      end(e);
    } finally {
      finish();
    }
  }

  private void finish() {
    end(null);
    reader.awaitEnd(0); // so that no call of the handler comes after the last one
    try {
      execute(() -> handler.onClosed(cause));
    } finally {
      transport.forget(this);
    }
  }

  /**
   * Closes the socket, which wakes both threads.
   *
   * @param failure what the handler is told, unless {@link #close} was called before
   */
  private void end(@Nullable Throwable failure) {
    lock.lock();
    try {
      cause = open ? failure : cause;
      open = false;
      inbound.discard();
      outbound.giveUp();
      socket.close();
    } catch (IOException e) {
      // The descriptor is free all the same.
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void abort() {
    try {
      socket.setSoLinger(
          true, 0); // closing then resets: the peer learns at once that nobody is there
    } catch (SocketException e) {
      // It is closed already.
    }
    end(null);
  }

  @Override
  public void close() {
    if (open) {
      open = false;
      inbound.discard();
      outbound.finish();
    }
  }

  @Override
  public void execute(Runnable task) {
    lock.lock();
    try {
      task.run();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void write(byte[] bytes) {
    outbound.write(bytes);
  }

  @Override
  public void flush() {
    outbound.flush();
  }

  @Override
  public long unsentBytes() {
    return outbound.unsentBytes();
  }

  @Override
  public long sentBytes() {
    return outbound.sentBytes();
  }

  @Override
  public void pauseReading() {
    inbound.pause();
  }

  @Override
  public void resumeReading() {
    inbound.resume();
  }

  @Override
  public SocketAddress localAddress() {
    return localAddress;
  }

  @Override
  public SocketAddress remoteAddress() {
    return remoteAddress;
  }
}
