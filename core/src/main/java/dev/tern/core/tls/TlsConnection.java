package dev.tern.core.tls;

import dev.tern.core.runtime.Timers;
import dev.tern.core.transport.Connection;
import dev.tern.core.transport.ConnectionHandler;
import dev.tern.core.transport.TlsPeer;
import dev.tern.core.transport.Transport;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Objects;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * TLS between a transport's connection and whoever uses it: a handler to the one, a connection to
 * the other. Its serial context is the lower one's, and it has no thread: handshakes are worked on
 * by the thread that reads.
 *
 * <p>The acceptor is asked for the handler after the handshake, so that nothing above knows of
 * connections that have not come so far. A connection that fails says its alert and closes as ever,
 * so that the peer can read why.
 */
final class TlsConnection implements Connection, ConnectionHandler {

  /** What the two ends do differently. In the serial context. */
  interface Role {
    /** What makes the engine of this connection; asked for once, before the first byte of TLS. */
    TlsEngines.Context engines();

    /** Whom a client asks for; null at a server. */
    @Nullable InetSocketAddress server();

    /** What the peer is called; null for nothing. */
    @Nullable String peerName(SSLSession session) throws IOException;

    /**
     * Whether the peer still has to look at this end's certificate when the handshake is over here,
     * as in TLS 1.3.
     */
    boolean awaitsVerdict(SSLEngine engine);

    /** The frame for a peer that speaks no TLS; null for none. */
    byte @Nullable [] toPlainPeer();

    /** What went wrong, in plain words. */
    IOException reason(Exception broken);

    /** The handshake is over and the handler made. */
    void opened(TlsConnection connection);

    /** It ends without having been opened. */
    void failed(TlsConnection connection, Exception reason);

    /**
     * It has ended; the last.
     *
     * @param engine null if there has been none
     */
    void ended(TlsConnection connection, @Nullable SSLEngine engine);
  }

  private enum State {
    HANDSHAKING,
    OPEN,
    /** Nothing is read or added any more; what is queued is leaving. */
    CLOSING,
    ENDED
  }

  /** How a record with a part of a handshake begins, and one with an alert. */
  private static final byte HANDSHAKE = 0x16;

  private static final byte ALERT = 0x15;

  /**
   * So long a client waits for the server's first word after its certificate. Servers say one, a
   * ticket of the session or why they refuse; one that says nothing is taken at that.
   */
  private static final long VERDICT_MILLIS = 500;

  /**
   * How long a connection that has failed has to send what the transport has got of it already:
   * what is above counts no unsent bytes any more, and cannot see that the peer takes none.
   */
  private static final long FAILED_MILLIS = 10_000;

  private static final long NANOS_PER_MILLI = 1_000_000;

  private final Connection lower;
  private final Role role;
  private final Transport.Acceptor acceptor;
  private final Timers timers;

  // In the serial context only.

  private State state = State.HANDSHAKING;
  private boolean heard;

  /** Bytes handed over since the last {@link #onReadComplete}. */
  private int burstBytes;

  private boolean inputEnded;

  /** Whether the handshake is over here, and the peer's verdict has not come. */
  private boolean verdictDue;

  /** Whether the lower connection has been told to close. */
  private boolean leaving;

  /** Set together with the engine, which it has made. */
  private TlsEngines.@Nullable Context engines;

  private @Nullable SSLEngine engine;
  private @Nullable Inbound inbound;
  private @Nullable Outbound outbound;
  private @Nullable IOException failure;

  /** Cuts off a handshake that takes too long, or a peer that is not welcome any more. */
  private Timers.@Nullable Scheduled cutOff;

  /** Null until it is open; made on the thread that reads. */
  private @Nullable ConnectionHandler handler;

  /** Null until it is open. */
  private volatile @Nullable TlsPeer peer;

  TlsConnection(Connection lower, Role role, Transport.Acceptor acceptor, Timers timers) {
    this.lower = lower;
    this.role = role;
    this.acceptor = acceptor;
    this.timers = timers;
  }

