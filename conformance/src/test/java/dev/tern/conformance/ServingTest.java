package dev.tern.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.tern.core.Effect;
import dev.tern.core.EncodedJson;
import dev.tern.core.Filter;
import dev.tern.core.Gate;
import dev.tern.core.Method;
import dev.tern.core.RawPeer;
import dev.tern.core.Request;
import dev.tern.core.RpcException;
import dev.tern.core.TypeRef;
import dev.tern.core.client.CallOptions;
import dev.tern.core.client.Client;
import dev.tern.core.server.Server;
import dev.tern.protocol.Dialect;
import dev.tern.protocol.ErrorCode;
import dev.tern.protocol.Executed;
import java.io.File;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Params in, results out, and what a handler knows of its call. */
final class ServingTest extends EveryTransport {

  record Greeting(String name, Optional<String> title, @Nullable String suffix) {}

  record Range(int from, int to) {}

  static final Method<Greeting, String> GREET =
      Method.of("text.greet", Greeting.class, String.class);
  static final Method<Range, List<Integer>> RANGE =
      Method.of("calc.range", Range.class, new TypeRef<List<Integer>>() {});

  private static String greet(Greeting g) {
    return g.title().map(t -> t + " ").orElse("")
        + g.name()
        + (g.suffix() == null ? "" : g.suffix());
  }

  private static List<Integer> range(Range range) {
    List<Integer> numbers = new ArrayList<>();
    for (int n = range.from(); n < range.to(); n++) {
      numbers.add(n);
    }
    return numbers;
  }

  @Test
  void callsWithARecord() {
    assertThat(client(start(usualServer())).call(ADD, new Pair(2, 3))).isEqualTo(5);
  }

  @Test
  void callsByNameWithNamedParams() {
    Client client = client(start(usualServer()));

    assertThat(client.call("calc.add", Map.of("a", 2, "b", 3), Integer.class)).isEqualTo(5);
  }

  @Test
  void callsByNameWithPositionalParams() {
    Client client = client(start(usualServer()));

    assertThat(client.call("calc.add", List.of(2, 3), Integer.class)).isEqualTo(5);
  }

  @Test
  void callsWithEncodedParamsAndLeavesTheResultEncoded() {
    Client client = client(start(usualServer()));

    assertThat(
            client.callEncoded("calc.add", "[2,3]".getBytes(UTF_8), CallOptions.DEFAULT).encoded())
        .isEqualTo("5".getBytes(UTF_8));
  }

  /** A frame may still wait when its call has ended, and the array is written again. */
  @Test
  void encodedParamsAreThoseOfTheMomentOfTheCall() {
    byte[] params = "[2,3]".getBytes(UTF_8);
    Client client =
        client(
            start(usualServer()).address(),
            b ->
                b.filter(
                    (request, next) -> {
                      Arrays.fill(params, (byte) ' ');
                      return next.handle(request);
                    }));
    assertThat(client.callEncoded("calc.add", params, CallOptions.DEFAULT).encoded())
        .asString(UTF_8)
        .isEqualTo("5");
  }

  @Test
  void leavesOutOptionalAndNullableComponents() {
    Client client = client(start(usualServer().serve(GREET, ServingTest::greet)));

    assertThat(client.call("text.greet", Map.of("name", "Ada"), String.class)).isEqualTo("Ada");
  }

  @Test
  void passesOptionalAndNullableComponents() {
    Client client = client(start(usualServer().serve(GREET, ServingTest::greet)));

    assertThat(client.call(GREET, new Greeting("Ada", Optional.of("Lady"), "!")))
        .isEqualTo("Lady Ada!");
  }

  @Test
  void refusesAMissingParamWithItsPath() {
    Client client = client(start(usualServer()));

    RpcException e = failure(() -> client.call("calc.add", Map.of("a", 1), Integer.class));

    assertThat(e.code()).isEqualTo("INVALID_PARAMS");
    assertThat(e.executed()).isEqualTo(Executed.NO);
    assertThat(String.valueOf(e.details().get("path"))).contains("b");
  }

  @Test
  void refusesAParamOfTheWrongTypeWithItsPath() {
    Client client = client(start(usualServer()));

    RpcException e =
        failure(() -> client.call("calc.add", Map.of("a", 1, "b", "2"), Integer.class));

    assertThat(e.code()).isEqualTo("INVALID_PARAMS");
    assertThat(String.valueOf(e.details().get("path"))).contains("b");
  }

