package dev.tern.testkit;

import static dev.tern.core.access.Access.CORE;

import dev.tern.core.Caller;
import dev.tern.core.CancelToken;
import dev.tern.core.Effect;
import dev.tern.core.Request;
import dev.tern.core.Response;
import dev.tern.core.access.CallContext;
import dev.tern.core.binding.JsonCodec;
import dev.tern.core.binding.error.BindingException;
import dev.tern.core.runtime.Timers;
import dev.tern.protocol.Bytes;
import dev.tern.protocol.Dialect;
import dev.tern.protocol.Id;
import dev.tern.protocol.Limits;
import dev.tern.protocol.Meta;
import dev.tern.protocol.Metadata;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * Makes requests and responses for the test of a filter, or of code that asks {@link
 * Request#current}, without a server.
 *
 * <pre>{@code
 * Request request = TestRequest.of("shop.order").params(new Order("B-1", 2)).build();
 * Response response = new TokenFilter().filter(request, next -> TestRequest.response(7));
 * assertEquals(7, TestRequest.result(response, Integer.class));
 * }</pre>
 *
 * <p>Not thread-safe; what it builds is.
 */
public final class TestRequest {
  private static final Duration USUAL_TIMEOUT = Duration.ofSeconds(10);
  private static final Id ID = new Id.Number(1);
  private static final SocketAddress SOMEBODY = InetSocketAddress.createUnresolved("test", 1);

  private final String method;
  private @Nullable Bytes params;
  private Meta meta = Meta.NONE;
  private Effect effect = Effect.UNSAFE;
  private Caller caller = Caller.ANONYMOUS;
  private Duration timeout = USUAL_TIMEOUT;
  private Timers timers = Timers.system();
  private CancelToken token = CancelToken.NONE;
  private boolean isNotification;

  private TestRequest(String method) {
    this.method = method;
  }

  /** Starts to describe a request in v1, without params, that a server has received. */
  public static TestRequest of(String method) {
    return new TestRequest(method);
  }

  /**
   * The params.
   *
   * @param value a record, a Map, a List or an array; null for none
   * @throws IllegalArgumentException if it has no form as params
   */
  public TestRequest params(@Nullable Object value) {
    params = codec().encodeParams(value);
    return this;
  }

  /** What the caller has said beside the params, in place of all that was set before. */
  public TestRequest meta(Meta said) {
    meta = said;
    return this;
  }

  /** The caller's own metadata. */
  public TestRequest metadata(Metadata said) {
    return meta(meta.with(Meta.MD, said));
  }

  /** What running the method twice would do; UNSAFE if not set. */
  public TestRequest effect(Effect declared) {
    effect = declared;
    return this;
  }

  /** Who calls; {@link Caller#ANONYMOUS} if not set. */
  public TestRequest caller(Caller who) {
    caller = who;
    return this;
  }

  /** What is left of the deadline when the request is built; ten seconds if not set. */
  public TestRequest timeout(Duration left) {
    timeout = left;
    return this;
  }

  /** The clock of the deadline, such as {@link ManualTimers}; the machine's if not set. */
  public TestRequest timers(Timers clock) {
    timers = clock;
    return this;
  }

  /** Tells that nobody waits any more; {@link CancelToken#NONE} if not set. */
  public TestRequest cancelToken(CancelToken ending) {
    token = ending;
    return this;
  }

  /** Makes it a notification, which nobody answers. */
  public TestRequest notification() {
    isNotification = true;
    return this;
  }

  /** The request. */
  public Request build() {
    CallContext context = new Received(timers, isNotification);
    long deadline = timers.nanoTime() + timeout.toNanos();
    return CORE.request(context, method, params, meta, effect, deadline, token, caller);
  }

  /**
   * Runs code in which {@link Request#current} is this request.
   *
   * @return what the code returns
   * @throws Exception what the code throws
   */
  public static <T extends @Nullable Object> T serving(Request request, Callable<T> code)
      throws Exception {
    return CORE.serving(() -> request).call(code::call);
  }

  /**
   * A response with a result.
   *
   * @param result null for that of a method without one
   * @throws IllegalArgumentException if it has no JSON form
   */
  public static Response.Value response(@Nullable Object result) {
    return new Response.Value(codec().encode(result));
  }

  /**
   * The result in a response.
   *
   * @throws IllegalArgumentException if it is not of that type
   */
  public static <T> @Nullable T result(Response response, Class<T> type) {
    try {
      return switch (response) {
        case Response.Value value -> codec().<T>resultReader(type).read(value.value());
      };
    } catch (BindingException e) {
      throw new IllegalArgumentException("result: " + e.getMessage(), e);
    }
  }

  private record Received(Timers timers, boolean isNotification) implements CallContext {
    @Override
    public Dialect dialect() {
      return Dialect.V1;
    }

    @Override
    public @Nullable Id id() {
      return isNotification ? null : ID;
    }

    @Override
    public SocketAddress peer() {
      return SOMEBODY;
    }
  }

  /** A new one each time: nothing here lives as long as the types of a test's own class loader. */
  private static JsonCodec codec() {
    return JsonCodec.ofClient(Limits.DEFAULT);
  }
}
