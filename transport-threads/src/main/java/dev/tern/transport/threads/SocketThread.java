package dev.tern.transport.threads;

import dev.tern.core.runtime.IoThread;

/** A thread of this transport. It may block for its socket, and for nothing else. */
final class SocketThread extends Thread implements IoThread {

  SocketThread(String role, Runnable task) {
    super(task, ThreadsTransport.THREAD_NAME_PREFIX + "-" + role);
    setDaemon(true);
  }

  /**
   * Waits for the end of this thread, unless it is the current one.
   *
   * @param millis how long; 0 for as long as it takes
   */
  void awaitEnd(long millis) {
    if (!equals(Thread.currentThread())) {
      try {
        join(millis);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
