package dev.tern.conformance;

import dev.tern.conformance.ReleaseMethods.Blob;
import dev.tern.conformance.ReleaseMethods.Item;
import dev.tern.conformance.ReleaseMethods.Order;
import dev.tern.conformance.ReleaseMethods.Pair;
import dev.tern.conformance.ReleaseMethods.Payment;
import dev.tern.conformance.ReleaseMethods.Text;
import dev.tern.core.OperationToken;
import dev.tern.core.RpcException;
import dev.tern.core.TypeRef;
import dev.tern.core.client.CallOptions;
import dev.tern.core.client.Client;
import dev.tern.core.client.ClientBuilder;
import dev.tern.core.client.OperationOutcome;
import dev.tern.core.client.Reply;
import dev.tern.core.retry.RetryPolicy;
import dev.tern.core.transport.Transport;
import dev.tern.protocol.Bytes;
import dev.tern.protocol.Dialect;
import dev.tern.protocol.Executed;
import dev.tern.transport.netty.NettyTransport;
import dev.tern.transport.threads.ThreadsTransport;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * The other end of {@link ReleasesTest}: makes calls of each kind over each transport, in each
 * dialect and encoding, and prints a line for each: "passed CASE" or "FAILED CASE: WHY".
 */
final class ReleaseClient {
  @FunctionalInterface
  private interface Case {
    void run() throws Exception;
  }

  private record Way(Dialect dialect, String encoding) {}

  private static final List<Way> WAYS =
      List.of(
          new Way(Dialect.V1, "json"),
          new Way(Dialect.V1, "msgpack"),
          new Way(Dialect.V1, "protobuf"),
          new Way(Dialect.JSONRPC, "json"),
          new Way(Dialect.BARE, "json"));

  private static final TypeRef<Map<String, Object>> OBJECT = new TypeRef<Map<String, Object>>() {};

  private static final Order ORDER =
      new Order(
          UUID.fromString("0f8fad5b-d9cb-469f-a165-70867728950e"),
          Instant.parse("2026-02-03T04:05:06.000000007Z"),
          List.of(
              new Item("é-1", 2, new BigDecimal("12.50"), true),
              new Item("B\u0000\uD83D\uDE00", -7, new BigDecimal("1E+2"), false)),
          Map.of("net", Long.MAX_VALUE, "gross", Long.MIN_VALUE),
          Bytes.of(new byte[] {0, -1, 2, 127, -128}),
          Optional.empty(),
          0.1,
          1.5f,
          BigInteger.TWO.pow(70));

  private static final Duration SHORT = Duration.ofSeconds(1);

  private final Client client;
  private final Client retrying;
  private final Dialect dialect;
  private final String encoding;
  private final String group;

  private ReleaseClient(Transport transport, int port, Way way, String ends) {
    dialect = way.dialect();
    encoding = way.encoding();
    group = ends + ", " + dialect.label() + ", " + encoding;
    client = builder(transport).retry(RetryPolicy.NONE).connect("127.0.0.1", port);
    retrying = builder(transport).connect("127.0.0.1", port);
  }

  private ClientBuilder builder(Transport transport) {
    ClientBuilder settings =
        Client.builder(transport).dialect(dialect).timeout(Duration.ofSeconds(20));
    return dialect == Dialect.V1 ? compressing(settings.encoding(encoding)) : settings;
  }

