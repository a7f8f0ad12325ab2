package dev.tern.transport.threads;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import dev.tern.core.transport.Connection;
import dev.tern.core.transport.ConnectionHandler;
import dev.tern.core.transport.Transport;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One connection: a socket, a lock, a thread that reads and a thread that writes.
 *
 * <p>The lock is the serial context. The reading thread takes it to hand bytes over, and reads
 * without it. The writing thread takes it to fetch what is queued, and writes without it. Whatever
 * ends the connection closes the socket, which wakes both threads. The reading thread is the last
 * to go and calls {@code onClosed}, so that this never happens inside another call.
 */
final class SocketConnection implements Connection {

  /** What one read takes: small, as each connection has a buffer of its own. */
  private static final int READ_BYTES = 16 << 10;

  /** What one write gives: small frames are gathered up to this, large ones cut. */
  private static final int WRITE_BYTES = 16 << 10;

  private enum State {
    OPEN,
    /** After {@link #close}: what is queued leaves, what arrives is discarded. */
    CLOSING,
    /** The socket is closed. */
    CLOSED
  }

  private final ThreadsTransport transport;
  private final Socket socket;
  private final InputStream input;
  private final OutputStream output;
  private final SocketAddress localAddress;
  private final SocketAddress remoteAddress;
  private final Thread reader;
  private final Thread writer;
  private final Runnable released;
  private final ConnectionHandler handler;

  private final ReentrantLock lock = new ReentrantLock();

  /** Told of each change of the fields below. */
  private final Condition changed = lock.newCondition();

  // Guarded by lock:
  private final SendQueue queue = new SendQueue();
  private State state = State.OPEN;
  private boolean paused;
  private boolean outputDone;
  private boolean lingers;
  private @Nullable Future<?> lingerEnd;
  private @Nullable Throwable failure;

  /** This side ended the connection: what fails from now on is no failure. */
  private volatile boolean endedHere;

  /**
   * Asks for the handler, in the serial context.
   *
   * @param released runs once, after {@code onClosed}
   */
  SocketConnection(
      ThreadsTransport transport,
      Socket socket,
      int id,
      Transport.Acceptor acceptor,
      Runnable released)
      throws IOException {
    this.transport = transport;
    this.socket = socket;
    this.released = released;
    socket.setTcpNoDelay(true); // we gather frames ourselves; a reply must not wait for more
    this.input = socket.getInputStream();
    this.output = socket.getOutputStream();
    this.localAddress = socket.getLocalSocketAddress();
    this.remoteAddress = socket.getRemoteSocketAddress();
    this.reader = new SocketThread("read-" + id + "-" + remoteAddress, this::readUntilClosed);
    this.writer = new SocketThread("write-" + id + "-" + remoteAddress, this::writeUntilClosed);
    lock.lock();
    try {
      this.handler = acceptor.accept(this);
    } finally {
      lock.unlock();
    }
  }

  void start() {
    try {
      writer.start();
      reader.start();
    } catch (OutOfMemoryError e) { // how the JVM says that there are no more threads
      fail(e);
      end();
    }
  }

  void join(long millis) throws InterruptedException {
    reader.join(millis);
    writer.join(millis);
  }

  // ---- the reading thread

  private void readUntilClosed() {
    try {
      byte[] buffer = new byte[READ_BYTES];
      while (mayRead()) {
        if (!readBurst(buffer)) {
          awaitOutputDone();
          return;
        }
      }
    } catch (Throwable e) { // a handler's error too ends this connection, and no other
      fail(e);
    } finally {
      end();
    }
  }

