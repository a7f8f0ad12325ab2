package dev.tern.protocol.session;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** For each {@link SessionTimer} the instant at which it goes off, once. Not thread-safe. */
@SuppressWarnings("EnumOrdinal") // a place in a table of this object: a map would box each instant
final class SessionTimers {
  private static final long NEVER = Long.MAX_VALUE;
  private static final SessionTimer[] ALL = SessionTimer.values();

  private final long[] due = new long[ALL.length];

  SessionTimers() {
    clear();
  }

  void set(SessionTimer timer, long instant) {
    due[timer.ordinal()] = instant;
  }

  boolean isSet(SessionTimer timer) {
    return due[timer.ordinal()] != NEVER;
  }

  void clear(SessionTimer timer) {
    due[timer.ordinal()] = NEVER;
  }

  void clear() {
    Arrays.fill(due, NEVER);
  }

  /** The earliest of these instants and another one; {@link Long#MAX_VALUE} stands for never. */
  long earliest(long other) {
    long earliest = other;
    for (long instant : due) {
      if (instant != NEVER && (earliest == NEVER || instant - earliest < 0)) {
        earliest = instant;
      }
    }
    return earliest;
  }

  /** Takes out a timer whose instant has come; null if there is none. */
  @Nullable SessionTimer poll(long now) {
    for (SessionTimer timer : ALL) {
      if (isSet(timer) && due[timer.ordinal()] - now <= 0) {
        due[timer.ordinal()] = NEVER;
        return timer;
      }
    }
    return null;
  }
}
