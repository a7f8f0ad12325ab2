package dev.tern.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.tern.codec.msgpack.MessagePackEncoding;
import dev.tern.core.Effect;
import dev.tern.core.EncodedJson;
import dev.tern.core.Filter;
import dev.tern.core.Method;
import dev.tern.core.OperationToken;
import dev.tern.core.RawPeer;
import dev.tern.core.Request;
import dev.tern.core.Response;
import dev.tern.core.RpcException;
import dev.tern.core.client.CallOptions;
import dev.tern.core.client.Client;
import dev.tern.core.client.OperationOutcome;
import dev.tern.core.server.Server;
import dev.tern.core.server.ServerBuilder;
import dev.tern.protocol.Bytes;
import dev.tern.protocol.Dialect;
import dev.tern.protocol.ErrorCode;
import dev.tern.protocol.Executed;
import dev.tern.protocol.json.JsonEncoding;
import dev.tern.protocol.value.Encoding;
import dev.tern.protocol.value.Transcode;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Other encodings than JSON, of calls of every kind. */
final class EncodingsTest extends EveryTransport {
  private static final Encoding MSGPACK = new MessagePackEncoding();

  record Item(String sku, int count, BigDecimal price, boolean gift) {}

  record Order(
      UUID id,
      Instant placed,
      List<Item> items,
      Map<String, Long> totals,
      Bytes seal,
      Optional<String> note,
      double weight,
      float share,
      BigInteger huge,
      @Nullable Object any) {}

  record Amount(int cents) {}

