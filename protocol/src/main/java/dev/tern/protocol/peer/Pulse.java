package dev.tern.protocol.peer;

/**
 * When the other end was heard, and what follows from its silence. Anything that comes from it is a
 * sign of life, and so is that it takes bytes of this end's that had to wait for it. Not
 * thread-safe.
 */
public final class Pulse {

  /** What follows. */
  public enum Look {
    /** Nothing: it was heard not long ago, or there is still time to answer. */
    FINE,
    /** It shall be asked for a sign of life now. */
    ASK,
    /** It was asked, and has not given one. */
    GONE
  }

  private final Heartbeat heartbeat;
  private long heardNanos;
  private boolean asked;
  private long askedNanos;

  /** Of a peer that is heard now. */
  public Pulse(Heartbeat heartbeat, long now) {
    this.heartbeat = heartbeat;
    this.heardNanos = now;
  }

  /** A sign of life; or it is waited for from now on, and its silence before counts for nothing. */
  public void heard(long now) {
    heardNanos = now;
    asked = false;
  }

  /** When to {@link #look} next. */
  public long dueNanos() {
    return asked ? askedNanos + heartbeat.timeoutNanos() : heardNanos + heartbeat.intervalNanos();
  }

  /** How long it was not heard. */
  public long silenceNanos(long now) {
    return now - heardNanos;
  }

  /** Whether its silence counts also while nothing waits for it. */
  public boolean isWarm() {
    return heartbeat.isWarm();
  }

  /** Looks; whoever is told ASK asks at once. */
  public Look look(long now) {
    long late = now - dueNanos();
    if (late < 0) {
      return Look.FINE;
    }
    // Looked so late, this whole process has stood still, and the answer may wait to be read.
    boolean stoodStill = late >= heartbeat.timeoutNanos();
    if (asked && !stoodStill) {
      return Look.GONE;
    }
    asked = true;
    askedNanos = now;
    return Look.ASK;
  }
}
