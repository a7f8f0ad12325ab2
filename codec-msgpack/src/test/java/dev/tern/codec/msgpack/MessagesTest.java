package dev.tern.codec.msgpack;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tern.protocol.Bytes;
import dev.tern.protocol.Dialect;
import dev.tern.protocol.ErrorCode;
import dev.tern.protocol.Executed;
import dev.tern.protocol.Id;
import dev.tern.protocol.Limits;
import dev.tern.protocol.Limits.Bound;
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
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Messages in MessagePack say what they say in JSON. */
final class MessagesTest {
  private static final Encoding MSGPACK = new MessagePackEncoding();
  private static final Names METHODS = Names.of("add");
  private static final String PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

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
          .with(Meta.TRACEPARENT, PARENT)
          .with(Meta.TRACESTATE, "a=1")
          .with(Meta.ACCEPT, List.of("gzip", "zstd"))
          .with(Meta.TIMING, true)
          .with(Meta.MD, Metadata.of(Map.of("tenant", "blue")));

  private static final ReplyMeta EVERYTHING_OF_A_REPLY =
      ReplyMeta.NONE
          .withReplayed(true)
          .withMicros(3, 4)
          .withMetadata(Metadata.of(Map.of("cost", "7")));

  private static final WireError ERROR =
      WireError.of(ErrorCode.SERVER_BUSY, "busy é", Executed.NO)
          .withDetails("{\"retry_after_ms\":100,\"path\":[\"a\",1.5,null]}");

  private final EnvelopeScanner json =
      new EnvelopeScanner(JsonEncoding.JSON, Limits.DEFAULT, METHODS);
  private final EnvelopeScanner msgpack = new EnvelopeScanner(MSGPACK, Limits.DEFAULT, METHODS);

  private static Bytes msgpack(String text) {
    Bytes value = Bytes.of(text.replace('\'', '"').getBytes(UTF_8));
    return Transcode.convert(value, JsonEncoding.JSON, MSGPACK, 0);
  }

  private static @Nullable String text(@Nullable Bytes value, Encoding encoding) {
    return value == null
        ? null
        : Transcode.convert(value, encoding, JsonEncoding.JSON, 1).toString();
  }

  /** The same with params or result as JSON text, and the encoding left out. */
  static List<@Nullable Object> said(Message message) {
    return switch (message) {
      case Message.Request r ->
          List.of(
              r.dialect(),
              String.valueOf(r.id()),
              r.method(),
              String.valueOf(text(r.params(), r.encoding())),
              r.meta());
      case Message.Response r ->
          List.of(
              String.valueOf(r.id()),
              String.valueOf(text(r.result(), r.encoding())),
              error(r.error()),
              r.meta().replayed(),
              r.meta().queueMicros(),
              r.meta().metadata());
      case Message.Malformed m ->
          List.of(m.dialect(), String.valueOf(m.id()), m.isResponse(), m.reply(), error(m.error()));
    };
  }

  private static List<Object> error(@Nullable WireError e) {
    if (e == null) {
      return List.of();
    }
    String details = e.details() == null ? "" : new String(e.details(), UTF_8);
    return List.of(e.code(), e.number(), e.message(), details, e.executed());
  }

  private static Message scan(EnvelopeScanner scanner, Bytes payload) {
    return scanner.scan(payload.array(), payload.from(), payload.length(), false);
  }

