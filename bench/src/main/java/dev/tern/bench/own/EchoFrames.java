package dev.tern.bench.own;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tern.bench.contender.Order;
import dev.tern.bench.contender.Work;
import java.nio.ByteBuffer;
import tools.jackson.databind.json.JsonMapper;

/** The bytes that Tern's client sends for a call. */
final class EchoFrames {
  private EchoFrames() {}

  static byte[] of(Work work) {
    return switch (work) {
      case ADD -> frame("add", "{\"a\":1,\"b\":2}");
      case ECHO_ORDER ->
          frame("echoOrder", JsonMapper.builder().build().writeValueAsString(Order.SAMPLE));
      case ECHO_LARGE_ORDER, ECHO_BYTES, HUNDRED_ADDS ->
          throw new UnsupportedOperationException(work + " (expected: one of the others)");
      case ECHO_64K, ECHO_1M -> frame("echoText", "{\"text\":\"" + work.text() + "\"}");
    };
  }

  private static byte[] frame(String method, String params) {
    String json =
        "{\"id\":1234567,\"method\":\""
            + method
            + "\",\"params\":"
            + params
            + ",\"meta\":{\"timeout_ms\":9000}}";
    byte[] payload = json.getBytes(UTF_8);
    return ByteBuffer.allocate(4 + payload.length).putInt(payload.length).put(payload).array();
  }
}
