package dev.tern.codec.protobuf;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tern.protocol.Bytes;
import dev.tern.protocol.Limits;
import dev.tern.protocol.Limits.Bound;
import dev.tern.protocol.value.Names;
import dev.tern.protocol.value.OverLimit;
import dev.tern.protocol.value.ValueReader;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whole messages: shown as the objects that they are in JSON, and written as such. */
class ProtobufMessagesTest {
  private static final int ROUNDS = Integer.getInteger("tern.fuzz.rounds", 20_000);
  private static final long SEED = Long.getLong("tern.fuzz.seed", 20_261_130L);
  private static final Names NAMES =
      Names.of("id", "method", "params", "meta", "result", "error", "ok", "jsonrpc");

  private final ProtobufValidator validator = new ProtobufValidator(Limits.DEFAULT);

  static List<MessageVectors> written() {
    return MessageVectors.of("/protobuf/messages.txt");
  }

  static List<MessageVectors> other() {
    return MessageVectors.of("/protobuf/messages-other.txt");
  }

  static List<Vectors> refused() {
    return Vectors.of("/protobuf/messages-refused.txt");
  }

  private static Object read(byte[] payload) {
    return Tree.read(ProtobufReader.ofMessage(Bytes.of(payload)));
  }

  /** Of what a map says, a member after the other, as an envelope is written. */
  private static byte[] write(Map<?, ?> message) {
    ProtobufWriter out = ProtobufWriter.message(16);
    Tree.write(message, out, true);
    return out.takeBytes().toByteArray();
  }

  @ParameterizedTest
  @MethodSource({"written", "other"})
  void isReadAsItsVectorSays(MessageVectors vector) {
    assertThat(validator.checkMessage(vector.bytes(), 0, vector.bytes().length)).isNull();
    assertThat(Tree.show(read(vector.bytes()))).isEqualTo(vector.meaning());
    Oracle.parse("Payload", vector.bytes());
  }

  @ParameterizedTest
  @MethodSource("written")
  void isWrittenAsItsVectorSays(MessageVectors vector) {
    Map<?, ?> message = (Map<?, ?>) read(vector.bytes());
    if (message.get("params") instanceof byte[] declared) {
      ProtobufWriter out = ProtobufWriter.message(16);
      out.beginObject(4).name("id").value((Long) message.get("id")).name("method");
      out.value((String) message.get("method")).name("params").message(Bytes.of(declared));
      out.name("meta").beginObject(0).endObject().endObject();
      assertThat(hex(out.takeBytes().toByteArray())).isEqualTo(hex(vector.bytes()));
    } else {
      assertThat(hex(write(message))).isEqualTo(hex(vector.bytes()));
    }
  }

  @ParameterizedTest
  @MethodSource("written")
  void isReadWhereverItLies(MessageVectors vector) {
    int length = vector.bytes().length;
    byte[] array = new byte[length + 12];
    Arrays.fill(array, (byte) 0xFF);
    System.arraycopy(vector.bytes(), 0, array, 5, length);
    assertThat(validator.checkMessage(array, 5, 5 + length)).isNull();
    ProtobufReader in = ProtobufReader.ofMessage(Bytes.of(array, 5, 5 + length));
    assertThat(Tree.show(Tree.read(in))).isEqualTo(vector.meaning());
    assertThat(in.isAtEnd()).isTrue();
  }

  @ParameterizedTest
  @MethodSource("refused")
  void isRefused(Vectors vector) {
    byte[] payload = vector.bytes();
    assertThatThrownBy(() -> validator.checkMessage(payload, 0, payload.length))
        .isInstanceOf(ProtobufException.class)
        .hasMessage(vector.meaning());
  }

  // --- made at random ---

  @Test
  void theOracleReadsAndWritesTheSame(TestReporter reporter) {
    reporter.publishEntry("seed", Long.toString(SEED));
    Random random = new Random(SEED);
    RandomValues values = new RandomValues(random);
    for (int round = 0; round < ROUNDS; round++) {
      Map<String, Object> message =
          random.nextBoolean() ? request(random, values) : response(random, values);
      byte[] payload = write(message);
      String what = "seed " + SEED + ", round " + round + ": " + hex(payload);
      assertThat(validator.checkMessage(payload, 0, payload.length)).as(what).isNull();
      assertThat(Tree.show(read(payload))).as(what).isEqualTo(Tree.show(message));
      assertThat(hex(Oracle.parse("Payload", payload).toByteArray()))
          .as(what)
          .isEqualTo(hex(payload));
    }
  }

