package dev.tern.conformance;

import static dev.tern.conformance.Replies.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tern.core.Caller;
import dev.tern.core.Effect;
import dev.tern.core.Filter;
import dev.tern.core.Gate;
import dev.tern.core.Method;
import dev.tern.core.OperationToken;
import dev.tern.core.RawPeer;
import dev.tern.core.Response;
import dev.tern.core.RpcException;
import dev.tern.core.client.CallOptions;
import dev.tern.core.client.Client;
import dev.tern.core.client.OperationOutcome;
import dev.tern.core.limit.ConcurrencyLimit;
import dev.tern.core.outcome.MemoryStore;
import dev.tern.core.retry.RetryPolicy;
import dev.tern.core.runtime.Environment;
import dev.tern.core.server.Server;
import dev.tern.core.server.ServerBuilder;
import dev.tern.protocol.ErrorCode;
import dev.tern.protocol.Executed;
import dev.tern.protocol.Meta;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Operations that must happen once, and what goes wrong around them. */
final class OnceRowsTest extends EveryTransport {
  private static final String KEY = "0b0c5f9a-6f0e-4f0e-9f0e-0123456789ab";

  private record Payment(int cents) {}

  private static final Method<Payment, Integer> PAY =
      Method.of("pay", Payment.class, Integer.class).effect(Effect.ONCE);

  /** Waits at the gate before it has its effect. */
  private static final Method<Payment, Integer> SLOW =
      Method.of("slow", Payment.class, Integer.class).effect(Effect.ONCE);

  private static final Method<Payment, String> LARGE =
      Method.of("large", Payment.class, String.class).effect(Effect.ONCE);

  private final AtomicInteger effects = new AtomicInteger();

  private ServerBuilder onceServer() {
    return Server.builder(transport)
        .serve(ADD, p -> p.a() + p.b())
        .serve(PAY, this::pay)
        .serve(
            SLOW,
            payment -> {
              gate.pass();
              return pay(payment);
            })
        .serve(
            LARGE,
            payment -> {
              effects.incrementAndGet();
              return "x".repeat(payment.cents());
            });
  }

  private int pay(Payment payment) {
    if (payment.cents() < 0) {
      throw new RpcException("DECLINED", "no money", Map.of("cents", payment.cents()));
    }
    return effects.incrementAndGet();
  }

  private Client keyed(Server server) {
    return client(server.address(), b -> b.timeout(Duration.ofSeconds(Gate.PATIENCE_SECONDS)));
  }

  private static String pay(String id, String key, int cents) {
    return json(
        "{'id':%s,'method':'pay','params':{'cents':%d},'meta':{'key':'%s'}}"
            .formatted(id, cents, key));
  }

  private static void expect(JsonNode reply, ErrorCode code, Executed executed) {
    assertThat(reply.at("/error/code").asString()).as("%s", reply).isEqualTo(code.name());
    assertThat(reply.at("/error/executed").asString()).isEqualTo(executed.wire());
  }

  private static RpcException failure(
      Client client, Method<Payment, ?> method, CallOptions options) {
    return failure(() -> client.call(method, new Payment(1), options));
  }

  @Test
  void row44_theSameKeyWithOtherParamsIsAConflict() {
    RawPeer peer = rawClient(start(onceServer()));
    peer.send(pay("1", KEY, 5));
    peer.read();
    peer.send(pay("2", KEY, 6));

    expect(peer.read(), ErrorCode.CONFLICT, Executed.NO);
    assertThat(effects).hasValue(1);
  }

  @Test
  void row45_aDuplicateInFlightJoins() {
    Server server = start(onceServer());
    Client client = keyed(server);
    Client other = keyed(server);
    CallOptions options = CallOptions.DEFAULT.withKey(KEY);
    CompletableFuture<Integer> first = client.callAsync(SLOW, new Payment(1), options);
    gate.awaitEntered(1);
    CompletableFuture<Integer> second = other.callAsync(SLOW, new Payment(1), options);
    eventually(() -> server.stats().inFlight() >= 2);
    gate.open();

    assertThat(result(first)).isEqualTo(1);
    assertThat(result(second)).isEqualTo(1);
    assertThat(effects).hasValue(1);
  }

