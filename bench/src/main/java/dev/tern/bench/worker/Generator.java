package dev.tern.bench.worker;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.List;
import org.HdrHistogram.Histogram;

/**
 * Feeds a server with prepared frames of {@code add(1, 2)}, so that the server is all that is
 * measured: one thread writes as many as were answered, and compares each answer's bytes with those
 * of the first round, which it has looked at.
 */
final class Generator implements AutoCloseable {
  private static final int BUFFER_BYTES = 256 << 10;
  private static final int FIRST_ID = 1_000_000;

  private final int inFlight;
  private final SocketChannel socket;

  /** One frame for each place in flight, all of the same length. */
  private final ByteBuffer requests;

  /** What answers them, likewise. */
  private final ByteBuffer replies;

  private final int requestBytes;
  private final int replyBytes;
  private final long[] sentAt;

  Generator(int port, int inFlight) throws IOException {
    this.inFlight = inFlight;
    sentAt = new long[inFlight];
    requests = requests(inFlight);
    requestBytes = requests.capacity() / inFlight;
    socket = SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    socket.setOption(StandardSocketOptions.TCP_NODELAY, true);
    replies = firstRound();
    replyBytes = replies.capacity() / inFlight;
  }

  private static ByteBuffer requests(int count) {
    ByteBuffer all = ByteBuffer.allocateDirect(count * 256);
    for (int i = 0; i < count; i++) {
      byte[] payload =
          ("{\"id\":"
                  + (FIRST_ID + i)
                  + ",\"method\":\"add\",\"params\":{\"a\":1,\"b\":2},"
                  + "\"meta\":{\"timeout_ms\":9000}}")
              .getBytes(UTF_8);
      all.putInt(payload.length).put(payload);
    }
    return all.flip().slice();
  }

  /** Sends each request once and looks at the replies: in order, right, and of one length. */
  private ByteBuffer firstRound() throws IOException {
    socket.write(requests.duplicate());
    ByteBuffer prefix = ByteBuffer.allocate(4);
    readFully(prefix);
    int frame = 4 + prefix.flip().getInt();
    ByteBuffer all = ByteBuffer.allocateDirect(frame * inFlight).put(prefix.rewind());
    readFully(all);
    for (int i = 0; i < inFlight; i++) {
      byte[] payload = new byte[frame - 4];
      all.get(i * frame + 4, payload);
      String reply = new String(payload, UTF_8);
      boolean right = reply.contains("\"result\":3") || reply.contains("\"method\":\"add\"");
      if (!right || !reply.contains("\"id\":" + (FIRST_ID + i))) {
        throw new IOException("reply " + i + ": " + reply + " (expected: 3, or the request)");
      }
    }
    return all.clear();
  }

  private void readFully(ByteBuffer into) throws IOException {
    while (into.hasRemaining()) {
      if (socket.read(into) < 0) {
        throw new EOFException("the server closed the connection");
      }
    }
  }

  /** Keeps the calls in flight for so long. */
  Load run(Duration time) throws IOException {
    Histogram latency = new Histogram(Load.LONGEST_NANOS, Load.DIGITS);
    ByteBuffer read = ByteBuffer.allocateDirect(BUFFER_BYTES);
    long began = System.nanoTime();
    long end = began + time.toNanos();
    long answered = 0;
    long bytes = 0;
    long now = began;
    send(0, inFlight, now);
    long sent = inFlight;
    while (answered < sent) {
      read.clear();
      if (socket.read(read) < 0) {
        throw new EOFException("the server closed the connection");
      }
      check(read.flip(), (int) (bytes % replies.capacity()));
      bytes += read.limit();
      now = System.nanoTime();
      int more = (int) (bytes / replyBytes - answered);
      for (int i = 0; i < more; i++) {
        latency.recordValue(
            Math.min(now - sentAt[(int) (answered++ % inFlight)], Load.LONGEST_NANOS));
      }
      if (more > 0 && now - end < 0) {
        send((int) (sent % inFlight), more, now);
        sent += more;
      }
    }
    return Load.of(System.nanoTime() - began, List.of(latency));
  }

  /** Writes so many requests, from this place on. */
  private void send(int from, int count, long now) throws IOException {
    for (int i = 0; i < count; i++) {
      sentAt[(from + i) % inFlight] = now;
    }
    int first = Math.min(count, inFlight - from);
    write(requests.slice(from * requestBytes, first * requestBytes));
    write(requests.slice(0, (count - first) * requestBytes));
  }

  private void write(ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      socket.write(bytes);
    }
  }

  private void check(ByteBuffer read, int from) throws IOException {
    int at = from;
    for (int done = 0; done < read.limit(); ) {
      int length = Math.min(read.limit() - done, replies.capacity() - at);
      if (read.slice(done, length).mismatch(replies.slice(at, length)) >= 0) {
        throw new IOException("a reply differs from that of the first round");
      }
      done += length;
      at = 0;
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