  /** Ends it if it has not been opened by then. */
  void openWithin(long millis) {
    cutOff = timers.schedule(millis * NANOS_PER_MILLI, () -> lower.execute(this::tooLate));
  }

  private void openLate() {
    if (state == State.HANDSHAKING && verdictDue) {
      Exception broken = open();
      if (broken != null) {
        end(role.reason(broken));
      }
    }
  }

  private void tooLate() {
    if (state == State.HANDSHAKING) {
      end(new IOException("the handshake took too long"));
    }
  }

  /** Begins the handshake of a client. */
  void begin() {
    try {
      start();
      advance();
    } catch (IOException | RuntimeException e) {
      end(role.reason(e));
    }
  }

  private void start() throws IOException {
    TlsEngines.Context makers = role.engines();
    SSLEngine made = makers.newEngine(role.server());
    engines = makers;
    engine = made;
    inbound = new Inbound(made);
    outbound = new Outbound(lower, made);
    made.beginHandshake();
  }

  /** Whether the peer has sent anything. In the serial context. */
  boolean hasHeard() {
    return heard;
  }

  // From below.

  @Override
  public void onBytes(byte[] buffer, int offset, int length) {
    if (isDeaf()) {
      return;
    }
    boolean isFirst = !heard;
    heard = true;
    if (isFirst && buffer[offset] != HANDSHAKE && buffer[offset] != ALERT) {
      refusePlain();
      return;
    }
    Exception broken = read(buffer, offset, length);
    if (broken != null && !isDeaf()) {
      end(role.reason(broken));
    } else if (engine != null && engine.isInboundDone() && !isDeaf()) {
      endInput();
    }
  }

  private boolean isDeaf() {
    return inputEnded || state == State.CLOSING || state == State.ENDED;
  }

  private void refusePlain() {
    byte[] frame = role.toPlainPeer();
    if (frame != null) {
      lower.write(frame);
      lower.flush();
    }
    end(role.reason(new NoTlsException()));
  }

  /** What has arrived is read as far as it is whole, and handed over. Returns what went wrong. */
  private @Nullable Exception read(byte[] buffer, int offset, int length) {
    Exception broken = null;
    boolean opens;
    do {
      try {
        if (engine == null) {
          start();
        }
        if (length > 0) {
          Objects.requireNonNull(inbound).add(buffer, offset, length);
          length = 0;
        }
        opens = advance();
      } catch (IOException | RuntimeException e) { // such as a key that the JDK cannot use
        broken = e;
        opens = false;
      }
      if (opens) {
        broken = open();
      }
    } while (opens && broken == null);
    Inbound in = inbound;
    if (in != null) {
      handOver(in.takePlain());
      in.keepRest();
    }
    return broken;
  }

  /**
   * Does what TLS wants, as far as it can.
   *
   * @return whether the handshake has just ended
   */
  private boolean advance() throws IOException {
    SSLEngine tls = Objects.requireNonNull(engine);
    Outbound out = Objects.requireNonNull(outbound);
    boolean more = true;
    while (more && !isDeaf()) {
      HandshakeStatus status = tls.getHandshakeStatus();
      if (state == State.OPEN && isSecondHandshake(tls, status)) {
        throw new IOException("a second handshake (expected: one a connection)");
      }
      switch (status) {
        case NEED_TASK -> {
          for (Runnable task; (task = tls.getDelegatedTask()) != null; ) {
            task.run();
          }
          Objects.requireNonNull(inbound).goOn();
        }
        case NEED_WRAP -> out.sendOwn();
        case NEED_UNWRAP, NEED_UNWRAP_AGAIN, NOT_HANDSHAKING, FINISHED -> {
          Inbound in = Objects.requireNonNull(inbound);
          more = in.read();
          if (in.hasAnswer()) {
            out.sendHeldBack();
          }
        }
      }
      if (state == State.HANDSHAKING && isOver(tls) && (!verdictDue || more)) {
        if (verdictDue || !mustAwaitVerdict(tls)) {
          Objects.requireNonNull(engines).speakUp(tls, out::sendHeldBack);
          lower.flush();
          return true;
        }
        verdictDue = true;
        cutOff =
            timers.schedule(VERDICT_MILLIS * NANOS_PER_MILLI, () -> lower.execute(this::openLate));
      }
    }
    lower.flush();
    return false;
  }

