package dev.tern.bench.contender;

/** What a caller's virtual thread does over and over. Thread-safe where connections multiplex. */
@FunctionalInterface
public interface Call {
  /**
   * Makes one call, blocks until its answer is there, and checks it.
   *
   * @throws Exception if the call failed or its answer is not the expected one
   */
  void run() throws Exception;
}
