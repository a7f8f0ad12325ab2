package dev.tern.protocol.envelope;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.protocol.Bytes;
import dev.tern.protocol.Dialect;
import dev.tern.protocol.ErrorCode;
import dev.tern.protocol.Id;
import dev.tern.protocol.Limits;
import dev.tern.protocol.Meta;
import dev.tern.protocol.ReplyMeta;
import dev.tern.protocol.WireError;
import dev.tern.protocol.json.JsonWriter;
import dev.tern.protocol.value.Names;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class MessagesTest {
  private static final Bytes PARAMS = bytes("{\"a\":1}");
  private static final WireError BUSY =
      WireError.of(ErrorCode.SERVER_BUSY, "full").withDetails(utf8("{\"retry_after_ms\":5}"));
  private static final Meta EVERYTHING =
      Meta.timeout(1000)
          .with(Meta.V, 1)
          .with(Meta.IDEMPOTENT, true)
          .with(Meta.KEY, "k\u00e9y")
          .with(Meta.ATTEMPT, 2)
          .with(Meta.REPEATED, true)
          .with(Meta.DEDUP, "d")
          .with(Meta.FIRST_MILLIS, 7L)
          .with(Meta.AUTH, "t")
          .with(Meta.TRACEPARENT, "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
          .with(Meta.TRACESTATE, "a=1")
          .with(Meta.ACCEPT, List.of("gzip", "zstd"))
          .with(Meta.TIMING, true);

  private static final ReplyMeta EVERYTHING_OF_A_REPLY =
      ReplyMeta.NONE.withReplayed(true).withMicros(5, 7);

  private final EnvelopeScanner scanner = new EnvelopeScanner(Limits.DEFAULT, Names.of());

  @Test
  void writesRequests() {
    assertThat(request(Dialect.V1, new Id.Number(5), PARAMS, Meta.timeout(990)))
        .isEqualTo(
            "{\"id\":5,\"method\":\"m\",\"params\":{\"a\":1},\"meta\":{\"timeout_ms\":990}}");
    assertThat(request(Dialect.V1, new Id.Text("a"), null, Meta.NONE))
        .isEqualTo("{\"id\":\"a\",\"method\":\"m\",\"meta\":{}}");
    assertThat(request(Dialect.V1, null, null, Meta.NONE))
        .isEqualTo("{\"method\":\"m\",\"meta\":{}}");
    assertThat(request(Dialect.JSONRPC, new Id.Number(5), PARAMS, Meta.NONE))
        .isEqualTo("{\"jsonrpc\":\"2.0\",\"id\":5,\"method\":\"m\",\"params\":{\"a\":1}}");
    assertThat(request(Dialect.JSONRPC, null, null, Meta.timeout(7)))
        .isEqualTo("{\"jsonrpc\":\"2.0\",\"method\":\"m\",\"meta\":{\"timeout_ms\":7}}");
    assertThat(request(Dialect.BARE, new Id.Text("u"), PARAMS, Meta.timeout(7)))
        .isEqualTo("{\"id\":\"u\",\"method\":\"m\",\"params\":{\"a\":1}}");
  }

  @Test
  void writesAllOfMetaSoThatItIsReadBack() {
    assertThat(scanned(Messages.request(Dialect.V1, null, utf8("\"m\""), null, EVERYTHING)))
        .isEqualTo(new Message.Request(Dialect.V1, null, "m", null, EVERYTHING));
  }

  @Test
  void escapesMethods() {
    assertThat(Messages.encodeMethod("a\"\\b")).isEqualTo(utf8("\"a\\\"\\\\b\""));
  }

  @Test
  void writesSuccesses() {
    Id id = new Id.Number(-1, true);
    Bytes result = bytes("3");
    assertThat(payload(Messages.success(Dialect.V1, id, result)))
        .isEqualTo("{\"id\":18446744073709551615,\"ok\":true,\"result\":3}");
    assertThat(payload(Messages.success(Dialect.JSONRPC, Id.Null.NULL, result)))
        .isEqualTo("{\"jsonrpc\":\"2.0\",\"id\":null,\"result\":3}");
    assertThat(payload(Messages.success(Dialect.BARE, null, result)))
        .isEqualTo("{\"id\":null,\"result\":3}");
  }

  @Test
  void onlyV1HasAPlaceForWhereTheTimeWent() {
    Id id = new Id.Number(1);
    Bytes result = bytes("3");
    assertThat(
            payload(
                Messages.success(
                    Dialect.V1, id, result, ReplyMeta.NONE.withReplayed(true).withMicros(5, 0))))
        .isEqualTo(
            "{\"id\":1,\"ok\":true,\"result\":3,"
                + "\"meta\":{\"replayed\":true,\"queue_us\":5,\"handler_us\":0}}");
    assertThat(payload(Messages.success(Dialect.V1, id, result, ReplyMeta.NONE.withMicros(-1, 7))))
        .isEqualTo("{\"id\":1,\"ok\":true,\"result\":3,\"meta\":{\"handler_us\":7}}");
    assertThat(payload(Messages.success(Dialect.JSONRPC, id, result, EVERYTHING_OF_A_REPLY)))
        .isEqualTo("{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":3}");
    assertThat(payload(Messages.success(Dialect.BARE, id, result, EVERYTHING_OF_A_REPLY)))
        .isEqualTo("{\"id\":1,\"result\":3}");
  }

  @Test
  void writesErrors() {
    Id id = new Id.Text("a");
    assertThat(payload(Messages.error(Dialect.V1, id, BUSY)))
        .isEqualTo(
            "{\"id\":\"a\",\"ok\":false,\"error\":{\"code\":\"SERVER_BUSY\",\"message\":\"full\","
                + "\"details\":{\"retry_after_ms\":5},\"executed\":\"no\"}}");
    assertThat(payload(Messages.error(Dialect.JSONRPC, id, BUSY)))
        .isEqualTo(
            "{\"jsonrpc\":\"2.0\",\"id\":\"a\",\"error\":{\"code\":-32002,\"message\":\"full\","
                + "\"data\":{\"code\":\"SERVER_BUSY\",\"executed\":\"no\","
                + "\"details\":{\"retry_after_ms\":5}}}}");
    assertThat(payload(Messages.error(Dialect.BARE, id, BUSY)))
        .isEqualTo("{\"id\":\"a\",\"error\":{\"code\":-32002,\"message\":\"full\"}}");
  }

  @Test
  void detailsAreAlwaysThereInV1AndJsonRpc() {
    WireError plain = WireError.of(ErrorCode.INTERNAL, "x");
    assertThat(payload(Messages.error(Dialect.V1, new Id.Number(1), plain)))
        .contains("\"details\":{},\"executed\":\"maybe\"");
    assertThat(payload(Messages.error(Dialect.JSONRPC, new Id.Number(1), plain)))
        .contains("\"executed\":\"maybe\",\"details\":{}");
  }

  @Test
  void writesTheErrorThatBelongsToNoRequest() {
    assertThat(
            payload(Messages.errorWithoutRequest(WireError.of(ErrorCode.PARSE_ERROR, "no JSON"))))
        .isEqualTo(
            "{\"jsonrpc\":\"2.0\",\"id\":null,\"error\":{\"code\":-32700,\"message\":\"no JSON\","
                + "\"data\":{\"code\":\"PARSE_ERROR\",\"executed\":\"no\"}}}");
    assertThat(payload(Messages.errorWithoutRequest(BUSY)))
        .endsWith("\"executed\":\"no\",\"details\":{\"retry_after_ms\":5}}}}");
  }

  @ParameterizedTest
  @EnumSource
  void anErrorCannotFailForItsWords(Dialect dialect) {
    WireError error = WireError.of(ErrorCode.INTERNAL, "a\ud800b\udc00\ud83d\ude00\"\n");
    Message.Response response =
        (Message.Response) scanned(Messages.error(dialect, new Id.Number(1), error));
    assertThat(response.error().message()).isEqualTo("a\ufffdb\ufffd\ud83d\ude00\"\n");
  }

  @ParameterizedTest
  @EnumSource
  void whatIsWrittenIsReadBack(Dialect dialect) {
    for (Id id :
        List.of(
            new Id.Number(0),
            new Id.Number(Long.MIN_VALUE),
            new Id.Number(Long.MIN_VALUE, true),
            new Id.Number(Long.parseUnsignedLong("9999999999999999999"), true),
            new Id.Number(Long.parseUnsignedLong("10000000000000000000"), true),
            new Id.Text("\"\\\u00e9\ud83d\ude00"))) {
      Message.Request request =
          (Message.Request)
              scanned(Messages.request(dialect, id, utf8("\"m\""), PARAMS, Meta.NONE));
      assertThat(request.id()).isEqualTo(id);
      assertThat(request.params()).isEqualTo(PARAMS);
      assertThat(request.dialect()).isEqualTo(dialect);
      Message.Response success =
          (Message.Response) scanned(Messages.success(dialect, id, bytes("[null]")));
      assertThat(success.id()).isEqualTo(id);
      assertThat(success.result()).isEqualTo(bytes("[null]"));
      Message.Response failure = (Message.Response) scanned(Messages.error(dialect, id, BUSY));
      assertThat(failure.id()).isEqualTo(id);
      assertThat(failure.error().code()).isEqualTo("SERVER_BUSY");
    }
  }

  @Test
  void aLargeValueLeavesInItsOwnArray() {
    Bytes text = bytes("\"" + "x".repeat(20_000) + "\"");
    Id id = new Id.Number(7);

    Bytes reply = Messages.success(Dialect.V1, id, text);
    Bytes request =
        Messages.request(Dialect.V1, id, utf8("\"m\""), bytes("[" + text + "]"), Meta.timeout(5));

    assertThat(payload(reply)).isEqualTo("{\"id\":7,\"ok\":true,\"result\":" + text + "}");
    Bytes second = reply.next();
    assertThat(second == null ? null : second.array()).isSameAs(text.array());
    assertThat(payload(request))
        .isEqualTo(
            "{\"id\":7,\"method\":\"m\",\"params\":[" + text + "],\"meta\":{\"timeout_ms\":5}}");
    assertThat(request.next()).isNotNull();
  }

  @Test
  void aLargeResultLeavesInItsOwnArrayBesideAMeta() {
    Bytes text = bytes("\"" + "x".repeat(20_000) + "\"");

    Bytes reply = Messages.success(Dialect.V1, new Id.Number(7), text, EVERYTHING_OF_A_REPLY);

    assertThat(payload(reply))
        .isEqualTo(
            "{\"id\":7,\"ok\":true,\"result\":"
                + text
                + ",\"meta\":{\"replayed\":true,\"queue_us\":5,\"handler_us\":7}}");
    assertThat(secondArray(reply)).isSameAs(text.array());
  }

  @ParameterizedTest
  @EnumSource
  void largeParamsLeaveInTheirOwnArrayWhateverElseIsSaid(Dialect dialect) {
    Bytes params = bytes("[\"" + "x".repeat(20_000) + "\"]");
    Meta meta = Meta.timeout(5).with(Meta.KEY, "k").with(Meta.ATTEMPT, 2);

    Bytes plain = Messages.request(dialect, new Id.Number(7), utf8("\"m\""), params, meta);
    Bytes rich = Messages.request(dialect, new Id.Text("7"), utf8("\"m\""), params, EVERYTHING);

    assertThat(secondArray(plain)).isSameAs(params.array());
    assertThat(secondArray(rich)).isSameAs(params.array());
    assertThat(((Message.Request) scanned(rich)).params()).isEqualTo(params);
  }

  @Test
  void writesUsualMetaInOnePassAsTheWriterWould() {
    Meta meta =
        Meta.timeout(5)
            .with(Meta.IDEMPOTENT, false)
            .with(Meta.KEY, "k")
            .with(Meta.ATTEMPT, 12)
            .with(Meta.AUTH, "a.b")
            .with(Meta.TIMING, true);
    assertThat(request(Dialect.V1, new Id.Number(5), PARAMS, meta))
        .isEqualTo(
            "{\"id\":5,\"method\":\"m\",\"params\":{\"a\":1},\"meta\":{\"timeout_ms\":5,"
                + "\"idempotent\":false,\"key\":\"k\",\"attempt\":12,\"auth\":\"a.b\",\"timing\":true}}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"", "a\\b", "\n", "\u00e9", "\u0141", "why?", "\ud83d\ude00", ""})
  void writesTextsThatAreNotPlainWithTheGeneralWriter(String key) {
    Meta meta = Meta.timeout(5).with(Meta.KEY, key).with(Meta.ATTEMPT, 1);

    Bytes payload = Messages.request(Dialect.V1, new Id.Number(5), utf8("\"m\""), null, meta);

    String escaped = new String(new JsonWriter().value(key).toByteArray(), UTF_8);
    assertThat(payload(payload))
        .contains("{\"timeout_ms\":5,\"key\":" + escaped + ",\"attempt\":1}");
  }

  private static byte[] secondArray(Bytes payload) {
    Bytes second = payload.next();
    return second == null ? new byte[0] : second.array();
  }

  private static String request(Dialect dialect, Id id, Bytes params, Meta meta) {
    return payload(Messages.request(dialect, id, Messages.encodeMethod("m"), params, meta));
  }

  private Message scanned(Bytes bytes) {
    byte[] payload = bytes.toByteArray();
    return scanner.scan(payload, 0, payload.length, false);
  }

  private static String payload(Bytes bytes) {
    assertThat(bytes.from()).as("room for a prefix").isEqualTo(Limits.PREFIX_BYTES);
    return bytes.toString();
  }

  private static Bytes bytes(String text) {
    return Bytes.of(utf8(text));
  }

  private static byte[] utf8(String text) {
    return text.getBytes(UTF_8);
  }
}