  /** Waits out a pause. */
  private boolean mayRead() {
    lock.lock();
    try {
      while (paused && state == State.OPEN) {
        changed.awaitUninterruptibly();
      }
      return state != State.CLOSED;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Hands over what is there, up to a limit; at least one read. Returns false at the peer's end.
   */
  private boolean readBurst(byte[] buffer) throws IOException {
    int burst = 0;
    int read;
    boolean more;
    do {
      read = input.read(buffer);
      if (read < 0) {
        onEndOfInput();
        return false;
      }
      burst += read;
      more = handOver(buffer, read);
    } while (more
        && read == buffer.length // else there is nothing more, without asking
        && burst + buffer.length <= ConnectionHandler.MAX_BURST_BYTES
        && input.available() > 0);
    handler.onReadComplete(); // outside the lock
    return true;
  }

  /** Returns whether more may be handed over at once. */
  private boolean handOver(byte[] buffer, int length) {
    lock.lock();
    try {
      if (state == State.OPEN) {
        handler.onBytes(buffer, 0, length);
      }
      return state == State.OPEN && !paused;
    } finally {
      lock.unlock();
    }
  }

  private void onEndOfInput() {
    lock.lock();
    try {
      if (state == State.OPEN) {
        handler.onEndOfInput();
      }
    } finally {
      lock.unlock();
    }
  }

  /** After the peer's end this side may still reply, until it closes or a write fails. */
  private void awaitOutputDone() {
    lock.lock();
    try {
      while (state != State.CLOSED && !outputDone) {
        changed.awaitUninterruptibly();
      }
    } finally {
      lock.unlock();
    }
  }

  /** The end, whatever brought it. */
  private void end() {
    closeSocket();
    lock.lock();
    try {
      queue.clear();
      if (lingerEnd != null) {
        lingerEnd.cancel(false);
      }
      if (lingers) {
        transport.lingerSlots.release();
      }
      handler.onClosed(endedHere ? null : failure);
    } finally {
      lock.unlock();
      transport.forget(this);
      released.run();
    }
  }

  // ---- the writing thread

  private void writeUntilClosed() {
    try {
      byte[] buffer = new byte[WRITE_BYTES];
      for (List<byte[]> frames = nextFrames(); !frames.isEmpty(); frames = nextFrames()) {
        writeAll(frames, buffer);
      }
      finishOutput();
    } catch (Throwable e) { // a handler's error too ends this connection, and no other
      fail(e);
    }
  }

  /** Waits for something to send; empty when nothing will come any more. */
  private List<byte[]> nextFrames() {
    lock.lock();
    try {
      while (state == State.OPEN && !queue.hasFlushed()) {
        changed.awaitUninterruptibly();
      }
      return state == State.CLOSED ? List.of() : queue.takeFlushed();
    } finally {
      lock.unlock();
    }
  }

  /** As few writes as possible: what is small goes through the buffer, together. */
  private void writeAll(List<byte[]> frames, byte[] buffer) throws IOException {
    int filled = 0;
    for (byte[] frame : frames) {
      int copied = 0;
      while (copied < frame.length) {
        int length = Math.min(frame.length - copied, buffer.length - filled);
        System.arraycopy(frame, copied, buffer, filled, length);
        copied += length;
        filled += length;
        if (filled == buffer.length) {
          writeOut(buffer, filled);
          filled = 0;
        }
      }
    }
    if (filled > 0) {
      writeOut(buffer, filled);
    }
  }

  private void writeOut(byte[] buffer, int length) throws IOException {
    output.write(buffer, 0, length); // blocks while the peer does not read; nobody waits for us
    lock.lock();
    try {
      if (state != State.CLOSED && queue.sent(length) && state == State.OPEN) {
        handler.onSendProgress();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Tells the peer that this was all; its own end, or the time to linger, ends the connection. */
  private void finishOutput() throws IOException {
    lock.lock();
    try {
      if (state == State.CLOSED) {
        return;
      }
      lingers = transport.lingerSlots.tryAcquire();
    } finally {
      lock.unlock();
    }
    if (lingers) {
      socket.shutdownOutput();
      execute(this::onOutputDone);
    } else {
      closeSocket();
    }
  }

  private void onOutputDone() {
    outputDone = true;
    changed.signalAll();
  }

  // ---- the end

  private void fail(Throwable e) {
    lock.lock();
    try {
      if (failure == null) {
        failure = e;
      }
    } finally {
      lock.unlock();
    }
    closeSocket();
  }

  /** Closes plainly, and wakes both threads. Idempotent. */
  private void closeSocket() {
    try {
      socket.close();
    } catch (IOException e) {
      // There is nothing that could be done about it: the descriptor is gone.
    }
    lock.lock();
    try {
      state = State.CLOSED;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void abort() {
    endedHere = true;
    try {
      socket.setSoLinger(true, 0); // so that closing resets, and the peer knows that we are gone
    } catch (SocketException e) {
      // It is closed already.
    }
    closeSocket();
  }

  @Override
  public void close() {
    if (state != State.OPEN) {
      return;
    }
    state = State.CLOSING;
    endedHere = true;
    paused = false; // to discard what arrives
    queue.flush();
    changed.signalAll();
    try {
      lingerEnd = transport.lingerTimer.schedule(this::closeSocket, LINGER_MILLIS, MILLISECONDS);
    } catch (RejectedExecutionException e) {
      abort(); // the transport is being closed
    }
  }

  // ---- in the serial context

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
    if (state == State.OPEN) {
      queue.write(bytes);
    }
  }

  @Override
  public void flush() {
    if (state == State.OPEN) {
      queue.flush();
      changed.signalAll();
    }
  }

  @Override
  public long unsentBytes() {
    return queue.unsentBytes();
  }

  @Override
  public long sentBytes() {
    return queue.sentBytes();
  }

  @Override
  public void pauseReading() {
    paused = state == State.OPEN;
  }

  @Override
  public void resumeReading() {
    paused = false;
    changed.signalAll();
  }

  @Override
  public SocketAddress localAddress() {
    return localAddress;
  }

  @Override
  public SocketAddress remoteAddress() {
    return remoteAddress;
  }

  @Override
  public String toString() {
    return localAddress + " to " + remoteAddress;
  }
}
