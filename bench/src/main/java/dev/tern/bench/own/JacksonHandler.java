package dev.tern.bench.own;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * What one writes in an afternoon: a tree for each request, a tree for each reply, add and nothing
 * else. Comes behind a decoder of frames.
 */
final class JacksonHandler extends SimpleChannelInboundHandler<ByteBuf> {
  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  @Override
  protected void channelRead0(ChannelHandlerContext context, ByteBuf frame) {
    byte[] bytes = new byte[frame.readableBytes()];
    frame.readBytes(bytes);
    JsonNode request = MAPPER.readTree(bytes);
    JsonNode params = request.get("params");
    ObjectNode reply = MAPPER.createObjectNode();
    reply.set("id", request.get("id"));
    reply.put("result", params.get("a").asInt() + params.get("b").asInt());
    byte[] payload = MAPPER.writeValueAsBytes(reply);
    ByteBuf out = context.alloc().directBuffer(4 + payload.length);
    out.writeInt(payload.length).writeBytes(payload);
    var _ = context.write(out, context.voidPromise());
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    context.flush();
  }
}
