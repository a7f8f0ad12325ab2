package dev.tern.bench.own;

import dev.tern.bench.contender.ServerSide;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.function.Supplier;

/** A Netty server with one handler. */
record NettyServer(EventLoopGroup loops, int port) implements ServerSide {

  /**
   * @param handler makes one for each connection
   */
  static NettyServer listen(Supplier<ChannelHandler> handler) throws InterruptedException {
    EventLoopGroup loops = EventLoops.open();
    Channel listening =
        new ServerBootstrap()
            .group(loops)
            .channel(EventLoops.serverType())
            .option(ChannelOption.SO_BACKLOG, 4096)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childOption(ChannelOption.RECVBUF_ALLOCATOR, EventLoops.receiveBuffers())
            .childHandler(
                new ChannelInitializer<>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    channel.pipeline().addLast(handler.get());
                  }
                })
            .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .sync()
            .channel();
    return new NettyServer(loops, ((InetSocketAddress) listening.localAddress()).getPort());
  }

  @Override
  public long directBytes() {
    return NettyMemory.directBytes();
  }

  @Override
  public void close() {
    var _ = loops.shutdownGracefully();
  }
}
