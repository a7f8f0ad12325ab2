package dev.tern.transport.netty;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * What a connection still has to send: frames on the heap, and at most one batch of them in direct
 * memory, on its way to the socket. So a peer that does not read costs {@link #MAX_BATCH_BYTES} of
 * direct memory, however much waits for it. On the event loop only.
 */
final class Outbox {

  /** As much as one write hands to the socket: large enough that its cost does not count. */
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

  void add(byte[] frame) {
    if (frame.length > 0) {
      frames.add(frame);
      mostFrames = Math.max(mostFrames, frames.size());
      addedBytes += frame.length;
    }
  }

  /** Whether a batch is on its way. */
  boolean isSending() {
    return batch != null;
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

  /**
   * Moves the next frames into a batch, which counts as sent from its reader index on; the batch
   * before must have ended.
   *
   * @return a buffer to write, with a reference for the writer; null if nothing waits
   */
  @Nullable ByteBuf nextBatch(ByteBufAllocator allocator) {
    if (frames.isEmpty()) {
      return null;
    }
    batchBytes = (int) Math.min(unsentBytes(), MAX_BATCH_BYTES);
    ByteBuf next = allocator.directBuffer(batchBytes, batchBytes);
    while (next.isWritable()) {
      byte[] frame = frames.element();
      int length = Math.min(frame.length - firstOffset, next.writableBytes());
      next.writeBytes(frame, firstOffset, length);
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
    batch = next;
    return next.retain();
  }

  /** The batch has been sent, or has failed. */
  void endBatch(boolean sent) {
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
