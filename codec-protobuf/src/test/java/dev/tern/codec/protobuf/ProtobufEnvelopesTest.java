package dev.tern.codec.protobuf;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tern.protocol.Bytes;
import dev.tern.protocol.Dialect;
import dev.tern.protocol.ErrorCode;
import dev.tern.protocol.Executed;
import dev.tern.protocol.Id;
import dev.tern.protocol.Limits;
import dev.tern.protocol.Meta;
import dev.tern.protocol.Metadata;
import dev.tern.protocol.ReplyMeta;
import dev.tern.protocol.WireError;
import dev.tern.protocol.envelope.EnvelopeScanner;
import dev.tern.protocol.envelope.Message;
import dev.tern.protocol.envelope.Messages;
import dev.tern.protocol.envelope.WireFormat;
import dev.tern.protocol.json.JsonEncoding;
import dev.tern.protocol.value.Encoding;
import dev.tern.protocol.value.MalformedException;
import dev.tern.protocol.value.Names;
import dev.tern.protocol.value.Transcode;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What reads and writes envelopes in any encoding says in protobuf what it says in JSON. */
class ProtobufEnvelopesTest {
  private static final Encoding PROTOBUF = new ProtobufEncoding();
  private static final WireFormat FORMAT = new WireFormat(Dialect.V1, PROTOBUF);
  private static final Names METHODS = Names.of("add");

