package dev.tern.bench.own;

import dev.tern.bench.contender.Served;
import dev.tern.bench.contender.ServerSide;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.handler.codec.LengthFieldBasedFrameDecoder;

/**
 * Bare Netty, for the generator.
 *
 * @param frames each frame is told from the next and written by itself, as a server must that
 *     answers it; else bytes go back as they came
 */
record EchoServer(String name, boolean frames) implements Served {
  static final int MAX_FRAME_BYTES = 16 << 20;

  @Override
  public String configuration() {
    return frames
        ? "bare Netty: its frame decoder, each frame is written back, one flush a turn"
        : "bare Netty: bytes are sent back as they were read";
  }

  @Override
  public ServerSide serve() throws Exception {
    if (!frames) {
      return NettyServer.listen(EchoHandler::new);
    }
    return NettyServer.listen(
        () ->
            new ChannelInitializer<>() {
              @Override
              protected void initChannel(Channel channel) {
                channel
                    .pipeline()
                    .addLast(new LengthFieldBasedFrameDecoder(MAX_FRAME_BYTES, 0, 4))
                    .addLast(new EchoHandler());
              }
            });
  }
}
