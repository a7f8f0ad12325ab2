package dev.tern.bench.soak;

import dev.tern.core.Effect;
import dev.tern.core.Method;
import dev.tern.core.RpcException;
import dev.tern.core.client.CallOptions;
import dev.tern.core.client.Client;
import dev.tern.core.client.ClientBuilder;
import dev.tern.core.outcome.OutcomeStore;
import dev.tern.core.runtime.Environment;
import dev.tern.core.server.ServerBuilder;
import dev.tern.protocol.Dialect;
import dev.tern.protocol.ErrorCode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;

/** Comes with a connection of its own, makes calls of all kinds, goes, and comes again. */
final class Visitor implements Runnable {
  record Text(String text) {}

  record Millis(int millis) {}

  static final Method<Text, String> ECHO = Method.of("echo", Text.class, String.class);
  static final Method<Millis, Integer> SLEEP =
      Method.of("sleep", Millis.class, Integer.class).effect(Effect.READ);
  static final Method<Text, String> ONCE =
      Method.of("once", Text.class, String.class).effect(Effect.ONCE);
  static final Method<Text, String> FAIL = Method.of("fail", Text.class, String.class);

  /** Errors that a visitor's calls may come to, as it closes clients and gives up calls. */
  private static final Set<String> EXPECTED =
      Set.of(
          ErrorCode.TIMEOUT.name(),
          ErrorCode.CANCELLED.name(),
          ErrorCode.UNAVAILABLE.name(),
          ErrorCode.SERVER_BUSY.name(),
          ErrorCode.METHOD_NOT_FOUND.name(),
          "AS_ASKED",
          "ERROR"); // as a bare client reads it

  private static final List<Dialect> DIALECTS =
      List.of(Dialect.V1, Dialect.V1, Dialect.V1, Dialect.V1, Dialect.JSONRPC, Dialect.BARE);

  /** In v1; the other dialects are spoken in JSON here. */
  private static final List<String> ENCODINGS = List.of("json", "msgpack", "protobuf");

  private static final int MOST_CALLS = 30;
  private static final int MOST_TEXT = 64 << 10;
  private static final int KINDS = 8;

  private final Soak soak;
  private final List<Door> doors;
  private final Environment environment;
  private final SplittableRandom random;
  private final BooleanSupplier goesOn;

  /**
   * @param goesOn false when it shall go and not come again
   */
  Visitor(Soak soak, List<Door> doors, Environment environment, long seed, BooleanSupplier goesOn) {
    this.soak = soak;
    this.doors = doors;
    this.environment = environment;
    this.random = new SplittableRandom(seed);
    this.goesOn = goesOn;
  }

  /** A server of what visitors call. */
  static ServerBuilder serve(ServerBuilder builder, Environment environment, OutcomeStore store) {
    return builder
        .environment(environment)
        .outcomes(store)
        .serve(ECHO, Text::text)
        .serve(ONCE, Text::text)
        .serve(
            SLEEP,
            time -> {
              Thread.sleep(time.millis());
              return time.millis();
            })
        .serve(
            FAIL,
            _ -> {
              throw new RpcException("AS_ASKED", "as it was asked to");
            });
  }

  @Override
  public void run() {
    while (goesOn.getAsBoolean()) {
      try {
        if (random.nextInt(20) == 0) {
          rudely();
        } else {
          visit();
        }
      } catch (RuntimeException e) {
        soak.unexpected(e);
      }
    }
  }

  private void visit() {
    Dialect dialect = any(DIALECTS);
    Door door = any(doors);
    ClientBuilder builder =
        Client.builder(door.transport()).dialect(dialect).environment(environment);
    if (dialect == Dialect.V1) {
      builder.encoding(any(ENCODINGS));
    }
    Client client = builder.connect("127.0.0.1", door.port());
    try {
      for (int left = 1 + random.nextInt(MOST_CALLS); left > 0 && goesOn.getAsBoolean(); left--) {
        call(client, dialect, door);
      }
    } finally {
      client.close(random.nextInt(10) == 0 ? Duration.ZERO : Duration.ofSeconds(5));
    }
  }

  private <T> T any(List<T> all) {
    return all.get(random.nextInt(all.size()));
  }

  private void call(Client client, Dialect dialect, Door door) {
    Text text = new Text("x".repeat(random.nextInt(random.nextInt(MOST_TEXT) + 1)));
    boolean isStranger = door.isGuarded() && random.nextInt(10) == 0;
    // Only v1 has a place for a token.
    boolean isKnown = !door.isGuarded() || dialect == Dialect.V1;
    CallOptions options = isStranger || !isKnown ? CallOptions.DEFAULT : door.options();
    try {
      switch (random.nextInt(KINDS)) {
        case 0 -> client.call(ECHO, text, options);
        case 1 -> client.call(FAIL, text, options);
        case 2 -> client.call(SLEEP, new Millis(20), options.withTimeout(shortTime()));
        case 3 -> cancel(client, options);
        case 4 -> {
          if (dialect != Dialect.BARE) {
            client.notify(ECHO, text, options);
          }
        }
        case 5 -> client.call("nothing", null, String.class, options);
        case 6 -> {
          if (dialect == Dialect.V1) {
            client.call(ONCE, text, options);
          }
        }
        default -> client.call(ECHO, new Text("short"), options);
      }
      soak.ended();
    } catch (RpcException e) {
      soak.ended();
      boolean isRefused = e.code().equals(ErrorCode.UNAUTHORIZED.name());
      if (isRefused ? isKnown && !isStranger : !EXPECTED.contains(e.code())) {
        soak.unexpected(e);
      }
    }
  }

  private Duration shortTime() {
    return Duration.ofMillis(1 + random.nextInt(30));
  }

  private static void cancel(Client client, CallOptions options) {
    CompletableFuture<Integer> call = client.callAsync(SLEEP, new Millis(20), options);
    call.cancel(true);
  }

  /** Sends what is no frame, or part of one, and is gone. */
  private void rudely() {
    byte[] bytes = new byte[1 + random.nextInt(100)];
    random.nextBytes(bytes);
    if (random.nextBoolean()) {
      bytes[0] = 0; // the beginning of a frame that never ends
    }
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), any(doors).port()));
      if (random.nextBoolean()) {
        socket.setSoLinger(true, 0); // a reset
      }
      socket.getOutputStream().write(bytes);
    } catch (IOException _) {
      // the server has ended it first
    }
  }
}
