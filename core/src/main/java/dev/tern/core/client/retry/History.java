package dev.tern.core.client.retry;

import dev.tern.core.CallAttempt;
import dev.tern.protocol.ErrorCode;
import dev.tern.protocol.Executed;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The attempts of one call, one after the other, each with the call that was made beside it behind
 * it. Belongs to the caller's thread.
 */
public final class History {
  private final String endpoint;
  private final List<CallAttempt> attempts = new ArrayList<>(2);
  private long startNanos;
  private boolean hedgeWon;

  /** The call that was made beside the attempt that is about to end; null for none. */
  private @Nullable CallAttempt hedge;

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
    attempts.add(
        attempt(
            1,
            isLoser ? ErrorCode.CANCELLED.name() : code,
            isLoser ? Executed.MAYBE : executed,
            waitedNanos,
            beganNanos,
            endedNanos));
    if (hedge != null) {
      attempts.add(hedge);
      hedge = null;
    }
  }

  /**
   * The call that was made beside an attempt has ended, just before that.
   *
   * @param won whether its result counts: the attempt was cancelled then
   */
  void addHedge(String code, Executed executed, long beganNanos, long endedNanos, boolean won) {
    hedge = attempt(2, code, executed, 0, beganNanos, endedNanos);
    hedgeWon = won;
  }

  /**
   * @param ahead 1 for the next attempt, 2 for the call beside it
   */
  private CallAttempt attempt(
      int ahead,
      String code,
      Executed executed,
      long waitedNanos,
      long beganNanos,
      long endedNanos) {
    return new CallAttempt(
        attempts.size() + ahead,
        endpoint,
        code,
        executed,
        Duration.ofNanos(waitedNanos),
        Duration.ofNanos(beganNanos - startNanos),
        Duration.ofNanos(endedNanos - beganNanos),
        ahead == 2);
  }

  /** All so far. */
  public List<CallAttempt> attempts() {
    return List.copyOf(attempts);
  }
}