  private static final Meta EVERYTHING =
      Meta.timeout(250)
          .with(Meta.V, 1)
          .with(Meta.IDEMPOTENT, true)
          .with(Meta.KEY, "order-7 é")
          .with(Meta.ATTEMPT, 2)
          .with(Meta.REPEATED, true)
          .with(Meta.DEDUP, "store")
          .with(Meta.FIRST_MILLIS, 12L)
          .with(Meta.AUTH, "token")
          .with(Meta.TRACEPARENT, "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
          .with(Meta.TRACESTATE, "a=1")
          .with(Meta.ACCEPT, List.of("gzip", "zstd"))
          .with(Meta.TIMING, true)
          .with(Meta.MD, Metadata.of(Map.of("tenant", "blue")));

  private static final WireError ERROR =
      WireError.of(ErrorCode.SERVER_BUSY, "busy é", Executed.NO)
          .withDetails("{\"retry_after_ms\":100,\"path\":[\"a\",1.5,null]}");

  private final EnvelopeScanner scanner = new EnvelopeScanner(PROTOBUF, Limits.DEFAULT, METHODS);

  private Message scan(Bytes payload) {
    return scanner.scan(payload.array(), payload.from(), payload.length(), false);
  }

  private Message scanReply(Bytes payload) {
    return scanner.scanReply(payload.array(), payload.from(), payload.length(), false);
  }

  private static Bytes protobuf(String json) {
    Bytes value = Bytes.of(json.replace('\'', '"').getBytes(UTF_8));
    return Transcode.convert(value, JsonEncoding.JSON, PROTOBUF, 1);
  }

  private static @Nullable String json(@Nullable Bytes value) {
    return value == null
        ? null
        : Transcode.convert(value, PROTOBUF, JsonEncoding.JSON, 1).toString().replace('"', '\'');
  }

  @Test
  void isFound() {
    assertThat(ServiceLoader.load(Encoding.class))
        .anySatisfy(found -> assertThat(found.label()).isEqualTo("protobuf"));
  }

  static List<@Nullable Id> ids() {
    return Arrays.asList(
        null,
        new Id.Number(0),
        new Id.Number(Long.MAX_VALUE),
        new Id.Number(Long.MIN_VALUE),
        new Id.Number(Long.MIN_VALUE, true),
        new Id.Number(-1, true),
        new Id.Text("5"),
        new Id.Text("é".repeat(64)));
  }

  @ParameterizedTest
  @MethodSource("ids")
  void aRequestIsReadAsItWasWritten(@Nullable Id id) {
    byte[] method = Messages.encodeMethod(PROTOBUF, "shop.buy");
    for (String params : new String[] {null, "{'a':[1,-2,1.5,'é',null,{}]}", "[]"}) {
      for (Meta meta : List.of(Meta.NONE, Meta.timeout(0), Meta.timeout(990), EVERYTHING)) {
        Bytes encoded = params == null ? null : protobuf(params);
        Bytes payload = Messages.request(FORMAT, id, method, encoded, meta);
        assertThat(payload.from()).isEqualTo(Limits.PREFIX_BYTES);
        assertThat(scan(payload))
            .isInstanceOfSatisfying(
                Message.Request.class,
                request -> {
                  assertThat(request.dialect()).isEqualTo(Dialect.V1);
                  assertThat(request.id()).isEqualTo(id);
                  assertThat(request.method()).isEqualTo("shop.buy");
                  assertThat(json(request.params())).isEqualTo(params);
                  assertThat(request.meta()).isEqualTo(meta);
                });
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"null", "3", "'x'", "{'a':[1,2]}", "[{},[]]"})
  void aResultIsReadAsItWasWritten(String result) {
    Id id = new Id.Text("7f3a");
    for (ReplyMeta meta :
        List.of(
            ReplyMeta.NONE,
            ReplyMeta.NONE.withReplayed(true).withMicros(3, 4),
            ReplyMeta.NONE.withMetadata(Metadata.of(Map.of("cost", "7"))))) {
      Bytes payload = Messages.success(FORMAT, id, protobuf(result), meta);
      Message.Response response = (Message.Response) scanReply(payload);
      assertThat(response.id()).isEqualTo(id);
      assertThat(json(response.result())).isEqualTo(result);
      assertThat(response.error()).isNull();
      assertThat(response.meta().replayed()).isEqualTo(meta.replayed());
      assertThat(response.meta().queueMicros()).isEqualTo(meta.queueMicros());
      assertThat(response.meta().handlerMicros()).isEqualTo(meta.handlerMicros());
      assertThat(response.meta().metadata()).isEqualTo(meta.metadata());
      assertThat(scanner.hasOddMeta()).isFalse();
    }
  }

  @Test
  void anErrorIsReadAsItWasWritten() {
    for (Executed executed : Executed.values()) {
      for (String details : new String[] {null, "{\"retry_after_ms\":100,\"path\":[\"a\",1.5]}"}) {
        WireError error = new WireError("SERVER_BUSY", -32002, "busy é", null, executed);
        error = details == null ? error : error.withDetails(details);
        Bytes payload = Messages.error(FORMAT, new Id.Number(1), error);
        WireError read = ((Message.Response) scanReply(payload)).error();
        assertThat(read.code()).isEqualTo(error.code());
        assertThat(read.number()).isEqualTo(error.number());
        assertThat(read.message()).isEqualTo(error.message());
        assertThat(read.executed()).isEqualTo(executed);
        assertThat(read.details() == null ? null : new String(read.details(), UTF_8))
            .isEqualTo(details);
      }
    }
  }

  @Test
  void largeParamsAndResultsAreNotCopied() {
    Bytes large = protobuf("'" + "x".repeat(100_000) + "'");
    Bytes reply = Messages.success(FORMAT, new Id.Number(1), large, ReplyMeta.NONE);
    assertThat(reply.next().array()).isSameAs(large.array());
    assertThat(((Message.Response) scanReply(reply.joined())).result()).isEqualTo(large);
  }

  // --- what is wrong ---

  private static Bytes request(Map<String, Object> members) {
    Map<String, Object> all = new HashMap<>(Map.of("id", 4L, "method", "add"));
    all.putAll(members);
    ProtobufWriter out = ProtobufWriter.message(64);
    Tree.write(all, out, true);
    return out.takeBytes();
  }

  private Message.Malformed malformed(Map<String, Object> members) {
    Message.Malformed malformed = (Message.Malformed) scan(request(members));
    assertThat(malformed.dialect()).isEqualTo(Dialect.V1);
    return malformed;
  }

  @Test
  void whatIsWrongIsAnsweredToItsCaller() {
    Message.Malformed malformed = malformed(Map.of("params", 5L));
    assertThat(malformed.id()).isEqualTo(new Id.Number(4));
    assertThat(malformed.error().code()).isEqualTo("INVALID_PARAMS");
    assertThat(malformed(Map.of("method", "")).error().code()).isEqualTo("BAD_REQUEST");
    assertThat(malformed(Map.of("meta", Map.of("v", 2L))).error().code()).isEqualTo("UNSUPPORTED");
    assertThat(malformed(Map.of("meta", Map.of("key", ""))).error().message())
        .startsWith("meta.key");
    assertThat(malformed(Map.of("id", "\n")).id()).isNull();
    assertThat(malformed(Map.of("meta", Map.of("md", Map.of("", "x")))).error().message())
        .startsWith("meta.md");
  }

  @Test
  void aMetaThatIsTooLongIsRefused() {
    Map<String, Object> meta = Map.of("tracestate", "x".repeat(20_000));
    assertThat(malformed(Map.of("meta", meta)).error().message())
        .isEqualTo("meta: 20008 bytes (expected: at most 16384)");
  }

  @Test
  void aNameThatIsTooLongFailsThatCallAlone() {
    Map<String, Object> params = Map.of("x", List.of(Map.of("n".repeat(300), 1L)));
    Message.Malformed malformed = malformed(Map.of("params", params));
    assertThat(malformed.id()).isEqualTo(new Id.Number(4));
    assertThat(malformed.error().code()).isEqualTo(ErrorCode.INVALID_PARAMS.name());
    assertThat(malformed.error().details()).asString(UTF_8).isEqualTo("{\"path\":\"x[0]\"}");
  }

  @Test
  void whatNestsTooDeepFailsThatCallAlone() {
    Object deep = List.of();
    for (int i = 0; i < 80; i++) {
      deep = List.of(deep);
    }
    Message.Malformed malformed = malformed(Map.of("params", deep));
    assertThat(malformed.id()).isEqualTo(new Id.Number(4));
    assertThat(malformed.error().code()).isEqualTo(ErrorCode.PARSE_ERROR.name());
    Bytes nobodys = request(Map.of("params", deep, "method", "", "id", ""));
    assertThatThrownBy(() -> scan(nobodys))
        .isInstanceOf(MalformedException.class)
        .hasMessageContaining("nesting that is too deep");
  }

  @Test
  void aReplyThatNestsTooDeepSaysWhoseItIs() {
    ProtobufWriter out = ProtobufWriter.message(64).beginObject(2);
    out.name("id").value(4).name("result");
    for (int i = 0; i < 80; i++) {
      out.beginArray(1);
    }
    for (int i = 0; i < 80; i++) {
      out.endArray();
    }
    Message.Malformed malformed = (Message.Malformed) scanReply(out.endObject().takeBytes());
    assertThat(malformed.id()).isEqualTo(new Id.Number(4));
    assertThat(malformed.error().executed()).isEqualTo(Executed.YES);
  }

  /** Metadata over a limit is no reason to lose a result. */
  @Test
  void aReplyWithOddMetaKeepsItsResult() {
    ProtobufWriter out = ProtobufWriter.message(64).beginObject(3);
    out.name("id").value(4).name("result").value(5).name("meta").beginObject(1).name("md");
    out.beginObject(1).name("n".repeat(300)).value("x").endObject().endObject().endObject();
    Message.Response response = (Message.Response) scanReply(out.takeBytes());
    assertThat(json(response.result())).isEqualTo("5");
    assertThat(scanner.hasOddMeta()).isTrue();
  }

  @Test
  void aResponseThatSaysNothingIsMalformed() {
    Bytes payload = Bytes.of(new byte[] {0x1A, 2, 0x10, 2});
    for (Message message : List.of(scan(payload), scanReply(payload))) {
      assertThat(message)
          .isInstanceOfSatisfying(
              Message.Malformed.class,
              malformed -> {
                assertThat(malformed.isResponse()).isTrue();
                assertThat(malformed.id()).isEqualTo(new Id.Number(1));
                assertThat(malformed.error().message()).startsWith("neither result nor error");
              });
    }
  }

  @Test
  void aReplyThatIsCutSaysWhoseItIsAndWhetherItWentWell() {
    byte[] good =
        Messages.success(
                FORMAT, new Id.Number(12), protobuf("'" + "x".repeat(300) + "'"), ReplyMeta.NONE)
            .toByteArray();
    byte[] bad =
        Messages.error(FORMAT, new Id.Number(12), ERROR.withDetails("{\"a\":\"b\"}")).toByteArray();
    for (int length = 1; length < bad.length; length++) {
      Message.Malformed cut = scanner.scanCutReply(good, 0, length, "too long");
      assertThat(cut.id()).isEqualTo(length < 5 ? null : new Id.Number(12));
      assertThat(cut.error().executed()).isEqualTo(length < 6 ? Executed.MAYBE : Executed.YES);
      cut = scanner.scanCutReply(bad, 0, length, "too long");
      assertThat(cut.error().executed()).isEqualTo(Executed.MAYBE);
    }
  }

  @Test
  void whatIsNoMessageIsRefused() {
    for (byte[] payload : new byte[][] {{0x12}, {0x12, 1}, {0x12, 0, 0}, {0x2A, 0}, {0x0A, 0}}) {
      assertThatThrownBy(() -> scan(Bytes.of(payload))).isInstanceOf(MalformedException.class);
    }
  }
}
