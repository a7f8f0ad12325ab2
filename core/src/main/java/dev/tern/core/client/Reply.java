package dev.tern.core.client;

import dev.tern.protocol.Meta;
import dev.tern.protocol.Metadata;
import dev.tern.protocol.ReplyMeta;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
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

  Reply(R value, Duration took, ReplyMeta meta) {
    this.value = value;
    this.took = took;
    this.meta = meta;
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

  private static @Nullable Duration time(long micros) {
    return micros == Meta.UNSAID ? null : Duration.of(micros, ChronoUnit.MICROS);
  }

  @Override
  public String toString() {
    return "Reply[took " + took + "]";
  }
}
