package dev.tern.bench;

import dev.tern.bench.contender.Order;
import dev.tern.bench.link.SeededOrders;
import dev.tern.core.TypeRef;
import dev.tern.core.binding.JsonCodec;
import dev.tern.core.compress.FoundCompressions;
import dev.tern.protocol.Bytes;
import dev.tern.protocol.Limits;
import dev.tern.protocol.compress.Compressions;
import java.lang.reflect.Type;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * A list of orders in JSON, each another one, out of each compression and into it. What it comes to
 * in bytes is printed once; below which size it does not pay, the smallest lists show.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
    value = 1,
    jvmArgsAppend = {"--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow"})
public class CompressionBenchmark {
  private static final long SEED = 64;
  private static final Type ORDERS = new TypeRef<List<Order>>() {}.type();

  /** What is compressed, and by what. */
  @State(Scope.Benchmark)
  public static class Payload {
    /** The compression. */
    @Param({"gzip", "zstd", "lz4"})
    public String label = "gzip";

    /** How many orders there are, of about 1 KiB each. */
    @Param({"2", "8", "64"})
    public int orders = 2;

    private Bytes plain = Bytes.of(new byte[0]);
    private byte[] compressed = {};
    private Compressions all = Compressions.NONE;

    /** Draws the orders. */
    @Setup
    public void draw() {
      List<Order> list = SeededOrders.draw(orders, SEED);
      plain = JsonCodec.ofServer(false, Limits.DEFAULT).resultWriter(ORDERS).write(list);
      all = FoundCompressions.of(List.of(label));
      compressed = all.compress(label, plain).toByteArray();
      System.out.printf(
          "%n%s, %d orders, seed %d: %d bytes of %d%n",
          label, orders, SEED, compressed.length, plain.length());
    }

    /** Frees the contexts. */
    @TearDown
    public void close() {
      all.close();
    }
  }

  /** To compress it. */
  @Benchmark
  public Bytes compress(Payload payload) {
    return payload.all.compress(payload.label, payload.plain);
  }

  /** To expand it again. */
  @Benchmark
  public Bytes expand(Payload payload) {
    byte[] bytes = payload.compressed;
    return payload.all.expand(
        payload.label, bytes, 0, bytes.length, Limits.MAX_FRAME_BYTES, _ -> true);
  }
}
