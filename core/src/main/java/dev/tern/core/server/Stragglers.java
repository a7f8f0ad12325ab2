package dev.tern.core.server;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Calls that have begun and whose callers wait no longer, as their time was over, or they have
 * cancelled or gone: the methods run on until they notice. Thread-safe.
 */
final class Stragglers {
  private final Set<CallTask> running = ConcurrentHashMap.newKeySet();

  /** Null until somebody waits for them. */
  private volatile @Nullable Runnable whenNone;

  void add(CallTask call) {
    running.add(call);
  }

  void remove(CallTask call) {
    running.remove(call);
    Runnable told = whenNone;
    if (told != null && running.isEmpty()) {
      told.run();
    }
  }

  /** Tells when there are none, once or more often; at once if there are none. */
  void whenNone(Runnable told) {
    whenNone = told;
    if (running.isEmpty()) {
      told.run();
    }
  }

  /** How many there are. */
  int count() {
    return running.size();
  }
}
