package dev.tern.transport.netty;

import dev.tern.core.runtime.IoThread;
import dev.tern.core.transport.ClosedTransport;
import dev.tern.core.transport.Connection;
import dev.tern.core.transport.ListenFailure;
import dev.tern.core.transport.Transport;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.channel.ServerChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.util.concurrent.EventExecutor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries bytes over TCP on Netty's event loops: a few threads for all connections. An idle
 * connection owns no buffer.
 */
public final class NettyTransport implements Transport {

  private static final Logger log = LoggerFactory.getLogger(NettyTransport.class);

  /** How long {@link #close} waits for an event loop that a handler blocks. */
  private static final int CLOSE_MILLIS = 10_000;

  private static final AtomicInteger transports = new AtomicInteger();

  private final IoMechanism mechanism;
  private final int backlog;
  private final EventLoopGroup loops;
  private final List<LoopThread> threads = new CopyOnWriteArrayList<>();
  private final RecvByteBufAllocator readBuffers = new ReadBuffers();
  private final Connections connections = new Connections();
  private final Connector connector;
  private final ReentrantLock closing = new ReentrantLock();

  private NettyTransport(Builder builder) {
    mechanism = builder.mechanism.resolve();
    backlog = builder.backlog;
    String name = "tern-netty-" + transports.incrementAndGet() + "-";
    loops =
        new MultiThreadIoEventLoopGroup(
            builder.eventLoops,
            loop -> {
              LoopThread thread = new LoopThread(loop, name + (threads.size() + 1));
              threads.add(thread);
              return thread;
            },
            mechanism.handlers());
    connector =
        new Connector(
            new Bootstrap()
                .group(loops)
                .channelFactory(mechanism::newChannel)
                .disableResolver()
                .option(
                    ChannelOption.CONNECT_TIMEOUT_MILLIS, 0) // Connector has a timeout of its own.
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.ALLOW_HALF_CLOSURE, true)
                .option(ChannelOption.RECVBUF_ALLOCATOR, readBuffers),
            connections);
  }

  /** A transport with the defaults of {@link Builder}. */
  public static NettyTransport create() {
    return builder().build();
  }

  /** Starts to describe a transport; each that it makes has event loops of its own. */
  public static Builder builder() {
    return new Builder();
  }

  @Override
  public Listener listen(InetSocketAddress address, Acceptor acceptor) throws IOException {
    IoThread.refuseToBlock("listen");
    refuseIfClosed();
    ServerBootstrap bootstrap =
        new ServerBootstrap()
            .group(loops, loops)
            .channelFactory(mechanism::newServerChannel)
            .option(ChannelOption.SO_BACKLOG, backlog)
            .option(ChannelOption.SO_REUSEADDR, true)
            .handler(new NettyListener.AcceptPause())
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
            .childOption(ChannelOption.RECVBUF_ALLOCATOR, readBuffers)
            .childHandler(
                new ChannelInitializer<SocketChannel>() {
                  @Override
                  protected void initChannel(SocketChannel channel) {
                    channel.pipeline().addLast(new NettyConnection(connections, channel, acceptor));
                  }
                });
    ChannelFuture bound = bind(bootstrap, address).awaitUninterruptibly();
    if (!bound.isSuccess()) {
      throw ListenFailure.of(address, bound.cause());
    }
    return new NettyListener((ServerChannel) bound.channel());
  }

  /**
   * Netty leaves thread-locals with whoever makes a channel, and the caller's thread may live on
   * when all of this is gone: an event loop makes it.
   */
  @SuppressWarnings("FutureReturnValueIgnored") // both are waited for, the inner one by the caller
  private ChannelFuture bind(ServerBootstrap bootstrap, InetSocketAddress address)
      throws IOException {
    try {
      return loops.next().submit(() -> bootstrap.bind(address)).syncUninterruptibly().getNow();
    } catch (RejectedExecutionException loopHasEnded) {
      throw new ClosedTransport();
    }
  }

  @Override
  public Connection connect(InetSocketAddress address, Duration timeout, Acceptor acceptor)
      throws IOException {
    refuseIfClosed();
    return connector.connect(address, timeout, acceptor);
  }

  private void refuseIfClosed() throws IOException {
    if (connections.isClosed()) {
      throw new ClosedTransport();
    }
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalStateException on an I/O thread, which cannot wait for itself
   */
  @Override
  public void close() {
    IoThread.refuseToBlock("closing a transport");
    closing.lock();
    try {
      long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(CLOSE_MILLIS);
      if (!connections.isClosed()) {
        connections.close();
        awaitAborts(deadline);
        var _ = loops.shutdownGracefully(0, CLOSE_MILLIS, TimeUnit.MILLISECONDS);
      }
      awaitThreads(deadline);
    } finally {
      closing.unlock();
    }
  }

  /**
   * A loop that shuts down closes its channels first, in an orderly way: the aborts must be done.
   */
  private void awaitAborts(long deadline) {
    for (EventExecutor loop : loops) {
      long left = deadline - System.nanoTime();
      loop.submit(() -> {}).awaitUninterruptibly(TimeUnit.NANOSECONDS.toMillis(left));
    }
  }

  private void awaitThreads(long deadline) {
    boolean interrupted = false;
    for (LoopThread thread : threads) {
      interrupted |= awaitEnd(thread, deadline);
      if (thread.isAlive()) {
        log.error("the event loop {} has not ended, something blocks it", thread.getName());
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Returns whether the current thread was interrupted meanwhile. */
  private static boolean awaitEnd(LoopThread thread, long deadline) {
    boolean interrupted = false;
    while (true) {
      try {
        thread.join(Duration.ofNanos(Math.max(0, deadline - System.nanoTime())));
        return interrupted;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
  }

  /** The event loops and the way of waiting, for logs. */
  @Override
  public String toString() {
    return "NettyTransport(" + mechanism + ")";
  }

  /** Settings of a {@link NettyTransport}; not thread-safe. */
  public static final class Builder {
    private int eventLoops = Runtime.getRuntime().availableProcessors();
    private int backlog = 1024;
    private IoMechanism mechanism = IoMechanism.AUTO;

    private Builder() {}

    /**
     * The number of event loops, each a thread. Default: one per processor.
     *
     * @param eventLoops at least 1
     */
    public Builder eventLoops(int eventLoops) {
      this.eventLoops = positive("eventLoops", eventLoops);
      return this;
    }

    /**
     * How many connections may wait to be accepted. Default: 1024.
     *
     * @param backlog at least 1; the operating system may allow fewer
     */
    public Builder backlog(int backlog) {
      this.backlog = positive("backlog", backlog);
      return this;
    }

    /** How sockets are watched. Default: {@link IoMechanism#AUTO}. */
    public Builder mechanism(IoMechanism mechanism) {
      this.mechanism = mechanism;
      return this;
    }

    /**
     * Builds the transport; its threads start when they are needed.
     *
     * @throws IllegalStateException if the mechanism is not available on this machine
     */
    public NettyTransport build() {
      return new NettyTransport(this);
    }

    private static int positive(String name, int value) {
      if (value < 1) {
        throw new IllegalArgumentException(name + ": " + value + " (expected: > 0)");
      }
      return value;
    }
  }
}
