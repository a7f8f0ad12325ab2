package dev.tern.core.client;

import dev.tern.core.CallAttempt;
import dev.tern.core.OperationToken;
import dev.tern.protocol.Meta;
import dev.tern.protocol.Metadata;
import dev.tern.protocol.ReplyMeta;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The result of a call, with what is known about how it came about. Made by {@link
 * Client#exchange}. Immutable.
 *
 * @param <R> the type of the result
 */
public final class Reply<R extends @Nullable Object> {
  private final R value;
  private final Duration took;
  private final ReplyMeta meta;
  private final List<CallAttempt> attempts;
  private final @Nullable OperationToken operation;

  Reply(
      R value,
      Duration took,
      ReplyMeta meta,
      List<CallAttempt> attempts,
      @Nullable OperationToken operation) {
    this.value = value;
    this.took = took;
    this.meta = meta;
    this.attempts = attempts;
    this.operation = operation;
  }

  /** The result; null if the method's is void or null. */
  public R value() {
    return value;
  }

  /** How long the whole call took here: connecting, filters and reading the result included. */
  public Duration took() {
    return took;
  }

  /** How long the call waited at the server; null if the server did not say. */
  public @Nullable Duration queueTime() {
    return time(meta.queueMicros());
  }

  /** How long the server's filters and its method took; null if the server did not say. */
  public @Nullable Duration handlerTime() {
    return time(meta.handlerMicros());
  }

  /** What the server's code has said beside the result; {@link Metadata#NONE} for nothing. */
  public Metadata metadata() {
    return meta.metadata();
  }

  /** The attempts that it took, the last one behind. */
  public List<CallAttempt> attempts() {
    return attempts;
  }

  /** Whether it is the remembered result of an earlier attempt. */
  public boolean isReplayed() {
    return meta.replayed();
  }

  /** What identifies the operation at the server; null if its method need not happen once. */
  public @Nullable OperationToken operation() {
    return operation;
  }

  private static @Nullable Duration time(long micros) {
    return micros == Meta.UNSAID ? null : Duration.of(micros, ChronoUnit.MICROS);
  }

  @Override
  public String toString() {
    return "Reply[took " + took + "]";
  }
}
