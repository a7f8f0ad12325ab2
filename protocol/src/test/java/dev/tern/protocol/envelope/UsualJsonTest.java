package dev.tern.protocol.envelope;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.protocol.Bytes;
import dev.tern.protocol.Dialect;
import dev.tern.protocol.Id;
import dev.tern.protocol.Limits;
import dev.tern.protocol.Limits.Bound;
import dev.tern.protocol.Meta;
import dev.tern.protocol.json.Corpus;
import dev.tern.protocol.json.JsonEncoding;
import dev.tern.protocol.json.JsonException;
import dev.tern.protocol.json.JsonValidator;
import dev.tern.protocol.json.Mutants;
import dev.tern.protocol.value.Names;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The short way must find what the long one finds, or nothing. */
class UsualJsonTest {
  private static final int ROUNDS = Integer.getInteger("tern.fuzz.rounds", 100_000);
  private static final long SEED = Long.getLong("tern.fuzz.seed", 20_260_301L);

  /** What lies around a payload in its buffer: nothing of it may count. */
  private static final byte[] AROUND = "9}}\"".getBytes(ISO_8859_1);

  private static final Limits LIMITS =
      Limits.DEFAULT
          .with(Bound.DEPTH, 6)
          .with(Bound.NAME_BYTES, 12)
          .with(Bound.NUMBER_DIGITS, 20)
          .with(Bound.METHOD_BYTES, 16)
          .with(Bound.ID_BYTES, 12)
          .with(Bound.KEY_BYTES, 20)
          .with(Bound.META_KEYS, 5)
          .with(Bound.META_BYTES, 120);
  private static final Names METHODS = Names.of("add", "orders.place");

  private static final String TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
  private static final List<Meta> METAS =
      List.of(
          Meta.timeout(250),
          Meta.timeout(1).with(Meta.TRACEPARENT, TRACE),
          Meta.timeout(20).with(Meta.KEY, "3f2b8c1e-4d6a").with(Meta.ATTEMPT, 2),
          Meta.NONE.with(Meta.AUTH, "a b").with(Meta.TIMING, true).with(Meta.FIRST_MILLIS, 12L));

