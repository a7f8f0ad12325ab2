package dev.tern.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.tern.protocol.Bytes;
import dev.tern.protocol.Dialect;
import dev.tern.protocol.Id;
import dev.tern.protocol.Limits;
import dev.tern.protocol.Message;
import dev.tern.protocol.Meta;
import dev.tern.protocol.envelope.EnvelopeScanner;
import dev.tern.protocol.envelope.Messages;
import dev.tern.protocol.json.JsonNames;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** The envelope of a small call: what each side spends on making and reading it. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class EnvelopeBenchmark {
  private static final byte[] METHOD = Messages.encodeMethod("add");
  private static final Bytes PARAMS = Bytes.of("{\"a\":1,\"b\":2}".getBytes(US_ASCII));
  private static final Bytes RESULT = Bytes.of("3".getBytes(US_ASCII));
  private static final int PREFIX = 4;

  private final EnvelopeScanner scanner = new EnvelopeScanner(Limits.DEFAULT, JsonNames.of("add"));
  private final Id id = new Id.Number(1234567);
  private final Meta meta = Meta.timeout(9000);
  private final byte[] request =
      Messages.request(Dialect.V1, id, METHOD, PARAMS, meta).toByteArray();
  private final byte[] response = Messages.success(Dialect.V1, id, RESULT).toByteArray();

  /** A client's side of the way out. */
  @Benchmark
  public Bytes encodeRequest() {
    return Messages.request(Dialect.V1, id, METHOD, PARAMS, meta);
  }

  /** A server's side of the way in: strict, the params included. */
  @Benchmark
  public Message decodeRequest() {
    return scanner.scan(request, PREFIX, request.length - PREFIX);
  }

  /** A server's side of the way out. */
  @Benchmark
  public Bytes encodeResponse() {
    return Messages.success(Dialect.V1, id, RESULT);
  }

  /** A client's side of the way in. */
  @Benchmark
  public Message decodeResponse() {
    return scanner.scan(response, PREFIX, response.length - PREFIX);
  }
}