  /** What later releases have is switched on where it is there: nobody older may notice. */
  private static ClientBuilder compressing(ClientBuilder settings) {
    try {
      ClientBuilder.class
          .getMethod("compressions", String[].class)
          .invoke(settings, (Object) new String[] {"gzip", "zstd", "lz4"});
    } catch (NoSuchMethodException e) {
      return settings; // it has none
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
    return settings;
  }

  /** Takes the ports of the server: over threads, then over Netty. */
  public static void main(String[] args) {
    Map<String, Integer> ports =
        Map.of("threads", Integer.parseInt(args[0]), "netty", Integer.parseInt(args[1]));
    try (Transport threads = new ThreadsTransport();
        Transport netty = NettyTransport.builder().eventLoops(1).build();
        ExecutorService runs = Executors.newVirtualThreadPerTaskExecutor()) {
      ports.forEach(
          (server, port) -> {
            for (Way way : WAYS) {
              runs.execute(new ReleaseClient(threads, port, way, "threads to " + server)::run);
              runs.execute(new ReleaseClient(netty, port, way, "netty to " + server)::run);
            }
          });
    }
  }

  private void run() {
    try (client;
        retrying) {
      runCalls();
      runErrors();
      runControl();
      if (dialect != Dialect.BARE) { // which has no notifications
        run("notification", this::notification);
      }
      if (dialect != Dialect.JSONRPC) { // in which a client tells nobody
        run("cancel", this::cancel);
        run("once", this::once);
      }
      if (dialect == Dialect.V1) {
        runV1();
      }
    }
  }

  private void runCalls() {
    run("success", () -> same(client.call(ReleaseMethods.ADD, new Pair(1, 2)), 3));
    run("a record", () -> same(client.call(ReleaseMethods.BACK, ORDER), ORDER));
    run("no params", () -> same(client.call(ReleaseMethods.NO_PARAMS), "none"));
    run("void", this::noResult);
    run("by name", () -> same(client.call("add", Map.of("a", 2, "b", 3), Integer.class), 5));
    run("by position", () -> same(client.call("add", List.of(3, 4), Integer.class), 7));
    run("its encoding", () -> same(client.call(ReleaseMethods.ENCODING), encoding));
    run("a long text", this::longText);
    run("many bytes", this::manyBytes);
    run("many at once", this::manyAtOnce);
    run("a retry", this::retry);
  }

  private void runErrors() {
    run("application error", this::applicationError);
    run(
        "a fault",
        () -> {
          RpcException e = failure(() -> client.call(ReleaseMethods.BREAK, new Text("x")));
          same(e.code(), dialect == Dialect.BARE ? "ERROR" : "INTERNAL");
          same(e.executed(), Executed.MAYBE);
        });
    run(
        "no such method",
        () -> refused("METHOD_NOT_FOUND", () -> client.call("none", Map.of(), Integer.class)));
    run(
        "wrong params",
        () ->
            refused(
                "INVALID_PARAMS",
                () -> client.call("add", Map.of("a", "x", "b", 1), Integer.class)));
    run("deadline", this::deadline);
  }

  private void runControl() {
    run("rpc.health", () -> same(control("rpc.health").get("status"), "serving"));
    run("rpc.discover", () -> same(control("rpc.discover").get("openrpc") instanceof String, true));
    run(
        "rpc.hello",
        () -> {
          Map<String, Object> hello = control("rpc.hello");
          same(hello.get("versions") instanceof List<?> l && l.size() == 1, true);
          same(hello.get("encodings") instanceof List<?> l && l.size() == 3, true);
        });
    run(
        "rpc.ping",
        () -> same(String.valueOf(client.call("rpc.ping", Map.of(), Object.class)), "null"));
  }

  private void runV1() {
    run("metadata", this::metadata);
    run("another operation's key", this::conflict);
    run("rpc.outcome", this::outcome);
    run("a fence", this::fence);
    run("an operation's token", this::token);
  }

  private Map<String, Object> control(String method) {
    return client.call(method, Map.of(), OBJECT);
  }

  private void noResult() {
    String name = unique();
    client.call(ReleaseMethods.OPEN, new Text(name));
    same(client.call(ReleaseMethods.IS_OPEN, new Text(name)), true);
  }

  private void longText() {
    String text = "ä\"\\ 0123456789 ".repeat(200_000);
    same(client.call(ReleaseMethods.ECHO, new Text(text)).equals(text), true);
  }

  private void manyBytes() {
    byte[] bytes = new byte[1 << 20];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (i * 31 + (i >> 8));
    }
    Bytes sent = Bytes.of(bytes);
    same(client.call(ReleaseMethods.BYTES, new Blob(sent)).equals(sent), true);
  }