  private static Map<String, Object> request(Random random, RandomValues values) {
    Map<String, Object> request = new LinkedHashMap<>();
    id(random, request);
    request.put("method", "m".repeat(1 + random.nextInt(200)));
    if (random.nextBoolean()) {
      request.put("params", values.next());
    }
    Map<String, Object> meta = new LinkedHashMap<>();
    some(random, meta, "timeout_ms", random.nextLong() >>> (1 + random.nextInt(62)));
    some(random, meta, "idempotent", random.nextBoolean());
    some(random, meta, "key", "k".repeat(random.nextInt(200)));
    some(random, meta, "first_ms", random.nextLong() >>> 1);
    some(random, meta, "accept", List.of("zstd", "gzip"));
    some(
        random,
        meta,
        "md",
        Map.of("n".repeat(random.nextInt(200)), "v".repeat(random.nextInt(200))));
    request.put("meta", meta);
    return request;
  }

  private static void some(Random random, Map<String, Object> meta, String key, Object value) {
    if (random.nextInt(3) == 0) {
      meta.put(key, value);
    }
  }

  private static void id(Random random, Map<String, Object> message) {
    switch (random.nextInt(4)) {
      case 0 -> message.put("id", "i".repeat(random.nextInt(128)));
      case 1 -> message.put("id", random.nextLong());
      case 2 ->
          message.put(
              "id", new BigInteger(Long.toUnsignedString(random.nextLong() | Long.MIN_VALUE)));
      default -> {}
    }
  }

  private static Map<String, Object> response(Random random, RandomValues values) {
    Map<String, Object> response = new LinkedHashMap<>();
    id(random, response);
    boolean isOk = random.nextBoolean();
    response.put("ok", isOk);
    if (isOk) {
      response.put("result", values.next());
    } else {
      Map<String, Object> error = new LinkedHashMap<>();
      error.put("code", "C".repeat(1 + random.nextInt(200)));
      error.put("message", "why".repeat(1 + random.nextInt(50)));
      error.put("details", values.next());
      error.put("executed", random.nextBoolean() ? "no" : "yes");
      response.put("error", error);
    }
    if (random.nextBoolean()) {
      response.put("meta", Map.of("queue_us", random.nextLong() >>> 1));
    }
    return response;
  }

  // --- what is over a limit ---

  @Test
  void whatNestsTooDeepInParamsIsToldAndTheRestIsRead() {
    Object deep = 1L;
    for (int i = 0; i < 64; i++) {
      deep = List.of(deep);
    }
    Map<String, Object> message = new LinkedHashMap<>();
    message.put("id", 7L);
    message.put("method", "m");
    message.put("params", deep);
    byte[] payload = write(message);
    OverLimit over = validator.checkMessage(payload, 0, payload.length);
    assertThat(over.bound()).isEqualTo(Bound.DEPTH);
    ProtobufReader in = ProtobufReader.ofMessage(Bytes.of(payload));
    Bytes params = member(in, 2);
    assertThat(over.at()).isBetween(params.from(), params.to() - 1);
    assertThat(validator.checkValue(params, 0)).isNull();
    assertThat(validator.checkValue(params, 1)).isEqualTo(over);
  }

  @Test
  void aNameThatIsTooLongIsToldAndTheRestIsRead() {
    byte[] payload = write(Map.of("params", Map.of("a", List.of(Map.of("n".repeat(257), 1L)))));
    OverLimit over = validator.checkMessage(payload, 0, payload.length);
    assertThat(over.bound()).isEqualTo(Bound.NAME_BYTES);
    Bytes params = member(ProtobufReader.ofMessage(Bytes.of(payload)), 2);
    assertThat(over.at()).isBetween(params.from(), params.to() - 1);
    assertThat(validator.checkValue(params, 1)).isEqualTo(over);
  }

