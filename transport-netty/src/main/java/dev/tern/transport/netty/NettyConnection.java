package dev.tern.transport.netty;

import dev.tern.core.log.LogQueue;
import dev.tern.core.transport.Connection;
import dev.tern.core.transport.Dialer;
import dev.tern.core.transport.Transport;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.SocketChannel;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
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
final class NettyConnection extends ChannelInboundHandlerAdapter implements Connection {

  private static final Logger log = LoggerFactory.getLogger(NettyConnection.class);

  /** The address of a peer that was gone before it could be asked for. */
  private static final SocketAddress UNKNOWN = InetSocketAddress.createUnresolved("unknown", 0);

  private enum State {
    OPEN,
    /** {@link #close} was called: what was queued is leaving, what arrives is discarded. */
    FLUSHING,
    /** All has left and the output is shut down; the peer's end has not come yet. */
    LINGERING,
    /** The channel is closed, or about to be. */
    ENDED
  }

  private final Connections connections;
  final SocketChannel channel;

  // Set on the event loop before anybody else sees the connection.
  private SocketAddress localAddress = UNKNOWN;
  private SocketAddress remoteAddress = UNKNOWN;

  // On the event loop only.
  private final HandlerCalls handler;
  private final Inbound inbound;
  private final Outbound outbound;
  private State state = State.OPEN;
  private @Nullable Throwable cause;

  /** Ends the lingering. */
  private @Nullable Future<?> patience;

  NettyConnection(Connections connections, SocketChannel channel, Transport.Acceptor acceptor) {
    this.connections = connections;
    this.channel = channel;
    this.handler = new HandlerCalls(this, acceptor);
    this.inbound = new Inbound(channel, handler);
    this.outbound = new Outbound(channel, this);
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
      handler.run("a task", task);
      return;
    }
    try {
      loop.execute(() -> handler.run("a task", task));
    } catch (RejectedExecutionException loopHasEnded) {
      connections.runAfter(loop, () -> handler.run("a task", task));
    }
  }

  // Reading.

  @Override
  public void channelActive(ChannelHandlerContext context) {
    boolean isToItself = Dialer.isToItself(channel.localAddress(), channel.remoteAddress());
    localAddress = known(channel.localAddress());
    remoteAddress = known(channel.remoteAddress());
    if (connections.add(this) && !isToItself) {
      keepAlive();
      handler.accept();
    } else {
      abortHere();
    }
  }

  private void keepAlive() {
    try {
      IoMechanism.keepAlive(channel);
    } catch (ChannelException e) {
      closedAlready(e);
    }
  }

  private void closedAlready(ChannelException e) {
    if (log.isDebugEnabled()) {
      String name = toString();
      LogQueue.SHARED.add(e, why -> log.debug("{} is closed already", name, why));
    }
  }

  private static SocketAddress known(@Nullable SocketAddress address) {
    return address == null ? UNKNOWN : address;
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    inbound.read((ByteBuf) message);
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    inbound.endBurst();
  }

  @Override
  public void pauseReading() {
    inbound.pause();
  }

  @Override
  public void resumeReading() {
    inbound.resume();
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) {
    if (event == ChannelInputShutdownEvent.INSTANCE) {
      inbound.end();
      if (state == State.LINGERING) {
        end();
      }
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
      outbound.add(bytes);
    }
  }

  @Override
  public void flush() {
    if (state == State.OPEN) {
      outbound.flush();
    }
  }

  void sendProgress() {
    if (state == State.OPEN) {
      handler.sendProgress();
    }
  }

  @Override
  public long unsentBytes() {
    return outbound.unsentBytes();
  }

  @Override
  public long sentBytes() {
    return outbound.sentBytes();
  }

  // Ending.

  @Override
  public void close() {
    if (state != State.OPEN) {
      return;
    }
    state = State.FLUSHING;
    inbound.discard();
    outbound.flush();
    lingerOnceFlushed();
  }

  /** Goes on with {@link #close} once everything has left. */
  void lingerOnceFlushed() {
    if (state != State.FLUSHING || !outbound.isEmpty()) {
      return;
    }
    // After the peer's end there is no unread input that could turn the close into a reset.
    if (inbound.hasEnded() || !connections.beginLingering()) {
      end();
      return;
    }
    state = State.LINGERING;
    patience = channel.eventLoop().schedule(this::end, LINGER_MILLIS, TimeUnit.MILLISECONDS);
    channel
        .shutdownOutput()
        .addListener(
            shutdown -> {
              if (!shutdown.isSuccess()) {
                end();
              }
            });
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

  /** A defect on this side. */
  void broken(String what, Throwable t) {
    handler.failed(what, t);
  }

  private void abortHere() {
    if (state == State.ENDED) {
      return;
    }
    try {
      channel.config().setSoLinger(0);
    } catch (ChannelException e) {
      closedAlready(e);
    }
    end();
  }

  /** Reading or writing has failed. */
  void fail(Throwable t) {
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
    if (patience != null) {
      patience.cancel(false);
    }
    inbound.stop();
    outbound.clear();
    var _ = channel.close();
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    end();
    connections.remove(this);
    handler.closed(cause);
  }
}
