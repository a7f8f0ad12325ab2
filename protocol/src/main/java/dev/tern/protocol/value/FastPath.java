package dev.tern.protocol.value;

/**
 * Finds the members of the messages of usual v1 calls in one pass: those that stand in the usual
 * order, with a number as their id. All bytes are validated. What it does not take goes the general
 * way, by a {@link ValueValidator} and a {@link ValueReader}, which find just the same. Reusable;
 * not thread-safe.
 */
public interface FastPath {
  /** What is not there. */
  int NONE = -1;

  /**
   * Looks for {@code {"id", "method", "params", "meta"}}; params may be missing.
   *
   * @param to exclusive
   * @return false if it is anything else, be that right or wrong
   */
  boolean findRequest(byte[] payload, int from, int to);

  /**
   * Looks for {@code {"id", "ok": true, "result"}}.
   *
   * @param to exclusive
   * @return false if it is anything else, be that right or wrong
   */
  boolean findReply(byte[] payload, int from, int to);

  /** The id that was found, 0 or more. */
  long id();

  /** Where the method's name starts, in UTF-8. */
  int methodStart();

  /** Where it ends. */
  int methodEnd();

  /** Where the params or the result start, {@link #NONE} if there are none. */
  int valueStart();

  /** Where they end. */
  int valueEnd();

  /** Where the meta starts, which is an object. */
  int metaStart();

  /** Where it ends. */
  int metaEnd();

  /** The timeout, if the meta says nothing else; else {@link #NONE}. */
  long timeoutMillis();
}