  @Test
  void aNameInMetadataThatIsTooLongIsInMeta() {
    byte[] payload = write(Map.of("meta", Map.of("md", Map.of("n".repeat(257), "v"))));
    OverLimit over = validator.checkMessage(payload, 0, payload.length);
    assertThat(over.bound()).isEqualTo(Bound.NAME_BYTES);
    Bytes meta = member(ProtobufReader.ofMessage(Bytes.of(payload)), 3);
    assertThat(over.at()).isBetween(meta.from(), meta.to() - 1);
  }

  private static Bytes member(ValueReader in, int index) {
    in.beginObject();
    while (in.nextMember(NAMES, 0) != ValueReader.END) {
      if (in.nameIn(NAMES) == index) {
        return in.readEncoded();
      }
      in.skipValue();
    }
    throw new AssertionError("no member " + index);
  }

  /** What is read where it lies is read again by itself: an error, which is no value, too. */
  @ParameterizedTest
  @MethodSource("written")
  void eachPartIsReadByItself(MessageVectors vector) {
    ProtobufReader in = ProtobufReader.ofMessage(Bytes.of(vector.bytes()));
    Map<?, ?> message = (Map<?, ?>) read(vector.bytes());
    in.beginObject();
    while (in.nextMember(NAMES, 0) != ValueReader.END) {
      String name = in.name();
      Bytes part = in.readEncoded();
      validator.checkValue(part, 1);
      assertThat(Tree.show(Tree.read(new ProtobufReader(part))))
          .isEqualTo(Tree.show(message.get(name)));
      in.again();
      assertThat(Tree.show(Tree.read(in))).isEqualTo(Tree.show(message.get(name)));
    }
  }

  // --- cut off ---

  /** A reply that is too long is read up to a limit: from its outcome's tag on it went well. */
  @Test
  void theBeginningOfAReplyTellsAsMuchAsIsThere() {
    Map<String, Object> message = new LinkedHashMap<>();
    message.put("id", "7f3a");
    message.put("ok", true);
    message.put("result", List.of("a".repeat(300)));
    byte[] payload = write(message);
    int result = 1 + 2 + 6;
    for (int length = 0; length < payload.length; length++) {
      byte[] cut = Arrays.copyOf(payload, length);
      Map<String, Object> found = new LinkedHashMap<>();
      int sound = soundBytes(cut);
      assertThat(sound).isLessThanOrEqualTo(length);
      members(Bytes.of(cut, 0, sound), found);
      assertThat(found.get("id")).isEqualTo(length < result ? null : "7f3a");
      assertThat(found.get("ok")).isEqualTo(length <= result ? null : true);
      assertThat(found).doesNotContainKey("result");
    }
  }

  private int soundBytes(byte[] cut) {
    try {
      validator.checkMessage(cut, 0, cut.length);
      throw new AssertionError("taken: " + hex(cut));
    } catch (ProtobufException e) {
      return e.offset();
    }
  }

  private static void members(Bytes beginning, Map<String, Object> found) {
    try {
      ProtobufReader in = ProtobufReader.ofMessage(beginning);
      in.beginObject();
      while (in.nextMember(NAMES, 0) != ValueReader.END) {
        found.put(in.name(), Tree.read(in));
      }
      found.remove("ok", false); // said at the end, where nothing is known
    } catch (ProtobufException e) {
      // it always ends like this
    }
  }

  // --- what is written ---

  @Test
  void aLargeValueThatIsEncodedIsNotCopied() {
    byte[] large = Tree.write(Map.of("a", "x".repeat(1000)));
    ProtobufWriter out = ProtobufWriter.message(64);
    out.beginObject(3).name("id").value(1).name("method").value("m").name("params");
    out.encoded(Bytes.of(large)).name("meta").beginObject(0).endObject().endObject();
    int size = out.size();
    Bytes payload = out.takeBytes();
    assertThat(payload.from()).isEqualTo(Limits.PREFIX_BYTES);
    assertThat(payload.next().array()).isSameAs(large);
    assertThat(payload.length()).isEqualTo(size);
    Map<String, Object> message = new LinkedHashMap<>();
    message.put("id", 1L);
    message.put("method", "m");
    message.put("params", Tree.read(large));
    message.put("meta", Map.of());
    assertThat(hex(payload.toByteArray())).isEqualTo(hex(write(message)));
  }

