package dev.tern.codec.msgpack;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.protocol.Bytes;
import dev.tern.protocol.Dialect;
import dev.tern.protocol.Id;
import dev.tern.protocol.Limits;
import dev.tern.protocol.Limits.Bound;
import dev.tern.protocol.Meta;
import dev.tern.protocol.Metadata;
import dev.tern.protocol.ReplyMeta;
import dev.tern.protocol.envelope.EnvelopeScanner;
import dev.tern.protocol.envelope.Message;
import dev.tern.protocol.envelope.Messages;
import dev.tern.protocol.envelope.WireFormat;
import dev.tern.protocol.value.Allowance;
import dev.tern.protocol.value.EncodedWriter;
import dev.tern.protocol.value.Encoding;
import dev.tern.protocol.value.FastPath;
import dev.tern.protocol.value.MalformedException;
import dev.tern.protocol.value.Names;
import dev.tern.protocol.value.OverLimit;
import dev.tern.protocol.value.ValueReader;
import dev.tern.protocol.value.ValueValidator;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The short way must find what the general one finds, or nothing. */
final class UsualMessagesTest {
  private static final int ROUNDS = Integer.getInteger("tern.fuzz.rounds", 100_000);
  private static final long SEED = Long.getLong("tern.fuzz.seed", 20_261_130L);

  private static final Limits LIMITS =
      Limits.DEFAULT
          .with(Bound.DEPTH, 6)
          .with(Bound.NAME_BYTES, 12)
          .with(Bound.METHOD_BYTES, 16)
          .with(Bound.ID_BYTES, 12)
          .with(Bound.KEY_BYTES, 20)
          .with(Bound.META_KEYS, 5)
          .with(Bound.META_BYTES, 120);

  /** So many bytes lie before a payload in its buffer, and behind it: they must not count. */
  private static final int AROUND = 5;

  private static final Names METHODS = Names.of("add", "orders.place");
  private static final Encoding MSGPACK = new MessagePackEncoding();
  private static final WireFormat V1 = WireFormat.Each.of(MSGPACK).of(Dialect.V1);
  private static final String TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

  /** MessagePack that goes the general way. */
  private static final class General implements Encoding {
    @Override
    public String label() {
      return MSGPACK.label();
    }

    @Override
    public ValueValidator validator(Limits limits) {
      ValueValidator validator = MSGPACK.validator(limits);
      return new ValueValidator() {
        @Override
        public @Nullable OverLimit checkMessage(byte[] payload, int from, int to) {
          return validator.checkMessage(payload, from, to);
        }

        @Override
        public @Nullable OverLimit checkValue(Bytes value, int outside) {
          return validator.checkValue(value, outside);
        }
      };
    }

    @Override
    public ValueReader messageReader(Bytes payload) {
      return MSGPACK.messageReader(payload);
    }

    @Override
    public ValueReader reader(Bytes value, @Nullable Allowance allowance) {
      return MSGPACK.reader(value, allowance);
    }

    @Override
    public EncodedWriter messageWriter(int capacity) {
      return MSGPACK.messageWriter(capacity);
    }

    @Override
    public EncodedWriter writer(int capacity, Limits limits, int outside) {
      return MSGPACK.writer(capacity, limits, outside);
    }

    @Override
    public Bytes batch(List<Bytes> messages) {
      return MSGPACK.batch(messages);
    }
  }

  private final UsualMessages usual = new UsualMessages(new MessagePackValidator(LIMITS));
  private final EnvelopeScanner withShortWay = new EnvelopeScanner(MSGPACK, LIMITS, METHODS);
  private final EnvelopeScanner general = new EnvelopeScanner(new General(), LIMITS, METHODS);

  private static byte[] msgpack(String text) {
    Bytes value = Bytes.of(text.replace('\'', '"').getBytes(UTF_8));
    MessagePackWriter out = new MessagePackWriter();
    out.json(value);
    return out.toByteArray();
  }

  @ParameterizedTest
  @ValueSource(
      longs = {
        0,
        1,
        127,
        128,
        255,
        256,
        65_535,
        65_536,
        4_294_967_295L,
        4_294_967_296L,
        Long.MAX_VALUE
      })
  void takesTheRequestsThatWeWrite(long number) {
    byte[] method = Messages.encodeMethod(MSGPACK, "add");
    Bytes params = Bytes.of(msgpack("{'a':1,'b':2}"));
    byte[] request =
        Messages.request(V1, new Id.Number(number), method, params, Meta.timeout(number))
            .toByteArray();

    assertThat(usual.findRequest(request, 0, request.length)).isTrue();
    assertThat(usual.id()).isEqualTo(number);
    assertThat(usual.timeoutMillis()).isEqualTo(number);
    assertThat(scan(withShortWay, request)).isEqualTo(scan(general, request));
  }