  private boolean mustAwaitVerdict(SSLEngine tls) {
    return isTls13(tls) && role.awaitsVerdict(tls);
  }

  private static boolean isOver(SSLEngine tls) {
    return tls.getHandshakeStatus() == HandshakeStatus.NOT_HANDSHAKING
        && !tls.isInboundDone()
        && !tls.isOutboundDone();
  }

  /** What TLS 1.3 says after its handshake needs no task; TLS 1.2 says nothing but its end. */
  private static boolean isSecondHandshake(SSLEngine tls, HandshakeStatus status) {
    if (tls.isInboundDone()) {
      return false;
    }
    return switch (status) {
      case NEED_TASK -> true;
      case NEED_WRAP, NEED_UNWRAP -> !isTls13(tls);
      case NEED_UNWRAP_AGAIN, NOT_HANDSHAKING, FINISHED -> false;
    };
  }

  private static boolean isTls13(SSLEngine tls) {
    return tls.getSession().getProtocol().equals("TLSv1.3");
  }

  /** The handshake has ended: asks for the handler. Returns what went wrong. */
  private @Nullable Exception open() {
    SSLSession session = Objects.requireNonNull(engine).getSession();
    try {
      peer = new TlsPeer(session.getProtocol(), role.peerName(session));
    } catch (IOException e) {
      return e;
    }
    state = State.OPEN;
    cancelCutOff();
    try {
      handler = acceptor.accept(this);
    } catch (RuntimeException | Error e) {
      role.failed(this, e instanceof RuntimeException failed ? failed : new IOException(e));
      lower.abort();
      throw e;
    }
    role.opened(this);
    return null;
  }

  private void handOver(Inbound.Plain plain) {
    for (int from = 0; from < plain.length && !isDeaf(); ) {
      ConnectionHandler told = Objects.requireNonNull(handler);
      if (burstBytes >= MAX_BURST_BYTES) { // only above a transport that reads as much: a loop
        burstBytes = 0;
        told.onReadComplete();
      }
      int length = Math.min(plain.length - from, MAX_BURST_BYTES - burstBytes);
      told.onBytes(plain.bytes, from, length);
      burstBytes += length;
      from += length;
    }
  }

  @Override
  public void onReadComplete() {
    burstBytes = 0;
    ConnectionHandler told = handler;
    if (told != null) {
      told.onReadComplete();
    }
  }

  /** The peer's output is shut down. One that has not said so in TLS counts all the same. */
  @Override
  public void onEndOfInput() {
    if (!isDeaf()) {
      endInput();
    }
  }

  private void endInput() {
    inputEnded = true;
    SSLEngine tls = engine;
    if (state == State.HANDSHAKING || tls == null) {
      end(new IOException("the peer has ended the connection in mid-handshake"));
      return;
    }
    Objects.requireNonNull(handler).onEndOfInput();
    if (state == State.OPEN && tls.isInboundDone() && !endsOneDirection(tls)) {
      end(new IOException("the peer has ended its direction: here in TLS that ends both"));
    }
  }

  private boolean endsOneDirection(SSLEngine tls) {
    return Objects.requireNonNull(engines).endsOneDirection(tls);
  }

  @Override
  public void onSendProgress() {
    Outbound out = outbound;
    if (out != null) {
      send(out);
      if (state == State.OPEN && out.hasProgressed()) {
        Objects.requireNonNull(handler).onSendProgress();
      }
    }
  }