  @Test
  void aLargeValueInAValueIsNotCopiedEither() {
    Object tree = "x".repeat(20_000);
    byte[] large = Tree.write(tree);
    ProtobufWriter out = new ProtobufWriter();
    out.beginArray(2).encoded(Bytes.of(large)).beginObject(1).name("n").encoded(Bytes.of(large));
    out.endObject().beginArray(0).endArray().endArray();
    byte[] all = out.toByteArray();
    assertThat(all).isEqualTo(Tree.write(List.of(tree, Map.of("n", tree), List.of())));
    assertThat(out.takeBytes().toByteArray()).isEqualTo(all);
    assertThat(out.value(1).copyBytes()).isEqualTo(Bytes.of(new byte[] {0x18, 2}));
  }

  @Test
  void manyBytesAreReadAndWrittenWhereTheyLie() {
    Bytes many = Bytes.of(new byte[20_000]);
    Bytes written = new ProtobufWriter().value(many).takeBytes();
    assertThat(written.next().array()).isSameAs(many.array());
    assertThat(written.toByteArray())
        .isEqualTo(new ProtobufWriter().value(many.array()).toByteArray());
    Bytes joined = written.joined();
    Bytes read = new ProtobufReader(joined).readBytes();
    assertThat(read).isEqualTo(many);
    assertThat(read.array()).isSameAs(joined.array());
    assertThat(new ProtobufReader(Bytes.of(Tree.write("AAEC"))).readBytes())
        .isEqualTo(Bytes.of(new byte[] {0, 1, 2}));
  }

  @Test
  void anEncodedTextIsAField() {
    ProtobufWriter out = ProtobufWriter.message(64);
    out.beginObject(1).name("method").encoded(Bytes.of(Tree.write("add"))).endObject();
    assertThat(hex(out.takeBytes().toByteArray())).isEqualTo("1205" + "2203616464");
  }

  @Test
  void whatTheSchemaHasNotGotIsAMistake() {
    assertMistake(out -> out.name("jsonrpc"));
    assertMistake(out -> out.name("id").value(1.5));
    assertMistake(out -> out.name("method").value(1));
    assertMistake(out -> out.name("method").beginArray(0));
    assertMistake(out -> out.name("method").encoded(Bytes.of(Tree.write(1L))));
    assertMistake(out -> out.name("meta").value("x"));
    assertMistake(out -> out.name("meta").beginObject(1).name("unknown"));
    assertMistake(out -> out.name("meta").beginObject(1).name("key").value(1));
    assertMistake(out -> out.name("meta").beginObject(1).name("md").beginArray(0));
    assertMistake(
        out -> out.name("meta").beginObject(1).name("md").beginObject(1).name("a").value(1));
    assertMistake(out -> out.name("meta").beginObject(1).name("accept").beginArray(1).value(1));
    assertMistake(out -> out.value(1));
  }

  private static void assertMistake(Consumer<ProtobufWriter> writes) {
    ProtobufWriter out = ProtobufWriter.message(16).beginObject(1);
    assertThatThrownBy(() -> writes.accept(out)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void whatIsNullIsLeftOutWhereItIsNoValue() {
    ProtobufWriter out = ProtobufWriter.message(16).beginObject(2);
    out.name("id").nullValue().name("result").nullValue().endObject();
    assertThat(hex(out.takeBytes().toByteArray())).isEqualTo("1a04" + "32020800");
  }

  @Test
  void detailsInJsonAreWrittenAsAValue() {
    ProtobufWriter out = ProtobufWriter.message(16).beginObject(2);
    out.name("ok").value(false).name("error").beginObject(1).name("details");
    out.json(Bytes.of("{\"path\":\"a.b\"}".getBytes(UTF_8))).endObject().endObject();
    assertThat(Tree.show(read(out.takeBytes().toByteArray())))
        .isEqualTo("{\"ok\": false, \"error\": {\"details\": {\"path\": \"a.b\"}}}");
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }
}
