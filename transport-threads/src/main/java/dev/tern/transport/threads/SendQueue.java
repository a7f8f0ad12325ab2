package dev.tern.transport.threads;

import dev.tern.core.transport.Connection;
import java.util.ArrayList;
import java.util.List;

/**
 * What a connection has yet to send, and how much it has sent. Guarded by the connection's lock.
 */
final class SendQueue {

  /** Written, then flushed. Its bound is the owner's: it sees {@link #unsentBytes}. */
  private List<byte[]> frames = new ArrayList<>();

  /** So many of the frames were flushed. */
  private int flushed;

  private long unsentBytes;
  private long sentBytes;

  void write(byte[] bytes) {
    frames.add(bytes);
    unsentBytes += bytes.length;
  }

  void flush() {
    flushed = frames.size();
  }

  boolean hasFlushed() {
    return flushed > 0;
  }

  /** Everything that was flushed; it counts as unsent until {@link #sent}. */
  List<byte[]> takeFlushed() {
    List<byte[]> taken = frames;
    frames = new ArrayList<>(taken.subList(flushed, taken.size()));
    taken.subList(flushed, taken.size()).clear();
    flushed = 0;
    return taken;
  }

  /**
   * The operating system has taken bytes.
   *
   * @return whether the backlog fell below {@link Connection#SEND_PROGRESS_BYTES} by that
   */
  boolean sent(int count) {
    boolean wasHigh = unsentBytes >= Connection.SEND_PROGRESS_BYTES;
    unsentBytes -= count;
    sentBytes += count;
    return wasHigh && unsentBytes < Connection.SEND_PROGRESS_BYTES;
  }

  void clear() {
    frames.clear();
    flushed = 0;
    unsentBytes = 0;
  }

  long unsentBytes() {
    return unsentBytes;
  }

  long sentBytes() {
    return sentBytes;
  }
}
