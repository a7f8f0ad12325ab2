package dev.tern.bench;

import dev.tern.bench.contender.Order;
import dev.tern.core.binding.FoundEncodings;
import dev.tern.core.binding.JsonCodec;
import dev.tern.core.binding.JsonCodec.ResultWriter;
import dev.tern.core.binding.ParamsReader;
import dev.tern.protocol.Bytes;
import dev.tern.protocol.Limits;
import dev.tern.protocol.value.Encoding;
import dev.tern.protocol.value.ValueValidator;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
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
 * A nested record of 1 KiB of JSON, out of each encoding and into it: by Tern, by Jackson as it
 * comes, which is less strict, and by protobuf-java. To bind is to read what was validated; to
 * validate comes before it, once a message. The others validate while they bind.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class ValuesBenchmark {
  /** Whose code it is, and for which encoding. */
  public enum By {
    /** Tern, JSON. */
    JSON,
    /** Tern, MessagePack. */
    MSGPACK,
    /** Tern, protobuf: values of any shape, with their names. */
    PROTOBUF,
    /** Jackson, JSON. */
    JACKSON,
    /** protobuf-java, protobuf: a message of a schema. */
    PROTOBUF_JAVA
  }

  /** Of another shape, so that the JVM does not see one type alone. */
  record Other(
      String text, int number, List<String> all, Map<String, Double> more, Optional<Long> maybe) {}

  private static final Other OTHER =
      new Other("x", 1, List.of("a", "b"), Map.of("k", 1.5), Optional.of(7L));
  private static final int ROUNDS = 20_000;

  /** Binds and writes one order. */
  private interface Subject {
    Object bind() throws IOException;

    Object write() throws IOException;
  }

  private static final class Tern implements Subject {
    private final Encoding encoding;
    private final JsonCodec codec = JsonCodec.ofServer(false, Limits.DEFAULT);
    private final ParamsReader<Order> reader = codec.paramsReader(Order.class);
    private final ResultWriter writer = codec.resultWriter(Order.class);
    private final Bytes encoded;

    Tern(String label) {
      encoding = FoundEncodings.of(label);
      encoded = writer.write(Order.SAMPLE, encoding);
      ParamsReader<Other> others = codec.paramsReader(Other.class);
      ResultWriter other = codec.resultWriter(Other.class);
      for (int i = 0; i < ROUNDS; i++) {
        var _ = others.read(other.write(OTHER, encoding), encoding, null);
      }
    }

    @Override
    public Object bind() {
      return reader.read(encoded, encoding, null);
    }

    @Override
    public Object write() {
      return writer.write(Order.SAMPLE, encoding);
    }
  }

  private static final class Jackson implements Subject {
    private final ObjectReader reader = JsonMapper.shared().readerFor(Order.class);
    private final ObjectWriter writer = JsonMapper.shared().writerFor(Order.class);
    private final byte[] json = writer.writeValueAsBytes(Order.SAMPLE);

    @Override
    public Object bind() {
      return reader.readValue(json);
    }

    @Override
    public Object write() {
      return writer.writeValueAsBytes(Order.SAMPLE);
    }
  }

  private static final class ProtobufJava implements Subject {
    private final byte[] message;

    ProtobufJava() throws IOException {
      message = OrderMessage.write(Order.SAMPLE);
    }

    @Override
    public Object bind() throws IOException {
      return OrderMessage.read(message);
    }

    @Override
    public Object write() throws IOException {
      return OrderMessage.write(Order.SAMPLE);
    }
  }

  /** One of them. */
  @State(Scope.Thread)
  public static class Values {
    /** Which. */
    @Param public By by = By.JSON;

    private @Nullable Subject subject;

    /** Prepares it; of Tern's it also binds and writes the other shape. */
    @Setup
    public void start() throws IOException {
      subject =
          switch (by) {
            case JSON -> new Tern("json");
            case MSGPACK -> new Tern("msgpack");
            case PROTOBUF -> new Tern("protobuf");
            case JACKSON -> new Jackson();
            case PROTOBUF_JAVA -> new ProtobufJava();
          };
    }
  }

  /** What Tern looks at before it binds. */
  @State(Scope.Thread)
  public static class Strangers {
    /** In which encoding. */
    @Param({"json", "msgpack", "protobuf"})
    public String encoding = "json";

    private ValueValidator validator = FoundEncodings.of("json").validator(Limits.DEFAULT);
    private Bytes encoded = Bytes.of(new byte[0]);

    /** Writes the value. */
    @Setup
    public void start() {
      Encoding chosen = FoundEncodings.of(encoding);
      validator = chosen.validator(Limits.DEFAULT);
      encoded =
          JsonCodec.ofServer(false, Limits.DEFAULT)
              .resultWriter(Order.class)
              .write(Order.SAMPLE, chosen)
              .joined();
    }
  }

  /** What a server does before it calls the method, and a client before it returns. */
  @Benchmark
  public Object bind(Values values) throws IOException {
    return Objects.requireNonNull(values.subject).bind();
  }

  /** What a server does with a result, and a client with params. */
  @Benchmark
  public Object write(Values values) throws IOException {
    return Objects.requireNonNull(values.subject).write();
  }

  /** What both do with what a stranger has sent. */
  @Benchmark
  public @Nullable Object validate(Strangers strangers) {
    return strangers.validator.checkValue(strangers.encoded, 1);
  }
}
