package dev.tern.core.client.retry;

import dev.tern.core.access.CallContext;
import dev.tern.core.client.batch.FirstAttempt;
import dev.tern.core.runtime.Timers;
import dev.tern.protocol.Dialect;
import dev.tern.protocol.json.JsonEncoding;
import dev.tern.protocol.value.Encoding;
import org.jspecify.annotations.Nullable;

/**
 * What a client knows of a call. One is shared by all calls of a client that need nothing of what
 * may be null.
 *
 * @param progress how far this one call has come; null where no filter could hide it
 * @param operation what happens once in it; null if that does not matter
 * @param history where its attempts are noted; null if nobody has asked for them
 * @param attemptNanos how long one attempt may take once it has a connection; 0 for as long as the
 *     call
 * @param other how the params are encoded; null for JSON
 * @param isUncompressed whether its method is one that is never compressed
 * @param first how its first attempt leaves with others; null where it leaves alone
 */
public record OutgoingContext(
    Dialect dialect,
    Timers timers,
    boolean isNotification,
    @Nullable Progress progress,
    @Nullable OperationState operation,
    @Nullable History history,
    long attemptNanos,
    @Nullable OtherEncoding other,
    boolean isUncompressed,
    @Nullable FirstAttempt first)
    implements CallContext {

  /** Of calls, or of notifications. */
  public OutgoingContext(Dialect dialect, Timers timers, boolean isNotification) {
    this(dialect, timers, isNotification, null, null, null, 0, null, false, null);
  }

  private OutgoingContext with(
      @Nullable Progress noted,
      @Nullable OperationState once,
      @Nullable History attempts,
      long nanosEach,
      @Nullable OtherEncoding params,
      boolean never) {
    return new OutgoingContext(
        dialect, timers, isNotification, noted, once, attempts, nanosEach, params, never, first);
  }

  /** This one, for a call below filters that may hide how far it has come. */
  public OutgoingContext withProgress(Progress noted) {
    return with(noted, operation, history, attemptNanos, other, isUncompressed);
  }

  /** This one, for a call whose operation must happen once. */
  public OutgoingContext withOperation(OperationState once) {
    return with(progress, once, history, attemptNanos, other, isUncompressed);
  }

  /** This one, for a call whose attempts are asked for. */
  public OutgoingContext withHistory(History attempts) {
    return with(progress, operation, attempts, attemptNanos, other, isUncompressed);
  }

  /** This one, for a call whose attempts have a deadline each. */
  OutgoingContext withAttempts(long nanosEach) {
    return with(progress, operation, history, nanosEach, other, isUncompressed);
  }

  /** This one, for a call whose params are encoded otherwise; null for JSON. */
  public OutgoingContext withEncoding(@Nullable OtherEncoding params) {
    return with(progress, operation, history, attemptNanos, params, isUncompressed);
  }

  /** This one, for a call that is not compressed, whatever the server reads. */
  public OutgoingContext withoutCompression() {
    return with(progress, operation, history, attemptNanos, other, true);
  }

  /** This one, for a call whose first attempt leaves with others. */
  public OutgoingContext withFirst(FirstAttempt among) {
    return new OutgoingContext(
        dialect,
        timers,
        isNotification,
        progress,
        operation,
        history,
        attemptNanos,
        other,
        isUncompressed,
        among);
  }

  @Override
  public Encoding encoding() {
    return other == null ? JsonEncoding.JSON : other.encoding();
  }
}
