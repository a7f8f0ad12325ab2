package dev.tern.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tern.core.EncodedJson;
import dev.tern.core.Filter;
import dev.tern.core.Method;
import dev.tern.core.Response;
import dev.tern.core.RpcException;
import dev.tern.core.TypeRef;
import dev.tern.core.client.CallOptions;
import dev.tern.core.client.Client;
import dev.tern.core.server.Server;
import dev.tern.protocol.Dialect;
import dev.tern.protocol.Executed;
import dev.tern.protocol.Limits;
import dev.tern.protocol.Limits.Bound;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever one caller writes, the other calls of its connection go on. */
final class RawJsonTest extends EveryTransport {
  record Stored(EncodedJson value) {}

  private static final Method<Stored, Void> PUT = Method.of("store.put", Stored.class, Void.class);
  private static final Method<Void, List<Stored>> LIST =
      Method.of("store.list", Void.class, new TypeRef<List<Stored>>() {});
  private static final Method<Void, EncodedJson> DEEP =
      Method.of("test.deep", Void.class, EncodedJson.class);
  private static final Method<Void, String> RUN = Method.of("test.run", Void.class, String.class);

  private static EncodedJson nested(int depth) {
    return new EncodedJson(("[".repeat(depth) + "]".repeat(depth)).getBytes(UTF_8));
  }

  /** Makes a call while another one waits, which must not notice. */
  private void besideAnother(Client client, Runnable call) {
    CompletableFuture<String> other = client.callAsync(WAIT, null);
    gate.awaitEntered(1);
    call.run();
    gate.open();
    assertThat(result(other)).isEqualTo("waited");
  }

  /** Both ends have limits of their own: what one writes the other reads. */
  private void besideAnotherWithin(Limits limits, Consumer<Client> call) {
    Server server =
        start(
            usualServer()
                .limits(limits)
                .serve(DEEP, _ -> nested(limits.get(Bound.DEPTH)))
                .serve(
                    RUN,
                    _ -> {
                      throw new RpcException(
                          "MINE", "deep", Map.of("a", nested(limits.get(Bound.DEPTH))));
                    }));
    Client client = client(server.address(), builder -> builder.limits(limits));
    besideAnother(client, () -> call.accept(client));
  }

  private static final Limits LOW = Limits.DEFAULT.with(Bound.DEPTH, 16);

  @Test
  void row85_limitsThatAreSetHoldForResults() {
    besideAnotherWithin(
        LOW,
        client -> {
          RpcException failure = failure(() -> client.call(DEEP));
          assertThat(failure.code()).isEqualTo("INTERNAL");
          assertThat(failure.executed()).isEqualTo(Executed.YES);
        });
  }

  @Test
  void row85_limitsThatAreSetHoldForDetails() {
    besideAnotherWithin(
        LOW, client -> assertThat(failure(() -> client.call(RUN)).code()).isEqualTo("MINE"));
  }

  @Test
  void row85_limitsThatAreSetHoldForParams() {
    besideAnotherWithin(
        LOW,
        client ->
            assertThatThrownBy(() -> client.call("store.put", Map.of("a", nested(16)), Void.class))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("nesting deeper than 16"));
  }

  @Test
  void row85_limitsThatAreSetHoldForNames() {
    record Long(String aNameOfOverTenBytes) {}
    besideAnotherWithin(
        Limits.DEFAULT.with(Bound.NAME_BYTES, 10),
        client ->
            assertThatThrownBy(() -> client.call("store.put", new Long("x"), Void.class))
                .isInstanceOf(IllegalArgumentException.class));
  }

  @Test
  void row85_aStoredValueThatIsTooDeepToBeListedFailsThatOneReply() {
    List<Stored> store = new CopyOnWriteArrayList<>();
    Server server =
        start(usualServer().serveVoid(PUT, store::add).serve(LIST, _ -> List.copyOf(store)));
    Client client = client(server);
    client.call(PUT, new Stored(nested(62)));

    besideAnother(
        client,
        () -> {
          RpcException failure = failure(() -> client.call(LIST));
          assertThat(failure.code()).isEqualTo("INTERNAL");
          assertThat(failure.executed()).isEqualTo(Executed.YES);
          assertThat(failure.details()).containsKey("incident");
        });
  }

  private static final Method<List<Object>, Object> ECHO =
      Method.of("test.echo", new TypeRef<List<Object>>() {}, Object.class);

  private static List<Object> lists(int depth) {
    List<Object> value = List.of();
    for (int i = 1; i < depth; i++) {
      value = List.of(value);
    }
    return value;
  }

  /** Nothing of the two levels of a batch, which is not there: both kinds end at the same depth. */
  @Test
  void theDeepestJavaValueThatAPeerReadsGoesThereAndBack() {
    Client client = client(start(usualServer().serve(ECHO, value -> value)));

    assertThat(client.call(ECHO, lists(63))).isEqualTo(lists(63));
  }

  @ParameterizedTest
  @ValueSource(ints = {64, 65, 1_000})
  void row85_aJavaValueOneDeeperFailsThatOneReply(int depth) {
    Method<Void, Object> deep = Method.of("test.lists", Void.class, Object.class);
    Client client = client(start(usualServer().serve(deep, _ -> lists(depth))));

    besideAnother(
        client,
        () -> assertThat(failure(() -> client.call(deep)).executed()).isEqualTo(Executed.YES));
  }

  @ParameterizedTest
  @ValueSource(ints = {64, 65, 1_000})
  void row86_aJavaValueThatIsTooDeepIsNotSent(int depth) {
    Client client = client(start(usualServer().serve(ECHO, value -> value)));

    besideAnother(
        client,
        () ->
            assertThatIllegalArgumentException()
                .isThrownBy(() -> client.call(ECHO, lists(depth)))
                .withMessageContaining("nesting deeper than 64"));
  }

