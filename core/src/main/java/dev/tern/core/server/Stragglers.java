package dev.tern.core.server;

import dev.tern.protocol.session.ServerCall;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Calls that have begun and whose callers wait no longer, as their time was over, or they have
 * cancelled or gone: the methods run on until they notice. Thread-safe.
 */
final class Stragglers {
  private final Set<ServerCall> running = ConcurrentHashMap.newKeySet();

  /** Null until somebody waits for them. */
  private volatile @Nullable Runnable whenNone;

  void add(ServerCall call) {
    running.add(call);
  }

  void remove(ServerCall call) {
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
