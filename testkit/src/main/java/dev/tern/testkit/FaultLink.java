package dev.tern.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * One connection through a {@link FaultProxy}: per direction a thread that reads and one that
 * passes on, so that a delay does not slow the rate down.
 */
final class FaultLink {

  private static final int CHUNK_BYTES = 16 << 10;

  /** Bounds what is under way in a direction to 1 MiB. */
  private static final int MAX_CHUNKS = 64;

  /** The bytes of one read, and when they may be passed on. Empty at the end of the input. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Chunk(byte[] bytes, long dueNanos) {}

  private final Socket client;
  private final Socket server;
  private final FaultLane toServer;
  private final FaultLane toClient;
  private final Consumer<FaultLink> ended;
  private final List<Thread> threads = new ArrayList<>();
  private final AtomicInteger openDirections = new AtomicInteger(2);

  FaultLink(
      Socket client,
      Socket server,
      FaultLane toServer,
      FaultLane toClient,
      Consumer<FaultLink> ended)
      throws IOException {
    this.client = client;
    this.server = server;
    this.toServer = toServer;
    this.toClient = toClient;
    this.ended = ended;
    client.setTcpNoDelay(true);
    server.setTcpNoDelay(true);
  }

  void start() {
    prepare(client, server, toServer);
    prepare(server, client, toClient);
    threads.forEach(Thread::start); // only now, so that a reset interrupts all of them
  }

  private void prepare(Socket from, Socket to, FaultLane lane) {
    BlockingQueue<Chunk> underWay = new ArrayBlockingQueue<>(MAX_CHUNKS);
    long cutAfterBytes = lane.cutAfterBytes();
    threads.add(thread("fault-proxy-read", () -> read(from, lane, underWay)));
    threads.add(thread("fault-proxy-pass", () -> pass(underWay, lane, to, cutAfterBytes)));
  }

  private Thread thread(String name, Lane task) {
    return Thread.ofVirtual()
        .name(name)
        .unstarted(
            () -> {
              try {
                task.run();
              } catch (IOException e) {
                reset(); // when one socket fails, the other side sees a reset
              } catch (InterruptedException e) {
                // reset() has interrupted a wait: the thread ends.
              }
            });
  }

  /** The task of one of the threads. */
  @FunctionalInterface
  private interface Lane {
    void run() throws IOException, InterruptedException;
  }

  private static void read(Socket from, FaultLane lane, BlockingQueue<Chunk> underWay)
      throws IOException, InterruptedException {
    InputStream input = from.getInputStream();
    byte[] buffer = new byte[CHUNK_BYTES];
    int read;
    do {
      read = input.read(buffer);
      byte[] bytes = Arrays.copyOf(buffer, Math.max(read, 0));
      underWay.put(new Chunk(bytes, lane.dueNanos()));
    } while (read >= 0);
  }

  private void pass(BlockingQueue<Chunk> underWay, FaultLane lane, Socket to, long cutAfterBytes)
      throws IOException, InterruptedException {
    long left = cutAfterBytes;
    while (left > 0) {
      Chunk chunk = underWay.take();
      lane.awaitPassage(chunk.dueNanos());
      if (chunk.bytes().length == 0) {
        to.shutdownOutput();
        endIfBothAreDone();
        return;
      }
      int length = (int) Math.min(left, chunk.bytes().length);
      to.getOutputStream().write(chunk.bytes(), 0, length);
      left -= length;
    }
    reset();
  }

  private void endIfBothAreDone() throws IOException {
    if (openDirections.decrementAndGet() == 0) {
      client.close();
      server.close();
      ended.accept(this);
    }
  }

  void reset() {
    reset(client);
    reset(server);
    threads.forEach(Thread::interrupt);
    ended.accept(this);
  }

  static void reset(Socket socket) {
    try {
      socket.setSoLinger(true, 0);
    } catch (IOException e) {
      // It is closed already.
    }
    try {
      socket.close();
    } catch (IOException e) {
      // There is nothing left to close.
    }
  }
}
