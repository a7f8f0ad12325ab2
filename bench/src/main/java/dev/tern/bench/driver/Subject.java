package dev.tern.bench.driver;

import java.io.IOException;
import java.util.List;

/** One build's processes for a workload, from their start until they are started anew. */
interface Subject extends AutoCloseable {
  /**
   * Does for a moment what is measured, until the code is compiled. Both builds take turns in this
   * as well, so that neither still compiles while the other one is measured.
   *
   * @return whether that was enough
   */
  boolean warmUp() throws IOException, FailedException;

  /** Measures once: each of the workload's figures, in their order. */
  List<Double> slice() throws IOException, FailedException;

  @Override
  void close();
}
