package dev.tern.races;

import dev.tern.core.transport.Connection;
import java.net.InetSocketAddress;
import java.net.SocketAddress;

/** Notes that it was given a task, which it never runs, and does nothing else. Thread-safe. */
public final class NoConnection implements Connection {
  private volatile boolean woken;

  /** Whether there is a task that has not begun. */
  public boolean isWoken() {
    return woken;
  }

  /** The task begins: from here on another one is needed. */
  public void begins() {
    woken = false;
  }

  @Override
  public void execute(Runnable task) {
    woken = true;
  }

  @Override
  public void write(byte[] bytes) {}

  @Override
  public void flush() {}

  @Override
  public long unsentBytes() {
    return 0;
  }

  @Override
  public long sentBytes() {
    return 0;
  }

  @Override
  public void pauseReading() {}

  @Override
  public void resumeReading() {}

  @Override
  public void close() {}

  @Override
  public void abort() {}

  @Override
  public SocketAddress localAddress() {
    return InetSocketAddress.createUnresolved("nowhere", 0);
  }

  @Override
  public SocketAddress remoteAddress() {
    return localAddress();
  }
}
