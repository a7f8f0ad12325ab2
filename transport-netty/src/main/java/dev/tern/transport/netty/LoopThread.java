package dev.tern.transport.netty;

import dev.tern.core.runtime.IoThread;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.util.concurrent.FastThreadLocalThread;

/**
 * The thread of one event loop. It owns the read buffers of the loop, so that an idle connection
 * owns none: bytes go from the socket into the direct one, and from there into the array that the
 * handler sees.
 */
final class LoopThread extends FastThreadLocalThread implements IoThread {

  /**
   * How much is read at once. Little, so that the peer gets the first replies while the later
   * requests are still being worked on, and so that a peer which sends only the beginning of a
   * frame makes this side hold little of it.
   */
  static final int READ_BYTES = 8 << 10;

  /**
   * How much is read from a connection that has filled its last read: there is work without pause,
   * and time should go into calls, not into the socket. Fed by a generator, a server answers 1.6
   * times the calls that it does with 8 KiB.
   */
  static final int BUSY_READ_BYTES = 32 << 10;

  // Made by the thread itself: Netty leaves thread-locals with whoever makes its first buffer.

  @SuppressWarnings("NullAway.Init") // by run(), before anybody reads
  private ByteBuf small;

  @SuppressWarnings("NullAway.Init") // likewise
  private ByteBuf large;

  private final byte[] array = new byte[BUSY_READ_BYTES];

  LoopThread(Runnable loop, String name) {
    super(loop, name);
    setDaemon(true);
  }

  /** The current thread, which must be one of an event loop. */
  static LoopThread current() {
    return (LoopThread) Thread.currentThread();
  }

  /**
   * A direct buffer, empty and with one more reference, for one read.
   *
   * @param busy whether it is the large one
   */
  ByteBuf acquire(boolean busy) {
    return (busy ? large : small).clear().retain();
  }

  /** Room for a single byte in a direct buffer, with one more reference. */
  ByteBuf acquireOneByte() {
    return small.retainedSlice(0, 1).clear();
  }

  /** Where a chunk is handed over to a handler. Valid until the handler returns. */
  byte[] array() {
    return array;
  }

  @Override
  public void run() {
    small = Unpooled.directBuffer(READ_BYTES, READ_BYTES);
    large = Unpooled.directBuffer(BUSY_READ_BYTES, BUSY_READ_BYTES);
    try {
      super.run();
    } finally {
      small.release();
      large.release();
    }
  }
}
