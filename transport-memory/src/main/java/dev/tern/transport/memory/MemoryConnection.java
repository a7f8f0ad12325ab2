package dev.tern.transport.memory;

import dev.tern.core.transport.Connection;
import dev.tern.core.transport.ConnectionHandler;
import dev.tern.core.transport.Transport;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One end of a connection in memory. Everything but {@link #aborted} is touched in the loop only;
 * handlers are called from tasks of the loop only, never from inside a method that they called.
 */
final class MemoryConnection implements Connection {

  private enum State {
    OPEN,
    CLOSING,
    CLOSED
  }

  private final MemoryLoop loop;
  private final InetSocketAddress localAddress;
  private final InetSocketAddress remoteAddress;
  private final Consumer<MemoryConnection> ended;
  private final int chunkBytes;
  private final @Nullable Random splits;
  private @Nullable MemoryConnection peer;
  private @Nullable ConnectionHandler handler;
  private State state = State.OPEN;
  private volatile boolean aborted;

  // Outgoing:
  private final ArrayDeque<byte[]> frames = new ArrayDeque<>();
  private int headOffset;
  private long flushedBytes;
  private long unsentBytes;
  private long sentBytes;
  private boolean endSent;
  private @Nullable Future<?> lingerEnd;
  private long cutAfterBytes = Long.MAX_VALUE;

  // Incoming:
  private final MemoryBuffer inbox;
  private boolean paused;
  private boolean endArrived;
  private boolean endTold;
  private boolean cutArrived;

  // One task of each kind waits in the loop at most.
  private boolean sendPosted;
  private boolean readPosted;

  MemoryConnection(
      MemoryLoop loop,
      MemoryTransport.Settings settings,
      InetSocketAddress localAddress,
      InetSocketAddress remoteAddress,
      Consumer<MemoryConnection> ended) {
    this.loop = loop;
    this.localAddress = localAddress;
    this.remoteAddress = remoteAddress;
    this.ended = ended;
    this.chunkBytes = Math.min(settings.chunkBytes(), ConnectionHandler.MAX_BURST_BYTES);
    Long seed = settings.splitSeed();
    this.splits = seed == null ? null : new Random(seed);
    this.inbox = new MemoryBuffer(settings.bufferBytes());
  }

  static void link(
      MemoryConnection client, MemoryConnection server, MemoryTransport.@Nullable Cut cut) {
    client.peer = server;
    server.peer = client;
    if (cut != null) {
      MemoryConnection sender =
          switch (cut.direction()) {
            case TO_SERVER -> client;
            case TO_CLIENT -> server;
          };
      sender.cutAfterBytes = cut.afterBytes();
    }
  }

  void open(Transport.Acceptor acceptor) {
    handler = acceptor.accept(this);
    postSend();
    postRead();
  }

  private MemoryConnection peer() {
    return Objects.requireNonNull(peer, "linked when made");
  }

  // ---- sending

  @Override
  public void write(byte[] bytes) {
    if (state == State.OPEN && !aborted && bytes.length > 0) {
      frames.add(bytes);
      unsentBytes += bytes.length;
    }
  }

  @Override
  public void flush() {
    if (state == State.OPEN && !aborted) {
      flushedBytes = unsentBytes;
      postSend();
    }
  }

  private void postSend() {
    if (!sendPosted) {
      sendPosted = true;
      loop.post(this::send);
    }
  }

  private void send() {
    sendPosted = false;
    if (state == State.CLOSED || handler == null || peer().handler == null) {
      return;
    }
    if (peer().state == State.CLOSED && flushedBytes > 0) {
      fail();
      return;
    }
    boolean wasHigh = unsentBytes >= SEND_PROGRESS_BYTES;
    if (moveToPeer()) {
      peer().postRead();
    }
    if (wasHigh && unsentBytes < SEND_PROGRESS_BYTES && state == State.OPEN) {
      handler.onSendProgress();
    }
    if (state == State.CLOSING && unsentBytes == 0 && !endSent) {
      endSent = true;
      lingerEnd = loop.postAfterMillis(LINGER_MILLIS, this::end);
      peer().endArrived = true;
      peer().postRead();
    }
    endIfBothAreDone();
  }

  private boolean moveToPeer() {
    long before = sentBytes;
    while (flushedBytes > 0 && !peer().cutArrived) {
      byte[] head = frames.element();
      int wanted = (int) Math.min(head.length - headOffset, cutAfterBytes - sentBytes);
      int taken = peer().inbox.put(head, headOffset, wanted);
      headOffset += taken;
      if (headOffset == head.length) {
        frames.remove();
        headOffset = 0;
      }
      flushedBytes -= taken;
      unsentBytes -= taken;
      sentBytes += taken;
      peer().cutArrived = sentBytes >= cutAfterBytes;
      if (taken < wanted) {
        break; // full
      }
    }
    return sentBytes > before || peer().cutArrived;
  }

  // ---- reading

  private void postRead() {
    if (!readPosted) {
      readPosted = true;
      loop.post(this::read);
    }
  }

  private void read() {
    readPosted = false;
    if (state == State.CLOSED || handler == null) {
      return;
    }
    boolean wasEmpty = inbox.size() == 0;
    if (state == State.CLOSING) {
      inbox.clear();
    } else {
      handOver(handler);
    }
    if (!wasEmpty) {
      peer().postSend(); // there is room again
    }
    if (inbox.size() > 0) {
      if (!paused) {
        postRead();
      }
    } else if (cutArrived) {
      reset();
    } else if (endArrived && !endTold && !paused && state == State.OPEN) {
      endTold = true;
      handler.onEndOfInput();
    }
    endIfBothAreDone();
  }

  private void handOver(ConnectionHandler handler) {
    int burst = 0;
    while (inbox.size() > 0 && !paused && !aborted && state == State.OPEN) {
      int left = ConnectionHandler.MAX_BURST_BYTES - burst;
      if (left == 0) {
        break;
      }
      int length = Math.min(Math.min(inbox.contiguous(), chunkBytes), left);
      if (splits != null) {
        length = 1 + splits.nextInt(length);
      }
      handler.onBytes(inbox.array(), inbox.start(), length);
      inbox.drop(length);
      burst += length;
    }
    if (burst > 0) {
      handler.onReadComplete();
    }
  }

  @Override
  public void pauseReading() {
    paused = true;
  }

  @Override
  public void resumeReading() {
    paused = false;
    postRead();
  }

  // ---- the end

  @Override
  public void close() {
    if (state != State.OPEN || aborted) {
      return;
    }
    flush();
    state = State.CLOSING;
    paused = false;
    postRead(); // what still arrives is discarded
  }

  private void endIfBothAreDone() {
    if (state == State.CLOSING && endSent && endArrived) {
      end();
    }
  }

  @Override
  public void abort() {
    aborted = true;
    loop.post(
        () -> {
          if (state != State.CLOSED) {
            peer().fail();
            end();
          }
        });
  }

  /** Ends the connection with a failure on both sides. Called in a task of the loop. */
  void reset() {
    peer().fail();
    fail();
  }

  /** Ends this side because of the other or the network. Called in a task of the loop. */
  private void fail() {
    boolean byThisSide = aborted || state == State.CLOSING;
    end(byThisSide ? null : new IOException("connection reset by " + remoteAddress));
  }

  /** Ends this side, without a failure. Called in a task of the loop. */
  void end() {
    end(null);
  }

  private void end(@Nullable Throwable cause) {
    if (state == State.CLOSED) {
      return;
    }
    state = State.CLOSED;
    if (lingerEnd != null) {
      lingerEnd.cancel(false);
    }
    frames.clear();
    flushedBytes = 0;
    unsentBytes = 0;
    inbox.clear();
    ended.accept(this);
    peer().postSend(); // which fails if the peer still has something to send
    if (handler != null) {
      handler.onClosed(cause);
    }
  }

  // ---- the rest

  @Override
  public void execute(Runnable task) {
    loop.run(task);
  }

  @Override
  public long unsentBytes() {
    return unsentBytes;
  }

  @Override
  public long sentBytes() {
    return sentBytes;
  }

  @Override
  public InetSocketAddress localAddress() {
    return localAddress;
  }

  @Override
  public InetSocketAddress remoteAddress() {
    return remoteAddress;
  }

  @Override
  public String toString() {
    return localAddress + " to " + remoteAddress;
  }
}
