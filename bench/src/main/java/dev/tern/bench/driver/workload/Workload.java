package dev.tern.bench.driver.workload;

import dev.tern.bench.contender.Work;

/** One thing that is measured: a section of the report. */
public sealed interface Workload {
  /** Stable, for the JSON and for choosing it on the command line. */
  String id();

  /** For the reader. */
  String title();

  /** Whether all take part, or only Tern, the echo and grpc-java. */
  boolean isForAll();

  /**
   * Callers that each wait for their answer.
   *
   * @param connections that they share; {@link #FRESH} for a new one for each call
   * @param warmUp whether a run that does not count comes first, because this work is new
   */
  record Closed(
      String id,
      String title,
      boolean isForAll,
      Work work,
      int callers,
      int connections,
      boolean warmUp)
      implements Workload {
    public static final int FRESH = 0;
  }

  /**
   * Calls by the clock.
   *
   * @param share of the contender's own peak
   */
  record Open(String id, String title, double share) implements Workload {
    @Override
    public boolean isForAll() {
      return false;
    }
  }

  /** Connections that do nothing, fewer for a transport that has two threads for each. */
  record Idle(String id, String title, int connections, int connectionsOfThreads)
      implements Workload {
    @Override
    public boolean isForAll() {
      return false;
    }
  }

  /** A server alone, fed by a generator. */
  record Fed(String id, String title, int inFlight) implements Workload {
    @Override
    public boolean isForAll() {
      return false;
    }
  }
}
