package dev.tern.bench.own;

import dev.tern.bench.contender.Call;
import dev.tern.bench.contender.ClientSide;
import dev.tern.bench.contender.Connection;
import dev.tern.bench.contender.Contender;
import dev.tern.bench.contender.ServerSide;
import dev.tern.bench.contender.Work;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/**
 * The limit: the bytes of one Tern request go to a bare Netty server and come back. No parsing, no
 * ids: the first answer is the first caller's. Driven by the same kind of callers, and as good as
 * we know how: both sides write what one turn of the loop gathered with one flush, callers hand
 * over through one mailbox, and many are woken together.
 */
record EchoContender() implements Contender {
  @Override
  public String name() {
    return "echo";
  }

  @Override
  public String configuration() {
    return "the limit: a bare Netty server sends a Tern request's bytes back, nothing is parsed;"
        + " one flush a turn of the event loop on both sides";
  }

  @Override
  public ServerSide serve() throws Exception {
    return NettyServer.listen(EchoHandler::new);
  }

  @Override
  public ClientSide client(int port) {
    EventLoopGroup loops = EventLoops.open();
    Bootstrap bootstrap =
        new Bootstrap()
            .group(loops)
            .channel(EventLoops.clientType())
            .option(ChannelOption.TCP_NODELAY, true)
            .option(ChannelOption.RECVBUF_ALLOCATOR, EventLoops.receiveBuffers())
            .handler(
                new ChannelInitializer<>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    channel.pipeline().addLast(new EchoCalls(channel));
                  }
                });
    return new ClientSide() {
      @Override
      public Connection connect() throws Exception {
        Channel channel =
            bootstrap
                .connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
                .sync()
                .channel();
        return new EchoConnection(channel, channel.pipeline().get(EchoCalls.class));
      }

      @Override
      public long directBytes() {
        return NettyMemory.directBytes();
      }

      @Override
      public void close() {
        var _ = loops.shutdownGracefully();
      }
    };
  }

  private record EchoConnection(Channel channel, EchoCalls calls) implements Connection {
    @Override
    public Call call(Work work) {
      byte[] frame = EchoFrames.of(work);
      return () -> calls.call(frame);
    }

    @Override
    public void close() {
      channel.close().syncUninterruptibly();
    }
  }
}
