package dev.tern.transport.netty;

import dev.tern.core.transport.ConnectionHandler;
import io.netty.buffer.ByteBuf;
import io.netty.channel.socket.SocketChannel;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The reading half of a connection: hands over what arrives, in bursts, unless it is paused or has
 * been told to discard. On the event loop only.
 */
final class Inbound {

  private static final byte[] NOTHING = {};

  private final SocketChannel channel;
  private final HandlerCalls handler;

  /** Bytes handed over since the last {@link ConnectionHandler#onReadComplete}. */
  private int burstBytes;

  private boolean paused;
  private boolean discarding;
  private boolean ended;

  /** What was read while reading was paused: next to nothing, see {@link ReadBuffers}. */
  private byte @Nullable [] kept;

  Inbound(SocketChannel channel, HandlerCalls handler) {
    this.channel = channel;
    this.handler = handler;
  }

  /** Takes what the socket gave, and releases it. */
  void read(ByteBuf read) {
    int length = read.readableBytes();
    byte[] chunk = LoopThread.current().array();
    read.readBytes(chunk, 0, length);
    read.release();
    if (burstBytes + length > ConnectionHandler.MAX_BURST_BYTES) {
      endBurst();
    }
    if (discarding) {
      return;
    }
    if (paused || kept != null) {
      keep(chunk, length);
    } else {
      handOver(chunk, length);
    }
  }

  private void handOver(byte[] chunk, int length) {
    burstBytes += length;
    handler.bytes(chunk, length);
  }

  /** Ends a burst: the socket has nothing more to read now. */
  void endBurst() {
    if (burstBytes > 0) {
      burstBytes = 0;
      handler.readComplete();
    }
  }

  private void keep(byte[] chunk, int length) {
    byte[] before = kept == null ? NOTHING : kept;
    byte[] all = Arrays.copyOf(before, before.length + length);
    System.arraycopy(chunk, 0, all, before.length, length);
    kept = all;
  }

  void pause() {
    if (!discarding && !paused) {
      paused = true;
      channel.config().setAutoRead(false);
    }
  }

  void resume() {
    if (discarding || !paused) {
      return;
    }
    paused = false;
    if (kept == null) {
      channel.config().setAutoRead(true);
    } else {
      // Not now: the caller may be the handler itself.
      channel.eventLoop().execute(this::handOverKept);
    }
  }

  private void handOverKept() {
    byte[] chunk = kept;
    if (discarding || paused || chunk == null) {
      return;
    }
    kept = null;
    handOver(chunk, chunk.length);
    endBurst();
    if (ended) {
      tellEnd();
    }
    if (!paused) {
      channel.config().setAutoRead(true);
    }
  }

  /** The peer has shut its output down. */
  void end() {
    if (!ended) {
      ended = true;
      if (kept == null) {
        tellEnd();
      }
    }
  }

  private void tellEnd() {
    if (!discarding) {
      handler.endOfInput();
    }
  }

  /** Whether the peer has shut its output down. */
  boolean hasEnded() {
    return ended;
  }

  /** From now on what arrives is read and thrown away, so that the peer can go on to its end. */
  void discard() {
    stop();
    channel.config().setAutoRead(true);
  }

  /** From now on nothing is handed over. */
  void stop() {
    discarding = true;
    kept = null;
  }
}
