package dev.tern.bench;

/**
 * What one run of one contender measured.
 *
 * @param calls answered
 * @param nanos that it took
 * @param p50 latency in nanoseconds
 * @param p99 likewise
 * @param p999 likewise
 * @param server what the server's JVM used in that time
 * @param client what the client's JVM used in that time
 */
record Sample(long calls, long nanos, long p50, long p99, long p999, Usage server, Usage client) {

  double callsPerSecond() {
    return calls * 1e9 / nanos;
  }

  double serverBytesPerCall() {
    return (double) server.allocatedBytes() / calls;
  }

  double clientBytesPerCall() {
    return (double) client.allocatedBytes() / calls;
  }

  /** Processor time of both sides together, in microseconds a call. */
  double cpuMicrosPerCall() {
    return (server.cpuNanos() + client.cpuNanos()) / 1e3 / calls;
  }
}
