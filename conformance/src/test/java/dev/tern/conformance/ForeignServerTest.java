package dev.tern.conformance;

import static dev.tern.conformance.Replies.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.tern.core.RpcException;
import dev.tern.core.TypeRef;
import dev.tern.core.client.Client;
import dev.tern.core.retry.RetryPolicy;
import dev.tern.core.transport.Transport;
import dev.tern.protocol.Dialect;
import dev.tern.protocol.Executed;
import dev.tern.testkit.ScriptedPeer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;

/** Our client against servers that know nothing of us: a beginner's, and one of JSON-RPC 2.0. */
@OverSockets
@Timeout(60)
class ForeignServerTest {
  private static final TypeRef<Map<String, Object>> OBJECT = new TypeRef<>() {};

  private final Transport transport;

  ForeignServerTest(TestTransport kind) {
    transport = kind.create();
  }

  @AfterEach
  void close() {
    transport.close();
  }

  @Test
  void aBeginnersServerAnswersBareCalls() throws Exception {
    Process python = Python.start("bare_server.py");
    try (Client client = bare(python)) {
      assertThat(client.<Long>call("add", Map.of("a", 1, "b", 2), Long.class)).isEqualTo(3);
      assertThat(client.<Long>call("add", List.of(3, 4), Long.class)).isEqualTo(7);
      assertThat(client.<String>call("echo", Map.of("value", "zażółć 🦜"), String.class))
          .isEqualTo("zażółć 🦜");
      assertThat(client.call("inc", Map.of("key", "k", "delta", 2), OBJECT))
          .isEqualTo(Map.of("key", "k", "value", 2L));
    } finally {
      python.destroyForcibly();
    }
  }

  @Test
  void manyBareCallsAtOnceEachHaveAConnectionOfTheirOwn() throws Exception {
    Process python = Python.start("bare_server.py");
    try (Client client = bare(python);
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<CompletableFuture<Long>> calls =
          IntStream.range(0, 20)
              .mapToObj(
                  i ->
                      CompletableFuture.supplyAsync(
                          () -> client.<Long>call("add", List.of(i, 1), Long.class), threads))
              .toList();
      for (int i = 0; i < calls.size(); i++) {
        assertThat(calls.get(i).join()).isEqualTo(i + 1);
      }
    } finally {
      python.destroyForcibly();
    }
  }

  @Test
  void itsErrorsAreReadAsFarAsTheySaySomething() throws Exception {
    Process python = Python.start("bare_server.py");
    try (Client client = bare(python)) {
      RpcException division = failure(client, "divide", Map.of("a", 1, "b", 0));
      assertThat(division).hasMessageContaining("division by zero");
      assertThat(division.number()).isEqualTo(-32000);
      assertThat(division.executed()).isEqualTo(Executed.MAYBE);
      RpcException unknown = failure(client, "no.such", Map.of());
      assertThat(unknown.code()).isEqualTo("METHOD_NOT_FOUND");
      assertThat(unknown.executed()).isEqualTo(Executed.NO);
    } finally {
      python.destroyForcibly();
    }
  }

  @Test
  void aBareRequestIsAFreshUuidOnAFreshConnectionAndNothingElse() {
    try (ScriptedPeer.Server listener = ScriptedPeer.listen();
        Client client =
            Client.builder(transport)
                .retry(RetryPolicy.NONE)
                .failFast()
                .dialect(Dialect.BARE)
                .connect(listener.address())) {
      String first = bareCall(client, listener);
      String second = bareCall(client, listener);
      assertThat(first).isNotEqualTo(second);
    }
  }

