package dev.tern.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One connection through a {@link FaultProxy}: per direction a thread that reads and one that
 * passes on, so that a delay does not slow the rate down.
 */
final class FaultLink {

  private static final int CHUNK_BYTES = 16 << 10;

  /** Bounds what is under way in a direction to about 1 MiB, repeated frames apart. */
  private static final int MAX_CHUNKS = 64;

  /** Is told how a link ends. */
  interface Owner {
    /** It was cut, as {@link FaultLane#cutAfterBytes} says. Before it has ended. */
    void cut();

    /** It is over. May be told twice. */
    void ended(FaultLink link);
  }

  /** What is under way, and when it may be passed on. */
  private sealed interface Item {
    /** The bytes of one read, as far as they are not lost. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Data(byte[] bytes, long dueNanos) implements Item {}

    /** The end of the input. */
    record End(long dueNanos) implements Item {}

    /** The reset of the connection. */
    record Reset(long dueNanos) implements Item {}
  }

  /** One direction. */
  private record Way(
      Socket from, Socket to, FaultLane lane, long cutAfterBytes, BlockingQueue<Item> underWay) {
    Way(Socket from, Socket to, FaultLane lane) {
      this(from, to, lane, lane.cutAfterBytes(), new ArrayBlockingQueue<>(MAX_CHUNKS));
    }

    void reset() throws InterruptedException {
      underWay.put(new Item.Reset(lane.closeDueNanos()));
    }
  }

  private final Socket client;
  private final Socket server;
  private final Owner owner;
  private final List<Thread> threads = new ArrayList<>();
  private final AtomicInteger openDirections = new AtomicInteger(2);
  private final AtomicBoolean broken = new AtomicBoolean();
  private final AtomicBoolean cut = new AtomicBoolean();

  FaultLink(Socket client, Socket server, FaultLane toServer, FaultLane toClient, Owner owner)
      throws IOException {
    this.client = client;
    this.server = server;
    this.owner = owner;
    client.setTcpNoDelay(true);
    server.setTcpNoDelay(true);
    Way out = new Way(client, server, toServer);
    Way back = new Way(server, client, toClient);
    prepare(out, back);
    prepare(back, out);
  }

  void start() {
    threads.forEach(Thread::start); // only now, so that a reset interrupts all of them
  }

  private void prepare(Way way, Way opposite) {
    threads.add(thread("fault-proxy-read", () -> read(way)));
    threads.add(thread("fault-proxy-pass", () -> pass(way, opposite)));
  }

  private static Thread thread(String name, Task task) {
    return Thread.ofVirtual()
        .name(name)
        .unstarted(
            () -> {
              try {
                task.run();
              } catch (InterruptedException e) {
                // reset() has interrupted a wait: the thread ends.
              }
            });
  }

  /** The task of one of the threads. */
  @FunctionalInterface
  private interface Task {
    void run() throws InterruptedException;
  }

  private static void read(Way way) throws InterruptedException {
    FrameFaults frames = new FrameFaults(way.lane());
    byte[] buffer = new byte[CHUNK_BYTES];
    try {
      InputStream input = way.from().getInputStream();
      for (int read; (read = input.read(buffer)) >= 0; ) {
        byte[] bytes = frames.apply(buffer, read);
        if (bytes.length > 0) {
          way.underWay().put(new Item.Data(bytes, way.lane().dueNanos()));
        }
      }
      way.underWay().put(new Item.End(way.lane().closeDueNanos()));
    } catch (IOException e) {
      way.reset();
    }
  }

  private void pass(Way way, Way opposite) throws InterruptedException {
    try {
      passUntilReset(way);
      reset();
    } catch (IOException e) {
      // The receiver is gone. The sender learns of it as of anything else: after the time it takes.
      if (broken.getAndSet(true)) {
        reset(); // both are gone
      } else {
        opposite.reset();
      }
    }
  }

  /** Passes on what comes in a direction, until the connection is to be reset. */
  private void passUntilReset(Way way) throws IOException, InterruptedException {
    FaultLane lane = way.lane();
    long left = way.cutAfterBytes();
    while (left > 0) {
      switch (way.underWay().take()) {
        case Item.Data(byte[] bytes, long dueNanos) -> {
          lane.awaitPassage(dueNanos);
          int length = (int) Math.min(left, bytes.length);
          write(way, bytes, length);
          left -= length;
        }
        case Item.End(long dueNanos) -> {
          lane.awaitPassage(dueNanos);
          way.to().shutdownOutput();
          if (openDirections.decrementAndGet() == 0) {
            end();
          } // else a reset may still come, if the opposite direction finds its receiver gone
        }
        case Item.Reset(long dueNanos) -> {
          lane.awaitPassage(dueNanos);
          return;
        }
      }
    }
    if (!cut.getAndSet(true)) {
      owner.cut();
    }
  }

  private static void write(Way way, byte[] bytes, int length)
      throws IOException, InterruptedException {
    FaultLane lane = way.lane();
    OutputStream output = way.to().getOutputStream();
    for (int at = 0; at < length; ) {
      int piece = Math.min(length - at, lane.pieceBytes());
      lane.awaitTurn(piece);
      output.write(bytes, at, piece);
      lane.passed(piece);
      at += piece;
    }
  }

  private void end() throws IOException {
    client.close();
    server.close();
    over();
  }

  void reset() {
    reset(client);
    reset(server);
    over();
  }

  private void over() {
    threads.forEach(Thread::interrupt); // also this one, which has nothing left to do
    owner.ended(this);
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
