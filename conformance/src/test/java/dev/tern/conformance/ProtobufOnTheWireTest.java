package dev.tern.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.core.Effect;
import dev.tern.core.Method;
import dev.tern.core.RawPeer;
import dev.tern.core.server.ServerBuilder;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** The very bytes of calls in protobuf; what they do is the same in each encoding. */
final class ProtobufOnTheWireTest extends EveryTransport {
  record Amount(int cents) {}

  private static final Method<Amount, Integer> PAY =
      Method.of("shop.pay", Amount.class, Integer.class).effect(Effect.ONCE);

  private ServerBuilder shop() {
    return usualServer().serve(PAY, Amount::cents);
  }

  private static byte[] bytes(String hex) {
    return HexFormat.of().parseHex(hex.replace(" ", ""));
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }

  /** Of a request without a meta: in protobuf there is one dialect. */
  @Test
  void aRequestOfAFewBytesIsAnswered() {
    RawPeer peer = rawClient(start(shop()));

    peer.sendPayload(bytes("12 0c 10 02 22 08 7270632e70696e67"));

    assertThat(hex(peer.readBytes())).isEqualTo("1a06" + "1002" + "32020800");
  }

  @Test
  void aNotificationIsNotAnswered() {
    RawPeer peer = rawClient(start(shop()));

    peer.sendPayload(bytes("12 0a 22 08 7270632e70696e67"));
    peer.sendPayload(bytes("12 0c 10 04 22 08 7270632e70696e67"));

    assertThat(hex(peer.readBytes())).isEqualTo("1a06" + "1004" + "32020800");
  }

  @Test
  void whatIsUnreadableIsAnsweredInJsonAndTheConnectionLives() {
    RawPeer peer = rawClient(start(shop()));

    peer.sendPayload(bytes("12 05 10 02"));
    assertThat(peer.read().toString())
        .contains("PARSE_ERROR", "\"id\":null", "\"executed\":\"no\"");
    peer.sendPayload(bytes("2a 00"));
    assertThat(peer.read().toString()).contains("BAD_REQUEST", "a batch of no messages");
    peer.sendPayload(bytes("12 0c 10 02 22 08 7270632e70696e67"));
    assertThat(hex(peer.readBytes())).startsWith("1a");
  }

  @Test
  void row37_anEncodingThatIsOffIsUnsupportedAndTheConnectionLives() {
    RawPeer peer = rawClient(start(shop().encodings("msgpack")));

    peer.sendPayload(bytes("12 0c 10 02 22 08 7270632e70696e67"));
    assertThat(peer.read().toString())
        .contains("UNSUPPORTED", "\"id\":null", "\"executed\":\"no\"");
    peer.send("{\"id\":1,\"method\":\"rpc.ping\",\"meta\":{}}");
    assertThat(peer.read().get("ok").asBoolean()).isTrue();
  }

  /** Its caller is told with its id. */
  @Test
  void aDeclaredMessageForAMethodOfRecordsIsInvalid() {
    RawPeer peer = rawClient(start(shop()));

    peer.sendPayload(bytes("12 11 10 02 22 08 73686f702e706179 2a 03 5a 01 00"));

    String reply = hex(peer.readBytes());
    assertThat(reply).startsWith("1a").contains(hex("INVALID_PARAMS".getBytes(UTF_8)));
  }
}
