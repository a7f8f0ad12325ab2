package dev.tern.bench.pairs;

/** What is measured of both builds. */
public enum Figure {
  CPU_MICROS("CPU µs a call, both ends"),
  SERVER_CPU_MICROS("CPU µs a call, server"),
  CALLS_A_SECOND("calls a second"),
  SERVER_BYTES("bytes a call, server"),
  CLIENT_BYTES("bytes a call, client"),
  P50_MICROS("p50 µs"),
  P99_MICROS("p99 µs"),
  WALL_SECONDS("wall time, s"),
  CPU_NANOS("CPU ns a call"),
  NANOS("ns a call, by the clock"),
  BYTES("bytes a call");

  private final String words;

  Figure(String words) {
    this.words = words;
  }

  /** For a reader, with its unit. */
  public String inWords() {
    return words;
  }
}
