package dev.tern.core.tls;

import dev.tern.core.transport.Connection;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Arrays;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLEngineResult.Status;
import javax.net.ssl.SSLException;

/**
 * The writing half of a connection: what waits to be encrypted, and how much of it has left. No
 * more is encrypted ahead than {@link Connection#SEND_PROGRESS_BYTES}. In the serial context only.
 */
final class Outbound {
  /** A queue that has held more frames than this is replaced when empty: it never shrinks. */
  private static final int MAX_IDLE_FRAMES = 64;

  /**
   * What a peer may make this side say that it did not ask for, such as answers to changes of keys,
   * without reading it.
   */
  private static final long MAX_UNREAD_ANSWERS = 2L * Connection.SEND_PROGRESS_BYTES;

  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

  private final Connection lower;
  private final SSLEngine engine;
  private ArrayDeque<ByteBuffer> queue = new ArrayDeque<>(1);
  private int mostFrames;
  private long queuedBytes;
  private long flushedBytes; // those of the queued bytes that may leave
  private long encryptedBytes;
  private long sentBytes;
  private boolean stopped;

  /**
   * Whether as much as {@link Connection#SEND_PROGRESS_BYTES} was unsent, and not told of since.
   */
  private boolean backlogged;

  Outbound(Connection lower, SSLEngine engine) {
    this.lower = lower;
    this.engine = engine;
  }

  void add(byte[] frame) {
    if (frame.length > 0) {
      queue.add(ByteBuffer.wrap(frame));
      mostFrames = Math.max(mostFrames, queue.size());
      queuedBytes += frame.length;
      backlogged |= unsentBytes() >= Connection.SEND_PROGRESS_BYTES;
    }
  }

  /** What was added may leave. */
  void flush() {
    flushedBytes = queuedBytes;
  }

  boolean isEmpty() {
    return queuedBytes == 0;
  }

  /**
   * Of what was encrypted, all that is not with the transport any more. That counts what the
   * records add as unsent, too, until all has left: a little less than the truth, and never less
   * than before.
   */
  long sentBytes() {
    look();
    return sentBytes;
  }

  private void look() {
    if (!stopped) {
      sentBytes = Math.max(sentBytes, encryptedBytes - lower.unsentBytes());
    }
  }

  long unsentBytes() {
    return stopped ? 0 : queuedBytes + encryptedBytes - sentBytes();
  }

  /** Whether the backlog has fallen; once for each. */
  boolean hasProgressed() {
    boolean fallen = backlogged && unsentBytes() < Connection.SEND_PROGRESS_BYTES;
    backlogged &= !fallen;
    return fallen;
  }

  /** Drops what is queued, and counts no further. */
  void stop() {
    look();
    stopped = true;
    dropQueue();
  }

  private void dropQueue() {
    queue = new ArrayDeque<>(1);
    queuedBytes = 0;
    flushedBytes = 0;
  }

  /** Encrypts what may leave, as long as the transport has little, and lets it go. */
  void send() throws SSLException {
    boolean any = false;
    while (flushedBytes > 0 && lower.unsentBytes() < Connection.SEND_PROGRESS_BYTES) {
      any |= sendRecord();
    }
    if (any) {
      lower.flush();
    }
  }

  private boolean sendRecord() throws SSLException {
    Scratch scratch = Scratch.take();
    try {
      int length = (int) Math.min(flushedBytes, Scratch.PLAIN_BYTES);
      take(scratch.plain, length);
      ByteBuffer plain = ByteBuffer.wrap(scratch.plain, 0, length);
      while (plain.hasRemaining()) { // more than once only beside a message of TLS's own
        SSLEngineResult result = wrap(plain, scratch);
        if (result.getStatus() == Status.CLOSED) {
          dropQueue(); // the peer has ended both directions
          return false;
        }
        if (result.bytesProduced() == 0) {
          throw stuck(result);
        }
      }
      encryptedBytes += length;
      return true;
    } finally {
      scratch.giveBack();
    }
  }

  private void take(byte[] plain, int length) {
    for (int filled = 0; filled < length; ) {
      ByteBuffer frame = queue.element();
      int part = Math.min(frame.remaining(), length - filled);
      frame.get(plain, filled, part);
      filled += part;
      if (!frame.hasRemaining()) {
        queue.remove();
      }
    }
    queuedBytes -= length;
    flushedBytes -= length;
    if (queuedBytes == 0 && mostFrames > MAX_IDLE_FRAMES) {
      queue = new ArrayDeque<>(1);
      mostFrames = 0;
    }
  }

  /** Says what TLS itself has to say now: messages of a handshake, an alert, the end. */
  void sendOwn() throws SSLException {
    SSLEngineResult result;
    do {
      result = wrapOwn();
    } while (result.getStatus() == Status.OK
        && result.getHandshakeStatus() == HandshakeStatus.NEED_WRAP
        && sent(result));
  }

  private static boolean sent(SSLEngineResult result) throws SSLException {
    if (result.bytesProduced() == 0) {
      throw stuck(result);
    }
    return true;
  }

  /**
   * Says what the engine has kept back, until there is nothing more. What has gone wrong, it throws
   * when the peer has been told.
   */
  void sendHeldBack() throws SSLException {
    SSLEngineResult result;
    do {
      result = wrapOwn();
    } while (result.getStatus() == Status.OK && result.bytesProduced() > 0);
  }

  private SSLEngineResult wrapOwn() throws SSLException {
    if (lower.unsentBytes() > MAX_UNREAD_ANSWERS) {
      throw new SSLException("the peer asks for answers and does not read them");
    }
    Scratch scratch = Scratch.take();
    try {
      return wrap(NOTHING, scratch);
    } finally {
      scratch.giveBack();
    }
  }

  /** Says that this side sends nothing more, after {@link #isEmpty}. */
  void sendEnd() throws SSLException {
    engine.closeOutbound();
    if (!engine.isOutboundDone()) { // the end is to be said, whatever the status
      sendOwn();
    }
    lower.flush();
  }

  /** Says what is left to say of a direction that has ended. */
  void sendLast() throws SSLException {
    while (!engine.isOutboundDone() && engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP) {
      sendOwn();
    }
    lower.flush();
  }

  /** Gives one record to the transport, or nothing. */
  private SSLEngineResult wrap(ByteBuffer plain, Scratch scratch) throws SSLException {
    int needed = engine.getSession().getPacketBufferSize();
    byte[] sealed = needed <= scratch.sealed.length ? scratch.sealed : new byte[needed];
    SSLEngineResult result = engine.wrap(plain, ByteBuffer.wrap(sealed));
    if (result.bytesProduced() > 0) {
      lower.write(Arrays.copyOf(sealed, result.bytesProduced()));
    }
    return switch (result.getStatus()) {
      case OK, CLOSED -> result;
      case BUFFER_OVERFLOW, BUFFER_UNDERFLOW -> throw stuck(result);
    };
  }

  /** Rather a broken connection than a thread that spins. */
  private static SSLException stuck(SSLEngineResult result) {
    return new SSLException("TLS makes no record: " + result.getStatus());
  }
}
