package dev.tern.bench.report;

import dev.tern.bench.draw.Spread;
import dev.tern.bench.report.Results.Row;
import dev.tern.bench.report.Results.SystemUnderTest;
import dev.tern.bench.worker.Sample;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** The bars, and what a run says of them. */
public final class Bars {
  private static final String INLINE = "netty-inline";

  private final Results results;

  private Bars(Results results) {
    this.results = results;
  }

  /** All of them. */
  public static List<Bar> of(Results results) {
    return new Bars(results).all();
  }

  private List<Bar> all() {
    List<String> rivals =
        results.systems().stream()
            .filter(system -> !system.folder().equals("tern"))
            .map(SystemUnderTest::name)
            .toList();
    return List.of(
        faster("inline lane, 512 callers ÷ echo", 0.50, 0.65, "add-512", INLINE, List.of("echo")),
        faster(
            "inline lane, 512 callers ÷ grpc-java directExecutor",
            6,
            null,
            "add-512",
            INLINE,
            List.of("grpc-direct")),
        faster("inline lane, 512 callers ÷ bolt", 4.5, null, "add-512", INLINE, List.of("bolt")),
        faster(
            "inline lane, 512 callers ÷ rsocket", 1.8, null, "add-512", INLINE, List.of("rsocket")),
        faster(
            "virtual lane, 512 callers ÷ grpc-java as it comes",
            14,
            null,
            "add-512",
            "netty-virtual",
            List.of("grpc")),
        faster("inline lane, 64 callers ÷ the best rival", 1.2, null, "add-64", INLINE, rivals),
        latency(),
        faster(
            "server alone, 512 in flight ÷ bare echo of frames",
            0.60,
            0.75,
            "server-alone",
            "serve-inline",
            List.of("echo-frames")),
        faster("1 MiB echo ÷ grpc-java as it comes", 1.0, null, "echo-1m", INLINE, List.of("grpc")),
        faster(
            "1 MiB echo ÷ grpc-java directExecutor",
            1.0,
            null,
            "echo-1m",
            INLINE,
            List.of("grpc-direct")),
        faster(
            "threads transport, 64 callers ÷ grpc-java as it comes",
            2,
            null,
            "add-64",
            "threads-virtual",
            List.of("grpc")),
        idle("heap and direct memory of an idle connection", 6 << 10, "bytes", true),
        idle("threads of an idle connection", 0, "", false),
        allocated("bytes allocated for a call, inline, server", 800, Sample::serverBytesPerCall),
        allocated("bytes allocated for a call, inline, client", 1_200, Sample::clientBytesPerCall),
        command());
  }

  /** Throughput above the best of the others. */
  private Bar faster(
      String figure,
      double bound,
      @Nullable Double aim,
      String section,
      String above,
      List<String> others) {
    Optional<Row> below =
        others.stream()
            .flatMap(name -> results.row(section, name).stream())
            .max(Comparator.comparingDouble(row -> median(row, Sample::callsPerSecond)));
    Spread measured =
        results
            .row(section, above)
            .flatMap(row -> below.map(b -> ratio(row, b, Sample::callsPerSecond)))
            .orElse(null);
    return new Bar(figure, true, bound, aim, "", measured);
  }

  private Bar latency() {
    Spread measured =
        results
            .row("add-1", INLINE)
            .flatMap(
                row ->
                    results
                        .row("add-1", "echo")
                        .map(echo -> ratio(row, echo, sample -> sample.latencyMicros(50))))
            .orElse(null);
    return new Bar("inline lane, 1 caller: p50 ÷ echo's p50", false, 1.25, null, "", measured);
  }

  /** Of the side and the lane that takes more. */
  private Bar idle(String figure, double bound, String unit, boolean bytes) {
    Spread measured =
        results
            .row("idle", INLINE)
            .map(row -> Spread.of(row.idle(), sample -> larger(sample, bytes)))
            .orElse(null);
    // A thread that the JDK started meanwhile is none for each.
    return new Bar(figure, false, bytes ? bound : 0.01, null, unit, measured);
  }

  private static double larger(IdleSample sample, boolean bytes) {
    return bytes
        ? Math.max(sample.server().bytes(), sample.client().bytes())
        : Math.max(sample.server().threads(), sample.client().threads());
  }

  private Bar allocated(String figure, double bound, ToDoubleFunction<Sample> bytes) {
    Spread measured =
        results.row("add-512", INLINE).map(row -> Spread.of(row.samples(), bytes)).orElse(null);
    return new Bar(figure, false, bound, null, "bytes", measured);
  }

  private Bar command() {
    Spread measured =
        results.commands().stream()
            .filter(command -> command.id().equals("call") && !command.seconds().isEmpty())
            .findFirst()
            .map(command -> Spread.of(command.seconds(), Double::doubleValue))
            .orElse(null);
    return new Bar("./tern call, wall time", false, 0.35, null, "s", measured);
  }

  private static double median(Row row, ToDoubleFunction<Sample> figure) {
    return Spread.of(row.samples(), figure).median();
  }

  private static Spread ratio(Row above, Row below, ToDoubleFunction<Sample> figure) {
    return Spread.ratio(above.samples(), below.samples(), figure);
  }
}
