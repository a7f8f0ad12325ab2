package dev.tern.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.core.Effect;
import dev.tern.core.Method;
import dev.tern.core.RawPeer;
import dev.tern.core.Request;
import dev.tern.core.RpcException;
import dev.tern.core.client.CallOptions;
import dev.tern.core.client.Client;
import dev.tern.core.server.Server;
import dev.tern.core.server.ServerBuilder;
import dev.tern.protocol.Bytes;
import dev.tern.protocol.ErrorCode;
import dev.tern.protocol.Executed;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Calls in protobuf over each transport, and the very bytes that go over the wire. */
final class ProtobufOnTheWireTest extends EveryTransport {
  record Item(String sku, int count, BigDecimal price) {}

  record Order(
      List<Item> items,
      Map<String, Long> totals,
      Bytes signature,
      double ratio,
      float share,
      BigInteger huge,
      Object any) {}

  record Amount(int cents) {}

  private static final Order ORDER =
      new Order(
          List.of(
              new Item("é-1", 2, new BigDecimal("12.50")), new Item("B", -7, new BigDecimal("1"))),
          Map.of("net", Long.MAX_VALUE, "gross", Long.MIN_VALUE),
          Bytes.of(new byte[] {0, -1, 2, 127, -128}),
          0.1,
          1.5f,
          BigInteger.TWO.pow(70),
          Map.of("list", List.of(1L, 2.5, "x", true)));

  private static final Method<Order, Order> BACK =
      Method.of("shop.back", Order.class, Order.class).effect(Effect.READ);
  private static final Method<Amount, Integer> PAY =
      Method.of("shop.pay", Amount.class, Integer.class).effect(Effect.ONCE);
  private static final Method<Void, String> WHICH =
      Method.of("test.which", Void.class, String.class).effect(Effect.READ);
  private static final Method<Amount, Integer> FAIL =
      Method.of("test.fail", Amount.class, Integer.class).effect(Effect.READ);

  private final AtomicInteger paid = new AtomicInteger();

  private ServerBuilder shop() {
    return usualServer()
        .serve(BACK, order -> order)
        .serve(PAY, amount -> paid.addAndGet(amount.cents()))
        .serve(WHICH, _ -> Request.current().encoding())
        .serve(
            FAIL,
            amount -> {
              throw new RpcException("TOO_POOR", "é", Map.of("missing", amount.cents()));
            });
  }

  private Client speaking(Server server) {
    return client(server.address(), b -> b.encoding("protobuf"));
  }

  @Test
  void aRecordGoesThereAndBack() {
    Client client = speaking(start(shop()));

    assertThat(client.call(BACK, ORDER)).isEqualTo(ORDER);
    assertThat(client.call(WHICH)).isEqualTo("protobuf");
    assertThat(client.call(ECHO, new Text("é".repeat(100_000)))).hasSize(100_000);
  }

  @Test
  void oneServerAnswersEachInItsOwnEncoding() {
    Server server = start(shop());

    assertThat(speaking(server).call(WHICH)).isEqualTo("protobuf");
    assertThat(client(server).call(WHICH)).isEqualTo("json");
    assertThat(client(server.address(), b -> b.encoding("msgpack")).call(WHICH))
        .isEqualTo("msgpack");
  }

  @Test
  void errorsAreTheSame() {
    Client client = speaking(start(shop()));

    RpcException e = failure(() -> client.call(FAIL, new Amount(7)));
    assertThat(e.code()).isEqualTo("TOO_POOR");
    assertThat(e.executed()).isEqualTo(Executed.YES);
    assertThat(e.details()).isEqualTo(Map.of("missing", 7L));
    RpcException odd =
        failure(
            () ->
                client.call("shop.back", Map.of("items", List.of(Map.of("sku", 5))), Object.class));
    assertThat(odd.code()).isEqualTo(ErrorCode.INVALID_PARAMS.name());
    assertThat(odd.details()).containsEntry("path", "items[0].sku");
  }

  @Test
  void anOperationHappensOnce() {
    Server server = start(shop());
    Client client = speaking(server);
    CallOptions key = CallOptions.DEFAULT.withKey("0123456789abcdef");

    assertThat(client.call(PAY, new Amount(5), key)).isEqualTo(5);
    assertThat(client.exchange(PAY, new Amount(5), key).isReplayed()).isTrue();
    RpcException e = failure(() -> client(server).call(PAY, new Amount(5), key));
    assertThat(e.code()).isEqualTo(ErrorCode.CONFLICT.name());
    assertThat(paid).hasValue(5);
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
    assertThat(peer.read().toString()).contains("UNSUPPORTED", "protobuf batch");
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

  /** Nothing that declares such a message is served yet; its caller is told with its id. */
  @Test
  void aDeclaredMessageForAMethodOfRecordsIsInvalid() {
    RawPeer peer = rawClient(start(shop()));

    peer.sendPayload(bytes("12 11 10 02 22 08 73686f702e706179 2a 03 5a 01 00"));

    String reply = hex(peer.readBytes());
    assertThat(reply).startsWith("1a").contains(hex("INVALID_PARAMS".getBytes(UTF_8)));
  }
}
