package dev.tern.cli.visit;

import dev.tern.core.transport.Connection;
import dev.tern.core.transport.ConnectionHandler;
import dev.tern.core.transport.TlsPeer;
import dev.tern.core.transport.Transport;
import dev.tern.protocol.Limits;
import dev.tern.protocol.frame.FrameDecoder;
import dev.tern.protocol.frame.FramingException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A transport that shows what travels over another one's outgoing connections. Closing it closes
 * the other. Thread-safe.
 */
public final class Wiretap implements Transport {
  private final Transport under;
  private final Observer observer;

  public Wiretap(Transport under, Observer observer) {
    this.under = under;
    this.observer = observer;
  }

  /** Sees what travels, in the serial context of its connection: must not block. */
  public interface Observer {
    /** A connection was opened, which took so long. */
    default void connected(Duration took) {}

    /** A payload was given to the transport. */
    default void sent(byte[] payload) {}

    /** A payload arrived. */
    default void received(byte[] payload) {}

    /** Bytes arrived, whatever they are: some of a chunk, which is not to be changed. */
    default void arrived(byte[] chunk, int offset, int length) {}

    /** Bytes arrived that are no frame. */
    default void unreadable(String reason) {}
  }

  @Override
  public Listener listen(InetSocketAddress address, Acceptor acceptor) throws IOException {
    return under.listen(address, acceptor);
  }

  @Override
  public Connection connect(InetSocketAddress address, Duration timeout, Acceptor acceptor)
      throws IOException {
    long began = System.nanoTime();
    return under.connect(
        address,
        timeout,
        connection -> {
          observer.connected(Duration.ofNanos(System.nanoTime() - began));
          return new TappedHandler(acceptor.accept(new TappedConnection(connection)));
        });
  }

  @Override
  public void close() {
    under.close();
  }

  /** Cuts a direction of the stream into payloads. */
  private static final class Cutter {
    private final FrameDecoder decoder = new FrameDecoder(Limits.MAX_FRAME_BYTES);
    private boolean lost;

    /**
     * @return why there will be no more payloads, once; else null
     */
    @Nullable String cut(byte[] bytes, int offset, int length, Consumer<byte[]> to) {
      if (lost) {
        return null;
      }
      decoder.feed(bytes, offset, length);
      try {
        while (decoder.next()) {
          int start = decoder.offset();
          to.accept(Arrays.copyOfRange(decoder.payload(), start, start + decoder.length()));
        }
        return null;
      } catch (FramingException e) {
        lost = true;
        int shown = Math.min(length, 32);
        String hex = HexFormat.ofDelimiter(" ").formatHex(bytes, offset, offset + shown);
        return e.getMessage() + "; bytes: " + hex + (shown < length ? " …" : "");
      }
    }
  }

  private final class TappedHandler implements ConnectionHandler {
    private final ConnectionHandler handler;
    private final Cutter cutter = new Cutter();

    TappedHandler(ConnectionHandler handler) {
      this.handler = handler;
    }

    @Override
    public void onBytes(byte[] buffer, int offset, int length) {
      observer.arrived(buffer, offset, length);
      String trouble = cutter.cut(buffer, offset, length, observer::received);
      if (trouble != null) {
        observer.unreadable(trouble);
      }
      handler.onBytes(buffer, offset, length);
    }

    @Override
    public void onReadComplete() {
      handler.onReadComplete();
    }

    @Override
    public void onEndOfInput() {
      handler.onEndOfInput();
    }

    @Override
    public void onSendProgress() {
      handler.onSendProgress();
    }

    @Override
    public void onUnwelcome() {
      handler.onUnwelcome();
    }

    @Override
    public boolean onRoomWanted() {
      return handler.onRoomWanted();
    }

    @Override
    public void onClosed(@Nullable Throwable cause) {
      handler.onClosed(cause);
    }
  }

  private final class TappedConnection implements Connection {
    private final Connection connection;
    private final Cutter cutter = new Cutter();

    TappedConnection(Connection connection) {
      this.connection = connection;
    }

    @Override
    public void write(byte[] bytes) {
      cutter.cut(bytes, 0, bytes.length, observer::sent);
      connection.write(bytes);
    }

    @Override
    public SocketAddress localAddress() {
      return connection.localAddress();
    }

    @Override
    public SocketAddress remoteAddress() {
      return connection.remoteAddress();
    }

    @Override
    public @Nullable TlsPeer tls() {
      return connection.tls();
    }

    @Override
    public void execute(Runnable task) {
      connection.execute(task);
    }

    @Override
    public void flush() {
      connection.flush();
    }

    @Override
    public long unsentBytes() {
      return connection.unsentBytes();
    }

    @Override
    public long sentBytes() {
      return connection.sentBytes();
    }

    @Override
    public void pauseReading() {
      connection.pauseReading();
    }

    @Override
    public void resumeReading() {
      connection.resumeReading();
    }

    @Override
    public void close() {
      connection.close();
    }

    @Override
    public void abort() {
      connection.abort();
    }
  }
}
