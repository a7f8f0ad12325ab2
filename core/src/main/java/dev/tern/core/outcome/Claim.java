package dev.tern.core.outcome;

/** What a store says to an attempt. */
public sealed interface Claim {
  /** It is new: whoever asked runs it, and says then what became of it. The store's own object. */
  non-sealed interface Mine extends Claim {}

  /**
   * It is over.
   *
   * @param outcome what became of it
   */
  record Over(Outcome outcome) implements Claim {}

  /**
   * It cannot begin now: the caller's part of the store is full.
   *
   * @param retryAfterMillis when there may be room; at least 1
   */
  record Full(long retryAfterMillis) implements Claim {}

  /** What says all that there is to say. */
  enum No implements Claim {
    /** It runs, here or elsewhere. */
    RUNNING,
    /** Its key was used with other params. */
    CONFLICT,
    /** It may have run and be forgotten: nobody can tell any more. */
    STALE
  }
}
