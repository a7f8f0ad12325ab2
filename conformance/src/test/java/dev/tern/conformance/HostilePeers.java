package dev.tern.conformance;

import static dev.tern.conformance.Replies.json;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Peers that do what no peer should, all kinds at once, each over and over again on new connections
 * until it is enough. They end their connections with resets.
 */
final class HostilePeers implements AutoCloseable {
  /** So many stay as long as they are let. */
  static final int STAYING = 1_200;

  private static final int MEBIBYTE = 1 << 20;
  private static final int CONNECT_MILLIS = 5_000;
  private static final Duration MOMENT = Duration.ofMillis(10);

  /**
   * Between two connections or writes of one peer: so it is the server's bounds that are tried, and
   * not who gets the processors that both share.
   */
  private static final int PACE_MILLIS = 100;

  /** As many as make a flood of small frames, and no single write of megabytes. */
  private static final int FRAMES_A_WRITE = 200;

  private static final int LARGE_FRAMES_A_WRITE = 20;

  /** What one does with its connection, until it ends or there is nothing more to do. */
  private interface Act {
    void on(Socket socket) throws IOException, InterruptedException;
  }

  private record Kind(String name, int peers, Act act) {}

  private final InetSocketAddress address;
  private final CountDownLatch enough = new CountDownLatch(1);
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final List<Thread> threads = new ArrayList<>();
  private final Map<String, LongAdder> connections = new ConcurrentHashMap<>();

  /**
   * Starts them.
   *
   * @param seed of the noise
   */
  HostilePeers(int port, long seed) {
    address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    for (Kind kind : kinds(new Random(seed))) {
      for (int i = 0; i < kind.peers(); i++) {
        threads.add(Thread.ofVirtual().start(() -> actUntilEnough(kind)));
      }
    }
  }

  private List<Kind> kinds(Random noise) {
    byte[] deep = frame("[".repeat(MEBIBYTE));
    byte[] name = call("echo", "{'" + "n".repeat(50_000) + "':1}", "");
    byte[] method = call("m".repeat(MEBIBYTE), "[]", "");
    byte[] meta = call("echo", "[1]", members(10_000));
    byte[] keys = call("echo", "[{" + members(200_000) + "}]", "");
    byte[] text = call("echo", "['" + "t".repeat(8 * MEBIBYTE) + "']", "");
    String large = "['" + "r".repeat(100_000) + "']";
    byte[] replies = many(LARGE_FRAMES_A_WRITE, id -> call(id, "echo", large, ""));
    byte[] errors = many(FRAMES_A_WRITE, id -> call(id, "no.such", "[]", ""));
    byte[] pings = many(FRAMES_A_WRITE, id -> call(id, "rpc.ping", "[]", ""));
    byte[] cancel = frame(json("{'method':'rpc.cancel','params':{'id':99},'meta':{}}"));
    byte[] cancels = many(FRAMES_A_WRITE, _ -> cancel);
    byte[] sleep = call("sleep", "[60000]", "");
    byte[] prefix = ByteBuffer.allocate(100).putInt(16 * MEBIBYTE).put((byte) '{').array();
    return List.of(
        new Kind("prefix of 16 MiB", 1_000, socket -> stay(socket, prefix)),
        new Kind("a byte a second", 100, this::drip),
        new Kind("silent", 100, socket -> stay(socket, new byte[0])),
        new Kind("reads no reply", 20, socket -> flood(socket, replies, false)),
        new Kind("errors", 2, socket -> flood(socket, errors, true)),
        new Kind("cancels", 2, socket -> flood(socket, cancels, true)),
        new Kind("pings", 2, socket -> flood(socket, pings, true)),
        new Kind("noise", 2, socket -> stay(socket, noise(noise))),
        new Kind("http", 2, socket -> stay(socket, "GET / HTTP/1.1\r\n\r\n".getBytes(UTF_8))),
        new Kind("deep", 1, socket -> ask(socket, deep)),
        new Kind("long name", 1, socket -> ask(socket, name)),
        new Kind("long method", 1, socket -> ask(socket, method)),
        new Kind("large meta", 1, socket -> ask(socket, meta)),
        new Kind("many keys", 1, socket -> ask(socket, keys)),
        new Kind("long text", 1, socket -> ask(socket, text)),
        new Kind("gone in a frame", 1, socket -> say(socket, text, text.length / 2)),
        new Kind("gone in a call", 2, socket -> say(socket, sleep, sleep.length)),
        new Kind("reset", 4, _ -> {}));
  }

