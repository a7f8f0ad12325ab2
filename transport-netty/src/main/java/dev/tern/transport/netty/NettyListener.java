package dev.tern.transport.netty;

import dev.tern.core.log.LogQueue;
import dev.tern.core.runtime.IoThread;
import dev.tern.core.transport.Transport;
import io.netty.channel.Channel;
import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.channel.ServerChannel;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A bound address. */
final class NettyListener implements Transport.Listener {

  /** How long closing waits for an event loop that a handler blocks. */
  private static final int MAX_CLOSE_MILLIS = 10_000;

  private static final int CLOSE_CHECK_MILLIS = 50;

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

  /**
   * {@inheritDoc}
   *
   * <p>On return nobody can connect any more, unless this is an I/O thread, which must not wait.
   */
  @Override
  public void close() {
    CountDownLatch released = new CountDownLatch(1);
    try {
      // In the loop: who is not in it cannot be told of a close once the loop has ended.
      channel.eventLoop().execute(() -> close(released));
    } catch (RejectedExecutionException loopHasEnded) {
      return; // and has closed the channel with all its others
    }
    if (!IoThread.isCurrent()) {
      await(released);
    }
  }

  private void close(CountDownLatch released) {
    channel.close().addListener(closed -> afterNextSelect(released::countDown));
  }

  /**
   * A selector of the JDK keeps a closed socket, and the kernel goes on listening, until it selects
   * again. What an event loop schedules for later comes after that.
   */
  private void afterNextSelect(Runnable task) {
    var _ = channel.eventLoop().schedule(task, 1, TimeUnit.NANOSECONDS);
  }

  private void await(CountDownLatch released) {
    EventLoop loop = channel.eventLoop();
    try {
      for (int waited = 0; waited < MAX_CLOSE_MILLIS; waited += CLOSE_CHECK_MILLIS) {
        // A loop that ends closes the channel itself, and may never get to the task.
        if (released.await(CLOSE_CHECK_MILLIS, TimeUnit.MILLISECONDS) || loop.isShuttingDown()) {
          return;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // The loop closes the channel all the same.
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
  static final class AcceptPause extends ChannelInboundHandlerAdapter {

    /** Long enough for connections to end; the kernel keeps those that wait, up to the backlog. */
    static final int PAUSE_MILLIS = 1_000;

    private static final Logger log = LoggerFactory.getLogger(AcceptPause.class);

    /** Made early: without a descriptor, its class might not be found. */
    private Runnable resume = () -> {};

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
      ChannelConfig config = context.channel().config();
      resume = () -> config.setAutoRead(true);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      Channel channel = context.channel();
      if (!channel.config().isAutoRead()) {
        return;
      }
      channel.config().setAutoRead(false);
      var _ = channel.eventLoop().schedule(resume, PAUSE_MILLIS, TimeUnit.MILLISECONDS);
      SocketAddress address = channel.localAddress();
      LogQueue.SHARED.add(
          cause,
          why ->
              log.error(
                  "cannot accept connections on {}, trying again in {} ms",
                  address,
                  PAUSE_MILLIS,
                  why));
    }
  }
}
