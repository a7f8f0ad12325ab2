package dev.tern.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tern.core.transport.Connection;
import dev.tern.core.transport.ConnectionHandler;
import dev.tern.core.transport.Transport;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A transport with one connection at a time, whose other end is the test: what the test gives has
 * been read when {@link #give} returns, so that a script can move the clock afterwards. What comes
 * out are whole frames.
 */
final class OneConnection implements Transport, Connection {
  private static final InetSocketAddress ADDRESS =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), 7070);

  /** Stands in the queue for the end of the connection. */
  static final String END = "";

  private final ReentrantLock context = new ReentrantLock();
  private final LinkedBlockingQueue<String> out = new LinkedBlockingQueue<>();

  /** What came out in the task that runs: it is seen when the task has done all that it does. */
  private final List<String> inTask = new ArrayList<>();

  /** A frame that is not whole yet. */
  private final ByteArrayOutputStream part = new ByteArrayOutputStream();

  /** Under {@link #context}. */
  private final List<ConnectionHandler> handlers = new ArrayList<>();

  /** How many of them, the first ones, were told of their end. Under {@link #context}. */
  private int ended;

  private boolean closed;

  /** The next frame that came out, or {@link #END}; null if there is none for a long time. */
  @Nullable String take() throws InterruptedException {
    return out.poll(60, TimeUnit.SECONDS);
  }

  /** What came out and was not taken, without waiting. */
  @Nullable String poll() {
    return out.poll();
  }

  /** Hands bytes over, as if they had arrived. */
  void give(byte[] bytes) {
    execute(() -> handler().onBytes(bytes, 0, bytes.length));
    handler().onReadComplete();
  }

  /** The other end has shut its output down. */
  void giveEnd() {
    execute(() -> handler().onEndOfInput());
    handler().onReadComplete();
  }

  /** The connection fails under both ends. */
  void breakDown() {
    execute(
        () -> {
          closed = true;
          inTask.add(END);
          ending().forEach(each -> each.onClosed(new IOException("connection reset")));
        });
  }

  private List<ConnectionHandler> ending() {
    List<ConnectionHandler> ending = List.copyOf(handlers.subList(ended, handlers.size()));
    ended = handlers.size();
    return ending;
  }

  private ConnectionHandler handler() {
    context.lock();
    try {
      if (handlers.isEmpty()) {
        throw new IllegalStateException("nobody listens or connects (expected: one handler)");
      }
      return handlers.getLast();
    } finally {
      context.unlock();
    }
  }

  private void accept(Acceptor acceptor) {
    execute(
        () -> {
          closed = false;
          handlers.add(acceptor.accept(this));
        });
  }

  /** How often somebody has connected: what the test gives is for the last, an end is for all. */
  int connections() {
    context.lock();
    try {
      return handlers.size();
    } finally {
      context.unlock();
    }
  }

  @Override
  public Listener listen(InetSocketAddress address, Acceptor acceptor) {
    accept(acceptor);
    return new Listener() {
      @Override
      public InetSocketAddress address() {
        return ADDRESS;
      }

      @Override
      public void close() {}
    };
  }

  @Override
  public Connection connect(InetSocketAddress address, Duration timeout, Acceptor acceptor) {
    accept(acceptor);
    return this;
  }

  @Override
  public SocketAddress localAddress() {
    return ADDRESS;
  }

  @Override
  public SocketAddress remoteAddress() {
    return ADDRESS;
  }

  @Override
  public void execute(Runnable task) {
    context.lock();
    try {
      task.run();
    } finally {
      if (context.getHoldCount() == 1) {
        out.addAll(inTask);
        inTask.clear();
      }
      context.unlock();
    }
  }

  @Override
  public void write(byte[] bytes) {
    if (closed) {
      return;
    }
    part.writeBytes(bytes); // a large value is a part of its own
    ByteBuffer frame = ByteBuffer.wrap(part.toByteArray());
    int length = frame.remaining() < Integer.BYTES ? Integer.MAX_VALUE : frame.getInt();
    if (length > frame.remaining()) {
      return;
    }
    if (length < frame.remaining()) {
      throw new AssertionError("length: " + length + " (expected: " + frame.remaining() + ")");
    }
    inTask.add(UTF_8.decode(frame).toString());
    part.reset();
  }

  @Override
  public void flush() {}

  @Override
  public long unsentBytes() {
    return 0;
  }

  @Override
  public long sentBytes() {
    return 0;
  }

  @Override
  public void pauseReading() {}

  @Override
  public void resumeReading() {}

  /** Of the connection and of the transport. */
  @Override
  public void close() {
    execute(
        () -> {
          if (!closed) {
            closed = true;
            inTask.add(END);
            List<ConnectionHandler> ending = ending();
            Thread.ofVirtual()
                .start(() -> execute(() -> ending.forEach(each -> each.onClosed(null))));
          }
        });
  }

  @Override
  public void abort() {
    close();
  }
}
