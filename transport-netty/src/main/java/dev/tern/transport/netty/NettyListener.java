package dev.tern.transport.netty;

import dev.tern.core.transport.IoThread;
import dev.tern.core.transport.Transport;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ServerChannel;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A bound address. */
final class NettyListener implements Transport.Listener {

  private final ServerChannel channel;
  private final InetSocketAddress address;

  /** Takes a channel that has been bound. */
  NettyListener(ServerChannel channel) {
    this.channel = channel;
    this.address = (InetSocketAddress) channel.localAddress();
  }

  @Override
  public InetSocketAddress address() {
    return address;
  }

  @Override
  public void close() {
    ChannelFuture closed = channel.close();
    // An I/O thread must not wait, least of all for itself.
    if (!IoThread.isCurrent()) {
      closed.awaitUninterruptibly();
    }
  }

  @Override
  public String toString() {
    return "listener on " + address;
  }

  /**
   * Stops accepting for a while when it fails, which means that descriptors or memory are used up:
   * the waiting connection would be reported again and again, and take the whole event loop.
   */
  @Sharable
  static final class AcceptPause extends ChannelInboundHandlerAdapter {

    /** Long enough for connections to end; the kernel keeps those that wait, up to the backlog. */
    static final int PAUSE_MILLIS = 1_000;

    private static final Logger log = LoggerFactory.getLogger(AcceptPause.class);

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      if (!context.channel().config().isAutoRead()) {
        return;
      }
      log.error(
          "cannot accept connections on {}, trying again in {} ms",
          context.channel().localAddress(),
          PAUSE_MILLIS,
          cause);
      context.channel().config().setAutoRead(false);
      Runnable resume = () -> context.channel().config().setAutoRead(true);
      var _ = context.channel().eventLoop().schedule(resume, PAUSE_MILLIS, TimeUnit.MILLISECONDS);
    }
  }
}