  /** An attempt that waits for the run holds no place, so there may be none. */
  @Test
  void row45_aDuplicateInFlightJoinsWhereNoMoreMayRun() {
    Server server = start(onceServer().limit(ConcurrencyLimit.fixed(1).queue(0)));
    CallOptions options = CallOptions.DEFAULT.withKey(KEY);
    CompletableFuture<Integer> first = keyed(server).callAsync(SLOW, new Payment(1), options);
    gate.awaitEntered(1);
    CompletableFuture<Integer> second = keyed(server).callAsync(SLOW, new Payment(1), options);
    eventually(() -> server.stats().inFlight() >= 2);
    RpcException other = failure(() -> keyed(server).call(ADD, new Pair(1, 2)));
    gate.open();

    assertThat(other.code() + " " + other.executed()).isEqualTo("SERVER_BUSY NO");
    assertThat(result(first)).isEqualTo(1);
    assertThat(result(second)).isEqualTo(1);
    assertThat(effects).hasValue(1);
  }

  @Test
  void row46_anOutcomeIsReplayedWithTheSameBytesAndMarked() {
    RawPeer peer = rawClient(start(onceServer()));
    peer.send(pay("1", KEY, 5));
    JsonNode first = peer.read();
    peer.send(pay("2", KEY, 5));
    JsonNode second = peer.read();

    assertThat(second.get("result")).isEqualTo(first.get("result"));
    assertThat(second.at("/meta/replayed").asBoolean()).isTrue();
    assertThat(first.has("meta")).isFalse();
  }

  @Test
  void row46_soIsAnErrorOfTheApplication() {
    RawPeer peer = rawClient(start(onceServer()));
    peer.send(pay("1", KEY, -5));
    JsonNode first = peer.read();
    peer.send(pay("2", KEY, -5));
    JsonNode second = peer.read();

    assertThat(second.get("error")).isEqualTo(first.get("error"));
    assertThat(second.at("/error/details/cents").asInt()).isEqualTo(-5);
    assertThat(second.at("/meta/replayed").asBoolean()).isTrue();
  }

  @Test
  void row46_whatWasRefusedIsNotKept() {
    RawPeer peer = rawClient(start(onceServer()));
    peer.send(json("{'id':1,'method':'pay','params':{'cents':'x'},'meta':{'key':'" + KEY + "'}}"));
    expect(peer.read(), ErrorCode.INVALID_PARAMS, Executed.NO);
    peer.send(pay("2", KEY, 5));

    assertThat(peer.read().get("result").asInt()).isEqualTo(1);
  }