  private void manyAtOnce() {
    List<CompletableFuture<Integer>> calls = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      calls.add(client.callAsync(ReleaseMethods.ADD, new Pair(i, 1)));
    }
    for (int i = 0; i < 100; i++) {
      same(calls.get(i).join(), i + 1);
    }
  }

  private void retry() {
    String name = unique();
    Reply<String> reply = retrying.exchange(ReleaseMethods.BUSY, new Text(name));
    same(reply.value(), name);
    same(reply.attempts().size(), 2);
  }

  private void applicationError() {
    RpcException e = failure(() -> client.call(ReleaseMethods.FAIL, new Text("é")));
    if (dialect == Dialect.BARE) {
      same(e.number(), -32000);
      same(e.executed(), Executed.MAYBE);
      return;
    }
    same(e.code(), "TOO_POOR");
    same(e.getMessage(), "é");
    same(e.executed(), Executed.YES);
    same(e.details().keySet(), Set.of("missing", "list", "nested"));
    same(String.valueOf(e.details().get("missing")), "5");
    same(String.valueOf(e.details().get("list")), "[1, b]");
  }

  private void deadline() {
    String name = unique();
    RpcException e =
        failure(() -> client.call(ReleaseMethods.HANG, new Text(name), CallOptions.timeout(SHORT)));
    same(e.code(), "TIMEOUT");
    if (dialect == Dialect.V1) { // the server knows the deadline, too
      same(client.call(ReleaseMethods.IS_OPEN, new Text("cancelled " + name)), true);
    }
  }

  private void notification() {
    String name = unique();
    client.notify(ReleaseMethods.OPEN, new Text(name));
    same(client.call(ReleaseMethods.IS_OPEN, new Text(name)), true);
  }

  private void cancel() {
    String name = unique();
    CompletableFuture<String> call = client.callAsync(ReleaseMethods.HANG, new Text(name));
    same(client.call(ReleaseMethods.IS_OPEN, new Text("began " + name)), true);
    call.cancel(true);
    same(client.call(ReleaseMethods.IS_OPEN, new Text("cancelled " + name)), true);
  }

  private void once() {
    String key = unique();
    CallOptions keyed = CallOptions.DEFAULT.withKey(key);
    Payment payment = new Payment(key, 7);
    Reply<Integer> first = client.exchange(ReleaseMethods.PAY, payment, keyed);
    Reply<Integer> second = client.exchange(ReleaseMethods.PAY, payment, keyed);
    same(first.value(), 1);
    same(second.value(), 1);
    same(first.isReplayed(), false);
    same(second.isReplayed(), dialect == Dialect.V1);
  }

  private void metadata() {
    Reply<String> reply =
        client.exchange(
            ReleaseMethods.TENANT, null, CallOptions.DEFAULT.withMetadata("tenant", "\"ü\" \\"));
    same(reply.value(), "\"ü\" \\");
    same(String.valueOf(reply.metadata().get("served-by")), "ü");
  }

  private void conflict() {
    String key = unique();
    CallOptions keyed = CallOptions.DEFAULT.withKey(key);
    client.call(ReleaseMethods.PAY, new Payment(key, 7), keyed);
    refused("CONFLICT", () -> client.call(ReleaseMethods.PAY, new Payment(key, 8), keyed));
  }

  private void outcome() {
    String key = unique();
    client.call(ReleaseMethods.PAY, new Payment(key, 7), CallOptions.DEFAULT.withKey(key));
    OperationOutcome outcome = client.outcome("pay", key, CallOptions.DEFAULT);
    same(outcome.state(), OperationOutcome.State.DONE);
    same(outcome.result(ReleaseMethods.PAY), 1);
  }

  private void fence() {
    OperationToken operation = client.operation(ReleaseMethods.PAY);
    same(client.fence(operation, CallOptions.DEFAULT).state(), OperationOutcome.State.FENCED);
    refused(
        "CONFLICT",
        () ->
            client.call(
                ReleaseMethods.PAY,
                new Payment(operation.key(), 7),
                CallOptions.DEFAULT.withOperation(operation)));
  }

  private void token() {
    OperationToken operation = client.operation(ReleaseMethods.PAY);
    OperationToken read = OperationToken.parse(operation.toString());
    Payment payment = new Payment(operation.key(), 7);
    CallOptions options = CallOptions.DEFAULT.withOperation(read);
    same(client.call(ReleaseMethods.PAY, payment, options), 1);
    same(client.exchange(ReleaseMethods.PAY, payment, options).isReplayed(), true);
  }

  private static String unique() {
    return UUID.randomUUID().toString();
  }

  private static void refused(String code, Runnable call) {
    RpcException e = failure(call);
    same(e.code(), code);
    same(e.executed(), Executed.NO);
  }

  private static RpcException failure(Runnable call) {
    try {
      call.run();
    } catch (RpcException e) {
      return e;
    }
    throw new AssertionError("a result (expected: an RpcException)");
  }

  private static void same(Object found, Object expected) {
    if (!found.equals(expected)) {
      throw new AssertionError(found + " (expected: " + expected + ")");
    }
  }

  @SuppressWarnings({"SystemOut", "CatchingUnchecked"}) // for the parent, which reads it there
  private void run(String name, Case body) {
    String line = group + ": " + name;
    try {
      body.run();
      System.out.println("passed " + line);
    } catch (Exception | AssertionError e) {
      System.out.println("FAILED " + line + ": " + e);
    }
  }
}
