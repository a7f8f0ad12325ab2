package dev.tern.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.tern.core.Effect;
import dev.tern.core.Lane;
import dev.tern.core.Method;
import dev.tern.core.outcome.MemoryStore;
import dev.tern.core.server.Server;
import dev.tern.core.transport.ConnectionHandler;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
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
 * What a server takes above the transport, on the inline lane, for a call with a key: of a method
 * that is READ, of one that must happen once, and of attempts that run nothing.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class OnceBenchmark {
  static final int CALLS = 64;

  /** What the calls are. */
  public enum Kind {
    /** Calls of a method that is READ, with as many bytes as the others. */
    READ,
    /** Operations, each a new one. */
    ONCE,
    /** Another attempt at one that is over. */
    REPLAY,
    /** The key of one that is over, with other params. */
    CONFLICT,
    /** One that began before the window. */
    STALE
  }

  private record Add(int a, int b) {}

  private final NoTransport transport = new NoTransport();

  /** What the calls are. */
  @Param public Kind kind = Kind.ONCE;

  private MemoryStore store = MemoryStore.create();
  private byte[] read = {};
  private final int[] keysAt = new int[CALLS];
  private final int[] firstAt = new int[CALLS];
  private long number = 1;
  private @Nullable Server server;

  /** Starts the server and connects to it. */
  @Setup
  public void start() throws IOException {
    if (kind == Kind.ONCE || kind == Kind.STALE) { // what is new each time must also go
      store = MemoryStore.builder().window(Duration.ofSeconds(1)).build();
    }
    Effect effect = kind == Kind.READ ? Effect.READ : Effect.ONCE;
    Method<Add, Integer> add = Method.of("add", Add.class, Integer.class).effect(effect);
    server =
        Server.builder(transport)
            .outcomes(store)
            .serve(add, Lane.INLINE, p -> p.a() + p.b())
            .listen(0);
    read = requests();
    if (kind != Kind.READ && kind != Kind.ONCE) {
      call(); // what is asked for again
    }
    if (kind == Kind.CONFLICT) {
      int at = new String(read, US_ASCII).indexOf("\"a\":1") + 4;
      for (int i = 0; i < CALLS; i++, at += read.length / CALLS) {
        read[at] = '2';
      }
    }
  }

  /** Closes what it has opened. */
  @TearDown
  public void stop() {
    transport.handler().onClosed(null);
    Objects.requireNonNull(server).close();
    store.close();
  }

  /** One read's calls. */
  @Benchmark
  @OperationsPerInvocation(CALLS)
  public long calls() {
    return call();
  }

  private long call() {
    long first = kind == Kind.STALE ? 0 : store.nowMillis();
    for (int i = 0; i < CALLS; i++) {
      boolean isNew = kind == Kind.READ || kind == Kind.ONCE || kind == Kind.STALE;
      digits(keysAt[i], 32, isNew ? number++ : i + 1L);
      digits(firstAt[i], 8, first);
      for (int at = firstAt[i]; at < firstAt[i] + 7 && read[at] == '0'; at++) {
        read[at] = ' ';
      }
    }
    ConnectionHandler handler = transport.handler();
    handler.onBytes(read, 0, read.length);
    handler.onReadComplete();
    return transport.sentBytes();
  }

  private void digits(int at, int count, long value) {
    long rest = value;
    for (int i = at + count - 1; i >= at; i--) {
      read[i] = (byte) ('0' + rest % 10);
      rest /= 10;
    }
  }

  private byte[] requests() {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (int i = 0; i < CALLS; i++) {
      String json =
          """
          {"id":%d,"method":"add","params":{"a":1,"b":2},"meta":{"timeout_ms":9990,"key":"%s","dedup":"%s","first_ms":%s}}"""
              .formatted(1_000 + i, "k".repeat(32), store.dedup(), "       0");
      byte[] payload = json.getBytes(US_ASCII);
      all.writeBytes(ByteBuffer.allocate(Integer.BYTES).putInt(payload.length).array());
      keysAt[i] = all.size() + json.indexOf("kkkk");
      firstAt[i] = all.size() + json.indexOf("first_ms") + 10;
      all.writeBytes(payload);
    }
    return all.toByteArray();
  }
}
