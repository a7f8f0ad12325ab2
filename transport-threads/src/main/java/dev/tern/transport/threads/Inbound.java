package dev.tern.transport.threads;

import dev.tern.core.transport.ConnectionHandler;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The reading half of a connection. Everything but {@link #receive} and {@link #silentNanos} is
 * called under the lock.
 */
final class Inbound {

  /** The most bytes that one read takes: few, as each connection has a buffer of its own. */
  private static final int READ_BYTES = 16 << 10;

  private final ReentrantLock lock;
  private final Condition mayGoOn;
  private boolean paused;
  private boolean discarding;
  private volatile long heardNanos = System.nanoTime();

  Inbound(ReentrantLock lock) {
    this.lock = lock;
    this.mayGoOn = lock.newCondition();
  }

  /** The life of the reading thread: hands over what arrives, until the peer's end. */
  void receive(InputStream input, ConnectionHandler handler) throws IOException {
    byte[] buffer = new byte[READ_BYTES];
    int length;
    do {
      waitOutPause();
      length = input.read(buffer); // blocks while the peer does not send; no lock is held
      handOver(buffer, length, handler);
      handler.onReadComplete();
    } while (length >= 0);
  }

  private void waitOutPause() {
    lock.lock();
    try {
      while (paused && !discarding) {
        mayGoOn.awaitUninterruptibly();
      }
    } finally {
      lock.unlock();
    }
  }

  private void handOver(byte[] buffer, int length, ConnectionHandler handler) {
    heardNanos = System.nanoTime();
    lock.lock();
    try {
      if (discarding) {
        return;
      }
      if (length < 0) {
        handler.onEndOfInput();
      } else {
        handler.onBytes(buffer, 0, length);
      }
    } finally {
      lock.unlock();
    }
  }

  /** How long nothing has come. Any thread. */
  long silentNanos(long now) {
    return now - heardNanos;
  }

  void pause() {
    paused = true;
  }

  void resume() {
    paused = false;
    mayGoOn.signal();
  }

  /** From now on what arrives is read and thrown away. */
  void discard() {
    discarding = true;
    mayGoOn.signal();
  }
}
