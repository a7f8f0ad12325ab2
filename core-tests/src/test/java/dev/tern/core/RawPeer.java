package dev.tern.core;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.core.transport.Connection;
import dev.tern.core.transport.ConnectionHandler;
import dev.tern.core.transport.Transport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.json.JsonMapper;

/**
 * A peer over any transport that knows how long a frame is and next to nothing else of the
 * protocol: it sends what a test says, and shows the test what came. Only the hello that a client
 * says by itself it answers by itself, as one that has nothing to tell, unless it is told not to.
 */
public final class RawPeer implements ConnectionHandler {
  private static final ObjectMapper JSON = new JsonMapper();

  private static final String HELLO = "{\"id\":\"hello\",\"method\":\"rpc.hello\"";

  /** Plays the server. */
  public static final class Listening implements AutoCloseable {
    private final BlockingQueue<RawPeer> accepted = new LinkedBlockingQueue<>();
    private final Transport.Listener listener;
    private volatile String greeting = "{}";

    private Listening(Transport transport) throws IOException {
      listener =
          transport.listen(
              new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
              connection -> {
                RawPeer peer = new RawPeer(connection);
                peer.greeting = greeting;
                accepted.add(peer);
                return peer;
              });
    }

    public InetSocketAddress address() {
      return listener.address();
    }

    /** What the own hello of clients that connect from here on is answered; empty for nothing. */
    public Listening greeting(String result) {
      greeting = result;
      return this;
    }

    /** The next connection; waits for it. */
    public RawPeer accept() {
      return awaited(accepted, "a connection");
    }

    @Override
    public void close() {
      listener.close();
    }
  }

  private final Connection connection;
  private final BlockingQueue<byte[]> frames = new LinkedBlockingQueue<>();
  private final CountDownLatch end = new CountDownLatch(1);

  private String greeting = "";

  /** In the serial context: what has come of the next frame. */
  private ByteBuffer unfinished = ByteBuffer.allocate(1 << 16).limit(0);

  private RawPeer(Connection connection) {
    this.connection = connection;
  }

  public static Listening listen(Transport transport) {
    try {
      return new Listening(transport);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static RawPeer connect(Transport transport, InetSocketAddress address) {
    RawPeer[] made = new RawPeer[1];
    try {
      transport.connect(
          address, Duration.ofSeconds(10), connection -> made[0] = new RawPeer(connection));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return made[0];
  }

  /** Sends each text as a frame, all in one write. */
  public void send(String... payloads) {
    connection.execute(
        () -> {
          for (String payload : payloads) {
            byte[] bytes = payload.getBytes(UTF_8);
            connection.write(
                ByteBuffer.allocate(Integer.BYTES + bytes.length)
                    .putInt(bytes.length)
                    .put(bytes)
                    .array());
          }
          connection.flush();
        });
  }

  /** Sends bytes, which need not be frames. */
  public void sendBytes(byte[] bytes) {
    connection.execute(
        () -> {
          connection.write(bytes);
          connection.flush();
        });
  }

  /** The next frame; waits for it. */
  public JsonNode read() {
    return JSON.readTree(readBytes());
  }

  /** The next frame's payload, in whatever encoding; waits for it. */
  public byte[] readBytes() {
    return awaited(frames, "a frame");
  }

  /** Sends a payload, in whatever encoding, as a frame. */
  public void sendPayload(byte[] payload) {
    sendBytes(
        ByteBuffer.allocate(Integer.BYTES + payload.length)
            .putInt(payload.length)
            .put(payload)
            .array());
  }

  /** Nothing has come that was not read; only after something that proves that it would have. */
  public void expectNothingMore() {
    assertThat(frames).isEmpty();
  }

  /** Closes in order: the other side sees the end of its input. */
  public void close() {
    connection.execute(connection::close);
  }

  /** Resets the connection. */
  public void abort() {
    connection.abort();
  }

  /** Waits until the other side has ended the connection. */
  public void awaitEnd() {
    try {
      assertThat(end.await(Gate.PATIENCE_SECONDS, TimeUnit.SECONDS))
          .as("the other side has ended the connection")
          .isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError("interrupted", e);
    }
  }

  @Override
  public void onBytes(byte[] buffer, int offset, int length) {
    ByteBuffer all = ByteBuffer.allocate(unfinished.remaining() + length);
    all.put(unfinished).put(buffer, offset, length).flip();
    while (all.remaining() >= Integer.BYTES
        && all.remaining() - Integer.BYTES >= all.getInt(all.position())) {
      byte[] payload = new byte[all.getInt()];
      all.get(payload);
      String frame = new String(payload, UTF_8);
      if (!frame.startsWith(HELLO)) {
        frames.add(payload);
      } else if (!greeting.isEmpty()) {
        send("{\"id\":\"hello\",\"ok\":true,\"result\":" + greeting + "}");
      }
    }
    unfinished = all.slice();
  }

  @Override
  public void onReadComplete() {}

  @Override
  public void onEndOfInput() {
    end.countDown();
    connection.close();
  }

  @Override
  public void onSendProgress() {}

  @Override
  public void onClosed(@Nullable Throwable cause) {
    end.countDown();
  }

  private static <T> T awaited(BlockingQueue<T> queue, String what) {
    try {
      T next = queue.poll(Gate.PATIENCE_SECONDS, TimeUnit.SECONDS);
      if (next == null) {
        throw new AssertionError(
            "nothing within " + Gate.PATIENCE_SECONDS + " s (expected: " + what + ")");
      }
      return next;
    } catch (InterruptedException e) {
      throw new AssertionError("interrupted", e);
    }
  }
}
