package dev.tern.protocol.peer;

/**
 * How an end finds out that the other one is gone while something waits for it: after a silence it
 * asks with {@code rpc.ping}, and after a further silence it gives the connection up.
 *
 * @param intervalNanos the silence after which it asks; 0 for never, or, at a client, for what the
 *     server wishes
 * @param timeoutNanos the silence after that
 * @param isWarm whether it asks also while nothing waits
 */
public record Heartbeat(long intervalNanos, long timeoutNanos, boolean isWarm) {
  /** Nobody asks. */
  public static final Heartbeat NONE = new Heartbeat(0, 0, false);

  /** With another interval. */
  public Heartbeat every(long nanos) {
    return new Heartbeat(nanos, timeoutNanos, isWarm);
  }

  /** Whether there is a silence after which it asks. */
  public boolean isOn() {
    return intervalNanos > 0;
  }
}