  private final JsonValidator validator = new JsonValidator(LIMITS);
  private final Envelope envelope = new Envelope(JsonEncoding.JSON, LIMITS, METHODS, validator);
  private final RequestRules requests = new RequestRules(LIMITS);
  private final ResponseRules responses = new ResponseRules(LIMITS);
  private final UsualJson usual = new UsualJson(LIMITS, METHODS, validator, envelope.metaReader);

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'id':1,'method':'add','params':{'a':1,'b':2},'meta':{'timeout_ms':9999}}",
        "{'id':-1,'method':'orders.place','params':{},'meta':{'timeout_ms':0}}",
        "{'id':0,'method':'add','meta':{'timeout_ms':1}}",
        "{'id':1,'method':'add','meta':{}}",
        "{'id':'x-y z','method':'add','meta':{'timeout_ms':1}}",
        "{'id':1,'method':'add','meta':{'timeout_ms':1,'key':'k','attempt':2}}",
        "{'id':1,'method':'add','meta':{'attempt':2147483648,'key':'k','timeout_ms':999999999999999}}",
        "{'id':1,'method':'add','meta':{'v':1,'auth':'t','dedup':'d','first_ms':7,'timing':true}}",
        "{'id':1,'method':'add','meta':{'idempotent':false,'timing':false,'replayed':true}}",
        "{'id':1,'method':'add','meta':{'key':null,'timeout_ms':null}}",
        "{'id':1,'method':'add','meta':{'traceparent':'00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'}}",
        "{'id':1,'method':'add','meta':{'traceparent':'00-x','tracestate':'a=1'}}",
        "{'id':1,'method':'add','meta':{'tracestate':'a=1','traceparent':'00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'}}",
        " {\t'id' : 1 , 'method':\n'add', 'params': { 'a': 1, 'b' :2 } , 'meta': {'timeout_ms': 9 } } ",
        "{'id':1,'method':'add','params':{ },'meta':{ }}",
        "{'id':1,'method':'add','params':[1, {'a': []}],'meta':{'timeout_ms':1}}",
        "{'id':1,'method':'add','params':{'a':{},'b':-0,'c':1.5},'meta':{'timeout_ms':1}}",
        "{'id':123456789012345,'method':'add','params':{'abcdefgh':'x y','abcdefghi':true,'c':null},"
            + "'meta':{'timeout_ms':1}}"
      })
  void takesTheRequestsThatWeWrite(String payload) {
    assertThat(shortRequest(utf8(payload), 0)).isNotNull().isEqualTo(longRequest(utf8(payload), 0));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'meta':{'timeout_ms':1},'method':'add','id':0}",
        "{'id':1,'method':'other','meta':{'timeout_ms':1}}",
        "{'id':1,'method':'add','params':{'a23456789012x':1},'meta':{'timeout_ms':1}}",
        "{'id':1,'id':1,'method':'add','meta':{'timeout_ms':1}}",
        "{'id':1,'method':'add','meta':{'timeout_ms':-1}}",
        "{'id':1,'method':'add','meta':{'timeout_ms':1}",
        "{'id':1,'method':'add','params':null,'meta':{}}",
        "{'id':1,'method':'add','params':{}}",
        "{'jsonrpc':'2.0','id':1,'method':'add','meta':{}}",
        "{'id':null,'method':'add','meta':{}}",
        "{'method':'add','meta':{}}",
        "{'id':1,'method':'add','meta':{'v':2}}",
        "{'id':1,'method':'add','meta':{'attempt':0}}",
        "{'id':1,'method':'add','meta':{'key':''}}",
        "{'id':1,'method':'add','meta':{'key':'a\u007f'}}",
        "{'id':1,'method':'add','meta':{'key':'a\\u0062'}}",
        "{'id':1,'method':'add','meta':{'key':'\u00e9'}}",
        "{'id':1,'method':'add','meta':{'key':5}}",
        "{'id':1,'method':'add','meta':{'key':'a','key':'a'}}",
        "{'id':1,'method':'add','meta':{'key':'a',}}",
        "{'id':1,'method':'add','meta':{'key' 'a'}}",
        "{'id':1,'method':'add','meta':{'timeout_ms':1.5}}",
        "{'id':1,'method':'add','meta':{'accept':['gzip']}}",
        "{'id':1,'method':'add','meta':{'x':1}}",
        "{'id':1,'method':'add','meta':{'timing':1}}",
        "{'id':1,'method':'add','meta':{'v':1,'attempt':1,'first_ms':1,'timing':true,'key':'k','idempotent':true}}",
        "{'id':true,'method':'add','meta':{}}",
        "{'jsonrpc':'2.1','id':1,'method':'add'}",
        "{'jsonrpc':'2.0','id':null,'method':'add'}",
        "{'jsonrpc':'2.0','method':'add'}",
        "{'id':1,'method':'add','params':{},'x':0}",
        "{'id':'','method':'add','meta':{}}",
        "{'id':'1234567890123','method':'add','meta':{}}",
        "{'id':1,'method':'a b','meta':{}}",
        "{'id':1,'method':'add','meta':{},'x':0}",
        "{'id':1,'method':'add','params':[123456789012345678901],'meta':{}}"
      })
  void leavesOtherRequestsAlone(String payload) {
    assertThat(shortRequest(utf8(payload), 0)).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"3", "-12", "'x'", "true", "false", "null", "{'key':'k','value':1}", "[-0.5]"})
  void takesTheResponsesThatWeWrite(String result) {
    byte[] payload = utf8("{'id':1,'ok':true,'result':" + result + "}");

    assertThat(shortResponse(payload, 0)).isNotNull().isEqualTo(longResponse(payload, 0));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'id':1,'ok':false,'result':1}",
        "{'id':1,'ok':true}",
        "{'id':1,'ok':true,'result':1,'meta':{'replayed':true}}",
        "{'id':1,'ok':true,'result':1}}",
        "{'id':null,'ok':true,'result':1}"
      })
  void leavesOtherResponsesAlone(String payload) {
    assertThat(shortResponse(utf8(payload), 0)).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"{'a':1,'a':2}", "{'a':01}", "{'a':1,}", "{'a':nul1}", "{'a':'x}", "{'a'"})
  void refusesParamsAsTheLongWayDoes(String params) {
    byte[] payload =
        utf8("{'id':1,'method':'add','params':" + params + ",'meta':{'timeout_ms':1}}");

    assertThat(shortRequest(payload, 0)).isNotNull().isEqualTo(longRequest(payload, 0));
  }

  @Test
  void agreesWithTheLongWayOnEveryText(TestReporter reporter) {
    reporter.publishEntry("seed", Long.toString(SEED));
    Mutants mutants = new Mutants(new Random(SEED), seeds());
    int taken = 0;
    for (int round = 0; round < ROUNDS; round++) {
      byte[] payload = mutants.next();
      int before = round % AROUND.length;
      String request = shortRequest(payload, before);
      String response = shortResponse(payload, before);
      taken += request != null || response != null ? 1 : 0;
      if (request != null) {
        assertThat(request).as(what(round, payload)).isEqualTo(longRequest(payload, before));
      }
      if (response != null) {
        assertThat(response).as(what(round, payload)).isEqualTo(longResponse(payload, before));
      }
    }
    // Mutants of one kind only would test one half.
    assertThat(taken).isBetween(ROUNDS / 20, ROUNDS - ROUNDS / 20);
  }

  private @Nullable String shortRequest(byte[] payload, int before) {
    byte[] buffer = buffer(payload, before);
    return found(() -> usual.request(buffer, before, payload.length, true));
  }

  private @Nullable String shortResponse(byte[] payload, int before) {
    byte[] buffer = buffer(payload, before);
    return found(() -> usual.response(buffer, before, payload.length, true));
  }

  private @Nullable String longRequest(byte[] payload, int before) {
    byte[] buffer = buffer(payload, before);
    return found(
        () -> {
          envelope.read(buffer, before, payload.length, false);
          return requests.read(envelope);
        });
  }

  private @Nullable String longResponse(byte[] payload, int before) {
    byte[] buffer = buffer(payload, before);
    return found(
        () -> {
          envelope.read(buffer, before, payload.length, false);
          return responses.read(envelope);
        });
  }

  /** The message in one line, or what is wrong and where. */
  private static @Nullable String found(Supplier<@Nullable Message> reader) {
    try {
      Message message = reader.get();
      return message == null ? null : Rendered.of(message);
    } catch (JsonException e) {
      return e.offset() + ": " + e.getMessage();
    }
  }

  private static byte[] buffer(byte[] payload, int before) {
    byte[] buffer = Arrays.copyOf(AROUND, before + payload.length + AROUND.length);
    System.arraycopy(payload, 0, buffer, before, payload.length);
    System.arraycopy(AROUND, 0, buffer, before + payload.length, AROUND.length);
    return buffer;
  }

  private static List<byte[]> seeds() {
    List<byte[]> seeds = new ArrayList<>();
    for (String line : Corpus.lines("/envelope/table.txt")) {
      if (!line.startsWith("=>")) {
        seeds.add(Corpus.bytes(line));
      }
    }
    List<byte[]> usual = usual();
    for (int i = seeds.size(); i > 0; i -= usual.size()) {
      seeds.addAll(usual); // half of all: few mutants of others are taken
    }
    return seeds;
  }

  private static List<byte[]> usual() {
    List<Bytes> usual = new ArrayList<>();
    byte[] method = Messages.encodeMethod("add");
    for (Id id :
        List.of(
            new Id.Text("7f3a"),
            new Id.Number(7),
            new Id.Number(-12),
            new Id.Number(123_456_789_012L))) {
      for (String params :
          List.of("{}", "{\"a\":12,\"b\":\"x y\",\"abcdefghi\":true}", "{\"ab\":null,\"ac\":0}")) {
        Bytes value = Bytes.of(params.getBytes(UTF_8));
        for (Meta meta : METAS) {
          usual.add(Messages.request(Dialect.V1, id, method, value, meta));
        }
        usual.add(Messages.success(Dialect.V1, id, value));
      }
      usual.add(Messages.success(Dialect.V1, id, Bytes.of("-13".getBytes(UTF_8))));
    }
    Stream<String> compact = usual.stream().map(Bytes::toString);
    Stream<String> spaced = usual.stream().map(bytes -> spaced(bytes.toString()));
    return Stream.concat(compact, spaced).map(text -> text.getBytes(UTF_8)).toList();
  }

  /** With white space where Python's encoder puts it. */
  private static String spaced(String json) {
    return json.replace(":", ": ").replace(",", ", ");
  }

  private static String what(int round, byte[] payload) {
    return "seed " + SEED + ", round " + round + ": " + new String(payload, ISO_8859_1);
  }

  private static byte[] utf8(String text) {
    return text.replace('\'', '"').getBytes(UTF_8);
  }
}
