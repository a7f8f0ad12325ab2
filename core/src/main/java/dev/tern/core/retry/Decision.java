package dev.tern.core.retry;

/** Whether there is another attempt. */
public sealed interface Decision {
  /**
   * There is.
   *
   * @param waitNanos after so long
   */
  record Again(long waitNanos) implements Decision {}

  /** There is none. */
  enum Stop implements Decision {
    /** Another attempt would fail in the same way. */
    USELESS,
    /** The operation may have run, and must not run twice. */
    UNSAFE,
    /** There were as many attempts as the policy allows. */
    LAST,
    /** The deadline passes before another attempt could begin. */
    NO_TIME
  }
}
