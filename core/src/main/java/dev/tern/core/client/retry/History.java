package dev.tern.core.client.retry;

import dev.tern.core.CallAttempt;
import dev.tern.protocol.Executed;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The attempts of one call, in the order of their ends. Belongs to the caller's thread. */
public final class History {
  private final String endpoint;
  private final List<CallAttempt> attempts = new ArrayList<>(2);
  private long startNanos;

  /**
   * @param endpoint whom all of them went to, as HOST:PORT
   */
  public History(String endpoint) {
    this.endpoint = endpoint;
  }

  /** The call begins. */
  void start(long now) {
    startNanos = now;
  }

  void add(String code, Executed executed, long waitedNanos, long beganNanos, long endedNanos) {
    attempts.add(
        new CallAttempt(
            attempts.size() + 1,
            endpoint,
            code,
            executed,
            Duration.ofNanos(waitedNanos),
            Duration.ofNanos(beganNanos - startNanos),
            Duration.ofNanos(endedNanos - beganNanos)));
  }

  /** All so far. */
  public List<CallAttempt> attempts() {
    return List.copyOf(attempts);
  }
}
