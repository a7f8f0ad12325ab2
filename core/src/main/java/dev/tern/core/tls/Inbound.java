package dev.tern.core.tls;

import java.nio.ByteBuffer;
import java.util.Arrays;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLEngineResult.Status;
import javax.net.ssl.SSLException;

/**
 * The reading half of a connection: makes plain bytes of whole records, and keeps a part of one. A
 * connection that has read whole records keeps nothing. In the serial context only.
 */
final class Inbound {
  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

  /** A type, a version, a length. */
  private static final int HEADER_BYTES = 5;

  /** A record that claims more is none, which the JDK says at once. */
  private static final int MAX_RECORD_BYTES = Scratch.PLAIN_BYTES + (2 << 10);

  private final SSLEngine engine;
  private ByteBuffer sealed = NOTHING;
  private ByteBuffer plain = NOTHING;
  private boolean answer;

  Inbound(SSLEngine engine) {
    this.engine = engine;
  }

  /**
   * Bytes have arrived. Of the array nothing is kept after {@link #keepRest}.
   *
   * @param buffer belongs to the transport
   */
  void add(byte[] buffer, int offset, int length) {
    if (sealed.hasRemaining()) {
      byte[] all = Arrays.copyOf(rest(), sealed.remaining() + length);
      System.arraycopy(buffer, offset, all, sealed.remaining(), length);
      sealed = ByteBuffer.wrap(all);
    } else {
      sealed = ByteBuffer.wrap(buffer, offset, length);
    }
  }

  private byte[] rest() {
    int from = sealed.arrayOffset() + sealed.position();
    return Arrays.copyOfRange(sealed.array(), from, from + sealed.remaining());
  }

  /** Takes over what is left of the transport's array. */
  void keepRest() {
    sealed = sealed.hasRemaining() ? ByteBuffer.wrap(rest()) : NOTHING;
  }

  private boolean hasRecord() {
    if (sealed.remaining() < HEADER_BYTES) {
      return false;
    }
    int length = sealed.getShort(sealed.position() + HEADER_BYTES - 2) & 0xFFFF;
    return length > MAX_RECORD_BYTES || sealed.remaining() >= HEADER_BYTES + length;
  }

  /**
   * Reads one record.
   *
   * @return false if there is no whole one, or the peer has ended its direction
   */
  boolean read() throws SSLException {
    answer = false;
    if (!hasRecord()) {
      return false;
    }
    SSLEngineResult result = engine.unwrap(sealed, plain);
    if (result.getStatus() == Status.BUFFER_OVERFLOW) {
      grow();
      result = engine.unwrap(sealed, plain);
    }
    answer =
        result.getHandshakeStatus() == HandshakeStatus.NEED_WRAP
            && engine.getHandshakeStatus() == HandshakeStatus.NOT_HANDSHAKING;
    return switch (result.getStatus()) {
      case OK -> true;
      case CLOSED -> false;
      case BUFFER_OVERFLOW, BUFFER_UNDERFLOW ->
          throw new SSLException("TLS reads no record: " + result.getStatus());
    };
  }

  /**
   * After a task: OpenSSL's engine goes on with its handshake when it is asked to read, be it
   * nothing; the JDK's has done so.
   */
  void goOn() throws SSLException {
    if (engine.getHandshakeStatus() == HandshakeStatus.NEED_UNWRAP && !hasRecord()) {
      engine.unwrap(NOTHING, plain);
    }
  }

  /**
   * Whether the record that was read last has made the engine say something, such as why it cannot
   * go on, that the engine's own status does not tell: OpenSSL's speaks of handshakes only.
   */
  boolean hasAnswer() {
    return answer;
  }

  /** What is plain is never longer than what it was sealed in. */
  private void grow() {
    int room = Math.max(sealed.remaining(), Scratch.PLAIN_BYTES / 16);
    plain =
        ByteBuffer.wrap(Arrays.copyOf(plain.array(), plain.position() + room))
            .position(plain.position());
  }

  /** What was read since the last time. */
  Plain takePlain() {
    Plain taken = new Plain(plain.array(), plain.position());
    plain = NOTHING;
    return taken;
  }

  /** Bytes that were decrypted. */
  static final class Plain {
    final byte[] bytes;

    /** So many of them count, from the first on. */
    final int length;

    private Plain(byte[] bytes, int length) {
      this.bytes = bytes;
      this.length = length;
    }
  }
}
