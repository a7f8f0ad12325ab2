package dev.tern.core.transport;

import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * One byte stream to a peer. Everything that touches a session runs in its connection's <em>serial
 * context</em>: one task after the other, never two at once. For an event loop that is the loop,
 * for threads a lock. In the context nobody blocks.
 *
 * <p>All methods but {@link #execute}, {@link #abort}, {@link #tls} and the addresses are called in
 * the context.
 */
public interface Connection {
  /** This end; never null. The same for good, after the connection has ended, too. Any thread. */
  SocketAddress localAddress();

  /** The peer's end; never null. The same for good, after the end, too. Any thread. */
  SocketAddress remoteAddress();

  /**
   * What TLS has found out about the peer; null if bytes travel as they are, and whoever is on the
   * way can read them. The same for good. Any thread.
   */
  default @Nullable TlsPeer tls() {
    return null;
  }

  /**
   * Runs a short task in the serial context: at once if the caller is in it, else soon. Any thread.
   * Tasks given after the connection has closed still run (on the calling thread if need be), and
   * find that writing does nothing. Tasks of one thread keep their order.
   */
  void execute(Runnable task);

  /**
   * Queues bytes to be sent; they leave at the next {@link #flush}. Never blocks. The array must
   * not be changed any more, by nobody: others may hold it, too. After {@link #close}, {@link
   * #abort} or the connection's end it does nothing.
   */
  void write(byte[] bytes);

  /** Lets what was queued leave, as few writes as possible. Never blocks. */
  void flush();

  /** Bytes that were queued and that the operating system has not taken yet. */
  long unsentBytes();

  /** Bytes that the operating system has taken since the beginning. */
  long sentBytes();

  /** Stops reading after at most one more chunk: the peer's bytes wait at the peer. Idempotent. */
  void pauseReading();

  /** Reads again. Idempotent. */
  void resumeReading();

  /**
   * Closes without losing what was queued, in two phases. First it flushes, for as long as the peer
   * takes to read: whoever has no patience with a peer that reads nothing looks at {@link
   * #sentBytes} now and then, and aborts. Then it shuts the output down, reads and discards for at
   * most {@link #LINGER_MILLIS} or until the peer's end, and closes: a plain close with unread
   * input would reset the connection, and the peer would lose the last reply. What arrives in
   * either phase is thrown away. At most {@link #MAX_LINGERING} connections of a transport linger
   * at once; more are closed plainly after the flush. Idempotent.
   */
  void close();

  /**
   * Closes at once with a reset: what was queued is lost, and the peer sees a failure, not the end
   * of the input. Any thread. Idempotent.
   */
  void abort();

  /** Where a backlog of unsent bytes counts as gone, so that those who wait for room go on. */
  int SEND_PROGRESS_BYTES = 1 << 20;

  /**
   * How long a closing connection that has sent everything waits for the peer: enough for a reply
   * to arrive anywhere.
   */
  int LINGER_MILLIS = 1_000;

  /** How many connections linger at once: a flood of bad peers must not hold all descriptors. */
  int MAX_LINGERING = 1_000;
}
