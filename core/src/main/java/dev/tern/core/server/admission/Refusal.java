package dev.tern.core.server.admission;

import static dev.tern.core.access.Access.CORE;

import dev.tern.core.RpcException;
import dev.tern.core.access.Origin;
import dev.tern.protocol.ErrorCode;
import dev.tern.protocol.WireError;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** SERVER_BUSY for one reason, with the time after which to come again. Thread-safe. */
public final class Refusal {
  private record Told(long retryMillis, WireError error) {}

  private final String message;

  /** What was told last; nearly all that are refused at the same time are told the same. */
  private volatile @Nullable Told told;

  private static final String RETRY_AFTER = "retry_after_ms";

  /** What stands before the milliseconds in the details. */
  private static final String BEFORE = "{\"" + RETRY_AFTER + "\":";

  /** With these words. */
  public Refusal(String message) {
    this.message = message;
  }

  /** The error that says so. */
  public WireError after(long millis) {
    Told last = told;
    if (last == null || last.retryMillis() != millis) {
      WireError error = WireError.of(ErrorCode.SERVER_BUSY, message);
      last = new Told(millis, error.withDetails(BEFORE + millis + "}"));
      told = last;
    }
    return last.error();
  }

  /**
   * A refusal of a call that has come to a thread, where errors are thrown.
   *
   * @param error one that {@link #after} has made
   */
  public static RpcException thrown(WireError error) {
    String details = new String(Objects.requireNonNull(error.details()), StandardCharsets.UTF_8);
    long millis = Long.parseLong(details, BEFORE.length(), details.length() - 1, 10);
    return CORE.error(Origin.FRAMEWORK, error, Map.of(RETRY_AFTER, millis), null);
  }
}
