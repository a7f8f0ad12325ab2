package dev.tern.transport.threads;

import dev.tern.core.transport.Connection;
import dev.tern.core.transport.ConnectionHandler;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The writing half of a connection. Everything but {@link #send} is called under the lock. The
 * queue's bound is the session's, which sees {@link #unsentBytes}.
 */
final class Outbound {

  /** The most bytes of one write: small frames are gathered up to it, large ones cut. */
  private static final int BATCH_BYTES = 16 << 10;

  private final ReentrantLock lock;
  private final Condition mayGoOn;
  private ArrayDeque<ByteBuffer> queue = new ArrayDeque<>();
  private long queuedBytes;
  private long flushedBytes; // those of the queued bytes that may leave
  private int batchBytes; // taken from the queue, but not sent yet
  private long sentBytes;
  private boolean finished;

  Outbound(ReentrantLock lock) {
    this.lock = lock;
    this.mayGoOn = lock.newCondition();
  }

  /** The life of the writing thread: sends what is flushed, until all is sent and finished. */
  void send(OutputStream output, ConnectionHandler handler) throws IOException {
    byte[] batch = new byte[BATCH_BYTES];
    for (int length = next(batch, handler); length > 0; length = next(batch, handler)) {
      output.write(batch, 0, length); // blocks while the peer does not read; no lock is held
    }
  }

  /**
   * Notes that the last batch was sent, and waits for the next one.
   *
   * @return its length; 0 if there will be none
   */
  private int next(byte[] batch, ConnectionHandler handler) {
    lock.lock();
    try {
      boolean wasHigh = unsentBytes() >= Connection.SEND_PROGRESS_BYTES;
      sentBytes += batchBytes;
      batchBytes = 0;
      if (wasHigh && unsentBytes() < Connection.SEND_PROGRESS_BYTES && !finished) {
        handler.onSendProgress();
      }
      while (flushedBytes == 0 && !finished) {
        mayGoOn.awaitUninterruptibly();
      }
      return take(batch);
    } finally {
      lock.unlock();
    }
  }

  private int take(byte[] batch) {
    batchBytes = (int) Math.min(flushedBytes, batch.length);
    flushedBytes -= batchBytes;
    queuedBytes -= batchBytes;
    for (int filled = 0; filled < batchBytes; ) {
      ByteBuffer frame = queue.element();
      int length = Math.min(frame.remaining(), batchBytes - filled);
      frame.get(batch, filled, length);
      filled += length;
      if (!frame.hasRemaining()) {
        queue.remove();
      }
    }
    if (queuedBytes == 0) {
      queue = new ArrayDeque<>(); // the old one may have grown, and never shrinks
    }
    return batchBytes;
  }

  void write(byte[] frame) {
    if (!finished) {
      queue.add(ByteBuffer.wrap(frame));
      queuedBytes += frame.length;
    }
  }

  void flush() {
    flushedBytes = queuedBytes;
    mayGoOn.signal();
  }

  /** Refuses what is written from now on. What is queued is still sent. */
  void finish() {
    finished = true;
    flush();
  }

  /** Refuses what is written from now on, and drops what is queued. */
  void giveUp() {
    queue.clear();
    queuedBytes = 0;
    batchBytes = 0;
    finish();
  }

  long unsentBytes() {
    return queuedBytes + batchBytes;
  }

  long sentBytes() {
    return sentBytes;
  }
}
