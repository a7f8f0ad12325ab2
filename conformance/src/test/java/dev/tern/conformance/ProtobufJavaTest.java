package dev.tern.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.DescriptorProtos.UninterpretedOption.NamePart;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.Int32Value;
import com.google.protobuf.ListValue;
import com.google.protobuf.StringValue;
import com.google.protobuf.Struct;
import com.google.protobuf.Timestamp;
import com.google.protobuf.Value;
import dev.tern.codec.msgpack.MessagePackEncoding;
import dev.tern.core.Effect;
import dev.tern.core.EncodedJson;
import dev.tern.core.Filter;
import dev.tern.core.Method;
import dev.tern.core.OperationToken;
import dev.tern.core.RawPeer;
import dev.tern.core.RpcException;
import dev.tern.core.TypeRef;
import dev.tern.core.client.CallOptions;
import dev.tern.core.client.Client;
import dev.tern.core.server.Server;
import dev.tern.core.server.ServerBuilder;
import dev.tern.protocol.Bytes;
import dev.tern.protocol.ErrorCode;
import dev.tern.protocol.Executed;
import dev.tern.protocol.json.JsonEncoding;
import dev.tern.protocol.value.Transcode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Messages of protobuf-java as params and as results. */
final class ProtobufJavaTest extends EveryTransport {
  record Amount(int cents) {}

  private static final Method<Struct, Value> GET =
      Method.of("doc.get", Struct.class, Value.class).effect(Effect.READ);
  private static final Method<Amount, Timestamp> WHEN =
      Method.of("doc.when", Amount.class, Timestamp.class).effect(Effect.READ);
  private static final Method<StringValue, Integer> LENGTH =
      Method.of("doc.length", StringValue.class, Integer.class).effect(Effect.READ);
  private static final Method<StringValue, Void> NOTE =
      Method.of("doc.note", StringValue.class, Void.class);
  private static final Method<Void, @Nullable StringValue> LAST =
      Method.of("doc.last", Void.class, StringValue.class);
  private static final Method<Timestamp, Int32Value> PAY =
      Method.of("doc.pay", Timestamp.class, Int32Value.class).effect(Effect.ONCE);
  private static final Method<Void, NamePart> HALF =
      Method.of("doc.half", Void.class, NamePart.class);
  private static final Method<NamePart, Void> NAME =
      Method.of("doc.name", NamePart.class, Void.class);

  private static final Struct DOC =
      Struct.newBuilder()
          .putFields("a", Value.newBuilder().setStringValue("é").build())
          .putFields("b", Value.newBuilder().setNumberValue(0.5).build())
          .build();

  private final AtomicInteger paid = new AtomicInteger();
  private final BlockingQueue<StringValue> notes = new ArrayBlockingQueue<>(8);

  private ServerBuilder docs() {
    return usualServer()
        .serve(GET, doc -> doc.getFieldsOrThrow("a"))
        .serve(WHEN, amount -> Timestamp.newBuilder().setSeconds(amount.cents()).build())
        .serve(LENGTH, text -> text.getValue().length())
        .serve(
            NOTE,
            text -> {
              notes.add(text);
              return null;
            })
        .serve(LAST, _ -> notes.peek())
        .serve(PAY, time -> Int32Value.of(paid.addAndGet((int) time.getSeconds())))
        .serve(HALF, _ -> NamePart.newBuilder().buildPartial())
        .serve(NAME, _ -> null);
  }

  private Client speaking(Server server) {
    return client(server.address(), b -> b.encoding("protobuf"));
  }

  private static void isRefused(RpcException e, ErrorCode code, String message) {
    assertThat(e.code()).isEqualTo(code.name());
    assertThat(e.executed()).isEqualTo(Executed.NO);
    assertThat(e).hasMessage(message);
  }

  // --- calls ---

  @Test
  void paramsAndResultsAreMessagesOrNotEachByItself() {
    Client client = speaking(start(docs()));

    assertThat(client.call(GET, DOC).getStringValue()).isEqualTo("é");
    assertThat(client.call(WHEN, new Amount(7)).getSeconds()).isEqualTo(7);
    assertThat(client.call(LENGTH, StringValue.of("four"))).isEqualTo(4);
    assertThat(client.call(LENGTH, StringValue.getDefaultInstance())).isZero();
    assertThat(client.call(ADD, new Pair(1, 2))).isEqualTo(3);
    assertThat(client.callAsync(GET, DOC).join().getStringValue()).isEqualTo("é");
    assertThat(client.exchange(LENGTH, StringValue.of("x")).value()).isEqualTo(1);
  }

