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
   * Runs a short action that never blocks when the token is cancelled; at once if it is already. On
   * any thread, at most once.
   */
  void onCancel(Runnable action);
}
