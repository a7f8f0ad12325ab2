package dev.tern.transport.netty;

import dev.tern.core.transport.Connection;
import io.netty.channel.EventLoop;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;

/** What the connections of one transport share. Thread-safe. */
final class Connections {

  private final Set<NettyConnection> open = ConcurrentHashMap.newKeySet();
  private final AtomicInteger lingering = new AtomicInteger();
  private final ReentrantLock afterLoops = new ReentrantLock();
  private volatile boolean closed;

  /**
   * Remembers a new connection.
   *
   * @return false if the transport has been closed, so that the connection must not live
   */
  boolean add(NettyConnection connection) {
    open.add(connection);
    return !closed;
  }

  void remove(NettyConnection connection) {
    open.remove(connection);
  }

  /** Takes one of the {@link Connection#MAX_LINGERING} places, if one is free. */
  boolean beginLingering() {
    if (lingering.incrementAndGet() <= Connection.MAX_LINGERING) {
      return true;
    }
    lingering.decrementAndGet();
    return false;
  }

  void endLingering() {
    lingering.decrementAndGet();
  }

  boolean isClosed() {
    return closed;
  }

  /** Aborts all connections, and those to come. */
  void close() {
    closed = true;
    open.forEach(NettyConnection::abort);
  }

  /**
   * Runs a task of a connection whose event loop takes none any more, on the calling thread: after
   * the loop's last task, and never two at once.
   */
  void runAfter(EventLoop loop, Runnable task) {
    // Two loops that end would wait for each other here; they have nothing left to do but end.
    if (!(Thread.currentThread() instanceof LoopThread)) {
      loop.terminationFuture().awaitUninterruptibly();
    }
    afterLoops.lock();
    try {
      task.run();
    } finally {
      afterLoops.unlock();
    }
  }
}