  @Test
  void limitsThatAreRaisedHoldForJavaValuesToo() {
    record Mixed(EncodedJson raw, Object value, Map<String, Integer> names) {}
    Method<Mixed, Mixed> echo = Method.of("test.mixed", Mixed.class, Mixed.class);
    Limits limits = Limits.DEFAULT.with(Bound.DEPTH, 200).with(Bound.NAME_BYTES, 1_000);
    Client client =
        client(
            start(usualServer().limits(limits).serve(echo, mixed -> mixed)).address(),
            builder -> builder.limits(limits));

    Mixed most = new Mixed(nested(198), lists(198), Map.of("n".repeat(1_000), 1));
    assertThat(client.call(echo, most)).isEqualTo(most);
    assertThat(client.call("test.mixed", List.of(most.raw(), most.value(), Map.of()), Mixed.class))
        .isEqualTo(new Mixed(most.raw(), most.value(), Map.of()));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> client.call(echo, new Mixed(nested(199), lists(1), Map.of())))
        .withMessageContaining("nesting deeper than 200");
  }

  @Test
  void theDeepestResultThatAPeerReadsArrives() {
    Client client = client(start(usualServer().serve(DEEP, _ -> nested(63))));

    assertThat(client.call(DEEP)).isEqualTo(nested(63));
  }

  @Test
  void row85_aResultOneDeeperFailsThatOneReply() {
    Client client = client(start(usualServer().serve(DEEP, _ -> nested(64))));

    besideAnother(
        client,
        () -> assertThat(failure(() -> client.call(DEEP)).executed()).isEqualTo(Executed.YES));
  }

  @Test
  void row86_paramsThatAreTooDeepAreNotSent() {
    Server server = start(usualServer().serveVoid(PUT, _ -> {}));
    Client client = client(server);

    besideAnother(
        client,
        () ->
            assertThatIllegalArgumentException()
                .isThrownBy(() -> client.call(PUT, new Stored(nested(63))))
                .withMessageContaining("nesting deeper than 64"));
    assertThat(server.stats().count("PARSE_ERROR")).isZero();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{a:1}",
        "",
        " ",
        "{\"a\":1,\"a\":2}",
        "{\"value\":1},\"x\":{}",
        "[1",
        "[1]]",
        "1",
        "null",
        "\"text\"",
        "[\"\\ud800\"]",
        "[NaN]"
      })
  void row86_encodedParamsThatAreNoneAreNotSent(String params) {
    Client client = client(start(usualServer()));

    besideAnother(
        client,
        () ->
            assertThatIllegalArgumentException()
                .isThrownBy(
                    () ->
                        client.callEncoded("calc.add", params.getBytes(UTF_8), CallOptions.DEFAULT))
                .withMessageStartingWith("params: "));
  }

  @Test
  void row86_encodedParamsThatAreTooDeepAreNotSent() {
    Client client = client(start(usualServer()));

    besideAnother(
        client,
        () ->
            assertThatIllegalArgumentException()
                .isThrownBy(
                    () -> client.callEncoded("calc.add", nested(64).bytes(), CallOptions.DEFAULT)));
  }

  @ParameterizedTest
  @EnumSource(Dialect.class)
  void row87_anErrorWhoseDetailsAreTooDeepArrivesWithoutThem(Dialect dialect) {
    RpcException deep = new RpcException("TOO_DEEP", "see", Map.of("raw", nested(61)));
    Server server = start(usualServer().serve(RUN, _ -> fail(deep)));
    Client client = client(server.address(), b -> b.dialect(dialect));

    RpcException failure = failure(() -> client.call(RUN));

    assertThat(failure.getMessage()).isEqualTo("see");
    assertThat(failure.executed())
        .isEqualTo(dialect == Dialect.BARE ? Executed.MAYBE : Executed.YES);
    assertThat(failure.details()).isEmpty();
  }

  @Test
  void theDeepestDetailsThatAPeerReadsArrive() {
    RpcException deep = new RpcException("DEEP", "see", Map.of("raw", nested(60)));
    Server server = start(usualServer().serve(RUN, _ -> fail(deep)));

    for (Dialect dialect : List.of(Dialect.V1, Dialect.JSONRPC)) {
      Client client = client(server.address(), b -> b.dialect(dialect));
      assertThat(failure(() -> client.call(RUN)).details()).containsKey("raw");
    }
  }

  private static String fail(RpcException e) {
    throw e;
  }

  @ParameterizedTest
  @ValueSource(strings = {"{a", "", "1,\"x\":2", "{\"a\":1,\"a\":2}"})
  void row88_aFilterThatAnswersWithNoJsonFailsThatOneReply(String answer) {
    Filter garbage =
        (request, next) ->
            request.method().equals("test.run")
                ? new Response.Value(answer.getBytes(UTF_8))
                : next.handle(request);
    Client client = client(start(usualServer().filter(garbage).serve(RUN, _ -> "never")));

    besideAnother(
        client,
        () -> {
          RpcException failure = failure(() -> client.call(RUN));
          assertThat(failure.code()).isEqualTo("INTERNAL");
          assertThat(failure.executed()).as("no handler ran").isEqualTo(Executed.NO);
        });
  }

  @Test
  void row88_aFilterThatReplacesAResultByNoJsonIsAMaybe() {
    Filter garbage =
        (request, next) -> {
          next.handle(request);
          return new Response.Value("{".getBytes(UTF_8));
        };
    Client client = client(start(usualServer().filter(garbage).serve(RUN, _ -> "ran")));

    assertThat(failure(() -> client.call(RUN)).executed()).isEqualTo(Executed.MAYBE);
  }
}
