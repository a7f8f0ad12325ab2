package dev.tern.core.server.once;

import dev.tern.protocol.Message;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/**
 * Finds calls that may have to wait for another attempt at their operation, before anything of them
 * runs: so that one on a lane whose threads must not wait can be given a thread of its own. Who
 * calls is not known yet, so it may find too many; that costs a thread and nothing else.
 * Thread-safe.
 */
public final class Duplicates {
  /** How many calls with a key are on their way through the server. */
  private final ConcurrentMap<String, Integer> present = new ConcurrentHashMap<>();

  /** Its key; null if it has none. */
  public static @Nullable String keyOf(Message.Request request) {
    return OperationKeys.of(request.dialect(), request.id(), request.meta());
  }

  /** Notes a call; whether there is another one. Each is to {@link #leave}. */
  public boolean enter(String key) {
    return present.merge(key, 1, Integer::sum) > 1;
  }

  /** The call is over. */
  public void leave(String key) {
    present.computeIfPresent(key, (_, calls) -> calls == 1 ? null : calls - 1);
  }
}