  @Test
  void writesLargeParamsApart() {
    byte[] method = Messages.encodeMethod(MSGPACK, "add");
    Bytes params = Bytes.of(msgpack("{'a':'" + "x".repeat(2_000) + "'}"));
    Bytes request = Messages.request(V1, new Id.Number(7), method, params, Meta.timeout(9));
    byte[] all = request.toByteArray();

    assertThat(usual.findRequest(all, 0, all.length)).isTrue();
    assertThat(Bytes.of(all, usual.valueStart(), usual.valueEnd())).isEqualTo(params);
  }

  @Test
  void takesRequestsWithoutParams() {
    byte[] request =
        Messages.request(
                V1, new Id.Number(7), Messages.encodeMethod(MSGPACK, "add"), null, Meta.timeout(5))
            .toByteArray();

    assertThat(usual.findRequest(request, 0, request.length)).isTrue();
    assertThat(usual.valueStart()).isEqualTo(UsualMessages.NONE);
    assertThat(scan(withShortWay, request)).isEqualTo(scan(general, request));
  }

  static List<Meta> metas() {
    return List.of(
        Meta.timeout(1).with(Meta.TRACEPARENT, TRACE),
        Meta.timeout(20).with(Meta.KEY, "3f2b8c1e-4d6a").with(Meta.ATTEMPT, 2),
        Meta.timeout(20).with(Meta.AUTH, "a b é").with(Meta.MD, Metadata.of(Map.of("a", "b"))),
        Meta.NONE.with(Meta.AUTH, "a b").with(Meta.TIMING, true).with(Meta.FIRST_MILLIS, 12L),
        Meta.NONE);
  }

