package dev.tern.core.client;

import static dev.tern.core.Caller.ANONYMOUS;
import static dev.tern.core.Effect.READ;
import static dev.tern.core.access.Access.CORE;

import dev.tern.core.CancelToken;
import dev.tern.core.Handler;
import dev.tern.core.Request;
import dev.tern.core.Response;
import dev.tern.core.RpcException;
import dev.tern.core.access.CallContext;
import dev.tern.core.binding.JsonCodec;
import dev.tern.core.binding.ResultReader;
import dev.tern.core.link.Wait;
import dev.tern.core.outcome.OutcomeStore;
import dev.tern.core.runtime.Environment;
import dev.tern.core.runtime.Timers;
import dev.tern.protocol.ErrorCode;
import dev.tern.protocol.Executed;
import dev.tern.protocol.Limits;
import dev.tern.protocol.Meta;
import dev.tern.protocol.WireError;
import dev.tern.protocol.envelope.Text;
import dev.tern.protocol.peer.Peer;
import dev.tern.protocol.value.Encoding;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * What the server of one connection says to {@code rpc.hello}: which store it has, that store's
 * clock, and who the caller is to it. It is asked when a call needs to know, once for all calls
 * with the same token, and again when its answer is so old that a clock may have drifted.
 * Thread-safe.
 */
final class Greeting {
  /** A hello that is not answered is said again. */
  private static final long PATIENCE_NANOS = 2_000_000_000;

  /** After so many without an answer the connection is not worth keeping. */
  private static final int TRIES = 3;

  /** Tokens change now and then; a client with more at once asks more often. */
  private static final int MAX_TOKENS = 64;

  /** A clock that says more is none; less leaves room for what passes. */
  private static final long MOST_STORE_MILLIS = Long.MAX_VALUE / 2;

  private static final ResultReader<Map<?, ?>> ANSWER = JsonCodec.DEFAULT.resultReader(Map.class);

  /**
   * What the server said.
   *
   * @param dedup its store; null if it remembers nothing
   * @param freshNanos how long the clocks of both ends cannot have drifted too far apart
   * @param caller empty for one without a name
   * @param readNanos when its answer was read
   * @param encodings what it speaks beside JSON
   * @param batchItems how many messages it takes in a batch; 0 if it reads none
   */
  record Hello(
      @Nullable String dedup,
      long freshNanos,
      long storeMillis,
      String caller,
      long readNanos,
      List<?> encodings,
      int batchItems) {
    private static final long NANOS_PER_MILLI = 1_000_000;

    /** Of a server that remembers nothing. */
    static Hello forgetful(List<?> encodings, int batchItems) {
      return new Hello(null, Long.MAX_VALUE, 0, "", 0, encodings, batchItems);
    }

    boolean speaks(Encoding encoding) {
      return encodings.contains(encoding.label());
    }

    /** The clock of the store now, or a little less. */
    long storeMillis(long now) {
      return storeMillis + (now - readNanos) / NANOS_PER_MILLI;
    }

    boolean isOld(long now) {
      return now - readNanos > freshNanos;
    }
  }

  /** Said each time, as what is said last counts. */
  private final Peer self;

  private final Handler connection;
  private final InetSocketAddress address;
  private final Environment environment;
  private final CallContext context;
  private final Runnable giveUp;
  private final Timers timers;
  private final ConcurrentMap<String, CompletableFuture<Hello>> byToken = new ConcurrentHashMap<>();

  /**
   * @param self what this side says of itself
   * @param giveUp ends the connection
   */
  Greeting(
      Peer self,
      Handler connection,
      InetSocketAddress address,
      Environment environment,
      CallContext context,
      Runnable giveUp) {
    this.self = self;
    this.connection = connection;
    this.address = address;
    this.environment = environment;
    this.context = context;
    this.giveUp = giveUp;
    this.timers = environment.timers();
  }

