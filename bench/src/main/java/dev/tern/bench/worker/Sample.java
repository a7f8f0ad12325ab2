package dev.tern.bench.worker;

import java.util.ArrayList;
import java.util.List;

/**
 * What one run of one contender measured.
 *
 * @param calls answered
 * @param nanos that it took
 * @param latencyNanos at each of {@link #PERCENTILES}
 * @param server what the server's JVM used in that time
 * @param client what the client's JVM used in that time
 */
public record Sample(long calls, long nanos, List<Long> latencyNanos, Usage server, Usage client) {

  /** The points of the latency curve; 0 is the shortest call, 100 the longest. */
  public static final List<Double> PERCENTILES =
      List.of(0.0, 10.0, 25.0, 50.0, 75.0, 90.0, 95.0, 99.0, 99.5, 99.9, 99.99, 100.0);

  /** Reads what the client wrote: a {@link Load} and its {@link Usage}. */
  public static Sample ofWords(String[] words, Usage server) {
    List<Long> latency = new ArrayList<>();
    for (int i = 0; i < PERCENTILES.size(); i++) {
      latency.add(Long.parseLong(words[2 + i]));
    }
    return new Sample(
        Long.parseLong(words[0]),
        Long.parseLong(words[1]),
        List.copyOf(latency),
        server,
        Usage.ofWords(words, 2 + PERCENTILES.size()));
  }

  /** Throughput. */
  public double callsPerSecond() {
    return calls * 1e9 / nanos;
  }

  /**
   * Latency in microseconds.
   *
   * @param percentile one of {@link #PERCENTILES}
   */
  public double latencyMicros(double percentile) {
    return latencyNanos.get(PERCENTILES.indexOf(percentile)) / 1e3;
  }

  /** Bytes that the server's JVM allocated, a call. */
  public double serverBytesPerCall() {
    return (double) server.allocatedBytes() / calls;
  }

  /** Bytes that the client's JVM allocated, a call. */
  public double clientBytesPerCall() {
    return (double) client.allocatedBytes() / calls;
  }

  /** Processor time of the server: microseconds a call, which is seconds a million calls. */
  public double serverCpuMicros() {
    return server.cpuNanos() / 1e3 / calls;
  }

  /** Processor time of the client, likewise. */
  public double clientCpuMicros() {
    return client.cpuNanos() / 1e3 / calls;
  }
}