  @Override
  public void onClosed(@Nullable Throwable cause) {
    state = State.ENDED;
    cancelCutOff();
    if (outbound != null) {
      outbound.stop();
    }
    if (handler != null) {
      handler.onClosed(failure == null ? cause : failure);
    } else if (peer == null) {
      role.failed(this, failure == null ? closedEarly(cause) : failure);
      if (heard || engine != null) { // whoever only looks whether somebody is there has not begun
        acceptor.handshakeFailed();
      }
    }
    role.ended(this, engine);
    if (engines != null && engine != null) {
      engines.release(engine);
    }
  }

  private static IOException closedEarly(@Nullable Throwable cause) {
    return new IOException(
        cause == null
            ? "the connection was closed in mid-handshake"
            : "the connection broke in mid-handshake: " + cause.getMessage(),
        cause);
  }

  private void cancelCutOff() {
    if (cutOff != null) {
      cutOff.cancel();
    }
  }

  private void cutOffAfter(long millis) {
    cancelCutOff();
    cutOff = timers.schedule(millis * NANOS_PER_MILLI, lower::abort);
  }

  /** Ends it after what TLS has to say of it, which the peer may want to read. */
  private void end(IOException why) {
    if (state == State.CLOSING || state == State.ENDED) {
      return;
    }
    failure = why;
    state = State.CLOSING;
    leaving = true;
    cutOffAfter(FAILED_MILLIS);
    Outbound out = outbound;
    if (out != null) {
      out.stop();
      try {
        out.sendLast();
      } catch (IOException | RuntimeException e) {
        lower.abort(); // there is nothing to say it with
        return;
      }
    }
    lower.close();
  }

  @Override
  public boolean onRoomWanted() {
    if (state == State.HANDSHAKING) {
      tooLate();
      return true;
    }
    ConnectionHandler told = handler;
    return state == State.OPEN && told != null && told.onRoomWanted();
  }

  // From above.

  /** Tells the handler that this peer is not welcome any more, and does not wait long. */
  void withdraw(long millis) {
    lower.execute(
        () -> {
          ConnectionHandler told = handler;
          if (state == State.OPEN && told != null) {
            cutOffAfter(millis);
            told.onUnwelcome();
          }
        });
  }

  @Override
  public @Nullable TlsPeer tls() {
    return peer;
  }

  @Override
  public void write(byte[] bytes) {
    if (state == State.OPEN) {
      Objects.requireNonNull(outbound).add(bytes);
    }
  }

  @Override
  public void flush() {
    if (state == State.OPEN) {
      Outbound out = Objects.requireNonNull(outbound);
      out.flush();
      send(out);
    }
  }

  private void send(Outbound out) {
    try {
      out.send();
      if (state == State.CLOSING && !leaving && out.isEmpty()) {
        leaving = true;
        out.sendEnd();
        lower.close();
      }
    } catch (IOException | RuntimeException e) {
      if (state == State.OPEN) {
        end(role.reason(e));
      } else {
        lower.abort();
      }
    }
  }

  @Override
  public void close() {
    if (state == State.OPEN) {
      state = State.CLOSING;
      lower.resumeReading(); // what arrives is thrown away
      Outbound out = Objects.requireNonNull(outbound);
      out.flush();
      send(out);
    }
  }

  @Override
  public void abort() {
    lower.abort();
  }

  @Override
  public void execute(Runnable task) {
    lower.execute(task);
  }

  @Override
  public long unsentBytes() {
    return outbound == null ? 0 : outbound.unsentBytes();
  }

  @Override
  public long sentBytes() {
    return outbound == null ? 0 : outbound.sentBytes();
  }

  @Override
  public void pauseReading() {
    if (state == State.OPEN) {
      lower.pauseReading();
    }
  }

  @Override
  public void resumeReading() {
    lower.resumeReading();
  }

  @Override
  public SocketAddress localAddress() {
    return lower.localAddress();
  }

  @Override
  public SocketAddress remoteAddress() {
    return lower.remoteAddress();
  }

  @Override
  public String toString() {
    return "TLS over " + lower;
  }
}