  @Test
  void ignoresAnUnknownParamUnlessToldOtherwise() {
    Client client = client(start(usualServer()));

    assertThat(client.call("calc.add", Map.of("a", 1, "b", 2, "c", 3), Integer.class)).isEqualTo(3);
  }

  @Test
  void refusesAnUnknownParamWhenToldTo() {
    Client client = client(start(usualServer().refuseUnknownFields(true)));

    RpcException e =
        failure(() -> client.call("calc.add", Map.of("a", 1, "b", 2, "c", 3), Integer.class));

    assertThat(e.code()).isEqualTo("INVALID_PARAMS");
  }

  @Test
  void readsAGenericResultOfAMethod() {
    Client client = client(start(usualServer().serve(RANGE, ServingTest::range)));

    assertThat(client.call(RANGE, new Range(3, 6))).containsExactly(3, 4, 5);
  }

  @Test
  void readsAGenericResultByName() {
    Client client = client(start(usualServer().serve(RANGE, ServingTest::range)));

    assertThat(client.call("calc.range", List.of(3, 6), new TypeRef<List<Long>>() {}))
        .containsExactly(3L, 4L, 5L);
  }

  @Test
  void aVoidMethodAnswersNull() {
    Method<Void, Void> nothing = Method.of("test.nothing", Void.class, Void.class);
    Client client = client(start(usualServer().serve(nothing, _ -> null)));

    assertThat(client.call(nothing, null)).isNull();
  }

  @Test
  void anUnknownMethodWasNotExecuted() {
    Client client = client(start(usualServer()));

    RpcException e = failure(() -> client.call("calc.subtract", null, Integer.class));

    assertThat(e.code()).isEqualTo("METHOD_NOT_FOUND");
    assertThat(e.executed()).isEqualTo(Executed.NO);
    assertThat(e.isRemote()).isTrue();
  }

  @Test
  void aResultOfTheWrongTypeIsAClearError() {
    Client client = client(start(usualServer()));

    RpcException e = failure(() -> client.call("text.echo", Map.of("text", "x"), Integer.class));

    assertThat(e.code()).isEqualTo("INTERNAL");
    assertThat(e.executed()).isEqualTo(Executed.YES);
    assertThat(e).hasMessageStartingWith("result: \"x\" (expected: an integer");
  }

  @Test
  void aResultWithAPartOfTheWrongTypeIsAClearError() {
    Client client = client(start(usualServer()));

    RpcException e =
        failure(
            () -> client.call("text.echo", Map.of("text", "x"), new TypeRef<List<String>>() {}));

    assertThat(e).hasMessage("result: \"x\" (expected: an array)");
  }

  @Test
  void paramsOfTheWrongKindAreAClearError() {
    Server server =
        start(usualServer().serve(Method.of("test.map", Map.class, Void.class), _ -> null));

    RpcException e = failure(() -> client(server).call("test.map", List.of(1), Void.class));

    assertThat(e.code()).isEqualTo("INVALID_PARAMS");
    assertThat(e).hasMessage("params: an array (expected: an object)");
  }

