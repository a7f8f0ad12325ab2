package dev.tern.bench.report;

import dev.tern.bench.draw.Machine;
import dev.tern.bench.report.IdleSample.Cost;
import dev.tern.bench.report.Results.CommandTime;
import dev.tern.bench.report.Results.Row;
import dev.tern.bench.report.Results.Section;
import dev.tern.bench.report.Results.SystemUnderTest;
import dev.tern.bench.worker.Sample;
import dev.tern.bench.worker.Usage;
import java.util.List;
import java.util.stream.Stream;

/** A run that nobody made: two rounds, a rival, and one that failed. */
final class Fixture {
  private Fixture() {}

  static Sample sample(long callsPerSecond, long p50Micros) {
    List<Long> latency =
        Stream.of(1L, 2L, 3L, 4L, 5L, 8L, 10L, 20L, 30L, 50L, 90L, 200L)
            .map(factor -> factor * p50Micros * 250)
            .toList();
    long calls = callsPerSecond / 2;
    return new Sample(
        calls,
        500_000_000,
        latency,
        new Usage(calls * 1_000, calls * 700, 100 << 10),
        new Usage(calls * 2_000, calls * 1_300, 200 << 10));
  }

  private static Row row(String name, Sample... samples) {
    return new Row(name, null, List.of(samples), List.of());
  }

  static Results results() {
    return new Results(
        "2026-01-02T03:04:05Z",
        new Machine("A <fast> one", 2, 4_096, "Linux 6", "OpenJDK 25", "-Xmx256m", 0.25),
        "2 rounds",
        List.of(
            new SystemUnderTest("echo", "tern", "1", "the limit", List.of()),
            new SystemUnderTest("netty-inline", "tern", "1", "Tern", List.of()),
            new SystemUnderTest("grpc-direct", "grpc", "1.85", "direct", List.of("--add-opens")),
            new SystemUnderTest("bolt", "bolt", "1.6", "hessian & more", List.of())),
        List.of(
            new Section(
                "add-512",
                "add, 512 callers",
                List.of(
                    row("echo", sample(1_000_000, 100), sample(800_000, 100)),
                    row("netty-inline", sample(600_000, 120), sample(400_000, 120)),
                    row("grpc-direct", sample(50_000, 900), sample(60_000, 900)),
                    Row.failed("bolt", "no answer within 60 s"))),
            growth("in-flight-1", 5_000),
            growth("in-flight-10", 40_000),
            new Section(
                "idle",
                "10,000 idle connections",
                List.of(
                    new Row(
                        "netty-inline",
                        null,
                        List.of(),
                        List.of(
                            new IdleSample(
                                10_000,
                                new Cost(3_000, 100, 0, 5_000, 1.5),
                                new Cost(4_000, 200, 0, 6_000, 2.5))))))),
        List.of(new CommandTime("call", "./tern call", List.of(0.3, 0.4, 0.2))));
  }

  /** Two rivals and Tern in these workloads: 50,000, 100,000 and 400,000 calls a second. */
  static Results results(String... sections) {
    Results other = results();
    return new Results(
        other.started(),
        other.machine(),
        other.settings(),
        other.systems(),
        Stream.of(sections)
            .map(
                id ->
                    new Section(
                        id,
                        id,
                        List.of(
                            row("grpc-direct", sample(50_000, 900)),
                            row("bolt", sample(100_000, 900)),
                            row("netty-inline", sample(400_000, 120)),
                            row("echo", sample(900_000, 100)))))
            .toList(),
        List.of());
  }

  private static Section growth(String id, long callsPerSecond) {
    return new Section(id, id, List.of(row("netty-inline", sample(callsPerSecond, 100))));
  }
}