  private static String members(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> "'k" + i + "':1")
        .collect(Collectors.joining(","));
  }

  private static byte[] call(String method, String params, String meta) {
    return call(1, method, params, meta);
  }

  private static byte[] call(int id, String method, String params, String meta) {
    String form = json("{'id':%d,'method':'%s','params':%s,'meta':{%s}}");
    return frame(form.formatted(id, method, json(params), json(meta)));
  }

  private static byte[] frame(String payload) {
    byte[] bytes = payload.getBytes(UTF_8);
    return ByteBuffer.allocate(Integer.BYTES + bytes.length)
        .putInt(bytes.length)
        .put(bytes)
        .array();
  }

  /** So many frames, made of their numbers. */
  private static byte[] many(int count, IntFunction<byte[]> frame) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    IntStream.range(0, count).mapToObj(frame).forEach(all::writeBytes);
    return all.toByteArray();
  }

  private static byte[] noise(Random random) {
    byte[] bytes = new byte[1 + random.nextInt(4_096)];
    random.nextBytes(bytes);
    return bytes;
  }

  private void actUntilEnough(Kind kind) {
    try {
      do {
        Socket socket = new Socket();
        open.add(socket);
        try (socket) {
          socket.connect(address, CONNECT_MILLIS);
          socket.setSoLinger(true, 0);
          connections.computeIfAbsent(kind.name(), _ -> new LongAdder()).increment();
          kind.act().on(socket);
        } catch (IOException e) {
          // The server has ended the connection, or the test has.
        } finally {
          open.remove(socket);
        }
      } while (!enough.await(PACE_MILLIS, TimeUnit.MILLISECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Says something, and stays until the server ends the connection. */
  private static void stay(Socket socket, byte[] said) throws IOException {
    socket.getOutputStream().write(said);
    socket.getInputStream().skipNBytes(Long.MAX_VALUE);
  }

  private void drip(Socket socket) throws IOException, InterruptedException {
    OutputStream output = socket.getOutputStream();
    output.write(ByteBuffer.allocate(Integer.BYTES).putInt(1_000).array());
    do {
      output.write('{');
    } while (!enough.await(1, TimeUnit.SECONDS));
  }

  /** Says the same until the server ends the connection, or reads no more. */
  private void flood(Socket socket, byte[] said, boolean reads)
      throws IOException, InterruptedException {
    OutputStream output = socket.getOutputStream();
    InputStream input = socket.getInputStream();
    do {
      output.write(said);
      if (reads) {
        input.skipNBytes(input.available());
      }
    } while (!enough.await(PACE_MILLIS, TimeUnit.MILLISECONDS));
  }

  /** Asks, and reads the whole reply. */
  private static void ask(Socket socket, byte[] said) throws IOException {
    socket.getOutputStream().write(said);
    InputStream input = socket.getInputStream();
    input.skipNBytes(ByteBuffer.wrap(input.readNBytes(Integer.BYTES)).getInt());
  }

  /** Says so much of it, and is gone. */
  private static void say(Socket socket, byte[] said, int bytes) throws IOException {
    socket.getOutputStream().write(said, 0, bytes);
  }

  /** How many connections there were of each kind. */
  Map<String, Long> connections() {
    Map<String, Long> counts = new TreeMap<>();
    connections.forEach((kind, count) -> counts.put(kind, count.sum()));
    return counts;
  }

  /** It is enough: waits until all are gone. */
  @Override
  public void close() throws IOException {
    enough.countDown();
    try {
      for (Thread thread : threads) {
        while (!thread.join(MOMENT)) {
          for (Socket socket : open) { // also those that were opened a moment ago
            socket.close();
          }
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