  @Test
  void row49_anotherCallersKeyIsAnotherOperation() {
    Filter tokens =
        (request, next) -> {
          String token = request.meta().get(Meta.AUTH);
          return next.handle(request.withCaller(new Caller(token == null ? "" : token)));
        };
    Client client = keyed(start(onceServer().filter(tokens)));
    CallOptions options = CallOptions.DEFAULT.withKey(KEY);

    assertThat(client.call(PAY, new Payment(1), options.withAuth("alice"))).isEqualTo(1);
    assertThat(client.call(PAY, new Payment(1), options.withAuth("bob"))).isEqualTo(2);
    assertThat(client.call(PAY, new Payment(1), options.withAuth("alice"))).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "short", "fifteen chars.."})
  void row50_aKeyThatIsTooShortIsRefused(String key) {
    RawPeer peer = rawClient(start(onceServer()));
    peer.send(pay("1", key, 5));

    expect(peer.read(), ErrorCode.BAD_REQUEST, Executed.NO);
    assertThat(effects).hasValue(0);
  }

  /** Adds what the dialect has besides; bare has no place for any of this. */
  private static String in(String dialect, String frame) {
    return dialect.equals("jsonrpc") ? frame.replaceFirst("\\{", "{\"jsonrpc\":\"2.0\",") : frame;
  }

  /** What a reply of either dialect says of its error. */
  private static String error(JsonNode reply) {
    JsonNode said = reply.at(reply.has("jsonrpc") ? "/error/data" : "/error");
    return said.path("code").asString("none") + " " + said.path("executed").asString("none");
  }

  @ParameterizedTest
  @CsvSource({"v1, k, 256", "v1, é, 128", "v1, 🐌, 64", "jsonrpc, k, 256", "jsonrpc, é, 128"})
  void row50_aKeyAtItsLimitIsTaken(String dialect, String character, int times) {
    RawPeer peer = rawClient(start(onceServer()));
    String key = character.repeat(times);
    peer.send(in(dialect, pay("1", key, 5)));
    assertThat(peer.read().path("result").asInt()).isEqualTo(1);
    peer.send(in(dialect, pay("2", key, 5)));

    assertThat(peer.read().path("result").asInt()).isEqualTo(1);
    assertThat(effects).hasValue(1);
  }

  @ParameterizedTest
  @CsvSource({"v1, k, 257", "v1, é, 129", "v1, 🐌, 65", "v1, k, 15000", "jsonrpc, k, 257"})
  void row50_aKeyOverItsLimitIsRefused(String dialect, String character, int times) {
    RawPeer peer = rawClient(start(onceServer()));
    peer.send(in(dialect, pay("1", character.repeat(times), 5)));

    assertThat(error(peer.read())).isEqualTo("BAD_REQUEST no");
    assertThat(effects).hasValue(0);
  }

  /** A fence is kept, so it must not hold what no attempt can say. */
  @ParameterizedTest
  @CsvSource({"3, 257", "257, 20", "3, 1000000", "3, 0", "0, 20"})
  void row50_nobodyIsToldOfAnOperationThatNoRequestCanName(int method, int key) {
    try (MemoryStore store = MemoryStore.create()) {
      RawPeer peer = rawClient(start(onceServer().outcomes(store)));
      peer.send(
          json(
              "{'id':1,'method':'rpc.outcome','params':{'method':'%s','key':'%s','dedup':'%s','first_ms':0,'fence':true},'meta':{}}"
                  .formatted("m".repeat(method), "k".repeat(key), store.dedup())));

      assertThat(error(peer.read())).isEqualTo("INVALID_PARAMS no");
      assertThat(store.size()).isZero();
    }
  }

  @Test
  void row50_whatAKeyHoldsDoesNotMatter() {
    RawPeer peer = rawClient(start(onceServer()));
    String key = "); DROP TABLE outcomes; -- \\u00e9\\ud83d\\ude00";
    peer.send(pay("1", key, 5), pay("2", key, 5));

    assertThat(peer.read().get("result").asInt()).isEqualTo(1);
    assertThat(peer.read().get("result").asInt()).isEqualTo(1);
  }

  @Test
  void row50_manyKeysFillACallersQuotaAndNothingElse() {
    try (MemoryStore store = MemoryStore.builder().entries(40).build()) {
      Filter names =
          (request, next) -> {
            String token = request.meta().get(Meta.AUTH);
            return next.handle(token == null ? request : request.withCaller(new Caller(token)));
          };
      Client client = keyed(start(onceServer().outcomes(store).filter(names)));
      for (int i = 0; i < 10; i++) { // a quarter of 40
        client.call(PAY, new Payment(1));
      }
      RpcException full = failure(() -> client.call(PAY, new Payment(1)));

      assertThat(full.code()).isEqualTo("SERVER_BUSY");
      assertThat(full.executed()).isEqualTo(Executed.NO);
      assertThat((Long) full.details().get("retry_after_ms")).isPositive();
      assertThat(client.call(PAY, new Payment(1), CallOptions.DEFAULT.withAuth("alice")))
          .isEqualTo(11);
    }
  }

  @Test
  void row51_aResultThatIsTooLargeToKeepArrivesOnce() {
    Client client = keyed(start(onceServer()));
    CallOptions options = CallOptions.DEFAULT.withKey(KEY);
    Payment payment = new Payment(2 << 20);

    assertThat(client.call(LARGE, payment, options)).hasSize(2 << 20);
    RpcException later = failure(() -> client.call(LARGE, payment, options));
    assertThat(later.code()).isEqualTo("TOO_LARGE");
    assertThat(later.executed()).isEqualTo(Executed.YES);
    assertThat(later.isReplayed()).isTrue();
    assertThat(effects).hasValue(1);
  }

  @Test
  void row53_theRunOfACallerThatIsGoneGoesOnAndIsKept() {
    Server server = start(onceServer());
    RawPeer peer = rawClient(server);
    peer.send(pay("1", KEY, 5).replace("pay", "slow"));
    gate.awaitEntered(1);
    peer.abort();
    eventually(() -> server.stats().connections() == 0);
    gate.open();
    RawPeer next = rawClient(server);
    next.send(pay("1", KEY, 5).replace("pay", "slow"));

    JsonNode reply = next.read();
    assertThat(reply.get("result").asInt()).isEqualTo(1);
    assertThat(reply.at("/meta/replayed").asBoolean()).isTrue();
  }

  @Test
  void row55_anAttemptAtARestartedServerIsStale() {
    Server first = start(onceServer());
    Client client = keyed(first);
    OperationToken token = client.operation(PAY);
    client.call(PAY, new Payment(1), CallOptions.DEFAULT.withOperation(token));
    Client other = keyed(start(onceServer())); // another store, as after a restart

    RpcException stale =
        failure(other, PAY, CallOptions.DEFAULT.withOperation(OperationToken.parse("" + token)));
    assertThat(stale.code()).isEqualTo("STALE");
    assertThat(stale.executed()).isEqualTo(Executed.MAYBE);
    assertThat(effects).hasValue(1);
  }

  /** What the method has done stays done, whoever is told what about it. */
  @Test
  void row75_aRefusalAfterAnOperationHasRunIsMaybeAndItsOutcomeIsKept() {
    AtomicBoolean refusing = new AtomicBoolean(true);
    Filter refuses =
        (request, next) -> {
          Response response = next.handle(request);
          if (refusing.getAndSet(false)) {
            throw RpcException.refusal(ErrorCode.FORBIDDEN, "on the way back");
          }
          return response;
        };
    RawPeer peer = rawClient(start(onceServer().filter(refuses)));
    peer.send(pay("1", KEY, 5));
    expect(peer.read(), ErrorCode.FORBIDDEN, Executed.MAYBE);
    peer.send(pay("2", KEY, 5));

    assertThat(peer.read().get("result").asInt()).isEqualTo(1);
    assertThat(effects).hasValue(1);
  }

  @Test
  void row95_anAttemptWithoutAKeyCannotBeASecondOne() {
    RawPeer peer = rawClient(start(onceServer()));
    peer.send(json("{'id':1,'method':'pay','params':{'cents':5},'meta':{'attempt':2}}"));

    expect(peer.read(), ErrorCode.BAD_REQUEST, Executed.NO);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "'attempt':2",
        "'dedup':'another','first_ms':0",
        "'dedup':'DEDUP','first_ms':3600000",
        "'dedup':'DEDUP'",
        "'first_ms':0"
      })
  void row96_whatMayHaveRunAndBeForgottenIsStale(String said) {
    try (MemoryStore store = MemoryStore.create()) {
      RawPeer peer = rawClient(start(onceServer().outcomes(store)));
      String meta = "{'key':'" + KEY + "'," + said.replace("DEDUP", store.dedup()) + "}";
      peer.send(json("{'id':1,'method':'pay','params':{'cents':5},'meta':" + meta + "}"));

      expect(peer.read(), ErrorCode.STALE, Executed.MAYBE);
      assertThat(effects).hasValue(0);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "v1, 256, STALE maybe",
    "v1, 257, BAD_REQUEST no",
    "v1, 0, BAD_REQUEST no",
    "jsonrpc, 256, STALE maybe",
    "jsonrpc, 257, BAD_REQUEST no"
  })
  void row96_aStoresNameAtItsLimitIsAnotherStoresAndOverItNone(
      String dialect, int length, String expected) {
    RawPeer peer = rawClient(start(onceServer()));
    String meta = "{'key':'%s','dedup':'%s','first_ms':0}".formatted(KEY, "d".repeat(length));
    peer.send(
        in(dialect, json("{'id':1,'method':'pay','params':{'cents':5},'meta':" + meta + "}")));

    assertThat(error(peer.read())).isEqualTo(expected);
    assertThat(effects).hasValue(0);
  }

  @Test
  void row97_anotherAttemptAtAnUnsafeMethodIsStale() {
    RawPeer peer = rawClient(start(onceServer()));
    peer.send(
        json("{'id':1,'method':'calc.add','params':{'a':1,'b':2},'meta':{'attempt':2,'key':'k'}}"));

    expect(peer.read(), ErrorCode.STALE, Executed.MAYBE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "tern1.", "tern1.eyJ9.00000000", "tern2.x.y", "TOKEN!"})
  void row98_aTokenThatIsCutOrChangedIsNone(String text) {
    Client client = keyed(start(onceServer()));
    String whole = client.operation(PAY).toString();
    String bad = text.equals("TOKEN!") ? whole.substring(0, whole.length() - 1) + "!" : text;

    assertThatThrownBy(() -> OperationToken.parse(bad))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("operation token: ");
  }

  @Test
  void row98_whereverATokenIsCutOrChangedItIsNone() {
    String whole = keyed(start(onceServer())).operation(PAY).toString();
    for (int i = 0; i < whole.length(); i++) {
      String cut = whole.substring(0, i);
      String changed = cut + (whole.charAt(i) == 'A' ? 'B' : 'A') + whole.substring(i + 1);
      for (String bad : List.of(cut, changed, whole + whole.charAt(i))) {
        assertThatThrownBy(() -> OperationToken.parse(bad))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageStartingWith("operation token: ");
      }
    }
  }

  @Test
  void row98_aTokenOfAnotherServerIsStaleWhateverItIsUsedFor() {
    Client other = keyed(start(onceServer()));
    OperationToken token =
        OperationToken.parse(keyed(start(onceServer())).operation(PAY).toString());

    for (Runnable use :
        List.<Runnable>of(
            () -> other.call(PAY, new Payment(1), CallOptions.DEFAULT.withOperation(token)),
            () -> other.outcome(token),
            () -> other.fence(token, CallOptions.DEFAULT))) {
      RpcException stale = failure(use);
      assertThat(stale.code() + " " + stale.executed()).isEqualTo("STALE MAYBE");
    }
    assertThat(effects).hasValue(0);
  }

  @Test
  void row99_aServerThatRemembersNothingMakesOnceUnsafe() {
    Client client =
        client(
            start(onceServer().outcomes(null)).address(),
            b -> b.retry(RetryPolicy.DEFAULT).timeout(Duration.ofSeconds(5)));

    assertThat(client.call(PAY, new Payment(1))).isEqualTo(1);
    RpcException none = failure(() -> client.operation(PAY));
    assertThat(none.code()).isEqualTo("UNSUPPORTED");
    assertThat(none.executed()).isEqualTo(Executed.NO);
  }

  @Test
  void row100_aFencedOperationNeverRuns() {
    Client client = keyed(start(onceServer()));
    OperationToken token = client.operation(PAY);

    assertThat(client.outcome(token).state()).isEqualTo(OperationOutcome.State.UNKNOWN);
    assertThat(client.fence(token, CallOptions.DEFAULT).state())
        .isEqualTo(OperationOutcome.State.FENCED);
    RpcException fenced = failure(client, PAY, CallOptions.DEFAULT.withOperation(token));
    assertThat(fenced.code()).isEqualTo("CONFLICT");
    assertThat(fenced.executed()).isEqualTo(Executed.NO);
    assertThat(effects).hasValue(0);
  }

  @Test
  void row101_aCallerThatChangesBetweenAttemptsEndsTheOperation() {
    AtomicInteger asked = new AtomicInteger();
    Filter changing = // alice at first, then somebody else
        (request, next) ->
            next.handle(
                request.withCaller(new Caller(asked.getAndIncrement() < 2 ? "alice" : "bob")));
    Server server = start(onceServer().filter(changing));
    Client client = keyed(server);
    OperationToken token = client.operation(PAY); // alice
    client.call(PAY, new Payment(1), CallOptions.DEFAULT.withOperation(token)); // alice
    Client later = keyed(server); // whom its first hello tells that it is bob

    RpcException other =
        failure(later, PAY, CallOptions.DEFAULT.withOperation(OperationToken.parse("" + token)));
    assertThat(other.code()).isEqualTo("CONFLICT");
    assertThat(other.executed()).isEqualTo(Executed.MAYBE);
    assertThat(effects).hasValue(1);
  }

  // --- a hello that does not come, or comes from another server ---

  private Client retrying(RawPeer.Listening server) {
    Environment still = Environment.SYSTEM.withTimers(clock).withRandom(() -> 0);
    return client(server.address(), b -> b.environment(still).retry(RetryPolicy.DEFAULT));
  }

  private static JsonNode next(RawPeer peer, String method) {
    JsonNode request = peer.read();
    assertThat(request.path("method").asString("")).as("%s", request).isEqualTo(method);
    return request;
  }

  private static void greet(RawPeer peer, String dedup) {
    JsonNode id = next(peer, "rpc.hello").get("id");
    peer.send(
        json(
            "{'id':%s,'ok':true,'result':{'dedup':'%s','window_ms':10000,'store_ms':0}}"
                .formatted(id, dedup)));
  }

  @Test
  void row125_withoutAHelloNothingOfAnOperationIsSent() {
    RawPeer.Listening server = rawServer();
    CompletableFuture<Integer> call = retrying(server).callAsync(PAY, new Payment(1));
    RawPeer first = server.accept();
    next(first, "rpc.hello");
    first.abort();
    RawPeer second = server.accept();
    greet(second, "d2");
    JsonNode request = next(second, "pay");
    second.send(json("{'id':%s,'ok':true,'result':7}".formatted(request.get("id"))));

    first.expectNothingMore();
    assertThat(request.at("/meta/dedup").asString()).isEqualTo("d2");
    assertThat(result(call)).isEqualTo(7);
  }

  @Test
  void row125_anotherServersHelloMakesNoNewOperationOfOneThatMayHaveRun() {
    RawPeer.Listening server = rawServer();
    CompletableFuture<Integer> call = retrying(server).callAsync(PAY, new Payment(1));
    RawPeer first = server.accept();
    greet(first, "d1");
    JsonNode sent = next(first, "pay");
    first.abort();
    RawPeer second = server.accept();
    greet(second, "d2");
    JsonNode again = next(second, "pay");
    second.send(
        json(
            "{'id':%s,'ok':false,'error':{'code':'STALE','message':'x','executed':'maybe'}}"
                .formatted(again.get("id"))));

    for (String name : List.of("key", "dedup", "first_ms")) {
      assertThat(again.path("meta").get(name)).as(name).isEqualTo(sent.path("meta").get(name));
    }
    assertThat(again.at("/meta/attempt").asInt()).isEqualTo(2);
    RpcException end = failure(call);
    assertThat(end.code() + " " + end.executed()).isEqualTo("STALE MAYBE");
  }
}
