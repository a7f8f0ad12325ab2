package dev.tern.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.tern.protocol.Bytes;
import dev.tern.protocol.Dialect;
import dev.tern.protocol.Id;
import dev.tern.protocol.Limits;
import dev.tern.protocol.Meta;
import dev.tern.protocol.envelope.EnvelopeScanner;
import dev.tern.protocol.envelope.Message;
import dev.tern.protocol.envelope.Messages;
import dev.tern.protocol.value.Names;
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

/** The envelope of a small call: what each side spends on making and reading it. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class EnvelopeBenchmark {
  private static final byte[] METHOD = Messages.encodeMethod("add");
  private static final Bytes PARAMS = Bytes.of("{\"a\":1,\"b\":2}".getBytes(US_ASCII));
  private static final Bytes RESULT = Bytes.of("3".getBytes(US_ASCII));
  private static final Id ID = new Id.Number(1234567);

  /** A request in one of its shapes. */
  @State(Scope.Thread)
  public static class Request {
    /** How it is written. The client writes all of them but the one with white space. */
    @Param public Shape shape = Shape.PLAIN;

    private final EnvelopeScanner scanner = new EnvelopeScanner(Limits.DEFAULT, Names.of("add"));

    private byte[] payload = {};
    private Meta meta = Meta.NONE;

    /** Writes the payload, and reads from it what its meta is. */
    @Setup
    public void make() {
      payload = shape.request(1234567, 9000, 7).getBytes(US_ASCII);
      meta = ((Message.Request) scan()).meta();
    }

    Message scan() {
      return scanner.scan(payload, 0, payload.length, false);
    }

    Bytes write() {
      return Messages.request(Dialect.V1, ID, METHOD, PARAMS, meta);
    }
  }

  /** A response. */
  @State(Scope.Thread)
  public static class Response {
    private final EnvelopeScanner scanner = new EnvelopeScanner(Limits.DEFAULT, Names.of("add"));

    private final byte[] payload = "{\"id\":1234567,\"ok\":true,\"result\":3}".getBytes(US_ASCII);
  }

  /** A client's side of the way out. */
  @Benchmark
  public Bytes encodeRequest(Request request) {
    return request.write();
  }

  /** A server's side of the way in: strict, the params included. */
  @Benchmark
  public Message decodeRequest(Request request) {
    return request.scan();
  }

  /** A server's side of the way out. */
  @Benchmark
  public Bytes encodeResponse() {
    return Messages.success(Dialect.V1, ID, RESULT);
  }

  /** A client's side of the way in. */
  @Benchmark
  public Message decodeResponse(Response response) {
    return response.scanner.scan(response.payload, 0, response.payload.length, false);
  }
}
