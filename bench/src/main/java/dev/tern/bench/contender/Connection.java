package dev.tern.bench.contender;

/** One connection to the server. */
public interface Connection extends AutoCloseable {

  /**
   * Prepares a call; all callers of the connection share it.
   *
   * @throws UnsupportedOperationException if this work is not among what the contender can do
   */
  Call call(Work work) throws Exception;

  @Override
  void close();
}
