package dev.tern.core;

import dev.tern.core.access.CallContext;
import dev.tern.core.access.Durations;
import dev.tern.core.access.OperationKeys;
import dev.tern.core.runtime.Timers;
import dev.tern.protocol.Bytes;
import dev.tern.protocol.Dialect;
import dev.tern.protocol.Id;
import dev.tern.protocol.Meta;
import dev.tern.protocol.Metadata;
import dev.tern.protocol.json.JsonEncoding;
import dev.tern.protocol.value.Transcode;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A call on its way to a handler, at either end. Immutable; the params are encoded, and nobody
 * changes them.
 */
public final class Request {
  private static final ScopedValue<Supplier<@Nullable Request>> CURRENT = ScopedValue.newInstance();

  private final CallContext context;
  private final String method;
  private final @Nullable Bytes params;
  private final Meta meta;
  private final Effect effect;
  private final long deadlineNanos;
  private final CancelToken cancelToken;
  private final Caller caller;

  Request(
      CallContext context,
      String method,
      @Nullable Bytes params,
      Meta meta,
      Effect effect,
      long deadlineNanos,
      CancelToken cancelToken,
      Caller caller) {
    this.context = context;
    this.method = method;
    this.params = params;
    this.meta = meta;
    this.effect = effect;
    this.deadlineNanos = deadlineNanos;
    this.cancelToken = cancelToken;
    this.caller = caller;
  }

  /**
   * The call that the current thread serves. In the user's code it is what the filters have made of
   * it; in a filter it is the call as it came.
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
    return CURRENT.isBound() ? CURRENT.get().get() : null;
  }

  static ScopedValue.Carrier serving(Supplier<@Nullable Request> served) {
    return ScopedValue.where(CURRENT, served);
  }

  /** The method's name. */
  public String method() {
    return method;
  }

  /**
   * The params as JSON, an object or an array; null for none. Not to be changed. Large ones are
   * copied out of their frame at each call, and those in another encoding are converted. What is a
   * message of protobuf is the text of its bytes in base64.
   */
  public byte @Nullable [] params() {
    return params == null
        ? null
        : Transcode.convert(params, context.encoding(), JsonEncoding.JSON, 1).toByteArray();
  }

  /** The params without a copy. */
  @Nullable Bytes encodedParams() {
    return params;
  }

  /** What the caller has said besides; {@link Meta#NONE} in a dialect that has no place for it. */
  public Meta meta() {
    return meta;
  }

  /**
   * The key of the operation that this call is an attempt at, in whatever dialect it came: {@code
   * meta.key}, or a bare id that is a UUID; null if it has none. The keys of operations that are a
   * part of this one are made of it.
   */
  public @Nullable String operationKey() {
    return OperationKeys.of(dialect(), id(), meta);
  }

  /** The user's own of it. Nothing of it travels into the calls that a handler makes. */
  public Metadata metadata() {
    Metadata said = meta.get(Meta.MD);
    return said == null ? Metadata.NONE : said;
  }

  /** The effect that the server has declared, or that the client believes. */
  public Effect effect() {
    return effect;
  }

  /** In which dialect it came, or will leave. */
  public Dialect dialect() {
    return context.dialect();
  }

  /** In which encoding it came, or will leave unless the server has not got it: "json", say. */
  public String encoding() {
    return context.encoding().label();
  }

  /** The id on the connection; null for a notification, and at the client before it is sent. */
  public @Nullable Id id() {
    return context.id();
  }

  /** Whether nobody is told what becomes of it, neither its result nor an error. */
  public boolean isNotification() {
    return context.isNotification();
  }

  /** Cancelled when nobody waits for the answer any more. */
  public CancelToken cancelToken() {
    return cancelToken;
  }

  /** The peer's address at the server; null at the client. */
  public @Nullable SocketAddress peer() {
    return context.peer();
  }

  /**
   * Who calls: what a filter of the server's has found out, else what the certificate of its
   * connection says, else {@link Caller#ANONYMOUS}. At a client always that.
   */
  public Caller caller() {
    return caller;
  }

  /** The deadline, which every call has, as an instant of the framework's clock. */
  public long deadlineNanos() {
    return deadlineNanos;
  }

  /** What is left of the deadline; negative if it has passed. */
  public Duration remaining() {
    return Duration.ofNanos(deadlineNanos - timers().nanoTime());
  }

  /** This request with other things said beside the params. */
  public Request withMeta(Meta other) {
    return new Request(context, method, params, other, effect, deadlineNanos, cancelToken, caller);
  }

  /** This request with other metadata of the user's. */
  public Request withMetadata(Metadata other) {
    return withMeta(meta.with(Meta.MD, other));
  }

  /**
   * This request with a deadline, given as a duration from now; at most a hundred years. One of 0
   * or less has passed. At a server it bounds what the handler does and calls; the caller is told
   * that its time is over at the deadline that came with the call.
   */
  public Request withTimeout(Duration timeout) {
    return with(context, timers().nanoTime() + Durations.nanos(timeout), cancelToken);
  }

  /**
   * This request with what a filter of the server's has found out about who calls; it is logged.
   */
  public Request withCaller(Caller other) {
    context.calledBy(other);
    return new Request(context, method, params, meta, effect, deadlineNanos, cancelToken, other);
  }

  Request with(CallContext knownOfIt, long instant, CancelToken token) {
    return new Request(knownOfIt, method, params, meta, effect, instant, token, caller);
  }

  /**
   * Says something beside the result: v1 has a place for it, and no other dialect. In place of what
   * was said before. An error says what it has to say in its details, so this is not sent with one.
   * At a client it says nothing. Any thread, until the handler returns.
   */
  public void replyWith(Metadata metadata) {
    context.replyWith(metadata);
  }

  /**
   * Says that the operation may have run, or may be running elsewhere, such as in a run that a
   * filter waits for instead of asking the next handler. From here on the verdict of this call is
   * never "no", whatever ends it: the filter, its deadline or a cancel. At a client it says
   * nothing. Any thread.
   *
   * @throws RpcException if the call has ended already, and its caller was told how
   */
  public void mayHaveRun() {
    context.mayHaveRun();
  }

  CallContext context() {
    return context;
  }

  private Timers timers() {
    return context.timers();
  }

  @Override
  public String toString() {
    return "Request[" + method + ", id " + id() + ", " + dialect().label() + "]";
  }
}
