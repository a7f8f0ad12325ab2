package dev.tern.transport.netty;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelConfig;
import io.netty.channel.DefaultMaxMessagesRecvByteBufAllocator;
import org.jspecify.annotations.Nullable;

/**
 * Makes Netty read into the loop's own buffer, at most {@link LoopThread#READ_BYTES} at once, or
 * {@link LoopThread#BUSY_READ_BYTES}, and then on to the next connection.
 *
 * <p>It also keeps a paused connection paused. Once the peer's end is announced, Netty's epoll
 * channels read all that has arrived, whatever the settings say: megabytes from each peer that
 * sends, shuts down and waits. So while reading is paused, one byte may be read, which tells a
 * reset from the end of the input, and what asks for more is refused with {@link ReadingPaused}.
 */
final class ReadBuffers extends DefaultMaxMessagesRecvByteBufAllocator {

  ReadBuffers() {
    super(1);
  }

  @Override
  public MaxMessageHandle newHandle() {
    return new LoopHandle();
  }

  private final class LoopHandle extends MaxMessageHandle {
    private @Nullable ChannelConfig config;
    private boolean hasRead;

    /** Whether the last read was as long as the smaller buffer at least. */
    private boolean busy;

    @Override
    public void reset(ChannelConfig config) {
      super.reset(config);
      this.config = config;
      hasRead = false;
    }

    @Override
    public ByteBuf allocate(ByteBufAllocator ignored) {
      boolean first = !hasRead;
      hasRead = true;
      if (config == null || config.isAutoRead()) {
        return LoopThread.current().acquire(busy);
      }
      if (first) {
        return LoopThread.current().acquireOneByte();
      }
      throw new ReadingPaused();
    }

    @Override
    public void lastBytesRead(int bytes) {
      busy = bytes >= LoopThread.READ_BYTES;
      super.lastBytesRead(bytes);
    }

    @Override
    public int guess() {
      return busy ? LoopThread.BUSY_READ_BYTES : LoopThread.READ_BYTES;
    }
  }

  /** Ends a pass over the socket; arrives at the connection's handler, which ignores it. */
  static final class ReadingPaused extends RuntimeException {
    private static final long serialVersionUID = 1;

    private ReadingPaused() {
      super("reading is paused", null, false, false);
    }
  }
}