  @Test
  void aResultMayBeNullAndAMethodVoid() throws Exception {
    Client client = speaking(start(docs()));

    assertThat(client.call(LAST)).isNull();
    assertThat((Object) client.call(NOTE, StringValue.of("x"))).isNull();
    assertThat(client.call(LAST)).isEqualTo(StringValue.of("x"));
    client.notify(NOTE, StringValue.of("y"));
    notes.poll(10, TimeUnit.SECONDS);
    assertThat(notes.poll(10, TimeUnit.SECONDS)).isEqualTo(StringValue.of("y"));
  }

  @Test
  void largeOnesArrive() {
    Client client = speaking(start(docs()));
    StringValue text = StringValue.of("é".repeat(1 << 20));

    assertThat(client.call(LENGTH, text)).isEqualTo(1 << 20);
  }

  @Test
  void byNameAMessageIsWhatItIs() throws Exception {
    Client client = speaking(start(docs()));
    DynamicMessage dynamic = DynamicMessage.parseFrom(Struct.getDescriptor(), DOC.toByteString());

    assertThat(client.call("doc.get", dynamic, Value.class).getStringValue()).isEqualTo("é");
    client.notify("doc.note", StringValue.of("z"));
    assertThat(notes.poll(10, TimeUnit.SECONDS)).isEqualTo(StringValue.of("z"));
  }

  @Test
  void fieldsThatTheServerDoesNotKnowReachIt() throws Exception {
    Method<Struct, Struct> same = Method.of("doc.same", Struct.class, Struct.class);
    Client client = speaking(start(docs().serve(same, doc -> doc)));
    Struct doc = Struct.parseFrom(new byte[] {0x48, 1});

    assertThat(client.call(same, doc)).isEqualTo(doc);
    assertThat(doc.getUnknownFields().hasField(9)).isTrue();
  }

