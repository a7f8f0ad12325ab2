package dev.tern.bench.own;

import dev.tern.bench.contender.Served;
import dev.tern.bench.contender.ServerSide;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.handler.codec.LengthFieldBasedFrameDecoder;

/** For orientation: how far Netty and Jackson come by themselves. */
record JacksonServer() implements Served {
  @Override
  public String name() {
    return "jackson-server";
  }

  @Override
  public String configuration() {
    return "Netty's frame decoder and Jackson's trees; no deadlines, no checks, one method";
  }

  @Override
  public ServerSide serve() throws Exception {
    return NettyServer.listen(
        () ->
            new ChannelInitializer<>() {
              @Override
              protected void initChannel(Channel channel) {
                channel
                    .pipeline()
                    .addLast(
                        new LengthFieldBasedFrameDecoder(EchoServer.MAX_FRAME_BYTES, 0, 4, 0, 4))
                    .addLast(new JacksonHandler());
              }
            });
  }
}
