package dev.tern.core;

/** Tells running code that nobody waits for it any more. Thread-safe. */
public interface CancelToken {

  /** Never cancelled. */
  CancelToken NONE =
      new CancelToken() {
        @Override
        public boolean isCancelled() {
          return false;
        }

        @Override
        public void onCancel(Runnable action) {}
      };

  /** Whether the caller has cancelled, its deadline has passed, or its connection has gone. */
  boolean isCancelled();

  /**
   * Runs an action when the token is cancelled; at once if it is already. At most once, on a
   * virtual thread of its own, so that it may block and make calls, however long: it holds up no
   * other action, call or deadline. No call is served on that thread ({@link Request#currentOrNull}
   * is null), so neither the deadline nor the cancelling of this call holds for the calls that it
   * makes. What it throws is logged.
   *
   * @param action it runs beside the code that is told to end, and beside the other actions
   */
  void onCancel(Runnable action);
}
