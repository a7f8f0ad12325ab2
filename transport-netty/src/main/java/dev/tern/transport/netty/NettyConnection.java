package dev.tern.transport.netty;

import dev.tern.core.transport.Connection;
import dev.tern.core.transport.ConnectionHandler;
import dev.tern.core.transport.Transport;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.SocketChannel;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Arrays;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection, and the only handler in its channel's pipeline. Its serial context is its event
 * loop.
 *
 * <p>{@link #abort} resets the connection (SO_LINGER 0): the operating system forgets what it has
 * not sent, and the peer learns at once that nobody is there, which an orderly end would not say.
 */
final class NettyConnection extends ChannelInboundHandlerAdapter
    implements Connection, ChannelFutureListener {

  private static final Logger log = LoggerFactory.getLogger(NettyConnection.class);

  /** The address of a peer that was gone before it could be asked for. */
  private static final SocketAddress UNKNOWN = InetSocketAddress.createUnresolved("unknown", 0);

  private enum State {
    OPEN,
    /** {@link #close} was called: what was queued is leaving, what arrives is discarded. */
    FLUSHING,
    /** Like FLUSHING, all has left, and the output is shut down: waiting for the peer's end. */
    LINGERING,
    /** The channel is closed, or about to be. */
    ENDED
  }

  private final Connections connections;
  private final SocketChannel channel;

  // Set on the event loop before anybody else sees the connection.
  private SocketAddress localAddress = UNKNOWN;
  private SocketAddress remoteAddress = UNKNOWN;

  // On the event loop only.
  private final Outbox outbox = new Outbox();
  private Transport.@Nullable Acceptor acceptor;
  private @Nullable ConnectionHandler handler;
  private State state = State.OPEN;
  private @Nullable Throwable cause;

  /** Bytes handed over since the last {@link ConnectionHandler#onReadComplete}. */
  private int burstBytes;

  private boolean paused;

  /** What was read while reading was paused: next to nothing, see {@link ReadBuffers}. */
  private byte @Nullable [] kept;

  private boolean inputEnded;
  private boolean sending;
  private boolean backlogged;
  private @Nullable Future<?> patience;

  NettyConnection(Connections connections, SocketChannel channel, Transport.Acceptor acceptor) {
    this.connections = connections;
    this.channel = channel;
    this.acceptor = acceptor;
  }

  @Override
  public SocketAddress localAddress() {
    return localAddress;
  }

  @Override
  public SocketAddress remoteAddress() {
    return remoteAddress;
  }

  @Override
  public String toString() {
    return localAddress + " - " + remoteAddress;
  }

  // The context.

  @Override
  public void execute(Runnable task) {
    EventLoop loop = channel.eventLoop();
    if (loop.inEventLoop()) {
      run(task);
      return;
    }
    try {
      loop.execute(() -> run(task));
    } catch (RejectedExecutionException loopHasEnded) {
      connections.runAfter(loop, () -> run(task));
    }
  }

  private void run(Runnable task) {
    try {
      task.run();
    } catch (Throwable t) {
      broken("a task", t);
    }
  }

  private void tell(String event, Consumer<ConnectionHandler> call) {
    ConnectionHandler told = handler;
    if (told != null) {
      try {
        call.accept(told);
      } catch (Throwable t) {
        broken(event, t);
      }
    }
  }

  /** A defect above the transport costs this connection, not the loop's others. */
  private void broken(String what, Throwable t) {
    try {
      log.error("{} failed on the connection {}, which is aborted", what, this, t);
      abortHere();
    } finally {
      // Out of memory and the like are not this connection's affair: the process shall know.
      if (t instanceof VirtualMachineError && !(t instanceof StackOverflowError)) {
        Thread thread = Thread.currentThread();
        thread.getUncaughtExceptionHandler().uncaughtException(thread, t);
      }
    }
  }

  // Reading.

  @Override
  public void channelActive(ChannelHandlerContext context) {
    localAddress = known(channel.localAddress());
    remoteAddress = known(channel.remoteAddress());
    Transport.Acceptor once = acceptor;
    acceptor = null;
    if (!connections.add(this)) {
      abortHere();
    } else if (once != null) {
      run(() -> handler = once.accept(this));
    }
  }

  private static SocketAddress known(@Nullable SocketAddress address) {
    return address == null ? UNKNOWN : address;
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    ByteBuf read = (ByteBuf) message;
    int length = read.readableBytes();
    byte[] chunk = LoopThread.current().array();
    read.readBytes(chunk, 0, length);
    read.release();
    if (burstBytes + length > ConnectionHandler.MAX_BURST_BYTES) {
      endBurst();
    }
    if (state != State.OPEN) {
      return;
    }
    if (paused || kept != null) {
      keep(chunk, length);
    } else {
      handOver(chunk, length);
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    endBurst();
  }

  private void handOver(byte[] chunk, int length) {
    burstBytes += length;
    tell("onBytes", h -> h.onBytes(chunk, 0, length));
  }

  private void endBurst() {
    if (burstBytes > 0) {
      burstBytes = 0;
      tell("onReadComplete", ConnectionHandler::onReadComplete);
    }
  }

  private void keep(byte[] chunk, int length) {
    byte[] before = kept == null ? new byte[0] : kept;
    byte[] all = Arrays.copyOf(before, before.length + length);
    System.arraycopy(chunk, 0, all, before.length, length);
    kept = all;
  }

  @Override
  public void pauseReading() {
    if (state == State.OPEN && !paused) {
      paused = true;
      channel.config().setAutoRead(false);
    }
  }

  @Override
  public void resumeReading() {
    if (state != State.OPEN || !paused) {
      return;
    }
    paused = false;
    if (kept == null) {
      channel.config().setAutoRead(true);
    } else {
      // Not now: the caller may be the handler itself.
      channel.eventLoop().execute(this::handOverKept);
    }
  }

  private void handOverKept() {
    byte[] chunk = kept;
    if (state != State.OPEN || paused || chunk == null) {
      return;
    }
    kept = null;
    handOver(chunk, chunk.length);
    endBurst();
    if (inputEnded) {
      tellEndOfInput();
    }
    if (!paused) {
      channel.config().setAutoRead(true);
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) {
    if (event == ChannelInputShutdownEvent.INSTANCE && !inputEnded) {
      inputEnded = true;
      if (state == State.LINGERING) {
        end();
      } else if (kept == null) {
        tellEndOfInput();
      }
    }
  }

  private void tellEndOfInput() {
    if (state == State.OPEN) {
      tell("onEndOfInput", ConnectionHandler::onEndOfInput);
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable t) {
    switch (t) {
      case ReadBuffers.ReadingPaused refused -> {}
      case IOException failed -> fail(failed);
      default -> broken("reading", t);
    }
  }

  // Writing.

  @Override
  public void write(byte[] bytes) {
    if (state == State.OPEN) {
      outbox.add(bytes);
      backlogged |= outbox.unsentBytes() >= SEND_PROGRESS_BYTES;
    }
  }

  @Override
  public void flush() {
    if (state == State.OPEN) {
      send();
    }
  }

  /** Sends batch after batch, for as long as the socket takes them at once. */
  private void send() {
    if (sending) {
      return; // A batch that is sent at once ends inside the loop below.
    }
    sending = true;
    try {
      while (!outbox.isSending()) {
        ByteBuf batch = outbox.nextBatch(channel.alloc());
        if (batch == null) {
          break;
        }
        channel.writeAndFlush(batch).addListener(this);
      }
    } catch (Throwable t) {
      broken("sending", t);
    } finally {
      sending = false;
    }
  }

  /** A batch has left, or never will. */
  @Override
  public void operationComplete(ChannelFuture write) {
    outbox.endBatch(write.isSuccess());
    if (!write.isSuccess()) {
      fail(write.cause());
      return;
    }
    send();
    if (backlogged && outbox.unsentBytes() < SEND_PROGRESS_BYTES) {
      backlogged = false;
      // Not now: this may be inside the handler's own call of flush.
      channel.eventLoop().execute(this::tellSendProgress);
    }
    lingerOnceFlushed();
  }

  private void tellSendProgress() {
    if (state == State.OPEN) {
      tell("onSendProgress", ConnectionHandler::onSendProgress);
    }
  }

  @Override
  public long unsentBytes() {
    return outbox.unsentBytes();
  }

  @Override
  public long sentBytes() {
    return outbox.sentBytes();
  }

  // Ending.

  @Override
  public void close() {
    if (state != State.OPEN) {
      return;
    }
    state = State.FLUSHING;
    kept = null;
    channel.config().setAutoRead(true);
    send();
    lingerOnceFlushed();
    if (state == State.FLUSHING) {
      endAfterLinger();
    }
  }

  private void lingerOnceFlushed() {
    if (state != State.FLUSHING || !outbox.isEmpty()) {
      return;
    }
    // After the peer's end there is no unread input that could turn the close into a reset.
    if (inputEnded || !connections.beginLingering()) {
      end();
      return;
    }
    state = State.LINGERING;
    endAfterLinger();
    channel
        .shutdownOutput()
        .addListener(
            shutdown -> {
              if (!shutdown.isSuccess()) {
                end();
              }
            });
  }

  private void endAfterLinger() {
    cancelPatience();
    patience = channel.eventLoop().schedule(this::end, LINGER_MILLIS, TimeUnit.MILLISECONDS);
  }

  private void cancelPatience() {
    if (patience != null) {
      patience.cancel(false);
      patience = null;
    }
  }

  @Override
  public void abort() {
    EventLoop loop = channel.eventLoop();
    if (loop.inEventLoop()) {
      abortHere();
      return;
    }
    try {
      loop.execute(this::abortHere);
    } catch (RejectedExecutionException loopHasEnded) {
      log.trace("{} has ended with its event loop", this);
    }
  }

  private void abortHere() {
    if (state == State.ENDED) {
      return;
    }
    try {
      channel.config().setSoLinger(0);
    } catch (ChannelException e) {
      log.debug("{} is closed already", this, e);
    }
    end();
  }

  private void fail(Throwable t) {
    if (state == State.OPEN) {
      cause = t;
    }
    end();
  }

  private void end() {
    if (state == State.ENDED) {
      return;
    }
    if (state == State.LINGERING) {
      connections.endLingering();
    }
    state = State.ENDED;
    cancelPatience();
    kept = null;
    outbox.clear();
    var _ = channel.close();
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    end();
    connections.remove(this);
    tell("onClosed", h -> h.onClosed(cause));
    handler = null;
  }
}