  private static Message scanReply(EnvelopeScanner scanner, Bytes payload) {
    return scanner.scanReply(payload.array(), payload.from(), payload.length(), false);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'id':1,'method':'add','params':{'a':1,'b':2},'meta':{'timeout_ms':9999}}",
        "{'meta':{'key':'k','attempt':2},'params':[1,2],'method':'add','id':'x'}",
        "{'id':-1,'method':'other','params':{},'meta':{'timeout_ms':0}}",
        "{'id':18446744073709551615,'method':'add','meta':{}}",
        "{'id':9223372036854775808,'method':'add'}",
        "{'id':null,'method':'add'}",
        "{'method':'add'}",
        "{'method':'add','meta':{}}",
        "{'jsonrpc':'2.0','id':'7','method':'add','params':[1]}",
        "{'jsonrpc':'1.0','id':'7','method':'add'}",
        "{'id':1,'method':'add','params':null,'meta':null}",
        "{'id':1,'method':'add','params':5,'meta':{}}",
        "{'id':1,'method':'add','params':'x'}",
        "{'id':{},'method':'add'}",
        "{'id':1.5,'method':'add'}",
        "{'id':true,'method':'add','meta':{}}",
        "{'id':1,'method':''}",
        "{'id':1,'method':7}",
        "{'id':1}",
        "{}",
        "{'id':1,'method':'add','result':1}",
        "{'id':1,'method':'add','meta':5}",
        "{'id':1,'method':'add','meta':{'v':2}}",
        "{'id':1,'method':'add','meta':{'timeout_ms':-1}}",
        "{'id':1,'method':'add','meta':{'timeout_ms':'x'}}",
        "{'id':1,'method':'add','meta':{'key':''}}",
        "{'id':1,'method':'add','meta':{'md':{'a':'b'},'unknown':[1,{'x':2}]}}",
        "{'id':1,'method':'add','meta':{'md':{'a':1}}}",
        "{'id':1,'method':'add','unknown':{'x':[1,2,3]}}",
        "{'id':1,'ok':true,'result':{'x':1}}"
      })
  void requestsAreReadAsInJson(String text) {
    byte[] utf8 = text.replace('\'', '"').getBytes(UTF_8);

    Message expected = scan(json, Bytes.of(utf8));

    assertThat(said(scan(msgpack, msgpack(text)))).isEqualTo(said(expected));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'id':1,'ok':true,'result':{'x':[1,2.5,null,'é']}}",
        "{'id':1,'ok':true,'result':null,'meta':{'replayed':true,'queue_us':1,'handler_us':2}}",
        "{'result':5,'ok':true,'id':1}",
        "{'id':1,'ok':false,'error':{'code':'TIMEOUT','message':'m','details':{'a':[1]},'executed':'no'}}",
        "{'id':1,'ok':false,'error':{'code':'TIMEOUT'}}",
        "{'id':1,'ok':false,'error':{'code':5}}",
        "{'id':1,'ok':true}",
        "{'id':1,'ok':'yes','result':1}",
        "{'id':1,'result':1,'error':{'code':1,'message':''}}",
        "{'jsonrpc':'2.0','id':1,'error':{'code':-32602,'message':'m','data':{'code':'INVALID_PARAMS','executed':'no','details':{'path':'a'}}}}",
        "{'jsonrpc':'2.0','id':1,'error':{'code':-32000,'message':'m','data':['odd',1]}}",
        "{'id':1,'error':{'code':-32601,'message':'none'}}",
        "{'id':null,'ok':true,'result':1}",
        "{'id':1,'ok':true,'result':1,'meta':{'replayed':5}}"
      })
  void repliesAreReadAsInJson(String text) {
    byte[] utf8 = text.replace('\'', '"').getBytes(UTF_8);

    Message expected = scanReply(json, Bytes.of(utf8));

    assertThat(said(scanReply(msgpack, msgpack(text)))).isEqualTo(said(expected));
  }

  @ParameterizedTest
  @EnumSource
  void requestsAreWrittenAsInJson(Dialect dialect) {
    WireFormat format = new WireFormat(dialect, MSGPACK);
    Bytes params = Bytes.of("{\"a\":[1,2]}".getBytes(UTF_8));
    Bytes packed = Transcode.convert(params, JsonEncoding.JSON, MSGPACK, 1);
    for (Id id : List.of(new Id.Number(7), new Id.Number(-1, true), new Id.Text("é"))) {
      for (Meta meta : List.of(Meta.NONE, Meta.timeout(5), EVERYTHING)) {
        Bytes inJson = Messages.request(dialect, id, Messages.encodeMethod("add"), params, meta);

        Bytes frame =
            Messages.request(format, id, Messages.encodeMethod(MSGPACK, "add"), packed, meta);

        assertThat(Transcode.convert(frame, MSGPACK, JsonEncoding.JSON, 0)).isEqualTo(inJson);
        assertThat(frame.from()).isEqualTo(Limits.PREFIX_BYTES);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void repliesAreWrittenAsInJson(Dialect dialect) {
    WireFormat format = new WireFormat(dialect, MSGPACK);
    Id id = new Id.Number(7);
    for (ReplyMeta meta : List.of(ReplyMeta.NONE, EVERYTHING_OF_A_REPLY)) {
      Bytes result = Bytes.of("[1.5,\"x\"]".getBytes(UTF_8));
      Bytes packed = Transcode.convert(result, JsonEncoding.JSON, MSGPACK, 1);

      assertSame(
          Messages.success(format, id, packed, meta), Messages.success(dialect, id, result, meta));
      assertSame(Messages.error(format, id, ERROR, meta), Messages.error(dialect, id, ERROR, meta));
    }
    assertSame(Messages.success(format, id), Messages.success(dialect, id, Messages.NULL));
  }

  private static void assertSame(Bytes packed, Bytes json) {
    assertThat(Transcode.convert(packed, MSGPACK, JsonEncoding.JSON, 0)).isEqualTo(json);
  }

  @Test
  void aLargeResultIsNotCopied() {
    byte[] large = new byte[1 << 20];
    MessagePackWriter writer = new MessagePackWriter();
    Bytes result = writer.value(large).takeBytes();

    Bytes frame =
        Messages.success(
            new WireFormat(Dialect.V1, MSGPACK), new Id.Number(1), result, ReplyMeta.NONE);

    assertThat(frame.next()).isNotNull();
    assertThat(scanReply(msgpack, frame.joined()))
        .isInstanceOfSatisfying(
            Message.Response.class, r -> assertThat(r.result()).isEqualTo(result));
  }

  @Test
  void whatIsTooLongInParamsFailsThatCallAlone() {
    String name = "n".repeat(300);

    Message.Malformed malformed =
        (Message.Malformed)
            scan(msgpack, msgpack("{'id':4,'method':'add','params':{'x':[{'" + name + "':1}]}}"));

    assertThat(malformed.id()).isEqualTo(new Id.Number(4));
    assertThat(malformed.error().code()).isEqualTo(ErrorCode.INVALID_PARAMS.name());
    assertThat(malformed.error().details()).asString(UTF_8).isEqualTo("{\"path\":\"x[0]\"}");
  }

  @Test
  void whatNestsTooDeepFailsThatCallAlone() {
    Message.Malformed malformed =
        (Message.Malformed) scan(msgpack, tooDeep("{'id':4,'method':'add','params':", "}"));

    assertThat(malformed.id()).isEqualTo(new Id.Number(4));
    assertThat(malformed.error().code()).isEqualTo(ErrorCode.PARSE_ERROR.name());
    assertThat(said(scanReply(msgpack, tooDeep("{'id':4,'ok':true,'result':", "}"))).get(1))
        .isEqualTo(new Id.Number(4).toString());
    assertThatThrownBy(() -> scan(msgpack, tooDeep("{'method':7,'params':", "}")))
        .isInstanceOf(MalformedException.class)
        .hasMessageContaining("nesting that is too deep");
  }

  private static Bytes tooDeep(String before, String behind) {
    String text = before + "[".repeat(80) + "]".repeat(80) + behind;
    Bytes value = Bytes.of(text.replace('\'', '"').getBytes(UTF_8));
    MessagePackWriter out =
        new MessagePackWriter(64, Limits.DEFAULT.with(Bound.DEPTH, Integer.MAX_VALUE), 0);
    Transcode.copy(JsonEncoding.JSON.reader(value, null), out);
    return out.takeBytes();
  }

  @Test
  void aReplyThatIsCutSaysWhoseItIs() {
    Bytes whole = msgpack("{'id':12,'ok':true,'result':'" + "x".repeat(100) + "'}");
    int idIsKnown = 1 + 3 + 1 + 3; // with the name behind it: in other encodings it may go on
    for (int length = 1; length < whole.length(); length++) {
      Message.Malformed cut = msgpack.scanCutReply(whole.array(), whole.from(), length, "too long");

      assertThat(cut.id())
          .as("cut after %d", length)
          .isEqualTo(length >= idIsKnown ? new Id.Number(12) : null);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "81", // cut
        "80C0", // something behind it
        "82A2696401A2696402", // the id twice
        "8101C0", // a number as a name
        "81A26964C7010000", // an extension
        "81A2FFFE01", // no UTF-8
        "DF7FFFFFFF", // 2^31-1 members in 5 bytes
        "90", // an array
      })
  void whatIsNoMessage(String hex) {
    Bytes payload = Bytes.of(HexFormat.of().parseHex(hex));

    assertThatThrownBy(() -> scan(msgpack, payload)).isInstanceOf(MalformedException.class);
  }

  /** The messages of version 1, which every later version reads and writes. */
  static List<List<String>> version1() throws IOException {
    return vectors("/messages/version1.txt");
  }

  /** The same, written longer than need be. */
  static List<List<String>> version1Longer() throws IOException {
    return vectors("/messages/version1-longer.txt");
  }

  private static List<List<String>> vectors(String name) throws IOException {
    List<List<String>> vectors = new ArrayList<>();
    try (InputStream in = MessagesTest.class.getResourceAsStream(name)) {
      List<String> lines =
          new String(Objects.requireNonNull(in).readAllBytes(), UTF_8)
              .lines()
              .filter(line -> !line.isBlank() && !line.startsWith("#"))
              .toList();
      for (int i = 0; i < lines.size(); i += 2) {
        vectors.add(lines.subList(i, i + 2));
      }
    }
    return vectors;
  }

  @ParameterizedTest
  @MethodSource("version1")
  void theVectorsOfVersion1AreReadAndWritten(List<String> vector) {
    byte[] text = vector.getFirst().getBytes(UTF_8);
    Bytes packed = Bytes.of(HexFormat.of().parseHex(vector.getLast()));

    Message expected = scan(json, Bytes.of(text));
    Message message = scan(msgpack, packed);

    assertThat(said(message)).isEqualTo(said(expected));
    assertThat(written(message, vector.getFirst())).isEqualTo(packed);
  }

  @ParameterizedTest
  @MethodSource("version1Longer")
  void theLongerVectorsOfVersion1AreRead(List<String> vector) {
    Bytes packed = Bytes.of(HexFormat.of().parseHex(vector.getLast()));

    assertThat(said(scan(msgpack, packed)))
        .isEqualTo(said(scan(json, Bytes.of(vector.getFirst().getBytes(UTF_8)))));
  }

  private static Bytes written(Message message, String text) {
    return switch (message) {
      case Message.Request r ->
          Messages.request(
              r.format(), r.id(), Messages.encodeMethod(MSGPACK, r.method()), r.params(), r.meta());
      case Message.Response r -> {
        Dialect dialect =
            text.contains("\"jsonrpc\"")
                ? Dialect.JSONRPC
                : text.contains("\"ok\"") ? Dialect.V1 : Dialect.BARE;
        WireFormat format = new WireFormat(dialect, MSGPACK);
        Bytes result = r.result();
        WireError error = r.error();
        yield error == null
            ? Messages.success(format, r.id(), Objects.requireNonNull(result), r.meta())
            : Messages.error(format, r.id(), error, r.meta());
      }
      case Message.Malformed m -> throw new AssertionError(m);
    };
  }
}
