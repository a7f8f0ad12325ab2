package dev.tern.transport.threads;

import dev.tern.core.transport.IoThread;

/** A thread of this transport; none of them may block for anything but its socket. */
final class SocketThread extends Thread implements IoThread {
  SocketThread(String role, Runnable task) {
    super(task, ThreadsTransport.THREAD_NAME_PREFIX + "-" + role);
    setDaemon(true);
  }
}
