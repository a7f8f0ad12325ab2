package dev.tern.bench.lab.trial;

import dev.tern.protocol.ErrorCode;
import java.util.List;

/**
 * One call that has ended. Times in nanoseconds, from the beginning of the load.
 *
 * @param began when it was meant to begin
 * @param took until its caller knew how it ended
 * @param ran likewise, from when it really began
 * @param code of its error, or OK
 * @param attempts when each of its attempts began
 */
record Ended(long began, long took, long ran, String code, List<Long> attempts) {
  boolean isRefused() {
    return code.equals(ErrorCode.SERVER_BUSY.name());
  }

  boolean isTimedOut() {
    return code.equals(ErrorCode.TIMEOUT.name());
  }

  boolean isGood() {
    return code.equals("OK");
  }
}
