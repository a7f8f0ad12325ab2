package dev.tern.core;

/** What running a method twice would do. The server declares it; the client may know it. */
public enum Effect {
  /** Changes nothing. */
  READ,
  /** Running it again has the effect of running it once. */
  IDEMPOTENT,
  /**
   * Must have its effect once. The server remembers what became of it by the key of the call, so
   * that a call that is repeated does not run again.
   */
  ONCE,
  /** Nothing is promised: never repeated unless it certainly did not run. */
  UNSAFE;

  /** Whether a thread that runs it may be interrupted: nothing can be left half done. */
  boolean isInterruptible() {
    return this == READ || this == IDEMPOTENT;
  }
}