  private static String bareCall(Client client, ScriptedPeer.Server listener) {
    CompletableFuture<Long> call = async(client, "add", Map.of("a", 1));
    try (ScriptedPeer server = listener.accept()) {
      JsonNode request = server.readJson();
      assertThat(request.propertyNames()).containsExactlyInAnyOrder("id", "method", "params");
      String id = request.get("id").asString();
      assertThat(UUID.fromString(id)).hasToString(id);
      server.sendFrame(json("{'id':'" + id + "','result':3}"));
      assertThat(call.join()).isEqualTo(3);
      server.expectClose();
      return id;
    }
  }

  @Test
  void aJsonRpcServerSeesNothingButJsonRpc() {
    try (ScriptedPeer.Server listener = ScriptedPeer.listen();
        Client client =
            Client.builder(transport)
                .retry(RetryPolicy.NONE)
                .failFast()
                .dialect(Dialect.JSONRPC)
                .connect(listener.address())) {
      CompletableFuture<Long> call = async(client, "subtract", List.of(42, 23));
      try (ScriptedPeer server = listener.accept()) {
        JsonNode request = server.readJson();
        assertThat(request.propertyNames())
            .containsExactlyInAnyOrder("jsonrpc", "id", "method", "params");
        assertThat(request.get("jsonrpc").asString()).isEqualTo("2.0");
        String id = request.get("id").toString();
        server.sendFrame(json("{'jsonrpc':'2.0','result':19,'id':" + id + "}"));
        assertThat(call.join()).isEqualTo(19);
      }
    }
  }

  @Test
  void errorsOfAJsonRpcServerAreReadAsFarAsTheySaySomething() {
    try (ScriptedPeer.Server listener = ScriptedPeer.listen();
        Client client =
            Client.builder(transport)
                .retry(RetryPolicy.NONE)
                .failFast()
                .dialect(Dialect.JSONRPC)
                .connect(listener.address())) {
      CompletableFuture<Long> first = async(client, "subtract", List.of(1));
      try (ScriptedPeer server = listener.accept()) {
        RpcException invalid = answer(server, first, "-32602,'message':'Invalid params'");
        assertThat(invalid.code()).isEqualTo("INVALID_PARAMS");
        assertThat(invalid.executed()).isEqualTo(Executed.NO);
        RpcException own =
            answer(server, async(client, "x", List.of()), "7,'message':'seven','data':[1]");
        assertThat(own.number()).isEqualTo(7);
        assertThat(own).hasMessageContaining("seven");
        assertThat(own.executed()).isEqualTo(Executed.MAYBE);
        RpcException internal =
            answer(server, async(client, "x", List.of()), "-32603,'message':'Internal error'");
        assertThat(internal.executed()).isEqualTo(Executed.MAYBE);
      }
    }
  }

  private static RpcException answer(
      ScriptedPeer server, CompletableFuture<Long> call, String codeAndMessage) {
    String id = server.readJson().get("id").toString();
    server.sendFrame(
        json("{'jsonrpc':'2.0','error':{'code':" + codeAndMessage + "},'id':" + id + "}"));
    CompletionException thrown = catchThrowableOfType(CompletionException.class, call::join);
    assertThat(thrown).as("a failure").isNotNull();
    return (RpcException) thrown.getCause();
  }

  private Client bare(Process python) throws Exception {
    int port = Integer.parseInt(Python.firstLine(python));
    return Client.builder(transport)
        .retry(RetryPolicy.NONE)
        .failFast()
        .dialect(Dialect.BARE)
        .connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
  }

  private static CompletableFuture<Long> async(Client client, String method, Object params) {
    CompletableFuture<Long> future = new CompletableFuture<>();
    Thread.startVirtualThread(
        () -> {
          try {
            future.complete(client.<Long>call(method, params, Long.class));
          } catch (RpcException e) {
            future.completeExceptionally(e);
          }
        });
    return future;
  }

  private static RpcException failure(Client client, String method, Object params) {
    RpcException thrown =
        catchThrowableOfType(
            RpcException.class, () -> client.<Long>call(method, params, Long.class));
    assertThat(thrown).as("a failure of " + method).isNotNull();
    return thrown;
  }
}
