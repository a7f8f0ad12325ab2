package dev.tern.core.client.retry;

import dev.tern.core.CallAttempt;
import dev.tern.protocol.ErrorCode;
import dev.tern.protocol.Executed;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The attempts of one call, in the order of their ends. Belongs to the caller's thread. */
public final class History {
  private final String endpoint;
  private final List<CallAttempt> attempts = new ArrayList<>(2);
  private long startNanos;
  private boolean hedgeWon;

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

  /** An attempt has ended. */
  void add(String code, Executed executed, long waitedNanos, long beganNanos, long endedNanos) {
    boolean isLoser = hedgeWon;
    hedgeWon = false;
    add(
        isLoser ? ErrorCode.CANCELLED.name() : code,
        isLoser ? Executed.MAYBE : executed,
        waitedNanos,
        beganNanos,
        endedNanos,
        false);
  }

  /**
   * The call that was made beside an attempt has ended, just before that.
   *
   * @param won whether its result counts: the attempt was cancelled then
   */
  void addHedge(String code, Executed executed, long beganNanos, long endedNanos, boolean won) {
    add(code, executed, 0, beganNanos, endedNanos, true);
    hedgeWon = won;
  }

  private void add(
      String code,
      Executed executed,
      long waitedNanos,
      long beganNanos,
      long endedNanos,
      boolean isHedge) {
    attempts.add(
        new CallAttempt(
            attempts.size() + 1,
            endpoint,
            code,
            executed,
            Duration.ofNanos(waitedNanos),
            Duration.ofNanos(beganNanos - startNanos),
            Duration.ofNanos(endedNanos - beganNanos),
            isHedge));
  }

  /** All so far. */
  public List<CallAttempt> attempts() {
    return List.copyOf(attempts);
  }
}
