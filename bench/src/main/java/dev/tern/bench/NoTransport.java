package dev.tern.bench;

import dev.tern.core.transport.Connection;
import dev.tern.core.transport.ConnectionHandler;
import dev.tern.core.transport.Transport;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One connection, whose bytes the benchmark gives, and whose serial context is its thread. */
final class NoTransport implements Transport, Transport.Listener, Connection {
  private final InetSocketAddress address =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);
  private @Nullable Thread context;
  private @Nullable ConnectionHandler handler;
  private long sent;

  ConnectionHandler handler() {
    return Objects.requireNonNull(handler);
  }

  @Override
  public Listener listen(InetSocketAddress ignored, Acceptor acceptor) {
    context = Thread.currentThread();
    handler = acceptor.accept(this);
    return this;
  }

  @Override
  public Connection connect(InetSocketAddress to, Duration timeout, Acceptor acceptor)
      throws IOException {
    throw new IOException("connects to nobody");
  }

  /** A timer that comes from another thread finds nothing to do: no deadline passes here. */
  @Override
  public void execute(Runnable task) {
    if (Thread.currentThread().equals(context)) {
      task.run();
    }
  }

  @Override
  public void write(byte[] bytes) {
    sent += bytes.length;
  }

  @Override
  public long sentBytes() {
    return sent;
  }

  @Override
  public long unsentBytes() {
    return 0;
  }

  @Override
  public InetSocketAddress address() {
    return address;
  }

  @Override
  public SocketAddress localAddress() {
    return address;
  }

  @Override
  public SocketAddress remoteAddress() {
    return address;
  }

  @Override
  public void flush() {}

  @Override
  public void pauseReading() {}

  @Override
  public void resumeReading() {}

  @Override
  public void abort() {}

  @Override
  public void close() {}
}
