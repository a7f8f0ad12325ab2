package dev.tern.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;

/**
 * The limit: the bytes of one Tern request go to a bare Netty server and come back. No parsing, no
 * ids: the first answer is the first caller's. Driven by the same kind of callers, and as good as
 * we know how: both sides write what one turn of the loop gathered with one flush, callers hand
 * over through one mailbox, and many are woken together.
 */
final class EchoContender implements Contender {
  private static final int RECEIVE_BYTES = 64 << 10;

  /** The same as in the client under test. */
  private static final int WAKE_TOGETHER = 8;

  private static final byte[] FRAME =
      frame(
          "{\"id\":1234567,\"method\":\"add\",\"params\":{\"a\":1,\"b\":2},"
              + "\"meta\":{\"timeout_ms\":9000}}");

  private static byte[] frame(String json) {
    byte[] payload = json.getBytes(US_ASCII);
    byte[] frame = new byte[4 + payload.length];
    frame[3] = (byte) payload.length;
    System.arraycopy(payload, 0, frame, 4, payload.length);
    return frame;
  }

  @Override
  public String name() {
    return "echo";
  }

  @Override
  public Service serve() throws Exception {
    EventLoopGroup group = group();
    Channel listening =
        new ServerBootstrap()
            .group(group)
            .channel(serverType())
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childOption(
                ChannelOption.RECVBUF_ALLOCATOR, new FixedRecvByteBufAllocator(RECEIVE_BYTES))
            .childHandler(new Initializer(_ -> new EchoHandler()))
            .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .sync()
            .channel();
    int port = ((InetSocketAddress) listening.localAddress()).getPort();
    return new Service() {
      @Override
      public int port() {
        return port;
      }

      @Override
      public void close() {
        var _ = group.shutdownGracefully();
      }
    };
  }

  @Override
  public Caller connect(int port) throws Exception {
    EventLoopGroup group = group();
    Channel channel =
        new Bootstrap()
            .group(group)
            .channel(Epoll.isAvailable() ? EpollSocketChannel.class : NioSocketChannel.class)
            .option(ChannelOption.TCP_NODELAY, true)
            .option(ChannelOption.RECVBUF_ALLOCATOR, new FixedRecvByteBufAllocator(RECEIVE_BYTES))
            .handler(new Initializer(CallingHandler::new))
            .connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
            .sync()
            .channel();
    CallingHandler calls = channel.pipeline().get(CallingHandler.class);
    return new Caller() {
      @Override
      public void call() {
        calls.call();
      }

      @Override
      public void close() {
        var _ = group.shutdownGracefully();
      }
    };
  }

  private static EventLoopGroup group() {
    IoHandlerFactory io =
        Epoll.isAvailable() ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
    return new MultiThreadIoEventLoopGroup(1, io);
  }

  private static Class<? extends ServerChannel> serverType() {
    return Epoll.isAvailable() ? EpollServerSocketChannel.class : NioServerSocketChannel.class;
  }

  private static final class Initializer extends ChannelInitializer<Channel> {
    private final Function<Channel, ChannelInboundHandlerAdapter> handler;

    Initializer(Function<Channel, ChannelInboundHandlerAdapter> handler) {
      this.handler = handler;
    }

    @Override
    protected void initChannel(Channel channel) {
      channel.pipeline().addLast(handler.apply(channel));
    }
  }

  /** Sends back what it reads, one flush a turn. */
  private static final class EchoHandler extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext context, Object bytes) {
      var _ = context.write(bytes, context.voidPromise());
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
      context.flush();
    }
  }

  private static final class Call {
    private final Thread caller = Thread.currentThread();
    private volatile boolean answered;

    void await() {
      while (!answered) {
        LockSupport.park(this);
      }
    }

    void wake() {
      answered = true;
      LockSupport.unpark(caller);
    }
  }

  private static final class CallingHandler extends ChannelInboundHandlerAdapter {
    private final Queue<Call> mailbox = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean woken = new AtomicBoolean();
    private final ArrayDeque<Call> waiting = new ArrayDeque<>(1024);
    private List<Call> answered = new ArrayList<>();
    private int bytes;
    private final Channel channel;

    CallingHandler(Channel channel) {
      this.channel = channel;
    }

    void call() {
      Call call = new Call();
      mailbox.add(call);
      if (!woken.get() && woken.compareAndSet(false, true)) {
        channel.eventLoop().execute(this::send);
      }
      call.await();
    }

    private void send() {
      woken.set(false);
      ByteBuf out = channel.alloc().directBuffer(RECEIVE_BYTES);
      for (Call call; (call = mailbox.poll()) != null; ) {
        waiting.add(call);
        out.writeBytes(FRAME);
      }
      var _ = channel.writeAndFlush(out, channel.voidPromise());
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      ByteBuf read = (ByteBuf) message;
      bytes += read.readableBytes();
      read.release();
      for (; bytes >= FRAME.length; bytes -= FRAME.length) {
        answered.add(waiting.remove());
      }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
      List<Call> calls = answered;
      if (calls.size() < WAKE_TOGETHER) {
        calls.forEach(Call::wake);
        calls.clear();
      } else {
        answered = new ArrayList<>(calls.size());
        Thread.startVirtualThread(() -> calls.forEach(Call::wake));
      }
    }
  }
}
