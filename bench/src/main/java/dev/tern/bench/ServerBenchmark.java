package dev.tern.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.tern.core.Effect;
import dev.tern.core.Lane;
import dev.tern.core.Method;
import dev.tern.core.auth.TokenFile;
import dev.tern.core.binding.FoundEncodings;
import dev.tern.core.server.Server;
import dev.tern.core.server.ServerBuilder;
import dev.tern.core.transport.ConnectionHandler;
import dev.tern.protocol.Bytes;
import dev.tern.protocol.json.JsonEncoding;
import dev.tern.protocol.value.Encoding;
import dev.tern.protocol.value.Transcode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What a server takes for one call above the transport: from bytes that were read to the reply's
 * bytes, on the inline lane of an event loop, for as many calls as one read of 8 KiB brings (of the
 * plain ones; of the others as many, so that they differ in nothing else).
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class ServerBenchmark {
  /** How many calls one invocation makes. */
  static final int CALLS = 90;

  private record Add(int a, int b) {}

  /** Calls that are answered. */
  @State(Scope.Thread)
  public static class Answered {
    private final NoTransport transport = new NoTransport();

    /** How the requests are written. */
    @Param public Shape shape = Shape.PLAIN;

    /** In which encoding they are. */
    @Param("json")
    public String encoding = "json";

    /** Whether the server asks who calls; the shape must have a token then. */
    @Param("false")
    public boolean authenticated;

    private byte[] read = {};
    private @Nullable Server server;
    private @Nullable TokenFile tokens;

    /** Starts the server and connects to it. */
    @Setup
    public void start() throws IOException {
      Encoding into = FoundEncodings.of(encoding);
      read = frames(i -> shape.request(1_000_000 + i * 37 % 512, 9_995 + i * 7 % 5, i), into);
      Method<Add, Integer> add = Method.of("add", Add.class, Integer.class).effect(Effect.READ);
      ServerBuilder builder = Server.builder(transport);
      if (authenticated) {
        tokens = RefusingServer.tokenFile(Shape.BEARER);
        builder.authenticate(tokens);
      }
      server = builder.serve(add, Lane.INLINE, p -> p.a() + p.b()).listen(0);
    }

    /** Closes what it has opened. */
    @TearDown
    public void stop() {
      transport.handler().onClosed(null);
      Objects.requireNonNull(server).close();
      if (tokens != null) {
        tokens.close();
      }
    }
  }

  /** Calls that are refused, of a method on the virtual lane. */
  @State(Scope.Thread)
  public static class Refused {
    /** Why. */
    @Param public Refusal kind = Refusal.BUSY;

    private byte[] read = {};
    private @Nullable RefusingServer server;

    /** Starts the server and connects to it. */
    @Setup
    public void start() throws IOException {
      Shape shape = kind.shape();
      read =
          frames(
              i -> shape.request(1_000_000 + i * 37 % 512, 9_995 + i * 7 % 5, i),
              JsonEncoding.JSON);
      server = new RefusingServer(kind);
    }

    /** Closes what it has opened. */
    @TearDown
    public void stop() {
      Objects.requireNonNull(server).close();
    }
  }

  /** One read's calls. */
  @Benchmark
  @OperationsPerInvocation(CALLS)
  public long inlineCall(Answered calls) {
    return read(calls.transport, calls.read);
  }

  /** One read's calls. */
  @Benchmark
  @OperationsPerInvocation(CALLS)
  public long refusal(Refused calls) {
    return read(Objects.requireNonNull(calls.server).transport(), calls.read);
  }

  static long read(NoTransport transport, byte[] bytes) {
    ConnectionHandler handler = transport.handler();
    handler.onBytes(bytes, 0, bytes.length);
    handler.onReadComplete();
    return transport.sentBytes();
  }

  /** As many frames as there are calls, one behind the other. */
  private static byte[] frames(IntFunction<String> json, Encoding into) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (int i = 0; i < CALLS; i++) {
      Bytes text = Bytes.of(json.apply(i).getBytes(US_ASCII));
      all.writeBytes(frame(Transcode.convert(text, JsonEncoding.JSON, into, 0).toByteArray()));
    }
    return all.toByteArray();
  }

  static byte[] frame(String json) {
    return frame(json.getBytes(US_ASCII));
  }

  private static byte[] frame(byte[] payload) {
    return ByteBuffer.allocate(Integer.BYTES + payload.length)
        .putInt(payload.length)
        .put(payload)
        .array();
  }
}