  private static final Order ORDER =
      new Order(
          UUID.fromString("0f8fad5b-d9cb-469f-a165-70867728950e"),
          Instant.parse("2026-02-03T04:05:06.000000007Z"),
          List.of(
              new Item("é-1", 2, new BigDecimal("12.50"), true),
              new Item("B", -7, new BigDecimal("1E+2"), false)),
          Map.of("net", Long.MAX_VALUE, "gross", Long.MIN_VALUE),
          Bytes.of(new byte[] {0, -1, 2, 127, -128}),
          Optional.empty(),
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
              throw new RpcException(
                  "TOO_POOR", "é", Map.of("missing", amount.cents(), "list", List.of(1, "b")));
            });
  }

  private Client speaking(String encoding, Server server) {
    return client(server.address(), b -> b.encoding(encoding));
  }

  @ParameterizedTest
  @ValueSource(strings = {"msgpack", "protobuf"})
  void aRecordGoesThereAndBack(String encoding) {
    Client client = speaking(encoding, start(shop()));

    assertThat(client.call(BACK, ORDER)).isEqualTo(ORDER);
    assertThat(client.call(WHICH)).isEqualTo(encoding);
    assertThat(client.call(ADD, new Pair(2, 3))).isEqualTo(5);
    assertThat(client.callAsync(ECHO, new Text("later")).join()).isEqualTo("later");
  }

  @ParameterizedTest
  @ValueSource(strings = {"msgpack", "protobuf"})
  void eachRequestIsAnsweredInItsOwnEncoding(String encoding) {
    Server server = start(shop());

    assertThat(speaking(encoding, server).call(WHICH)).isEqualTo(encoding);
    assertThat(client(server).call(WHICH)).isEqualTo("json");
  }

  @ParameterizedTest
  @ValueSource(strings = {"msgpack", "protobuf"})
  void aServerThatHasNotGotItIsCalledInJsonWhichIsSaidOnce(String encoding) {
    try (LogCapture log = new LogCapture()) {
      Client client = speaking(encoding, start(shop().encodings()));

      assertThat(client.call(WHICH)).isEqualTo("json");
      assertThat(client.call(BACK, ORDER).items()).isEqualTo(ORDER.items());
      assertThat(log.holding("does not speak " + encoding)).hasSize(1);
    }
  }

  @Test
  void anOlderServerIsCalledInJson() {
    RawPeer.Listening server = rawServer();
    Client client = client(server.address(), b -> b.encoding("msgpack"));
    var call = client.callAsync(ADD, new Pair(1, 2));
    RawPeer peer = server.accept();

    var request = peer.read(); // its hello is answered by none: METHOD_NOT_FOUND
    peer.send(
        "{\"id\":%s,\"ok\":false,\"error\":{\"code\":\"METHOD_NOT_FOUND\",\"message\":\"\",\"executed\":\"no\"}}"
            .formatted(request.get("id")));
    var add = peer.read();
    peer.send("{\"id\":%s,\"ok\":true,\"result\":3}".formatted(add.get("id")));

    assertThat(request.get("method").asString()).isEqualTo("rpc.hello");
    assertThat(add.get("params").toString()).isEqualTo("{\"a\":1,\"b\":2}");
    assertThat(call.join()).isEqualTo(3);
  }

  @ParameterizedTest
  @ValueSource(strings = {"msgpack", "protobuf"})
  void errorsAreTheSame(String encoding) {
    Server server = start(shop());

    for (Client client : List.of(client(server), speaking(encoding, server))) {
      RpcException e = failure(client.callAsync(FAIL, new Amount(7)));
      assertThat(e.code()).isEqualTo("TOO_POOR");
      assertThat(e.executed()).isEqualTo(Executed.YES);
      assertThat(e.details()).isEqualTo(Map.of("missing", 7L, "list", List.of(1L, "b")));
      assertThat(
              failure(client.callAsync(Method.of("no.such", Void.class, Void.class), null)).code())
          .isEqualTo(ErrorCode.METHOD_NOT_FOUND.name());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"msgpack", "protobuf"})
  void paramsThatDoNotFitAreNamedByTheirPath(String encoding) {
    Client client = speaking(encoding, start(shop()));
    Map<String, Object> order = Map.of("items", List.of(Map.of("sku", 5)));

    RpcException e = failure(() -> client.call("shop.back", order, Object.class));

    assertThat(e.code()).isEqualTo(ErrorCode.INVALID_PARAMS.name());
    assertThat(e.executed()).isEqualTo(Executed.NO);
    assertThat(e.details()).containsEntry("path", "items[0].sku");
  }

  @ParameterizedTest
  @ValueSource(strings = {"msgpack", "protobuf"})
  void filtersSeeJsonAndMayAnswerInIt(String encoding) {
    List<String> seen = new CopyOnWriteArrayList<>();
    Filter filter =
        (request, next) -> {
          byte[] params = request.params();
          if (params != null && request.method().equals(ADD.name())) {
            seen.add(new String(params, UTF_8));
            Response.Value value = (Response.Value) next.handle(request);
            seen.add(new String(value.encoded(), UTF_8));
            return new Response.Value("42".getBytes(UTF_8));
          }
          return next.handle(request);
        };
    Client client = speaking(encoding, start(shop().filter(filter)));

    assertThat(client.call(ADD, new Pair(1, 2))).isEqualTo(42);
    assertThat(seen).containsExactly("{\"a\":1,\"b\":2}", "3");
  }

  @ParameterizedTest
  @ValueSource(strings = {"msgpack", "protobuf"})
  void encodedParamsAreConverted(String encoding) {
    Client client = speaking(encoding, start(shop()));
    byte[] params = "{\"a\":1,\"b\":2}".getBytes(UTF_8);

    assertThat(client.callEncoded(ADD.name(), params, CallOptions.DEFAULT).encoded())
        .asString(UTF_8)
        .isEqualTo("3");
    assertThat(client.callEncoded(WHICH.name(), null, CallOptions.DEFAULT).encoded())
        .asString(UTF_8)
        .isEqualTo("\"" + encoding + "\"");
  }

  // --- operations that happen once ---

  @ParameterizedTest
  @ValueSource(strings = {"msgpack", "protobuf"})
  void aReplayIsInTheEncodingOfTheOperation(String encoding) {
    Client client = speaking(encoding, start(shop()));
    CallOptions key = CallOptions.DEFAULT.withKey("0123456789abcdef");

    assertThat(client.call(PAY, new Amount(5), key)).isEqualTo(5);
    assertThat(client.exchange(PAY, new Amount(5), key).isReplayed()).isTrue();
    assertThat(client.call(PAY, new Amount(5), key)).isEqualTo(5);
    assertThat(paid).hasValue(5);
  }

  @ParameterizedTest
  @ValueSource(strings = {"msgpack", "protobuf"})
  void inAnotherEncodingAKeyIsAConflict(String encoding) {
    Server server = start(shop());
    CallOptions key = CallOptions.DEFAULT.withKey("0123456789abcdef");
    speaking(encoding, server).call(PAY, new Amount(5), key);

    RpcException e = failure(() -> client(server).call(PAY, new Amount(5), key));

    assertThat(e.code()).isEqualTo(ErrorCode.CONFLICT.name());
    assertThat(e.executed()).isEqualTo(Executed.NO);
    assertThat(paid).hasValue(5);
  }

  @ParameterizedTest
  @ValueSource(strings = {"msgpack", "protobuf"})
  void theOutcomeIsToldInAnyEncoding(String encoding) {
    Server server = start(shop());
    Client packing = speaking(encoding, server);
    OperationToken token = packing.operation(PAY);
    packing.call(PAY, new Amount(5), CallOptions.DEFAULT.withOperation(token));

    for (Client client : List.of(packing, client(server))) {
      OperationOutcome outcome = client.outcome(token);
      assertThat(outcome.encoded()).asString(UTF_8).isEqualTo("5");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"msgpack", "protobuf"})
  void theTokenNamesTheEncodingAndEveryAttemptKeepsIt(String encoding) {
    Server server = start(shop());
    OperationToken token = speaking(encoding, server).operation(PAY);
    OperationToken kept = OperationToken.parse(token.toString());
    List<String> seen = new CopyOnWriteArrayList<>();

    assertThat(kept.encoding()).isEqualTo(encoding);
    Client plain =
        client(
            server.address(),
            b ->
                b.filter(
                    (request, next) -> {
                      seen.add(request.encoding());
                      return next.handle(request);
                    }));
    CallOptions resumed = CallOptions.DEFAULT.withOperation(kept);
    assertThat(plain.call(PAY, new Amount(5), resumed)).isEqualTo(5);
    assertThat(speaking(encoding, server).call(PAY, new Amount(5), resumed)).isEqualTo(5);
    assertThat(seen).contains(encoding).doesNotContain("json");
    assertThat(paid).hasValue(5);
  }

  @ParameterizedTest
  @ValueSource(strings = {"msgpack", "protobuf"})
  void whereTheEncodingIsMissingAnOperationThatMayHaveRunEnds(String encoding) {
    Server first = start(shop());
    OperationToken token =
        OperationToken.parse(speaking(encoding, first).operation(PAY).toString());
    Server second = start(shop().encodings());

    RpcException e =
        failure(
            () ->
                speaking(encoding, second)
                    .call(PAY, new Amount(5), CallOptions.DEFAULT.withOperation(token)));

    assertThat(e.code()).isEqualTo(ErrorCode.UNSUPPORTED.name());
    assertThat(e.executed()).isEqualTo(Executed.MAYBE);
    assertThat(e).hasMessageContaining(encoding);
    assertThat(paid).hasValue(0);
  }

  @ParameterizedTest
  @ValueSource(strings = {"msgpack", "protobuf"})
  void whereTheEncodingIsMissingAnOperationThatIsPreparedDoesNotBegin(String encoding) {
    OperationToken token = speaking(encoding, start(shop())).operation(PAY);
    Client other = speaking(encoding, start(shop().encodings()));

    RpcException e =
        failure(() -> other.call(PAY, new Amount(5), CallOptions.DEFAULT.withOperation(token)));

    assertThat(e.code()).isEqualTo(ErrorCode.UNSUPPORTED.name());
    assertThat(e.executed()).isEqualTo(Executed.NO);
    assertThat(paid).hasValue(0);
  }

  // --- on the wire ---

  private static byte[] packed(String json) {
    Bytes value = Bytes.of(json.replace('\'', '"').getBytes(UTF_8));
    return Transcode.convert(value, JsonEncoding.JSON, MSGPACK, 0).toByteArray();
  }

  private static String unpacked(byte[] payload) {
    return Transcode.convert(Bytes.of(payload), MSGPACK, JsonEncoding.JSON, 0)
        .toString()
        .replace('"', '\'');
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'id':1,'method':'calc.add','params':{'a':1,'b':2},'meta':{}} | {'id':1,'ok':true,'result':3}",
        "{'jsonrpc':'2.0','id':'x','method':'calc.add','params':[1,2]} | {'jsonrpc':'2.0','id':'x','result':3}",
        "{'id':7,'method':'calc.add','params':{'a':1,'b':2}} | {'id':7,'result':3}",
        "{'method':'calc.add','params':{'a':1,'b':2}} | {'id':null,'result':3}",
        "{'id':1,'method':'rpc.ping','meta':{}} | {'id':1,'ok':true,'result':null}",
        "{'jsonrpc':'2.0','id':1,'method':'no.such'} | {'jsonrpc':'2.0','id':1,'error':{'code':-32601,'message':'no such method: no.such','data':{'code':'METHOD_NOT_FOUND','executed':'no','details':{}}}}",
      })
  void everyDialectIsSpoken(String request, String reply) {
    RawPeer peer = rawClient(start(shop()));

    peer.sendPayload(packed(request));

    assertThat(unpacked(peer.readBytes())).isEqualTo(reply);
  }

  @Test
  void whatIsUnreadableIsAnsweredInJsonAndTheConnectionLives() {
    RawPeer peer = rawClient(start(shop()));

    peer.sendPayload(new byte[] {(byte) 0x81});
    assertThat(peer.read().toString())
        .contains("PARSE_ERROR", "\"id\":null", "\"executed\":\"no\"");
    peer.sendPayload(new byte[] {(byte) 0x90});
    assertThat(peer.read().toString()).contains("BAD_REQUEST", "a batch of no messages");
    peer.sendPayload(packed("{'id':1,'method':'rpc.ping','meta':{}}"));
    assertThat(unpacked(peer.readBytes())).isEqualTo("{'id':1,'ok':true,'result':null}");
  }

  @Test
  void row37_anEncodingThatIsOffIsUnsupportedAndTheConnectionLives() {
    RawPeer peer = rawClient(start(shop().encodings()));

    peer.sendPayload(packed("{'id':1,'method':'rpc.ping','meta':{}}"));
    assertThat(peer.read().toString())
        .contains("UNSUPPORTED", "\"id\":null", "\"executed\":\"no\"", "\"encodings\":[\"json\"]");
    peer.send("{\"id\":1,\"method\":\"rpc.ping\",\"meta\":{}}");
    assertThat(peer.read().get("ok").asBoolean()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"msgpack", "protobuf"})
  void aLargeResultAndLargeParamsArrive(String encoding) {
    Method<Amount, EncodedJson> large = Method.of("test.large", Amount.class, EncodedJson.class);
    Server server =
        start(
            shop()
                .serve(
                    large,
                    amount ->
                        new EncodedJson(
                            ("[" + "1.5,".repeat(amount.cents()) + "{}]").getBytes(UTF_8))));
    Client client = speaking(encoding, server);
    String text = "é".repeat(1 << 20);

    assertThat(client.call(ECHO, new Text(text))).isEqualTo(text);
    assertThat(client.call(large, new Amount(100_000)).toString()).hasSizeGreaterThan(400_000);
  }

  // --- settings ---

  @Test
  void anEncodingWithoutItsModuleIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Client.builder(transport).encoding("cbor"))
        .withMessageContaining("encoding: cbor (expected: one of json, msgpack");
    assertThatIllegalArgumentException().isThrownBy(() -> shop().encodings("cbor"));
  }

  @Test
  void anotherDialectHasNoWordsForIt() {
    assertThatIllegalStateException()
        .isThrownBy(
            () ->
                Client.builder(transport)
                    .dialect(Dialect.JSONRPC)
                    .encoding("msgpack")
                    .timeout(Duration.ofSeconds(1))
                    .connect("localhost", 1))
        .withMessageContaining("encoding: msgpack in the jsonrpc dialect");
  }
}
