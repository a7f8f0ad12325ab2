package dev.tern.bench;

import dev.tern.bench.contender.Order;
import dev.tern.core.binding.JsonCodec;
import dev.tern.core.binding.JsonCodec.ResultWriter;
import dev.tern.core.binding.ParamsReader;
import dev.tern.protocol.Bytes;
import dev.tern.protocol.Limits;
import dev.tern.protocol.json.JsonCursor;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
import org.openjdk.jmh.annotations.Warmup;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.json.JsonMapper;

/**
 * A nested record of 1 KiB, out of JSON and into it: by Tern, and by Jackson as it comes, which is
 * less strict. To bind is to read what was validated; to validate comes before it, once a message.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
@State(Scope.Thread)
public class ValuesBenchmark {
  /** Whose code it is. */
  public enum By {
    TERN,
    JACKSON
  }

  /** Of another shape, so that the JVM does not see one type alone. */
  record Other(
      String text, int number, List<String> all, Map<String, Double> more, Optional<Long> maybe) {}

  private static final Other OTHER =
      new Other("x", 1, List.of("a", "b"), Map.of("k", 1.5), Optional.of(7L));
  private static final int ROUNDS = 20_000;

  /** Tern, or Jackson. */
  @Param public By by = By.TERN;

  private final JsonCodec codec = JsonCodec.ofServer(false, Limits.DEFAULT);
  private final ParamsReader<Order> reader = codec.paramsReader(Order.class);
  private final ResultWriter writer = codec.resultWriter(Order.class);
  private final JsonCursor cursor = new JsonCursor(Limits.DEFAULT);
  private final ObjectReader jacksonReader = JsonMapper.shared().readerFor(Order.class);
  private final ObjectWriter jacksonWriter = JsonMapper.shared().writerFor(Order.class);
  private final Bytes json = codec.encode(Order.SAMPLE);

  /** Binds and writes the other shape. */
  @Setup
  public void warm() {
    ParamsReader<Other> others = codec.paramsReader(Other.class);
    for (int i = 0; i < ROUNDS; i++) {
      var _ = others.read(codec.encode(OTHER));
    }
  }

  /** What a server does before it calls the method, and a client before it returns. */
  @Benchmark
  public Object bind() {
    return switch (by) {
      case TERN -> reader.read(json);
      case JACKSON -> jacksonReader.readValue(json.toByteArray());
    };
  }

  /** What a server does with a result, and a client with params. */
  @Benchmark
  public Object write() {
    return switch (by) {
      case TERN -> writer.write(Order.SAMPLE);
      case JACKSON -> jacksonWriter.writeValueAsBytes(Order.SAMPLE);
    };
  }

  /** What both do with what a stranger has sent. */
  @Benchmark
  public int validate() {
    cursor.reset(json.array(), json.from(), json.length());
    cursor.skipValue();
    return cursor.valueEnd();
  }
}
