package dev.tern.protocol;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a request says about itself beside its parameters. Every component but the lists may be
 * null: "not said".
 *
 * @param v protocol version; absent means 1
 * @param timeoutMillis what is left of the caller's deadline, 0 or more
 * @param idempotent the caller's hint, for logs
 * @param key the identity of the operation, the same over all its attempts
 * @param attempt 1, 2, 3 …
 * @param dedup the store that earlier attempts went to
 * @param ageMillis time since the first attempt
 * @param auth a bearer token; never logged
 * @param traceparent W3C trace context, as it came
 * @param tracestate W3C trace state, as it came
 * @param accept names of compressions that the caller reads
 */
public record Meta(
    @Nullable Integer v,
    @Nullable Long timeoutMillis,
    @Nullable Boolean idempotent,
    @Nullable String key,
    @Nullable Integer attempt,
    @Nullable String dedup,
    @Nullable Long ageMillis,
    @Nullable String auth,
    @Nullable String traceparent,
    @Nullable String tracestate,
    List<String> accept) {

  /** Nothing said. */
  public static final Meta NONE =
      new Meta(null, null, null, null, null, null, null, null, null, null, List.of());

  /** Nothing but a timeout. */
  public static Meta timeout(long millis) {
    return NONE.withTimeoutMillis(millis);
  }

  /** The same with another timeout. */
  public Meta withTimeoutMillis(long millis) {
    return new Meta(
        v,
        millis,
        idempotent,
        key,
        attempt,
        dedup,
        ageMillis,
        auth,
        traceparent,
        tracestate,
        accept);
  }

  @Override
  public String toString() {
    return "Meta[v="
        + v
        + ", timeoutMillis="
        + timeoutMillis
        + ", key="
        + key
        + ", attempt="
        + attempt
        + ", auth="
        + (auth == null ? "none" : "***")
        + "]";
  }
}
