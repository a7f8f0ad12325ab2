package dev.tern.protocol;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a request says about itself beside its parameters. Each component has a value for "not said"
 * ({@link #UNSAID}, 0 or null), so that the usual request, which says only its timeout, costs one
 * object.
 *
 * @param v protocol version; 0 if not said, which means 1
 * @param timeoutMillis what is left of the caller's deadline, 0 or more; {@link #UNSAID} if not
 *     said
 * @param idempotent the caller's hint, for logs; null if not said
 * @param key the identity of the operation, the same over all its attempts; null if not said
 * @param attempt 1, 2, 3 …; 0 if not said
 * @param dedup the store that earlier attempts went to; null if not said
 * @param ageMillis time since the first attempt, 0 or more; {@link #UNSAID} if not said
 * @param auth a bearer token; never logged; null if not said
 * @param traceparent W3C trace context, as it came, well-formed; null if not said
 * @param tracestate W3C trace state, as it came; null if not said
 * @param accept names of compressions that the caller reads
 * @param timing whether the reply shall say where the time went
 */
public record Meta(
    int v,
    long timeoutMillis,
    @Nullable Boolean idempotent,
    @Nullable String key,
    int attempt,
    @Nullable String dedup,
    long ageMillis,
    @Nullable String auth,
    @Nullable String traceparent,
    @Nullable String tracestate,
    List<String> accept,
    boolean timing) {

  /** Says nothing about a duration. */
  public static final long UNSAID = -1;

  /** Nothing said. */
  public static final Meta NONE =
      new Meta(0, UNSAID, null, null, 0, null, UNSAID, null, null, null, List.of(), false);

  /**
   * Checks the numbers.
   *
   * @throws IllegalArgumentException if one is below what stands for "not said"
   */
  public Meta {
    atLeast("v", v, 0);
    atLeast("timeoutMillis", timeoutMillis, UNSAID);
    atLeast("attempt", attempt, 0);
    atLeast("ageMillis", ageMillis, UNSAID);
    accept = List.copyOf(accept);
  }

  /** Nothing but a timeout. */
  public static Meta timeout(long millis) {
    int place = (int) millis & (RECENT.length - 1);
    Meta recent = RECENT[place];
    if (recent == null || recent.timeoutMillis != millis) {
      recent = new Meta(0, millis, null, null, 0, null, UNSAID, null, null, null, List.of(), false);
      RECENT[place] = recent;
    }
    return recent;
  }

  /**
   * The last ones that said nothing but a timeout, by its low bits: nearly all calls say one of a
   * few. Any thread reads and writes it, and at worst makes a new one.
   */
  private static final @Nullable Meta[] RECENT = new Meta[64];

  /** The same with another timeout. */
  public Meta withTimeoutMillis(long millis) {
    if (!saysMoreThanATimeout()) {
      return timeout(millis);
    }
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
        accept,
        timing);
  }

  /** The same with a key. */
  public Meta withKey(String operation) {
    return new Meta(
        v,
        timeoutMillis,
        idempotent,
        operation,
        attempt,
        dedup,
        ageMillis,
        auth,
        traceparent,
        tracestate,
        accept,
        timing);
  }

  /** The same, asking the reply to say where the time went. */
  public Meta withTiming() {
    return new Meta(
        v,
        timeoutMillis,
        idempotent,
        key,
        attempt,
        dedup,
        ageMillis,
        auth,
        traceparent,
        tracestate,
        accept,
        true);
  }

  /** Whether it says anything but a timeout. */
  public boolean saysMoreThanATimeout() {
    return v > 0
        || idempotent != null
        || key != null
        || attempt > 0
        || dedup != null
        || ageMillis >= 0
        || auth != null
        || traceparent != null
        || tracestate != null
        || !accept.isEmpty()
        || timing;
  }

  private static void atLeast(String name, long value, long least) {
    if (value < least) {
      throw new IllegalArgumentException(
          name + ": " + value + " (expected: at least " + least + ")");
    }
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