  /**
   * What the server says to the caller of a request; blocks until it is known.
   *
   * @param anew whether what is known is not to be trusted
   * @throws RpcException if it does not say it before the request's deadline: "no"
   */
  @SuppressWarnings("ReferenceEquality") // each stands for one time of asking
  Hello of(Request request, boolean anew) {
    String token = request.meta().get(Meta.AUTH);
    String key = token == null ? "" : token;
    CompletableFuture<Hello> known = byToken.get(key);
    if (known == null || isOver(known, anew)) {
      CompletableFuture<Hello> asked = new CompletableFuture<>();
      if (byToken.size() >= MAX_TOKENS) {
        byToken.clear();
      }
      CompletableFuture<Hello> before = known;
      known = byToken.compute(key, (_, now) -> now == null || now == before ? asked : now);
      if (known == asked) {
        environment.startVirtual(() -> ask(token, asked));
      }
    }
    try {
      return Wait.until(known, request, timers);
    } catch (TimeoutException e) {
      String message = "the deadline passed before the server said what it speaks and remembers";
      throw ClientErrors.timeout(request, address, message, Executed.NO, "hello");
    } catch (CancellationException e) {
      throw ClientErrors.ofClient(
          ErrorCode.CANCELLED, "cancelled before it was sent", Executed.NO, null);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RpcException failure
          ? unsent(failure)
          : new IllegalStateException(e);
    }
  }

  /** What the server has said to that caller, if nobody need wait for it; else null. */
  @Nullable Hello known(Request request) {
    String token = request.meta().get(Meta.AUTH);
    CompletableFuture<Hello> known = byToken.get(token == null ? "" : token);
    return known == null || !known.isDone() || isOver(known, false) ? null : known.join();
  }

  /** One of its own for each that waited: what its call has come to is written on it. */
  private static RpcException unsent(RpcException failure) {
    WireError error = CORE.wireOf(failure);
    // Such as by a filter that wants to see metadata, which only the call itself has.
    String message =
        failure.isRemote()
            ? "rpc.hello, which comes before this call: " + error.message()
            : error.message();
    WireError told = new WireError(error.code(), error.number(), message, null, Executed.NO);
    return CORE.error(CORE.originOf(failure), told, failure.details(), failure);
  }

  private boolean isOver(CompletableFuture<Hello> known, boolean anew) {
    return known.isDone()
        && (anew || known.isCompletedExceptionally() || known.join().isOld(timers.nanoTime()));
  }

  private void ask(@Nullable String token, CompletableFuture<Hello> asked) {
    Thread.currentThread().setName("tern-hello");
    for (int tries = 1; ; tries++) {
      try {
        asked.complete(answer(token));
        return;
      } catch (RpcException e) {
        if (e.code().equals(ErrorCode.METHOD_NOT_FOUND.name())) {
          asked.complete(Hello.forgetful(List.of(), 0)); // simply an older one
          return;
        }
        boolean isSilent = e.code().equals(ErrorCode.TIMEOUT.name()) && !e.isRemote();
        if (!isSilent || tries == TRIES) {
          if (isSilent) {
            giveUp.run();
          }
          asked.completeExceptionally(isSilent ? silent(e) : e);
          return;
        }
      } catch (Throwable e) { // those that wait must not hang
        asked.completeExceptionally(e);
        return;
      }
    }
  }

  private RpcException silent(RpcException e) {
    String message = "the server did not answer rpc.hello " + TRIES + " times";
    return ClientErrors.ofClient(ErrorCode.UNAVAILABLE, message, Executed.NO, e);
  }

  private Hello answer(@Nullable String token) {
    Meta meta = token == null ? Meta.NONE : Meta.NONE.with(Meta.AUTH, token);
    long deadline = timers.nanoTime() + PATIENCE_NANOS;
    Request hello =
        CORE.request(
            context, "rpc.hello", self.said(), meta, READ, deadline, CancelToken.NONE, ANONYMOUS);
    Response response = connection.handle(hello);
    Response.Value value =
        switch (response) {
          case Response.Value found -> found;
        };
    try {
      Map<?, ?> said =
          Objects.requireNonNullElse(ANSWER.read(value.value(), value.encoding()), Map.of());
      List<?> encodings = said.get("encodings") instanceof List<?> named ? named : List.of();
      int batchItems =
          said.get("limits") instanceof Map<?, ?> limits
                  && limits.get("batch_items") instanceof Long items
              ? Math.clamp(items, 0, Integer.MAX_VALUE)
              : 0;
      return said.get("dedup") instanceof String dedup
              && said.get("window_ms") instanceof Long window
              && said.get("store_ms") instanceof Long store
              && Text.isKey(dedup, Limits.DEFAULT)
              && window > 0
              && store >= 0
              && store <= MOST_STORE_MILLIS
          ? new Hello(
              dedup,
              OutcomeStore.extraOf(Duration.ofMillis(window)).toNanos() / 2,
              store,
              said.get("caller") instanceof String caller ? caller : "",
              timers.nanoTime(),
              encodings,
              batchItems)
          : Hello.forgetful(encodings, batchItems);
    } catch (RuntimeException e) { // no object
      return Hello.forgetful(List.of(), 0);
    }
  }
}