  @Test
  void refusesANameThatIsServedAlready() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> usualServer().serve(ADD, _ -> 0))
        .withMessageContaining("calc.add");
  }

  interface Figure {}

  record Drawing(Figure figure) {}

  @Test
  void refusesParamsThatCanNeverBeRead() {
    var server = usualServer().serve(Method.of("test.draw", Drawing.class, Void.class), _ -> null);

    assertThatIllegalArgumentException()
        .isThrownBy(() -> server.listen(0))
        .withMessageContaining("method test.draw")
        .withMessageContaining(Figure.class.getName());
  }

  @Test
  void aCallWhoseResultCanNeverBeReadIsNotMade() {
    Server server = start(usualServer());
    Client client = client(server);
    Method<Pair, Drawing> method = Method.of("calc.add", Pair.class, Drawing.class);

    assertThatIllegalArgumentException()
        .isThrownBy(() -> client.call(method, new Pair(1, 2)))
        .withMessageContaining("method calc.add")
        .withMessageContaining(Figure.class.getName());
    assertThat(server.stats().sinceLastSeen()).isNull();
  }

  interface Shape {} // one that is not sealed: a peer would choose which class is built

  record Framed(Shape shape) {}

  record Pending(CompletableFuture<Integer> later) {}

  @ParameterizedTest
  @ValueSource(
      classes = {
        Shape.class,
        Framed.class,
        Thread.class,
        Stream.class,
        Runnable.class,
        CompletableFuture.class,
        Pending.class
      })
  void row93_refusesAResultThatNoClientCanRead(Class<?> result) {
    var server = usualServer().serve(Method.of("test.odd", Void.class, result), _ -> null);

    assertThatIllegalArgumentException()
        .isThrownBy(() -> server.listen(0))
        .withMessageStartingWith("method test.odd: ");
  }

  @ParameterizedTest
  @ValueSource(
      classes = {
        Instant.class,
        URI.class,
        byte[].class,
        StringBuilder.class,
        Number.class,
        Locale.class
      })
  void row93_refusesParamsThatNoClientCanSend(Class<?> params) {
    var server = usualServer().serve(Method.of("test.odd", params, String.class), _ -> "");

    assertThatIllegalArgumentException()
        .isThrownBy(() -> server.listen(0))
        .withMessageStartingWith("method test.odd: ");
  }

  @ParameterizedTest
  @ValueSource(
      classes = {
        LongAdder.class,
        ThreadGroup.class,
        AtomicInteger.class,
        File.class,
        Path.class,
        InetAddress.class,
        Pattern.class,
        Class.class
      })
  void row115_refusesAClassOfTheJdkThatIsNoValue(Class<?> type) {
    Method<?, ?> asParams = Method.of("test.odd", type, String.class);
    Method<?, ?> asResult = Method.of("test.odd", Void.class, type);
    for (Method<?, ?> method : List.of(asParams, asResult)) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> usualServer().serve(method, _ -> null).listen(0))
          .withMessageStartingWith("method test.odd: ")
          .withMessageContaining(type.getName() + ": has no form in JSON (expected: ");
    }
  }

  /** As they are made by those who have no records. */
  public static class Account {
    public String getOwner() {
      return "ann";
    }

    public void setOwner(String owner) {
      assertThat(owner).isEqualTo("ann");
    }
  }

  /** What a library puts in an entity's place. */
  public static final class Entity extends Account {
    public String getPassword() {
      return "secret";
    }
  }

  @Test
  void row114_aResultIsWrittenAsItIsDeclared() {
    TypeRef<Map<String, List<Account>>> type = new TypeRef<>() {};
    Method<Void, Map<String, List<Account>>> accounts = Method.of("accounts", Void.class, type);
    Method<Void, Object> any = Method.of("any", Void.class, Object.class);
    Server server =
        start(
            usualServer()
                .serve(accounts, _ -> Map.of("a", List.of(new Entity())))
                .serve(any, _ -> new Entity()));
    Client client = client(server);

    assertThat(client.call("accounts", null, EncodedJson.class))
        .hasToString("{\"a\":[{\"owner\":\"ann\"}]}");
    assertThat(client.call("any", null, EncodedJson.class).toString()).contains("secret");
  }

  static Stream<Named<Object>> tooLong() {
    BigDecimal far = new BigDecimal("1E+400000000");
    return Stream.of(
        Named.of("an exponent", far),
        Named.of("in lists", List.of(List.of(far))),
        Named.of("in a map", Map.of("a", far)),
        Named.of(
            "digits", BigInteger.ONE.shiftLeft(40_000_000))); // to write these took half a minute
  }

  @ParameterizedTest
  @MethodSource("tooLong")
  void row116_aNumberThatNoPeerReadsIsNotSent(Object number) {
    assertTheServerIsToBlame(number, "too long (expected: a number of at most 1000 digits");
    Client client = client(start(usualServer()));

    assertThatIllegalArgumentException()
        .isThrownBy(() -> client.call("text.echo", Map.of("text", number), String.class))
        .withMessageContaining("too long (expected: a number of at most 1000 digits");
    assertThat(client.call(ADD, new Pair(2, 3))).isEqualTo(5);
  }

  record Anything(Object value) {}

  static Stream<Arguments> noData() {
    IllegalStateException thrown = new IllegalStateException("secret");
    return Stream.of(
        arguments(thrown, "java.lang.IllegalStateException: has no form in JSON"),
        arguments(
            Map.of("worker", Thread.currentThread()),
            ".worker: java.lang.Thread: has no form in JSON"),
        arguments(List.of(1, new File("/secret")), "[1]: java.io.File: has no form in JSON"),
        arguments(
            new Anything(Map.of("a", List.of(thrown))),
            "Anything.value.a[0]: java.lang.IllegalStateException: has no form in JSON"),
        arguments(Optional.of(Stream.of(1)), "ReferencePipeline$Head: has no form in JSON"));
  }

  /** A stack trace and the files of a machine are nobody else's business. */
  @ParameterizedTest
  @MethodSource("noData")
  void row138_whatIsNoDataIsNotSent(Object value, String where) {
    assertTheServerIsToBlame(value, where);
    Client client = client(start(usualServer()));

    assertThatIllegalArgumentException()
        .isThrownBy(() -> client.call("text.echo", List.of(value), String.class))
        .withMessageContaining("has no form in JSON");
    assertThat(client.call(ADD, new Pair(2, 3))).isEqualTo(5);
  }

  @Test
  void row138_anErrorArrivesWithoutDetailsThatAreNoData() {
    Method<Void, Void> odd = Method.of("test.odd", Void.class, Void.class);
    RpcException mine =
        new RpcException("MINE", "sold out", Map.of("why", new IllegalStateException("secret")));
    try (LogCapture log = new LogCapture()) {
      Server server =
          start(
              usualServer()
                  .serve(
                      odd,
                      _ -> {
                        throw mine;
                      }));
      RpcException failure = failure(() -> client(server).call(odd));

      assertThat(failure.code()).isEqualTo("MINE");
      assertThat(failure).hasMessage("sold out");
      assertThat(failure.details()).isEmpty();
      log.line(
          "method=test.odd code=MINE details_left_out=\"details.why:"
              + " java.lang.IllegalStateException: has no form in JSON");
      assertThat(log.thrown("has no form in JSON")).isFalse();
    }
  }

  record Endless(String name, Endless next) {}

  record OfNothing(Void nothing) {}

  @ParameterizedTest
  @ValueSource(classes = {Endless.class, OfNothing.class})
  void row139_refusesATypeThatHasNoFiniteValue(Class<?> type) {
    Method<?, ?> asParams = Method.of("test.odd", type, String.class);
    Method<?, ?> asResult = Method.of("test.odd", Void.class, type);
    for (Method<?, ?> method : List.of(asParams, asResult)) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> usualServer().serve(method, _ -> null).listen(0))
          .withMessageStartingWith("method test.odd: " + type.getName() + ".")
          .withMessageContaining(": no finite value (expected: ");
    }
    Client client = client(start(usualServer()));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> client.call("calc.add", List.of(2, 3), type))
        .withMessageContaining(": no finite value (expected: ");
  }

  record Line(String sku, @Nullable String note) {}

  record Basket(String owner, List<Line> lines) {}

  private void assertTheServerIsToBlame(Object result, String where) {
    assertTheServerIsToBlame(Object.class, result, where);
  }

  private <R extends @Nullable Object> void assertTheServerIsToBlame(
      Class<R> type, R result, String where) {
    Method<Void, R> odd = Method.of("test.odd", Void.class, type);
    try (LogCapture log = new LogCapture()) {
      Client client = client(start(usualServer().serve(odd, _ -> result)));

      RpcException failure = failure(() -> client.call(odd));

      assertThat(failure.code()).isEqualTo("INTERNAL");
      assertThat(failure.executed()).isEqualTo(Executed.YES);
      log.line("incident=" + failure.details().get("incident") + " method=test.odd");
      assertThat(log.thrown(where)).as("what is logged names %s", where).isTrue();
    }
  }

  @Test
  void row93_aNullForAPrimitiveIsTheServersError() {
    assertTheServerIsToBlame(int.class, null, "int: null");
    assertTheServerIsToBlame(boolean.class, null, "boolean: null");
  }

  @Test
  @SuppressWarnings("NullAway") // the mistake that is looked for
  void row93_aNullThatTheResultMustNotHaveIsTheServersError() {
    assertTheServerIsToBlame(new Line(null, "n"), "Line.sku: null");
    assertTheServerIsToBlame(new Basket("a", List.of(new Line(null, null))), "lines[0].sku: null");
    assertTheServerIsToBlame(new Basket("a", Arrays.asList((Line) null)), "lines[0]: null");
  }

  @Test
  void aNullThatTheResultMayHaveArrives() {
    Method<Void, Line> line = Method.of("test.line", Void.class, Line.class);
    Client client = client(start(usualServer().serve(line, _ -> new Line("a", null))));

    assertThat(client.call(line)).isEqualTo(new Line("a", null));
  }

  @Test
  void aMethodWithoutAResultIsServedByCodeWithoutOne() {
    List<String> seen = new ArrayList<>();
    Method<Text, Void> note = Method.of("test.note", Text.class, Void.class);
    Client client = client(start(usualServer().serveVoid(note, text -> seen.add(text.text()))));

    assertThat(client.call(note, new Text("a"))).isNull();
    assertThat(seen).containsExactly("a");
  }

  @Test
  void aNotificationIsOfAMethodToo() {
    CountDownLatch came = new CountDownLatch(1);
    Method<Text, Void> note = Method.of("test.note", Text.class, Void.class);
    Client client = client(start(usualServer().serveVoid(note, _ -> came.countDown())));

    client.notify(note, new Text("a"));

    awaitCount(came);
  }

  @Test
  void awaitsTheEndOfTheServer() throws Exception {
    Server server = start(usualServer());
    CompletableFuture<Boolean> ended = new CompletableFuture<>();
    Thread waiting =
        Thread.startVirtualThread(
            () -> {
              try {
                server.awaitTermination();
                ended.complete(true);
              } catch (InterruptedException e) {
                ended.completeExceptionally(e);
              }
            });
    assertThat(ended).isNotDone();

    server.close();

    assertThat(result(ended)).isTrue();
    waiting.join();
  }

  @Test
  void refusesANameOfTheProtocol() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> usualServer().serve(Method.of("rpc.x", Void.class, Void.class), _ -> null))
        .withMessageContaining("rpc.x");
  }

  @Test
  void describesItself() {
    Client client = client(start(usualServer()));

    JsonNode document = client.call("rpc.discover", null, JsonNode.class);

    assertThat(document.get("methods").valueStream().map(m -> m.get("name").asString()))
        .contains("calc.add", "text.echo");
  }

  @Test
  void aHandlerKnowsItsCall() throws InterruptedException {
    BlockingQueue<Request> seen = new LinkedBlockingQueue<>();
    Method<Void, Void> look = Method.of("test.look", Void.class, Void.class);
    Client client =
        client(
            start(
                usualServer()
                    .serve(
                        look,
                        _ -> {
                          seen.add(Request.current());
                          return null;
                        })));

    client.call(look, null);
    Request request = seen.poll(Gate.PATIENCE_SECONDS, TimeUnit.SECONDS);

    assertThat(request.method()).isEqualTo("test.look");
    assertThat(request.dialect()).isEqualTo(Dialect.V1);
    assertThat(request.id()).isNotNull();
    assertThat(request.peer()).isNotNull();
    assertThat(request.remaining()).isPositive();
  }

  @Test
  void outsideOfAHandlerThereIsNoCurrentCall() {
    assertThat(Request.currentOrNull()).isNull();
    assertThatIllegalStateException().isThrownBy(Request::current);
  }

  @Test
  void aThreadThatAHandlerStartsHasNoCurrentCall() {
    Method<Void, Boolean> look = Method.of("test.look", Void.class, Boolean.class);
    Client client =
        client(
            start(
                usualServer()
                    .serve(
                        look,
                        _ -> {
                          CompletableFuture<Boolean> unbound = new CompletableFuture<>();
                          Thread.startVirtualThread(
                              () -> unbound.complete(Request.currentOrNull() == null));
                          return unbound.get();
                        })));

    assertThat(client.call(look, null)).isTrue();
  }

  @Test
  void aNotificationRunsItsHandler() throws InterruptedException {
    CountDownLatch ran = new CountDownLatch(1);
    Method<Void, Void> tell = Method.of("test.tell", Void.class, Void.class);
    Client client =
        client(
            start(
                usualServer()
                    .serve(
                        tell,
                        _ -> {
                          ran.countDown();
                          return null;
                        })));

    client.notify("test.tell", null);

    assertThat(ran.await(Gate.PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void aNotificationIsNeverAnsweredWhateverHappens() {
    Method<Void, Void> fail = Method.of("test.fail", Void.class, Void.class);
    Server server =
        start(
            usualServer()
                .serve(
                    fail,
                    _ -> {
                      throw new RpcException("SOME_ERROR", "said nobody");
                    }));
    RawPeer peer = rawClient(server);

    peer.send(
        "{\"method\":\"test.fail\",\"meta\":{}}",
        "{\"method\":\"no.such\",\"meta\":{}}",
        "{\"method\":\"calc.add\",\"params\":{\"a\":\"x\"},\"meta\":{}}",
        "{\"method\":\"calc.add\",\"params\":[1,2],\"meta\":{\"timeout_ms\":0}}",
        "{\"jsonrpc\":\"2.0\",\"method\":\"test.fail\"}");
    eventually(() -> server.stats().inFlight() == 0 && server.stats().count("SOME_ERROR") == 2);
    peer.send("{\"id\":7,\"method\":\"rpc.ping\",\"meta\":{}}");

    assertThat(peer.read().get("id").asInt()).isEqualTo(7);
    peer.expectNothingMore();
  }

  @Test
  void aThousandCallsAreAnsweredOutOfOrder() {
    int count = 1_000;
    Method<Text, String> held = Method.of("test.held", Text.class, String.class);
    List<CompletableFuture<Void>> releases =
        Collections.nCopies(count, 0).stream().map(_ -> new CompletableFuture<Void>()).toList();
    CountDownLatch entered = new CountDownLatch(count);
    ConcurrentLinkedQueue<Integer> order = new ConcurrentLinkedQueue<>();
    Client client =
        client(
            start(
                usualServer()
                    .serve(
                        held,
                        p -> {
                          entered.countDown();
                          releases.get(Integer.parseInt(p.text())).get();
                          return p.text();
                        })));
    List<CompletableFuture<String>> calls = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      CompletableFuture<String> call = client.callAsync(held, new Text("" + i));
      calls.add(
          call.thenApply(
              text -> {
                order.add(Integer.valueOf(text));
                return text;
              }));
    }
    awaitCount(entered);

    List<CompletableFuture<Void>> shuffled = new ArrayList<>(releases);
    Collections.shuffle(shuffled, new Random(41));
    shuffled.forEach(release -> release.complete(null));

    for (int i = 0; i < count; i++) {
      assertThat(result(calls.get(i))).isEqualTo("" + i);
    }
    assertThat(order).hasSize(count).isNotEqualTo(order.stream().sorted().toList());
    assertThat(client.stats().inFlight()).isZero();
  }

  @Test
  void countsByCode() {
    Server server = start(usualServer());
    Client client = client(server);
    client.call(ADD, new Pair(1, 2));
    failure(() -> client.call("no.such", null, Void.class));

    assertThat(client.stats().byCode()).isEqualTo(Map.of("OK", 1L, "METHOD_NOT_FOUND", 1L));
    assertThat(client.stats().inFlight()).isZero();
    assertThat(client.stats().connections()).isEqualTo(1);
    assertThat(server.stats().byCode()).isEqualTo(Map.of("OK", 1L, "METHOD_NOT_FOUND", 1L));
  }

  @Test
  void tellsWhenThePeerWasLastSeen() {
    Server server = start(usualServer().timers(clock));
    Client client = clockedClient(server.address());
    assertThat(client.stats().sinceLastSeen()).isNull();

    client.call(ADD, new Pair(1, 2));
    clock.advance(Duration.ofSeconds(3));

    assertThat(client.stats().sinceLastSeen()).isEqualTo(Duration.ofSeconds(3));
    assertThat(server.stats().sinceLastSeen()).isEqualTo(Duration.ofSeconds(3));
  }

  @Test
  void countsCallsInFlight() {
    Server server = start(usualServer());
    Client client = client(server);
    CompletableFuture<String> call = client.callAsync(WAIT, null);
    gate.awaitEntered(1);

    assertThat(client.stats().inFlight()).isEqualTo(1);
    assertThat(server.stats().inFlight()).isEqualTo(1);
    gate.open();

    assertThat(result(call)).isEqualTo("waited");
    eventually(() -> server.stats().inFlight() == 0 && client.stats().inFlight() == 0);
  }

  /** The call has the metadata that the filter wants; what comes before it has not. */
  @Test
  void aFilterThatRefusesTheHelloIsToldFromOneThatRefusesTheCall() {
    Filter tenants =
        Filter.nonBlocking(
            (request, next) -> {
              if (request.metadata().get("tenant") == null) {
                throw RpcException.refusal(ErrorCode.FORBIDDEN, "whose shop?");
              }
              return next.handle(request);
            });
    Method<Text, String> pay = Method.of("test.pay", Text.class, String.class).effect(Effect.ONCE);
    Client client = client(start(usualServer().filter(tenants).serve(pay, Text::text)));
    CallOptions acme = CallOptions.DEFAULT.withMetadata("tenant", "acme");

    RpcException refused = failure(() -> client.call(pay, new Text("a"), acme));

    assertThat(refused.code()).isEqualTo("FORBIDDEN");
    assertThat(refused.executed()).isEqualTo(Executed.NO);
    assertThat(refused).hasMessage("rpc.hello, which comes before this call: whose shop?");
  }
}