  // --- other encodings ---

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'id':1,'method':'doc.get','params':{},'meta':{}}",
        "{'jsonrpc':'2.0','id':1,'method':'doc.when','params':{'cents':1}}",
        "{'id':1,'method':'doc.pay','params':{},'meta':{'key':'0123456789abcdef'}}",
        "{'id':1,'method':'doc.note','meta':{}}",
      })
  void inAnotherEncodingSuchAMethodIsUnsupported(String request) {
    RawPeer peer = rawClient(start(docs()));

    for (String reply : List.of(json(peer, request), unpacked(peer, request))) {
      assertThat(reply)
          .contains("\"id\":1")
          .contains("\"code\":\"UNSUPPORTED\"")
          .contains("\"executed\":\"no\"")
          .contains("expected: protobuf")
          .contains("\"details\":{\"encodings\":[\"protobuf\"]}");
    }
    assertThat(notes).isEmpty();
  }

  /** Its errors have a number and a text. */
  @Test
  void aBareCallerIsToldSo() {
    RawPeer peer = rawClient(start(docs()));
    String request = "{'id':1,'method':'doc.length','params':{}}";

    for (String reply : List.of(json(peer, request), unpacked(peer, request))) {
      assertThat(reply)
          .contains("\"id\":1")
          .contains("\"code\":" + ErrorCode.UNSUPPORTED.number())
          .contains("expected: protobuf");
    }
  }

  private static String json(RawPeer peer, String request) {
    peer.send(request.replace('\'', '"'));
    return new String(peer.readBytes(), UTF_8);
  }

  private static String unpacked(RawPeer peer, String request) {
    MessagePackEncoding msgpack = new MessagePackEncoding();
    Bytes json = Bytes.of(request.replace('\'', '"').getBytes(UTF_8));
    peer.sendPayload(Transcode.convert(json, JsonEncoding.JSON, msgpack, 0).toByteArray());
    return Transcode.convert(Bytes.of(peer.readBytes()), msgpack, JsonEncoding.JSON, 0).toString();
  }

  @Test
  void aNotificationInAnotherEncodingDoesNothing() {
    RawPeer peer = rawClient(start(docs()));

    peer.send("{\"method\":\"doc.note\",\"params\":{},\"meta\":{}}");
    peer.send("{\"id\":1,\"method\":\"rpc.ping\",\"meta\":{}}");

    assertThat(peer.read().get("ok").asBoolean()).isTrue();
    assertThat(notes).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"json", "msgpack"})
  void aClientThatSpeaksAnotherSaysWhatToDo(String encoding) {
    Client client = client(start(docs()).address(), b -> b.encoding(encoding));

    for (Runnable call :
        List.<Runnable>of(
            () -> client.call(GET, DOC),
            () -> client.call(WHEN, new Amount(1)),
            () -> client.call("doc.when", Map.of("cents", 1), Timestamp.class),
            () -> {
              var _ = client.callAsync(WHEN, new Amount(1));
            },
            () -> client.notify(NOTE, StringValue.of("x")),
            () -> client.operation(PAY))) {
      assertThatIllegalArgumentException()
          .isThrownBy(call::run)
          .withMessageContaining("called in " + encoding)
          .withMessageContaining("expected: protobuf")
          .withMessageContaining("ClientBuilder.encoding");
    }
    for (Runnable call :
        List.<Runnable>of(
            () -> client.call(LENGTH, StringValue.of("x")),
            () -> client.call("doc.length", StringValue.of("x"), Integer.class),
            () -> client.notify("doc.note", StringValue.of("x")))) {
      assertThatIllegalArgumentException()
          .isThrownBy(call::run)
          .withMessageContaining("com.google.protobuf.StringValue")
          .withMessageContaining("expected: protobuf")
          .withMessageContaining("ClientBuilder.encoding");
    }
    assertThat(notes).isEmpty();
  }

  @Test
  void aServerThatDoesNotSpeakProtobufIsSentNothing() {
    Server server = start(usualServer().encodings("msgpack"));
    Client client = speaking(server);

    for (Runnable call :
        List.<Runnable>of(
            () -> client.call(GET, DOC),
            () -> client.call(WHEN, new Amount(1)),
            () -> client.call("doc.length", StringValue.of("x"), Integer.class),
            () -> client.notify(NOTE, StringValue.of("x")),
            () -> client.operation(PAY))) {
      RpcException e = failure(call);
      assertThat(e.code()).isEqualTo(ErrorCode.UNSUPPORTED.name());
      assertThat(e.executed()).isEqualTo(Executed.NO);
      assertThat(e)
          .hasMessageEndingWith(
              " does not speak protobuf, and a message of it has no other form"
                  + " (expected: a server with tern-codec-protobuf)");
    }
    assertThat(client.call(ADD, new Pair(1, 2))).as("called in JSON").isEqualTo(3);
  }

  // --- what does not fit ---

  @Test
  void anotherValueWhereAMessageIsDeclaredIsInvalid() {
    Client client = speaking(start(docs()));

    RpcException e = failure(() -> client.call("doc.get", Map.of("a", 1), Value.class));
    isRefused(
        e,
        ErrorCode.INVALID_PARAMS,
        "params: an object (expected: the message google.protobuf.Struct)");
    assertThat(e.details()).isEqualTo(Map.of("path", ""));
    isRefused(
        failure(() -> client.call("doc.get", List.of(1), Value.class)),
        ErrorCode.INVALID_PARAMS,
        "params: an array (expected: the message google.protobuf.Struct)");
    isRefused(
        failure(() -> client.call("doc.get", null, Value.class)),
        ErrorCode.INVALID_PARAMS,
        "params: null (expected: the message google.protobuf.Struct)");
  }

  @Test
  void aMessageWhereAnotherValueIsDeclaredIsInvalid() {
    Method<Void, Void> none = Method.of("any.none", Void.class, Void.class);
    Method<Object, Void> any = Method.of("any.any", Object.class, Void.class);
    Method<EncodedJson, Void> json = Method.of("any.json", EncodedJson.class, Void.class);
    Method<Map<String, Object>, Void> map =
        Method.of("any.map", new TypeRef<Map<String, Object>>() {}, Void.class);
    Client client =
        speaking(
            start(
                docs()
                    .serve(none, _ -> null)
                    .serve(any, _ -> null)
                    .serve(json, _ -> null)
                    .serve(map, _ -> null)));

    for (String method : List.of("any.none", "any.any", "any.json", "any.map", "doc.when")) {
      RpcException e = failure(() -> client.call(method, DOC, Object.class));
      assertThat(e.code()).as(method).isEqualTo(ErrorCode.INVALID_PARAMS.name());
      assertThat(e.executed()).isEqualTo(Executed.NO);
      assertThat(e).hasMessageStartingWith("params: a message of protobuf (expected: ");
    }
  }

  @Test
  void bytesThatAreNoSuchMessageAreInvalid() {
    Client client = speaking(start(docs()));

    isRefused(
        failure(() -> client.call("doc.get", StringValue.of("no struct"), Value.class)),
        ErrorCode.INVALID_PARAMS,
        "params: bytes that are none (expected: the message google.protobuf.Struct)");
  }

  @Test
  void aResultThatIsNoSuchMessageHasRun() {
    Client client = speaking(start(docs()));

    for (RpcException e :
        List.of(
            failure(() -> client.call("doc.when", new Amount(1), NamePart.class)),
            failure(() -> client.call("calc.add", new Pair(1, 2), Struct.class)),
            failure(() -> client.call("doc.when", new Amount(1), Integer.class)))) {
      assertThat(e.code()).isEqualTo(ErrorCode.INTERNAL.name());
      assertThat(e.executed()).isEqualTo(Executed.YES);
      assertThat(e).hasMessageStartingWith("result: ");
    }
  }

  @Test
  void oneThatLacksWhatIsRequiredIsRefused() {
    Client client = speaking(start(docs()));
    NamePart half = NamePart.newBuilder().setNamePart("x").buildPartial();

    assertThatIllegalArgumentException()
        .isThrownBy(() -> client.call(NAME, half))
        .withMessageContaining("without is_extension");
    isRefused(
        failure(() -> client.call("doc.name", StringValue.of("x"), Void.class)),
        ErrorCode.INVALID_PARAMS,
        "params: one without is_extension"
            + " (expected: the message google.protobuf.UninterpretedOption.NamePart)");
    RpcException e = failure(() -> client.call(HALF));
    assertThat(e.code()).isEqualTo(ErrorCode.INTERNAL.name());
    assertThat(e.executed()).isEqualTo(Executed.YES);
  }

  @Test
  void withinAValueItIsRefused() {
    Client client = speaking(start(docs()));

    assertThatIllegalArgumentException()
        .isThrownBy(() -> client.call("doc.get", Map.of("a", List.of(DOC)), Value.class))
        .withMessageContaining("a[0]: a message of protobuf within a value");
  }

  @Test
  void whatIsMadeOfOneCountsAgainstTheBudget() {
    Method<ListValue, Integer> size = Method.of("list.size", ListValue.class, Integer.class);
    Method<ListValue, Integer> once =
        Method.of("list.once", ListValue.class, Integer.class).effect(Effect.ONCE);
    Client client =
        speaking(
            start(
                docs()
                    .processBytes(4 << 20)
                    .serve(size, ListValue::getValuesCount)
                    .serve(once, ListValue::getValuesCount)));
    ListValue small = emptyValues(10_000);
    ListValue large = emptyValues(200_000);

    for (Method<ListValue, Integer> method : List.of(size, once)) {
      for (int i = 0; i < 5; i++) { // what one has taken is there for the next one
        assertThat(client.call(method, small)).isEqualTo(10_000);
        RpcException e = failure(() -> client.call(method, large));
        assertThat(e.code()).isEqualTo(ErrorCode.TOO_LARGE.name());
        assertThat(e.executed()).isEqualTo(Executed.NO);
      }
    }
  }

  private static ListValue emptyValues(int count) {
    ListValue.Builder list = ListValue.newBuilder();
    for (int i = 0; i < count; i++) {
      list.addValues(Value.getDefaultInstance());
    }
    return list.build();
  }

  // --- when a server starts ---

  record Holder(Struct doc) {}

  @Test
  void aMessageWithinAnotherTypeIsRefusedByListen() {
    String expected = "a message within a value (expected: as the whole of params or of a result)";

    for (Method<?, ?> method :
        List.of(
            Method.of("x", Holder.class, Void.class),
            Method.of("x", Void.class, Holder.class),
            Method.of("x", new TypeRef<List<Struct>>() {}, Void.class),
            Method.of("x", Void.class, new TypeRef<Optional<Struct>>() {}))) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> start(Server.builder(transport).serve(method, _ -> null)))
          .withMessageContaining("method x: ")
          .withMessageContaining("com.google.protobuf.Struct: " + expected);
    }
  }

  @Test
  void aTypeOfManyMessagesIsRefusedByListen() {
    Method<DynamicMessage, Void> method = Method.of("x", DynamicMessage.class, Void.class);

    assertThatIllegalArgumentException()
        .isThrownBy(() -> start(Server.builder(transport).serve(method, _ -> null)))
        .withMessageContaining("com.google.protobuf.DynamicMessage: not one kind of message");
  }

  @Test
  void withoutTheEncodingSuchAMethodIsRefusedByListen() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> start(docs().encodings("msgpack")))
        .withMessageContaining("its params or its result are a message of protobuf")
        .withMessageContaining("tern-codec-protobuf");
  }

  @Test
  void discoverNamesTheMessages() {
    Client client = speaking(start(docs()));

    assertThat(client.call("rpc.discover", null, EncodedJson.class).toString())
        .contains(
            "\"x-params\":{\"x-message\":\"google.protobuf.Struct\",\"x-encoding\":\"protobuf\"}",
            "\"schema\":{\"x-message\":\"google.protobuf.Timestamp\",\"x-encoding\":\"protobuf\"}");
  }

  @Test
  void filtersSeeItsBytesInBase64() {
    List<String> seen = new CopyOnWriteArrayList<>();
    Filter filter =
        (request, next) -> {
          byte[] params = request.params();
          if (params != null && request.method().equals("doc.length")) {
            seen.add(new String(params, UTF_8));
          }
          return next.handle(request);
        };
    Client client = speaking(start(docs().filter(filter)));

    client.call(LENGTH, StringValue.of("x"));

    assertThat(seen).containsExactly("\"CgF4\"");
  }

  // --- operations that happen once ---

  private static final String KEY = "0123456789abcdef";

  /** A request, field by field, whose params are the message in these bytes. */
  private static byte[] payRequest(int... message) {
    byte[] bytes = new byte[message.length];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) message[i];
    }
    byte[] request =
        written(
            out -> {
              out.writeSInt64(2, 1);
              out.writeString(4, "doc.pay");
              out.writeByteArray(5, written(value -> value.writeByteArray(11, bytes)));
              out.writeByteArray(15, written(meta -> meta.writeString(4, KEY)));
            });
    return written(out -> out.writeByteArray(2, request));
  }

  private interface Fields {
    void write(CodedOutputStream out) throws IOException;
  }

  private static byte[] written(Fields fields) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    try {
      fields.write(out);
      out.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static String reply(RawPeer peer, byte[] request) {
    peer.sendPayload(request);
    return new String(peer.readBytes(), UTF_8);
  }

  @Test
  void theSameMessageInOtherBytesIsTheSameOperation() {
    RawPeer peer = rawClient(start(docs()));
    String first = reply(peer, payRequest(0x08, 5, 0x10, 6));

    String again = reply(peer, payRequest(0x10, 6, 0x08, 1, 0x08, 5));

    assertThat(paid).hasValue(5);
    assertThat(first).contains("Z\u0002\u0008\u0005"); // a message whose only field is 5
    assertThat(again).contains("Z\u0002\u0008\u0005");
  }

  @Test
  void anotherMessageIsAConflict() {
    RawPeer peer = rawClient(start(docs()));
    reply(peer, payRequest(0x08, 5, 0x10, 6));

    assertThat(reply(peer, payRequest(0x08, 5, 0x10, 7))).contains("CONFLICT");
    assertThat(reply(peer, payRequest(0x08, 5, 0x10, 6, 0x48, 1))).contains("CONFLICT");
    assertThat(paid).hasValue(5);
  }

  @Test
  void bytesThatAreNoMessageDoNotUseTheKeyUp() {
    RawPeer peer = rawClient(start(docs()));

    assertThat(reply(peer, payRequest(0x08))).contains("INVALID_PARAMS", "bytes that are none");
    assertThat(reply(peer, payRequest(0x08, 6))).doesNotContain("CONFLICT");
    assertThat(paid).hasValue(6);
  }

  @Test
  void aReplayIsTheMessageAndSoIsTheOutcome() {
    Server server = start(docs());
    Client client = speaking(server);
    Timestamp time = Timestamp.newBuilder().setSeconds(6).build();
    OperationToken token = client.operation(PAY);
    CallOptions resumed = CallOptions.DEFAULT.withOperation(token);

    assertThat(client.call(PAY, time, resumed)).isEqualTo(Int32Value.of(6));
    assertThat(client.exchange(PAY, time, resumed).isReplayed()).isTrue();
    assertThat(client.call(PAY, time, resumed)).isEqualTo(Int32Value.of(6));
    assertThat(paid).hasValue(6);
    for (Client asking : List.of(client, client(server))) {
      assertThat(asking.outcome(token).result(PAY)).isEqualTo(Int32Value.of(6));
    }
  }
}
