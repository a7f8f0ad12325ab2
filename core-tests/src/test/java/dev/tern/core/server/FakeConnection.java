package dev.tern.core.server;

import dev.tern.core.transport.Connection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * A connection without a peer. Its serial context is the thread that made it: what another thread
 * gives to it waits until the test lets it {@link #runNext}.
 */
final class FakeConnection implements Connection {
  private static final SocketAddress ADDRESS =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), 7070);

  private final Thread context = Thread.currentThread();
  private final LinkedBlockingQueue<Runnable> tasks = new LinkedBlockingQueue<>();

  /** What the peer has not read, as the test has it. */
  long unsent;

  boolean paused;
  int resumes;
  boolean closed;

  @Override
  public void execute(Runnable task) {
    if (Thread.currentThread().equals(context)) {
      task.run();
    } else {
      tasks.add(task);
    }
  }

  /** Waits for the next task of another thread. */
  Runnable nextTask() throws InterruptedException {
    return tasks.take();
  }

  /** Runs the next task of another thread, and waits for it if need be. */
  void runNext() throws InterruptedException {
    nextTask().run();
  }

  @Override
  public long unsentBytes() {
    return unsent;
  }

  @Override
  public long sentBytes() {
    return 0;
  }

  @Override
  public void pauseReading() {
    paused = true;
  }

  @Override
  public void resumeReading() {
    paused = false;
    resumes++;
  }

  @Override
  public void write(byte[] bytes) {}

  @Override
  public void flush() {}

  @Override
  public void close() {
    closed = true;
  }

  @Override
  public void abort() {}

  @Override
  public SocketAddress localAddress() {
    return ADDRESS;
  }

  @Override
  public SocketAddress remoteAddress() {
    return ADDRESS;
  }
}
