package dev.tern.bench.driver;

import java.io.IOException;
import java.util.List;

/** One build's processes for a workload, from their start until they are started anew. */
interface Subject extends AutoCloseable {
  /** Does what is measured, unmeasured, until it is as fast as it gets. */
  void warmUp() throws IOException, FailedException;

  /** Measures once: each of the workload's figures, in their order. */
  List<Double> slice() throws IOException, FailedException;

  @Override
  void close();
}
