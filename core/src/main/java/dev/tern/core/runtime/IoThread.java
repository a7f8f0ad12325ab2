package dev.tern.core.runtime;

/**
 * Marks a thread that moves bytes, or tells the time for those that do. A client call, a store or a
 * sleep on one would stop every connection it serves, so they refuse at once instead of
 * deadlocking.
 */
public interface IoThread {

  /** Whether the current thread is one. */
  static boolean isCurrent() {
    return Thread.currentThread() instanceof IoThread;
  }

  /**
   * Refuses to block an I/O thread.
   *
   * @param what the blocking act, for the message
   * @throws IllegalStateException on an I/O thread
   */
  static void refuseToBlock(String what) {
    if (isCurrent()) {
      throw new IllegalStateException(
          what
              + " on the I/O thread "
              + Thread.currentThread().getName()
              + " (expected: a thread that may block; declare the method's lane VIRTUAL)");
    }
  }
}
