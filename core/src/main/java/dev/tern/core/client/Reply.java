package dev.tern.core.client;

import dev.tern.core.Response;
import dev.tern.protocol.Meta;
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
  private final @Nullable Duration queueTime;
  private final @Nullable Duration handlerTime;

  Reply(R value, long tookNanos, Response response) {
    this.value = value;
    this.took = Duration.ofNanos(tookNanos);
    Response.Result result = (Response.Result) response;
    this.queueTime = micros(result.queueMicros());
    this.handlerTime = micros(result.handlerMicros());
  }

  private static @Nullable Duration micros(long micros) {
    return micros == Meta.UNSAID ? null : Duration.of(micros, ChronoUnit.MICROS);
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
    return queueTime;
  }

  /** How long the server's filters and its method took; null if the server did not say. */
  public @Nullable Duration handlerTime() {
    return handlerTime;
  }

  @Override
  public String toString() {
    return "Reply[took " + took + ", queue " + queueTime + ", handler " + handlerTime + "]";
  }
}
