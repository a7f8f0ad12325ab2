package dev.tern.core.access;

/**
 * Thrown by a filter of a server: the call ends, and the peer is told nothing, as if its request or
 * the reply had been lost on the way. For faults that a test wants.
 */
public final class LostCall extends RuntimeException {
  /** Under which such calls are counted and logged. No peer ever sees it. */
  public static final String CODE = "LOST";

  private static final long serialVersionUID = 1L;

  /**
   * @param message what was lost, for a filter that catches it
   */
  public LostCall(String message) {
    super(message, null, false, false);
  }
}