  @ParameterizedTest
  @MethodSource("metas")
  void takesRequestsWhateverTheirMetaSays(Meta meta) {
    byte[] request = request("orders.place", "[1,{'a':[null,true,1.5,'é']}]", meta);

    assertThat(usual.findRequest(request, 0, request.length)).isTrue();
    assertThat(usual.timeoutMillis()).isEqualTo(FastPath.NONE);
    assertThat(scan(withShortWay, request)).isEqualTo(scan(general, request));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"3", "-12", "'x'", "true", "null", "{'key':'k','value':1}", "[-0.5]", "'x y é'"})
  void takesTheRepliesThatWeWrite(String result) {
    byte[] reply = reply(200, result);

    assertThat(usual.findReply(reply, 0, reply.length)).isTrue();
    assertThat(usual.id()).isEqualTo(200);
    assertThat(scanReply(withShortWay, reply)).isEqualTo(scanReply(general, reply));
  }

  @Test
  void writesALargeResultApart() {
    Bytes result = Bytes.of(msgpack("'" + "x".repeat(2_000) + "'"));
    byte[] reply = Messages.success(V1, new Id.Number(7), result, ReplyMeta.NONE).toByteArray();

    assertThat(usual.findReply(reply, 0, reply.length)).isTrue();
    assertThat(Bytes.of(reply, usual.valueStart(), usual.valueEnd())).isEqualTo(result);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'meta':{'timeout_ms':1},'method':'add','id':0}",
        "{'id':1,'method':'add','params':{'a23456789012x':1},'meta':{'timeout_ms':1}}",
        "{'id':1,'method':'add','params':[[[[[[1]]]]]],'meta':{'timeout_ms':1}}",
        "{'id':1,'method':'add','params':null,'meta':{}}",
        "{'id':1,'method':'add','params':5,'meta':{}}",
        "{'id':1,'method':'add','params':{}}",
        "{'id':1,'method':'add','meta':{},'x':0}",
        "{'id':1,'method':'add','meta':[]}",
        "{'id':1,'method':5,'meta':{}}",
        "{'id':1,'method':'é','meta':{}}",
        "{'id':-1,'method':'add','meta':{}}",
        "{'id':'x','method':'add','meta':{}}",
        "{'id':null,'method':'add','meta':{}}",
        "{'method':'add','params':{},'meta':{}}",
        "{'id':18446744073709551615,'method':'add','meta':{}}",
        "{'id':1,'ok':true,'result':3}"
      })
  void leavesOtherRequestsAlone(String text) {
    byte[] payload = msgpack(text);

    assertThat(usual.findRequest(payload, 0, payload.length)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'id':1,'ok':false,'result':1}",
        "{'id':1,'ok':true}",
        "{'id':1,'ok':true,'result':1,'meta':{'replayed':true}}",
        "{'id':null,'ok':true,'result':1}",
        "{'id':1,'ok':true,'result':{'a23456789012x':1}}"
      })
  void leavesOtherRepliesAlone(String text) {
    byte[] payload = msgpack(text);

    assertThat(usual.findReply(payload, 0, payload.length)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'id':1,'method':'other','params':{},'meta':{'timeout_ms':1}}",
        "{'id':1,'method':'add','meta':{'v':2}}",
        "{'id':1,'method':'add','meta':{'attempt':0}}",
        "{'id':1,'method':'add','meta':{'key':''}}",
        "{'id':1,'method':'add','meta':{'a':1,'b':2,'c':3,'d':4,'e':5,'f':6}}"
      })
  void whatIsWrongWithAMetaIsToldAsInTheGeneralWay(String text) {
    byte[] payload = msgpack(text);

    assertThat(scan(withShortWay, payload)).isEqualTo(scan(general, payload));
  }

  @Test
  void aTimeoutInMoreBytesThanAMetaMayHaveIsRefused() {
    Limits small = LIMITS.with(Bound.META_BYTES, 10);
    byte[] payload = request("add", "{}", Meta.timeout(1));

    assertThat(scan(new EnvelopeScanner(MSGPACK, small, METHODS), payload))
        .isEqualTo(scan(new EnvelopeScanner(new General(), small, METHODS), payload))
        .contains("meta: 13 bytes (expected: at most 10)");
  }

  @Test
  void agreesWithTheGeneralWayOnEveryMessage(TestReporter reporter) {
    reporter.publishEntry("seed", Long.toString(SEED));
    Random random = new Random(SEED);
    List<byte[]> seeds = seeds();
    int taken = 0;
    for (int round = 0; round < ROUNDS; round++) {
      byte[] payload = mutant(random, seeds);
      String what = "seed " + SEED + ", round " + round + ": " + HexFormat.of().formatHex(payload);
      taken += isTaken(payload) ? 1 : 0;
      assertThat(scan(withShortWay, payload)).as(what).isEqualTo(scan(general, payload));
      assertThat(scanReply(withShortWay, payload)).as(what).isEqualTo(scanReply(general, payload));
    }
    // Mutants of one kind only would test one half.
    assertThat(taken).isBetween(ROUNDS / 20, ROUNDS - ROUNDS / 20);
  }

  private boolean isTaken(byte[] payload) {
    return usual.findRequest(payload, 0, payload.length)
        || usual.findReply(payload, 0, payload.length);
  }

  private static List<byte[]> seeds() {
    List<byte[]> seeds = new ArrayList<>();
    for (Meta meta : metas()) {
      seeds.add(request("add", "{'a':1,'b':-200}", meta));
      seeds.add(request("other", "[1.5,'x',null]", meta));
    }
    seeds.add(request("add", "{'a':1,'b':70000}", Meta.timeout(70_000)));
    seeds.add(request("orders.place", "{'a':{'b':{'c':{'d':1}}}}", Meta.timeout(300)));
    seeds.add(reply(1, "3"));
    seeds.add(reply(70_000, "{'a':[1,2,{}],'é':'é'}"));
    seeds.add(msgpack("{'id':'7f3a','method':'add','params':{'a':1},'meta':{'timeout_ms':1}}"));
    seeds.add(msgpack("{'id':1,'ok':false,'error':{'code':'TIMEOUT','message':'m'}}"));
    return seeds;
  }

  /** One of them, changed in none to three places. */
  private static byte[] mutant(Random random, List<byte[]> seeds) {
    byte[] payload = seeds.get(random.nextInt(seeds.size())).clone();
    for (int n = random.nextInt(4); n > 0; n--) {
      int at = random.nextInt(payload.length);
      switch (random.nextInt(4)) {
        case 0 -> payload[at] = (byte) random.nextInt(256);
        case 1 -> payload[at] += (byte) (random.nextInt(3) - 1);
        case 2 -> payload = Arrays.copyOf(payload, Math.max(1, payload.length - 1));
        default -> payload = with(payload, at, (byte) random.nextInt(256));
      }
    }
    return payload;
  }

  private static byte[] with(byte[] payload, int at, byte one) {
    byte[] longer = new byte[payload.length + 1];
    System.arraycopy(payload, 0, longer, 0, at);
    longer[at] = one;
    System.arraycopy(payload, at, longer, at + 1, payload.length - at);
    return longer;
  }

  private static byte[] request(String method, String params, Meta meta) {
    return Messages.request(
            V1,
            new Id.Number(7),
            Messages.encodeMethod(MSGPACK, method),
            Bytes.of(msgpack(params)),
            meta)
        .toByteArray();
  }

  private static byte[] reply(long id, String result) {
    return Messages.success(V1, new Id.Number(id), Bytes.of(msgpack(result)), ReplyMeta.NONE)
        .toByteArray();
  }

  private static String scan(EnvelopeScanner scanner, byte[] payload) {
    return found(payload, buffer -> scanner.scan(buffer, AROUND, payload.length, true));
  }

  private static String scanReply(EnvelopeScanner scanner, byte[] payload) {
    return found(payload, buffer -> scanner.scanReply(buffer, AROUND, payload.length, true));
  }

  /** The message in one line, or what is wrong and where. */
  private static String found(byte[] payload, Function<byte[], Message> reader) {
    byte[] buffer = new byte[AROUND + payload.length + AROUND];
    Arrays.fill(buffer, (byte) 1);
    System.arraycopy(payload, 0, buffer, AROUND, payload.length);
    try {
      return MessagesTest.said(reader.apply(buffer)).toString();
    } catch (MalformedException e) {
      return e.offset() + ": " + e.getMessage();
    }
  }
}
