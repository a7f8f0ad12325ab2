package dev.tern.core.client;

import static dev.tern.core.access.Access.CORE;

import dev.tern.core.Caller;
import dev.tern.core.CancelToken;
import dev.tern.core.Effect;
import dev.tern.core.EncodedJson;
import dev.tern.core.Filter;
import dev.tern.core.Handler;
import dev.tern.core.Method;
import dev.tern.core.OperationToken;
import dev.tern.core.Request;
import dev.tern.core.Response;
import dev.tern.core.RpcException;
import dev.tern.core.Stats;
import dev.tern.core.TypeRef;
import dev.tern.core.access.Durations;
import dev.tern.core.access.Onion;
import dev.tern.core.binding.FoundEncodings;
import dev.tern.core.binding.JsonCodec;
import dev.tern.core.binding.ResultReader;
import dev.tern.core.binding.error.BindingException;
import dev.tern.core.client.batch.FirstAttempt;
import dev.tern.core.client.retry.History;
import dev.tern.core.client.retry.OperationState;
import dev.tern.core.client.retry.OtherEncoding;
import dev.tern.core.client.retry.OutgoingContext;
import dev.tern.core.client.retry.Retries;
import dev.tern.core.link.CancelSource;
import dev.tern.core.runtime.IoThread;
import dev.tern.core.transport.Connection;
import dev.tern.core.transport.Transport;
import dev.tern.protocol.Bytes;
import dev.tern.protocol.Dialect;
import dev.tern.protocol.ErrorCode;
import dev.tern.protocol.Executed;
import dev.tern.protocol.Limits;
import dev.tern.protocol.Limits.Bound;
import dev.tern.protocol.Meta;
import dev.tern.protocol.compress.Compressions;
import dev.tern.protocol.envelope.Text;
import dev.tern.protocol.json.JsonEncoding;
import dev.tern.protocol.json.JsonException;
import dev.tern.protocol.json.JsonValidator;
import dev.tern.protocol.value.Encoding;
import dev.tern.protocol.value.Transcode;
import java.lang.reflect.Type;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Calls methods of one server. Made by {@link #builder}. Thread-safe: any number of threads call at
 * once over one connection, which is opened at the first call and again when it has died.
 *
 * <p>Calls block; make them on virtual threads, or use {@link #callAsync}. A failure is an {@link
 * RpcException} that says whether the operation may have been executed. The transport belongs to
 * the caller, who may share it and closes it after the client.
 */
public final class Client implements AutoCloseable {
  /** How long {@link #close()} lets what was accepted leave. */
  public static final Duration DEFAULT_GRACE = Duration.ofSeconds(10);

  private final ClientSettings settings;
  private final OutgoingContext calling;
  private final OutgoingContext notifying;
  private final long timeoutNanos;
  private final Endpoint endpoint;
  private final Retries retry;
  private final Handler chain;
  private final JsonCodec codec;

  /** Whether no filter does anything with a call before its first attempt leaves. */
  private final boolean leavesFirst;

  /** By the type of the result. */
  private final ConcurrentMap<Type, ResultReader<?>> readers = new ConcurrentHashMap<>();

  Client(
      ClientSettings settings,
      Duration timeout,
      Endpoint endpoint,
      Retries retry,
      List<Filter> filters,
      boolean leavesFirst) {
    this.leavesFirst = leavesFirst;
    this.settings = settings;
    this.codec = JsonCodec.ofClient(settings.limits());
    this.retry = retry;
    this.calling = new OutgoingContext(settings.dialect(), settings.timers(), false);
    this.notifying = new OutgoingContext(settings.dialect(), settings.timers(), true);
    this.timeoutNanos = Durations.nanos(timeout);
    this.endpoint = endpoint;
    this.chain = Onion.wrap(filters, endpoint);
  }

  /** Starts to describe a client. */
  public static ClientBuilder builder(Transport transport) {
    return new ClientBuilder(transport);
  }

  /**
   * Calls a method and waits for its result, for as long as its deadline at most. What is said here
   * holds for the other ways to call, too.
   *
   * @throws RpcException if there is no result. If the thread is interrupted, that is CANCELLED:
   *     the thread stays interrupted, and the verdict is "maybe" once the request has left. What a
   *     filter throws has the verdict of what had become of the call by then
   * @throws IllegalArgumentException if the params have no JSON form (NaN, an accessor that throws,
   *     a package that is not open), if the result's type can never be read, or if either is a
   *     message of protobuf and this client speaks another encoding: a mistake of the calling code,
   *     of which nothing was sent
   * @throws IllegalStateException on an I/O thread, where methods of the INLINE lane run: it would
   *     wait for itself
   */
  public <P extends @Nullable Object, R extends @Nullable Object> R call(
      Method<P, R> method, P params) {
    return call(method, params, CallOptions.DEFAULT);
  }

  /**
   * Calls a method that takes no params.
   *
   * @throws RpcException if there is no result
   */
  @SuppressWarnings("NullAway") // Void has nothing but null
  public <R extends @Nullable Object> R call(Method<Void, R> method) {
    return call(method, null);
  }

  /**
   * Calls a method with options.
   *
   * @throws RpcException if there is no result
   * @throws IllegalArgumentException also for a key of more than 128 bytes in the bare dialect
   */
  public <P extends @Nullable Object, R extends @Nullable Object> R call(
      Method<P, R> method, P params, CallOptions options) {
    ResultReader<R> reader = reader(method); // first: what is not readable is not asked for
    Request request = admit(request(method, params, reader, options));
    return read(chain.handle(request), reader, request);
  }

  /**
   * Calls a method by name.
   *
   * @param params a record, a Map, a List or array (by position), or null
   * @throws RpcException if there is no result
   */
  public <R extends @Nullable Object> R call(
      String method, @Nullable Object params, Class<R> result) {
    return call(method, params, (Type) result, CallOptions.DEFAULT);
  }

  /**
   * Calls a method by name, with options, which may say what its {@linkplain CallOptions#withEffect
   * effect} is.
   *
   * @param params a record, a Map, a List or array (by position), or null
   * @throws RpcException if there is no result
   */
  public <R extends @Nullable Object> R call(
      String method, @Nullable Object params, Class<R> result, CallOptions options) {
    return call(method, params, (Type) result, options);
  }

  /**
   * Calls a method by name whose result is of a generic type.
   *
   * @param params a record, a Map, a List or array (by position), or null
   * @throws RpcException if there is no result
   */
  public <R extends @Nullable Object> R call(
      String method, @Nullable Object params, TypeRef<R> result) {
    return call(method, params, result.type(), CallOptions.DEFAULT);
  }

  /**
   * Calls a method by name, with options, whose result is of a generic type.
   *
   * @param params a record, a Map, a List or array (by position), or null
   * @throws RpcException if there is no result
   */
  public <R extends @Nullable Object> R call(
      String method, @Nullable Object params, TypeRef<R> result, CallOptions options) {
    return call(method, params, result.type(), options);
  }

  /**
   * Calls with params that are encoded already; the result stays encoded.
   *
   * @param params encoded JSON, an object or an array; null for none
   * @throws RpcException if there is no result
   * @throws IllegalArgumentException if the params are something else, or not what a server with
   *     the limits of this client reads: nothing is sent
   */
  public Response.Value callEncoded(String method, byte @Nullable [] params, CallOptions options) {
    // A copy: a frame may still wait to be sent when its call has ended, and its caller goes on.
    Bytes json = params == null ? null : encodedParams(params.clone());
    Encoding encoding = encoding(options);
    Bytes encoded = json == null ? null : Transcode.convert(json, JsonEncoding.JSON, encoding, 1);
    OutgoingContext context = context(calling, encoding, () -> json);
    return valueOf(
        chain.handle(admit(request(context, method, encoded, options.effect(), options))));
  }

  /** All attempts of an operation keep the encoding that it has begun in. */
  private Encoding encoding(CallOptions options) {
    OperationToken token = options.operation();
    return token == null ? settings.encoding() : FoundEncodings.of(token.encoding());
  }

  private static OutgoingContext context(
      OutgoingContext known, Encoding encoding, @Nullable Supplier<@Nullable Bytes> json) {
    return encoding == JsonEncoding.JSON
        ? known
        : known.withEncoding(new OtherEncoding(encoding, json));
  }

  /** What is wrong in them would cost other calls their connection, so it is found here. */
  private Bytes encodedParams(byte[] params) {
    try {
      Bytes value = JsonValidator.readable(params, 1, settings.limits());
      byte first = params[value.from()];
      if (first == '{' || first == '[') {
        return value;
      }
    } catch (JsonException e) {
      throw new IllegalArgumentException("params: " + e.getMessage(), e);
    }
    throw new IllegalArgumentException("params: a JSON value (expected: an object or an array)");
  }

  /**
   * Calls a method and returns its result with the times of the call. In v1 it asks the server for
   * its times; the other dialects have no place for that.
   *
   * @throws RpcException if there is no result
   */
  public <P extends @Nullable Object, R extends @Nullable Object> Reply<R> exchange(
      Method<P, R> method, P params) {
    return exchange(method, params, CallOptions.DEFAULT);
  }

  /**
   * Calls a method with options and returns its result with the times of the call.
   *
   * @throws RpcException if there is no result
   * @throws IllegalArgumentException also for a key of more than 128 bytes in the bare dialect
   */
  public <P extends @Nullable Object, R extends @Nullable Object> Reply<R> exchange(
      Method<P, R> method, P params, CallOptions options) {
    long began = settings.timers().nanoTime();
    ResultReader<R> reader = reader(method);
    Request plain = admit(request(method, params, reader, options));
    History history = new History(endpoint.name());
    OutgoingContext context = ((OutgoingContext) CORE.contextOf(plain)).withHistory(history);
    Request request = CORE.with(plain, context, plain.deadlineNanos(), plain.cancelToken());
    return reply(
        request.withMeta(request.meta().with(Meta.TIMING, true)), reader, context, history, began);
  }

  private <R extends @Nullable Object> Reply<R> reply(
      Request request,
      ResultReader<R> reader,
      OutgoingContext context,
      History history,
      long began) {
    Response response = chain.handle(request);
    R value = read(response, reader, request);
    Duration took = Duration.ofNanos(settings.timers().nanoTime() - began);
    OperationState operation = context.operation();
    OperationToken token = operation == null ? null : operation.token();
    return new Reply<>(value, took, valueOf(response).meta(), history.attempts(), token);
  }

  /**
   * Calls on a virtual thread; never blocks, also on an I/O thread. Completing or cancelling the
   * future from outside cancels the call. The future ends with an {@link RpcException} if there is
   * no result.
   *
   * @throws IllegalArgumentException as {@link #call} does, at once
   */
  public <P extends @Nullable Object, R extends @Nullable Object> CompletableFuture<R> callAsync(
      Method<P, R> method, P params) {
    return callAsync(method, params, CallOptions.DEFAULT);
  }

  /**
   * Calls on a virtual thread with options.
   *
   * @throws IllegalArgumentException as {@link #call} does, at once
   */
  public <P extends @Nullable Object, R extends @Nullable Object> CompletableFuture<R> callAsync(
      Method<P, R> method, P params, CallOptions options) {
    ResultReader<R> reader = reader(method);
    CancelSource cancel = new CancelSource();
    Request plain = request(method, params, reader, options);
    Request request = CORE.with(plain, CORE.contextOf(plain), plain.deadlineNanos(), cancel);
    CompletableFuture<R> future = new CompletableFuture<>();
    startVirtual(() -> complete(future, request, reader));
    // If it was the call that completed it, there is nothing to cancel any more.
    var _ = future.whenComplete((_, _) -> cancel.cancel());
    return future;
  }

  /**
   * Sends a notification: no reply, no error, whatever happens at the server. Returns when its
   * frame was given to the transport.
   *
   * @throws RpcException if it could not be sent
   * @throws IllegalArgumentException if the params have no JSON form
   * @throws IllegalStateException in the BARE dialect, which has none, and on an I/O thread
   */
  public <P extends @Nullable Object> void notify(Method<P, ?> method, P params) {
    notify(method, params, CallOptions.DEFAULT);
  }

  /** Sends a notification with options, as {@link #notify(Method, Object)} does. */
  public <P extends @Nullable Object> void notify(
      Method<P, ?> method, P params, CallOptions options) {
    String only = codec.onlyEncoding(method.paramsType(), method.resultType());
    notify(
        method.isUncompressed() ? notifying.withoutCompression() : notifying,
        method.name(),
        params,
        method.paramsType(),
        only,
        options.withEffect(method.effect()));
  }

  /** Sends a notification, as {@link #notify(Method, Object)} does, to a method by its name. */
  public void notify(String method, @Nullable Object params) {
    notify(method, params, CallOptions.DEFAULT);
  }

  /** Sends a notification with options, as {@link #notify(Method, Object)} does, by a name. */
  public void notify(String method, @Nullable Object params, CallOptions options) {
    notify(notifying, method, params, null, null, options);
  }

  private void notify(
      OutgoingContext context,
      String method,
      @Nullable Object params,
      @Nullable Type declared,
      @Nullable String only,
      CallOptions options) {
    if (settings.dialect() == Dialect.BARE) {
      throw new IllegalStateException(
          "a notification in the bare dialect (expected: v1 or jsonrpc)");
    }
    chain.handle(
        admit(request(context, method, params, declared, only, options.effect(), options)));
  }

  /**
   * Begins a batch: calls that leave in one frame.
   *
   * @throws IllegalStateException in the BARE dialect, where each call has a connection of its own
   */
  public Batch batch() {
    return batch(null);
  }

  /**
   * Begins a batch whose calls have this timeout, unless their options say another one.
   *
   * @param timeout from {@link Batch#call} on; null for the client's
   * @throws IllegalArgumentException if it is negative
   * @throws IllegalStateException in the BARE dialect, where each call has a connection of its own
   */
  public Batch batch(@Nullable Duration timeout) {
    if (settings.dialect() == Dialect.BARE) {
      throw new IllegalStateException("a batch in the bare dialect (expected: v1 or jsonrpc)");
    }
    return new Batch(this, timeout == null ? null : CallOptions.timeout(timeout).timeout());
  }

  /**
   * A call that is to be made later.
   *
   * @param timeoutNanos from then on
   */
  record Prepared<R extends @Nullable Object>(
      Request request, long timeoutNanos, ResultReader<R> reader) {}

  <P extends @Nullable Object, R extends @Nullable Object> Prepared<R> prepare(
      Method<P, R> method, P params, CallOptions options) {
    ResultReader<R> reader = reader(method);
    return new Prepared<>(request(method, params, reader, options), nanosOf(options), reader);
  }

  Prepared<?> prepare(String method, @Nullable Object params, Type result, CallOptions options) {
    ResultReader<?> reader = reader(method, result);
    String only = reader.onlyEncoding();
    Request request = request(calling, method, params, null, only, options.effect(), options);
    return new Prepared<>(request, nanosOf(options), reader);
  }

  @SuppressWarnings("NullAway") // Void has nothing but null
  <P extends @Nullable Object> Prepared<@Nullable Void> prepareNotification(
      Method<P, ?> method, P params, CallOptions options) {
    String only = codec.onlyEncoding(method.paramsType(), method.resultType());
    Request request =
        request(
            method.isUncompressed() ? notifying.withoutCompression() : notifying,
            method.name(),
            params,
            method.paramsType(),
            only,
            method.effect(),
            options);
    return new Prepared<>(request, nanosOf(options), codec.resultReader(Void.class));
  }

  /** Makes a call that was prepared, whose time begins to run at {@code began}. */
  <R extends @Nullable Object> Reply<R> run(
      Prepared<R> call, FirstAttempt first, long began, CancelToken cancel) {
    History history = new History(endpoint.name());
    Request plain = timed(call, began, cancel);
    OutgoingContext context =
        ((OutgoingContext) CORE.contextOf(plain)).withHistory(history).withFirst(first);
    Request request = CORE.with(plain, context, plain.deadlineNanos(), cancel);
    return reply(request, call.reader(), context, history, began);
  }

  private static Request timed(Prepared<?> call, long began, CancelToken cancel) {
    Request plain = call.request();
    return CORE.with(plain, CORE.contextOf(plain), began + call.timeoutNanos(), cancel);
  }

  /**
   * Makes the first attempts at calls that were prepared in one go, and waits until each has ended;
   * where nothing would be done with a call before it leaves, so that each can be run afterwards.
   *
   * @return one for each; null if the calls must be run to be made
   */
  @Nullable List<FirstAttempt> makeFirst(List<Prepared<?>> calls, long began) {
    if (!leavesFirst || Request.currentOrNull() != null) {
      return null;
    }
    return endpoint.makeFirst(
        calls.stream().map(call -> timed(call, began, CancelToken.NONE)).toList());
  }

  long nanoTime() {
    return settings.timers().nanoTime();
  }

  /** Starts a part of this thread's work on one of its own. */
  void startVirtual(Runnable part) {
    Request served = Request.currentOrNull();
    settings
        .environment()
        .startVirtual(
            // A new thread inherits nothing, but the deadline holds there, too.
            served == null ? part : () -> CORE.serving(() -> served).run(part));
  }

  /** What it has counted. */
  public Stats stats() {
    return settings.counters().snapshot();
  }

  /** Closes, letting what was accepted leave for {@link #DEFAULT_GRACE}. */
  @Override
  public void close() {
    close(DEFAULT_GRACE);
  }

  /**
   * Fails the calls that still wait, tells a server that speaks v1 that nobody waits for them, and
   * closes the connection. What was accepted leaves before: each notification whose {@link #notify}
   * has returned. Blocks until the connection has closed: for at most the grace and {@link
   * Connection#LINGER_MILLIS}; a server that has nothing left to do closes at once. A thread that
   * is interrupted meanwhile gives up what has not left and does not wait. Idempotent.
   *
   * @param grace 0 or more; at most a hundred years
   * @throws IllegalArgumentException if the grace is negative; nothing is closed
   * @throws IllegalStateException on an I/O thread
   */
  public void close(Duration grace) {
    long nanos = Durations.graceNanos(grace);
    IoThread.refuseToBlock("Client.close");
    endpoint.close(nanos);
    retry.close(); // last: what waits for another attempt finds the endpoint closed
    Compressions compressions = settings.compressions();
    if (compressions != null) {
      compressions.close();
    }
  }

  /** The filters, outermost first, and the endpoint. */
  @Override
  public String toString() {
    return chain.toString();
  }

  private <R extends @Nullable Object> void complete(
      CompletableFuture<R> future, Request request, ResultReader<R> reader) {
    try {
      future.complete(read(chain.handle(request), reader, request));
    } catch (Throwable e) { // whatever it was, the future must not hang
      future.completeExceptionally(e);
    }
  }

  private <P extends @Nullable Object> Request request(
      Method<P, ?> method, P params, ResultReader<?> reader, CallOptions options) {
    return request(
        method.isUncompressed() ? calling.withoutCompression() : calling,
        method.name(),
        params,
        method.paramsType(),
        reader.onlyEncoding(),
        method.effect(),
        options);
  }

  /**
   * @param declared null for params of no declared type
   * @param only the only encoding in which the result can be had; null for any
   */
  private Request request(
      OutgoingContext context,
      String method,
      @Nullable Object params,
      @Nullable Type declared,
      @Nullable String only,
      Effect effect,
      CallOptions options) {
    Encoding encoding = encoding(options);
    if (only != null && !only.equals(encoding.label())) {
      throw new IllegalArgumentException(
          ("method %s: called in %s (expected: %s, as its params or its result are a message of it;"
                  + " ClientBuilder.encoding says it)")
              .formatted(method, encoding.label(), only));
    }
    Bytes encoded = encoded(params, declared, encoding);
    OutgoingContext known = context;
    if (encoding != JsonEncoding.JSON) {
      boolean isMessage = only != null || isMessage(params, declared);
      known =
          context(
              context,
              encoding,
              isMessage ? null : () -> encoded(params, declared, JsonEncoding.JSON));
    }
    return request(known, method, encoded, effect, options);
  }

  private boolean isMessage(@Nullable Object params, @Nullable Type declared) {
    return declared == null ? codec.isMessage(params) : codec.messageOf(declared) != null;
  }

  private @Nullable Bytes encoded(
      @Nullable Object params, @Nullable Type declared, Encoding encoding) {
    return declared == null
        ? codec.encodeParams(params, encoding)
        : codec.encodeParams(params, declared, encoding);
  }

  private Request request(
      OutgoingContext context,
      String method,
      @Nullable Bytes params,
      Effect effect,
      CallOptions options) {
    String key = options.key();
    if (key != null && context.dialect() == Dialect.BARE && !Text.isId(key, Limits.DEFAULT)) {
      throw new IllegalArgumentException(
          "key: of over "
              + Limits.DEFAULT.get(Bound.ID_BYTES)
              + " bytes (expected: at most as many as an id in the bare dialect)");
    }
    long deadline = context.timers().nanoTime() + nanosOf(options);
    Meta meta = options.meta();
    if (effect == Effect.ONCE) {
      return once(context, method, params, meta, deadline, options.operation());
    }
    return CORE.request(
        context, method, params, meta, effect, deadline, CancelToken.NONE, Caller.ANONYMOUS);
  }

  private long nanosOf(CallOptions options) {
    Duration timeout = options.timeout();
    return timeout == null ? timeoutNanos : Durations.nanos(timeout);
  }

  /** A call whose operation must happen once: it has a key, and v1 says which store it is for. */
  private static Request once(
      OutgoingContext context,
      String method,
      @Nullable Bytes params,
      Meta said,
      long deadline,
      @Nullable OperationToken token) {
    if (token != null && !token.method().equals(method)) {
      throw new IllegalArgumentException(
          "operation: one of %s (expected: one of %s)".formatted(token.method(), method));
    }
    String key = said.get(Meta.KEY);
    Meta meta = said;
    if (key == null) {
      key = RandomKeys.next();
      meta = said.with(Meta.KEY, key);
    }
    if (token != null && token.mayHaveRun()) {
      meta = meta.with(Meta.ATTEMPT, 2); // at least; how many there were is not known any more
    }
    OutgoingContext known = context;
    if (context.dialect() == Dialect.V1) {
      known =
          context.withOperation(
              token == null ? new OperationState(method, key) : new OperationState(token));
    }
    return CORE.request(
        known, method, params, meta, Effect.ONCE, deadline, CancelToken.NONE, Caller.ANONYMOUS);
  }

  /**
   * Prepares an operation of a method that must happen once, before anything of it is sent: a
   * client that may be killed meanwhile keeps the token first, and then {@linkplain
   * CallOptions#withOperation calls}.
   *
   * @throws RpcException if the server cannot be asked, or UNSUPPORTED if it remembers nothing: in
   *     both cases "no"
   * @throws IllegalArgumentException if the method's effect is another one
   * @throws IllegalStateException in another dialect than v1, and on an I/O thread
   */
  public OperationToken operation(Method<?, ?> method) {
    return operation(method, CallOptions.DEFAULT);
  }

  /** Prepares an operation, with the key, the token and the timeout of these options. */
  public OperationToken operation(Method<?, ?> method, CallOptions options) {
    if (method.effect() != Effect.ONCE) {
      throw new IllegalArgumentException(
          "method %s: %s (expected: ONCE)".formatted(method.name(), method.effect()));
    }
    requireV1("an operation token");
    String only = codec.onlyEncoding(method.paramsType(), method.resultType());
    Request request = request(calling, method.name(), null, null, only, Effect.ONCE, options);
    OperationState operation = ((OutgoingContext) CORE.contextOf(request)).operation();
    endpoint.greet(admit(request));
    OperationToken token = operation == null ? null : operation.token();
    if (token == null) {
      throw ClientErrors.ofClient(
          ErrorCode.UNSUPPORTED,
          endpoint.name() + " remembers no operations (expected: a server with a store)",
          Executed.NO,
          null);
    }
    return token;
  }

  private void requireV1(String what) {
    if (settings.dialect() != Dialect.V1) {
      throw new IllegalStateException(
          "%s in the %s dialect (expected: v1)".formatted(what, settings.dialect().label()));
    }
  }

  /**
   * What has become of an operation.
   *
   * @throws RpcException if the server does not say; STALE if it may have run and be forgotten
   */
  public OperationOutcome outcome(OperationToken token) {
    return ask(token.method(), token.key(), token, false, CallOptions.DEFAULT);
  }

  /** What has become of an operation, asked with the token and the timeout of these options. */
  public OperationOutcome outcome(OperationToken token, CallOptions options) {
    return ask(token.method(), token.key(), token, false, options);
  }

  /**
   * What has become of the operation of a key, of which nothing else is known any more.
   *
   * @throws RpcException if the server does not say; STALE if it does not know the operation
   */
  public OperationOutcome outcome(String method, String key, CallOptions options) {
    return ask(method, key, null, false, options);
  }

  /**
   * Makes sure that an operation never runs, unless it runs or is over already.
   *
   * @return FENCED, or what became of it before
   * @throws RpcException if the server does not say; STALE if it may have run and be forgotten
   */
  public OperationOutcome fence(OperationToken token, CallOptions options) {
    return ask(token.method(), token.key(), token, true, options);
  }

  @SuppressWarnings("NullAway") // it does not see the annotation on a type argument
  private OperationOutcome ask(
      String method,
      String key,
      @Nullable OperationToken token,
      boolean fence,
      CallOptions options) {
    Map<String, Object> params = new LinkedHashMap<>();
    params.put("method", method);
    params.put("key", key);
    if (token != null) {
      params.put("dedup", token.dedup());
      params.put("first_ms", token.firstMillis());
    }
    if (fence) {
      params.put("fence", true);
    }
    return OperationOutcome.of(
        call(
            "rpc.outcome",
            params,
            new TypeRef<Map<String, @Nullable EncodedJson>>() {},
            options.withEffect(Effect.IDEMPOTENT)),
        codec);
  }

  private static Request admit(Request request) {
    IoThread.refuseToBlock("a client's call of " + request.method());
    return request;
  }

  @SuppressWarnings({
    "unchecked", // the reader was made for this type
    "TypeParameterUnusedInFormals" // it stands beside it
  })
  private <R extends @Nullable Object> R call(
      String method, @Nullable Object params, Type result, CallOptions options) {
    ResultReader<?> reader = reader(method, result);
    String only = reader.onlyEncoding();
    Request request = request(calling, method, params, null, only, options.effect(), options);
    return (R) read(chain.handle(admit(request)), reader, request);
  }

  @SuppressWarnings("unchecked") // it was made for this type
  private <R extends @Nullable Object> ResultReader<R> reader(Method<?, R> method) {
    return (ResultReader<R>) reader(method.name(), method.resultType());
  }

  private ResultReader<?> reader(String method, Type result) {
    ResultReader<?> known = readers.get(result);
    try {
      return known == null ? readers.computeIfAbsent(result, codec::resultReader) : known;
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("method " + method + ": " + e.getMessage(), e);
    }
  }

  @SuppressWarnings("NullAway") // null is a result of those types that have it
  private static <R extends @Nullable Object> R read(
      Response response, ResultReader<R> reader, Request request) {
    try {
      Response.Value value = valueOf(response);
      return reader.read(value.value(), value.encoding());
    } catch (BindingException e) {
      throw unreadable("result: " + e.getMessage(), null, response, request);
    } catch (RuntimeException e) { // of a constructor, which is the caller's own code
      throw unreadable("the result could not be made", e, response, request);
    }
  }

  /** The operation has run, and whoever called must be able to come back to it. */
  private static RpcException unreadable(
      String what, @Nullable RuntimeException cause, Response response, Request request) {
    RpcException error = ClientErrors.ofClient(ErrorCode.INTERNAL, what, Executed.YES, cause);
    OutgoingContext context = (OutgoingContext) CORE.contextOf(request);
    OperationState operation = context.operation();
    History history =
        valueOf(response).meta().note() instanceof History noted ? noted : context.history();
    CORE.annotate(
        error,
        history == null ? List.of() : history.attempts(),
        operation == null ? null : operation.token());
    return error;
  }

  private static Response.Value valueOf(Response response) {
    return switch (response) {
      case Response.Value value -> value;
    };
  }
}
