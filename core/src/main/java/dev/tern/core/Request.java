package dev.tern.core;

import dev.tern.core.transport.Timers;
import dev.tern.protocol.Bytes;
import dev.tern.protocol.Dialect;
import dev.tern.protocol.Id;
import dev.tern.protocol.Meta;
import java.net.SocketAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A call on its way to a handler, at either end. Immutable; the params are encoded JSON that nobody
 * changes.
 */
public final class Request {
  private static final ScopedValue<Serving> CURRENT = ScopedValue.newInstance();

  /** A longer timeout counts as this one, so that no instant is more than half the clock away. */
  private static final Duration LONGEST_TIMEOUT = Duration.ofDays(36_500);

  private final String method;
  private final @Nullable Bytes params;
  private final Meta meta;
  private final Effect effect;
  private final long deadlineNanos;
  private final Timers timers;
  private final CancelToken cancelToken;
  private final Dialect dialect;
  private final @Nullable Id id;
  private final @Nullable CallTask task;

  Request(
      String method,
      @Nullable Bytes params,
      Meta meta,
      Effect effect,
      long deadlineNanos,
      Timers timers,
      CancelToken cancelToken,
      Dialect dialect,
      @Nullable Id id,
      @Nullable CallTask task) {
    this.method = method;
    this.params = params;
    this.meta = meta;
    this.effect = effect;
    this.deadlineNanos = deadlineNanos;
    this.timers = timers;
    this.cancelToken = cancelToken;
    this.dialect = dialect;
    this.id = id;
    this.task = task;
  }

  /** A client's request. */
  static Request outgoing(
      String method,
      @Nullable Bytes params,
      Meta meta,
      Effect effect,
      long deadlineNanos,
      Timers timers,
      Dialect dialect) {
    return new Request(
        method, params, meta, effect, deadlineNanos, timers, CancelToken.NONE, dialect, null, null);
  }

  /**
   * The call that the current thread serves.
   *
   * @throws IllegalStateException outside of a call; a thread that a handler starts inherits none
   */
  public static Request current() {
    Request current = currentOrNull();
    if (current == null) {
      throw new IllegalStateException("no call is served on this thread (expected: in a handler)");
    }
    return current;
  }

  /** The call that the current thread serves, or null. */
  public static @Nullable Request currentOrNull() {
    return CURRENT.isBound() ? CURRENT.get().request() : null;
  }

  /** Who knows which call a thread serves. */
  interface Serving {
    /** The one that it serves now, or null. On that thread. */
    @Nullable Request request();
  }

  /** Runs with this request as the current one. */
  void asCurrent(Runnable body) {
    asCurrent(() -> this, body);
  }

  /** Runs calls one after the other: binding them once costs less than each by itself. */
  static void asCurrent(Serving serving, Runnable body) {
    ScopedValue.where(CURRENT, serving).run(body);
  }

  /** The method's name. */
  public String method() {
    return method;
  }

  /**
   * Encoded JSON, an object or an array; null for none. Not to be changed. Large ones are copied
   * out of their frame at each call.
   */
  public byte @Nullable [] params() {
    return params == null ? null : params.toByteArray();
  }

  /** The same where they lie. */
  @Nullable Bytes encodedParams() {
    return params;
  }

  /** What the caller has said besides; {@link Meta#NONE} in a dialect that has no place for it. */
  public Meta meta() {
    return meta;
  }

  /** The effect that the server has declared, or that the client believes. */
  public Effect effect() {
    return effect;
  }

  /** In which dialect it came, or will leave. */
  public Dialect dialect() {
    return dialect;
  }

  /** The id on the connection; null for a notification, and at the client before it is sent. */
  public @Nullable Id id() {
    return id;
  }

  /** Cancelled when nobody waits for the answer any more. */
  public CancelToken cancelToken() {
    return cancelToken;
  }

  /** The peer's address at the server; null at the client. */
  public @Nullable SocketAddress peer() {
    return task == null ? null : task.peer();
  }

  /** The deadline, which every call has, as an instant of the framework's clock. */
  public long deadlineNanos() {
    return deadlineNanos;
  }

  /** What is left of the deadline; negative if it has passed. */
  public Duration remaining() {
    return Duration.ofNanos(deadlineNanos - timers.nanoTime());
  }

  /** The same with other metadata. */
  public Request withMeta(Meta other) {
    return new Request(
        method, params, other, effect, deadlineNanos, timers, cancelToken, dialect, id, task);
  }

  /**
   * The same with a deadline, given as a duration from now; at most a hundred years. One of 0 or
   * less has passed.
   */
  public Request withTimeout(Duration timeout) {
    return withDeadlineNanos(timers.nanoTime() + boundedNanos(timeout));
  }

  /** A timeout in nanoseconds; at most a hundred years, so that an instant cannot wrap around. */
  static long boundedNanos(Duration timeout) {
    return (timeout.compareTo(LONGEST_TIMEOUT) < 0 ? timeout : LONGEST_TIMEOUT).toNanos();
  }

  Request withDeadlineNanos(long instant) {
    return new Request(
        method, params, meta, effect, instant, timers, cancelToken, dialect, id, task);
  }

  Request withCancelToken(CancelToken token) {
    return new Request(
        method, params, meta, effect, deadlineNanos, timers, token, dialect, id, task);
  }

  Timers timers() {
    return timers;
  }

  /** What the lane does around the user's code; null at the client. */
  @Nullable CallTask task() {
    return task;
  }

  @Override
  public String toString() {
    return "Request[" + method + ", id " + id + ", " + dialect.label() + "]";
  }
}
