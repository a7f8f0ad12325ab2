package dev.tern.transport.netty;

import dev.tern.core.transport.Connection;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.socket.SocketChannel;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * The writing half of a connection: frames on the heap, and at most one batch of them in direct
 * memory, on its way to the socket. So a peer that does not read costs {@link #MAX_BATCH_BYTES} of
 * direct memory, however much waits for it. On the event loop only.
 */
final class Outbound implements ChannelFutureListener {

  /** The most bytes of one write: so many that the cost of the write itself does not count. */
  static final int MAX_BATCH_BYTES = 64 << 10;

  /**
   * A queue that has held more frames than this is replaced when empty: its array never shrinks.
   */
  private static final int MAX_IDLE_FRAMES = 64;

  private ArrayDeque<byte[]> frames = new ArrayDeque<>(1);

  /** How much of the first frame has gone into batches. */
  private int firstOffset;

  private int mostFrames;
  private @Nullable ByteBuf batch;
  private int batchBytes;
  private long addedBytes;
  private long sentBytes;
  private boolean sending;

  /** Whether as much as {@link Connection#SEND_PROGRESS_BYTES} was unsent, and never less since. */
  private boolean backlogged;

  private final SocketChannel channel;
  private final NettyConnection connection;

  Outbound(SocketChannel channel, NettyConnection connection) {
    this.channel = channel;
    this.connection = connection;
  }

  void add(byte[] frame) {
    if (frame.length > 0) {
      frames.add(frame);
      mostFrames = Math.max(mostFrames, frames.size());
      addedBytes += frame.length;
      backlogged |= unsentBytes() >= Connection.SEND_PROGRESS_BYTES;
    }
  }

  boolean isEmpty() {
    return batch == null && frames.isEmpty();
  }

  long sentBytes() {
    return sentBytes + (batch == null ? 0 : batch.readerIndex());
  }

  long unsentBytes() {
    return addedBytes - sentBytes();
  }

  /** Sends batch after batch, for as long as the socket takes them at once. */
  void flush() {
    if (sending) {
      return; // A batch that is sent at once ends inside the loop below.
    }
    sending = true;
    try {
      while (batch == null && !frames.isEmpty()) {
        channel.writeAndFlush(nextBatch()).addListener(this);
      }
    } catch (Throwable t) {
      connection.broken("sending", t);
    } finally {
      sending = false;
    }
  }

  /** Moves frames into a new batch; returns it with a reference for the socket. */
  private ByteBuf nextBatch() {
    int bytes = (int) Math.min(unsentBytes(), MAX_BATCH_BYTES);
    ByteBuf next = channel.alloc().directBuffer(bytes, bytes);
    ByteBuffer memory = next.internalNioBuffer(0, bytes); // writeBytes checks more, each time
    while (memory.hasRemaining()) {
      byte[] frame = frames.element();
      int length = Math.min(frame.length - firstOffset, memory.remaining());
      memory.put(frame, firstOffset, length);
      firstOffset += length;
      if (firstOffset == frame.length) {
        frames.remove();
        firstOffset = 0;
      }
    }
    if (frames.isEmpty() && mostFrames > MAX_IDLE_FRAMES) {
      frames = new ArrayDeque<>(1);
      mostFrames = 0;
    }
    next.writerIndex(bytes);
    batch = next;
    batchBytes = bytes;
    return next.retain();
  }

  /** Called when a batch has been sent, or has failed. */
  @Override
  public void operationComplete(ChannelFuture write) {
    endBatch(write.isSuccess());
    if (!write.isSuccess()) {
      clear();
      connection.fail(write.cause());
      return;
    }
    flush();
    if (backlogged && unsentBytes() < Connection.SEND_PROGRESS_BYTES) {
      backlogged = false;
      // Not now: this may be inside the handler's own call of flush.
      channel.eventLoop().execute(connection::sendProgress);
    }
    connection.lingerOnceFlushed();
  }

  private void endBatch(boolean sent) {
    ByteBuf ended = batch;
    if (ended != null) {
      sentBytes += sent ? batchBytes : ended.readerIndex();
      batch = null;
      batchBytes = 0;
      ended.release();
    }
  }

  /** Forgets the frames; a batch that is on its way still has to end. */
  void clear() {
    frames.clear();
    firstOffset = 0;
    addedBytes = sentBytes + batchBytes;
  }
}
