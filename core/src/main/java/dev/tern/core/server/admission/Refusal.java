package dev.tern.core.server.admission;

import dev.tern.protocol.ErrorCode;
import dev.tern.protocol.WireError;
import org.jspecify.annotations.Nullable;

/** SERVER_BUSY for one reason, with the time after which to come again. Thread-safe. */
public final class Refusal {
  private record Told(long retryMillis, WireError error) {}

  private final String message;

  /** What was told last; nearly all that are refused at the same time are told the same. */
  private volatile @Nullable Told told;

  /** With these words. */
  public Refusal(String message) {
    this.message = message;
  }

  /** The error that says so. */
  public WireError after(long millis) {
    Told last = told;
    if (last == null || last.retryMillis() != millis) {
      String details = "{\"retry_after_ms\":" + millis + "}";
      last = new Told(millis, WireError.of(ErrorCode.SERVER_BUSY, message).withDetails(details));
      told = last;
    }
    return last.error();
  }
}
