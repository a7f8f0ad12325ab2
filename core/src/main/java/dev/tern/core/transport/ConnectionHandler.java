package dev.tern.core.transport;

import org.jspecify.annotations.Nullable;

/**
 * What a transport tells the owner of a connection. Never throws. No call comes inside another one,
 * nor inside a method of {@link Connection} that the owner has called.
 */
public interface ConnectionHandler {

  /** The most bytes that are handed over between two calls of {@link #onReadComplete}. */
  int MAX_BURST_BYTES = 64 << 10;

  /**
   * Bytes arrived. In the serial context.
   *
   * @param buffer belongs to the transport: read it before returning, keep nothing of it
   */
  void onBytes(byte[] buffer, int offset, int length);

  /**
   * Nothing more to read just now, or {@link #MAX_BURST_BYTES} were handed over. On the thread that
   * reads, <em>outside</em> the serial context (for an event loop that is no difference): the place
   * to run what must not run under a lock.
   */
  void onReadComplete();

  /**
   * The peer has shut its output down: no more bytes will come, and it may still be waiting for
   * replies. In the serial context. The transport does not close by itself after this.
   */
  void onEndOfInput();

  /**
   * Unsent bytes fell below {@link Connection#SEND_PROGRESS_BYTES} after having been at or above
   * it. In the serial context.
   */
  void onSendProgress();

  /**
   * The peer is not welcome any more, such as one whose certificate has been withdrawn: what runs
   * may be answered, nothing else should begin, and the connection is cut off in a few seconds. In
   * the serial context; once at most. Does nothing unless somebody says otherwise.
   */
  default void onUnwelcome() {}

  /**
   * There are as many connections as the transport takes, others wait, and this one has been silent
   * for a while: if no call of it runs, it may end, or the peer be asked to end it. In the serial
   * context; more than once, perhaps.
   *
   * @return whether a place will be free by that, of which nobody knew before; false unless
   *     somebody says otherwise
   */
  default boolean onRoomWanted() {
    return false;
  }

  /**
   * The connection has ended; exactly once, and the last call. In the serial context.
   *
   * @param cause null after {@link Connection#close} or {@link Connection#abort} by this side; else
   *     the reset or failed read or write
   */
  void onClosed(@Nullable Throwable cause);
}
